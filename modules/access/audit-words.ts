import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import { isHoliday } from '@open-bcl/core/ja/holidays.ts'

const JAPAN_MS = 9 * 3_600_000
const MINUTE_MS = 60_000

/** Why somebody was looked at, as it stands in a sentence: 「検索のために」. */
const purposes: Readonly<Record<string, string>> = {
  search: '検索',
  view: '照会',
  application: '申請の受付',
  decision: '審査・決定',
  certificate: '証明書の交付',
  notice: '通知書の作成',
  kiosk: 'キオスク端末での交付',
  'non-resident': '住登外者の確認',
  inquiry: '問合せへの回答',
  'link-check': '連携の確認',
  'record-check': '記録の確認',
  'recovery-check': '復旧の確認',
  emergency: '緊急名簿の作成',
  provision: '名簿の提供',
  audit: '監査',
}

/** `null`: no purpose was told, or one that nobody knows any more. */
export function purposeWords(purpose: string | null): string | null {
  return purpose === null ? null : (purposes[purpose] ?? purpose)
}

const kinds: Readonly<Record<string, string>> = {
  resident: '住民',
  'non-resident': '住登外者',
  'ledger-entry': '被災者台帳の記載',
  application: '罹災証明の申請',
  report: '被災届出',
  issue: '証明書の交付',
  staff: '職員',
  disaster: '災害',
  'survey-task': '調査対象',
  'link-file': '連携ファイル',
  dwelling: '家屋',
  arrival: '他市町村からの引継ぎ',
}

/** One whom an act touched, as far as the reader may know. */
export type SubjectWords = {
  readonly kind: string
  readonly id: string
  /** `null` = nobody of that name, or not to be told. */
  readonly name: string | null
  readonly protected: boolean
}

export function subjectText({ kind, id, name, protected: hidden }: SubjectWords): string {
  const word = kinds[kind] ?? kind
  if (kind === 'resident') {
    const who = hidden ? '支援措置の対象者' : name
    return who === null ? `宛名番号${id}の方` : `${who}（宛名番号${id}）`
  }
  if (name !== null) return name
  return `${word}（${id.length > 16 ? `…${id.slice(-8)}` : id}）`
}

/** 「11月22日 10:15」 by the clock of Japan, with the year where it is another one than `now`'s. */
export function momentText(at: Date, now: Date): string {
  const japan = new Date(at.getTime() + JAPAN_MS)
  const year = japan.getUTCFullYear()
  const sameYear = year === new Date(now.getTime() + JAPAN_MS).getUTCFullYear()
  const time = `${japan.getUTCHours()}:${String(japan.getUTCMinutes()).padStart(2, '0')}`
  return `${sameYear ? '' : `${year}年`}${japan.getUTCMonth() + 1}月${japan.getUTCDate()}日 ${time}`
}

/** 「2026-11-22 10:15:03」 by the clock of Japan, for files. */
export function stampText(at: Date): string {
  return new Date(at.getTime() + JAPAN_MS).toISOString().slice(0, 19).replace('T', ' ')
}

/** Who acted, for the reader. */
export type ActorWords = { readonly name: string; readonly department: string | null }

export function actorText({ name, department }: ActorWords): string {
  return department === null ? name : `${name}（${department}）`
}

const REVEALED = 'access.person-revealed'
const NAMED = 3

/** 「11月22日 10:15 市民 花子（市民課）が 佐藤 太郎（宛名番号1）の住民情報を検索のために見ました」 */
export function actSentence(act: {
  readonly moment: string
  readonly actor: ActorWords
  readonly event: string
  /** What the event says by itself. */
  readonly sentence: string
  readonly purpose: string | null
  readonly subjects: readonly SubjectWords[]
  readonly subjectCount: number
}): string {
  const { moment, actor, event, sentence, subjects, subjectCount } = act
  const purpose = purposeWords(act.purpose)
  const who = `${moment} ${actorText(actor)}が`
  const named = subjects.slice(0, NAMED).map(subjectText).join('、')
  const rest = subjectCount - Math.min(subjects.length, NAMED)
  const whom = rest > 0 ? `${named}ほか${rest.toLocaleString('ja-JP')}件` : named
  const what = subjects.every(({ kind }) => kind === 'resident') ? '住民情報' : '情報'
  if (event === REVEALED && whom !== '')
    return `${who} ${whom}の${what}を${purpose === null ? '' : `${purpose}のために`}見ました`
  const about = whom === '' ? '' : `（対象：${whom}）`
  const why = purpose === null ? '' : `（目的：${purpose}）`
  return `${who} ${sentence}${about}${why}`
}

const factNames: Readonly<Record<string, string>> = {
  fields: '検索に使った項目',
  count: '件数',
  people: '人数',
  suppressed: '支援措置の対象者の数',
  endpoint: '操作',
  locked: '停止中',
  roles: '役割',
  reason: '理由',
  untilOn: '終了日',
  seconds: 'ずれ（秒）',
  form: '形式',
  items: '項目',
  rows: '行数',
  acts: '件数',
}
const fieldNames: Readonly<Record<string, string>> = {
  name: '氏名',
  kana: 'フリガナ',
  birthOn: '生年月日',
  residentNo: '宛名番号',
  address: '住所',
  purpose: '目的',
}

/** The facts of an act, as far as they have words and say more than its sentence: 「検索に使った項目：宛名番号、件数：1」. */
export function factsText(event: string, facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .filter(([name, value]) => factNames[name] !== undefined && value !== null && value !== '')
    .filter(([name, value]) => !(name === 'suppressed' && value === 0))
    .filter(([name]) => !(name === 'count' && event === REVEALED))
    .map(([name, value]) => {
      const text =
        name === 'fields'
          ? String(value)
              .split(' ')
              .map((field) => fieldNames[field] ?? field)
              .join('・')
          : String(value)
      return `${factNames[name]}：${text}`
    })
    .join('、')
}

/** Midnight in Japan at which a day begins. */
export function startOfDay(day: PlainDate): Date {
  return new Date(`${day}T00:00:00+09:00`)
}

/**
 * The times out of office of some days: nights, Saturdays, Sundays and 国民の祝日, each span as long as it lasts. 年末年始 is by
 * the town's ordinance and not known here.
 */
export function offHours(
  days: { readonly fromOn: PlainDate; readonly toOn: PlainDate },
  hours: { readonly dayFromMinute: number; readonly dayUntilMinute: number },
): { readonly from: Date; readonly to: Date }[] {
  const spans: { from: Date; to: Date }[] = []
  let begun = startOfDay(days.fromOn)
  for (let day = days.fromOn; day <= days.toOn; day = addDays(day, 1)) {
    const weekday = startOfDay(day).getTime() + JAPAN_MS
    const free = [0, 6].includes(new Date(weekday).getUTCDay()) || isHoliday(day)
    if (free) continue
    const start = startOfDay(day).getTime()
    const opens = new Date(start + hours.dayFromMinute * MINUTE_MS)
    if (opens > begun) spans.push({ from: begun, to: opens })
    begun = new Date(start + hours.dayUntilMinute * MINUTE_MS)
  }
  const end = startOfDay(addDays(days.toOn, 1))
  if (end > begun) spans.push({ from: begun, to: end })
  return spans
}

/** The month of a day, as `audit_pair` counts. */
export function monthOf(at: Date): PlainDate {
  return `${todayInJapan(at).slice(0, 7)}-01` as PlainDate
}
