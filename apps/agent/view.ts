import { fileInterfaces, linkOrder, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import type { LinkStatus } from '@open-bcl/modules/linkage/gateway.contract.ts'
import type { Mode } from './gateway-client.ts'
import type { InboxView, ReadyFile } from './inbox.ts'
import type { OpenBadRow } from './mirror.ts'
import type { LastApplied, LastReconciliation, Memory } from './memory.ts'

export type Level = 'fine' | 'warning' | 'failure'
export type Trouble = { readonly level: Exclude<Level, 'fine'>; readonly text: string }

/** What the status page and `agent status` show: no personal data. */
export type AgentView = {
  readonly municipalityCode: string
  readonly mode: Mode
  readonly level: Level
  readonly troubles: readonly Trouble[]
  /** ISO 8601; `null` = never. */
  readonly lastContactAt: string | null
  readonly certificateValidUntil: string
  /** Files are sent now; otherwise when. */
  readonly sending: string
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[]
  readonly businesses: readonly {
    readonly business: Business
    readonly title: string
    /** `null` while the gateway has not been asked yet. */
    readonly nextFileNo: number | null
    readonly waiting: number
    /** Why waiting files are not sent, or not applied. */
    readonly held: string | null
    readonly last: LastApplied | null
    readonly refusedAt: string | null
    /** Rows that were not applied, until a good one of their key comes; the longest open ones. */
    readonly badRows: { readonly count: number; readonly rows: readonly OpenBadRow[] }
    readonly reconciliation: LastReconciliation | null
    /** Rows can be compared with the cloud's. */
    readonly mirrored: boolean
  }[]
  readonly unfinished: readonly { readonly name: string; readonly why: string }[]
}

const SILENCE_MS = 15 * 60_000
const LATE_MS = 60 * 60_000
const EXPIRING_MS = 30 * 86_400_000
const SKEW_MS = 2 * 60_000

export function agentView(known: {
  readonly municipalityCode: string
  readonly mode: Mode
  readonly now: Date
  readonly certificateEndsAt: Date
  readonly status: LinkStatus | null
  readonly skewMs: number | null
  readonly isInWindow: boolean
  readonly hours: { readonly from: string; readonly until: string } | null
  readonly memory: Memory
  readonly ready: readonly ReadyFile[]
  readonly held: (file: ReadyFile) => string | null
  readonly isMirrored: (business: Business) => boolean
  readonly badRows: (business: Business) => AgentView['businesses'][number]['badRows']
  readonly unfinished: InboxView['unfinished']
  readonly troubles: readonly Trouble[]
}): AgentView {
  const { now, memory, status, ready } = known
  const lastContactAt = memory.contactAt()
  const silentMs = lastContactAt === null ? Infinity : now.getTime() - Date.parse(lastContactAt)
  const leftMs = known.certificateEndsAt.getTime() - now.getTime()
  const troubles = [...known.troubles]
  const warn = (level: Trouble['level'], text: string): void => void troubles.push({ level, text })
  if (leftMs <= 0) warn('failure', '証明書の期限が切れています。登録（enrol）をやり直してください。')
  else if (leftMs <= EXPIRING_MS) warn('warning', '証明書の期限が30日以内です。自動で更新します。')
  if (silentMs > SILENCE_MS && lastContactAt !== null)
    warn('failure', `接続先との通信が${Math.floor(silentMs / 60_000)}分間ありません。`)
  const skew = Math.abs(known.skewMs ?? 0)
  if (skew > SKEW_MS)
    warn(
      'warning',
      `このサーバの時計が接続先と${Math.round(skew / 60_000)}分ずれています。15分を超えると送信できません。時計を合わせてください。`,
    )
  const businesses = linkOrder.map((business) => {
    const files = ready.filter((file) => file.business === business)
    const reasons = files.map(known.held).filter((why) => why !== null)
    const row = {
      business,
      title: fileInterfaces[business].title,
      nextFileNo: status?.businesses.find((one) => one.business === business)?.nextFileNo ?? null,
      waiting: files.length,
      held: reasons[0] ?? null,
      last: memory.applied(business),
      refusedAt: memory.refusedAt(business),
      badRows: known.badRows(business),
      reconciliation: memory.reconciliation(business),
      mirrored: known.isMirrored(business),
    }
    if (row.held !== null) warn('warning', `${row.title}: ${row.held}。`)
    if (files.some(({ since }) => now.getTime() - since > LATE_MS) && row.held === null)
      warn('warning', `${row.title}: 1時間以上送れていないファイルがあります。`)
    if (row.refusedAt !== null)
      warn(
        'warning',
        `${row.title}: 取り込まれなかったファイルがあります。refused フォルダの errors.txt を見てください。`,
      )
    if (row.badRows.count > 0)
      warn(
        'warning',
        `${row.title}: 誤りのため取り込まれていない行が${row.badRows.count}行あります（${inJapan(row.badRows.rows[0]!.since)}から）。正しい行が届くまで、その人には証明書が交付されません。`,
      )
    else if ((row.last?.refused ?? 0) > 0)
      warn(
        'warning',
        `${row.title}: 最後のファイルに、誤りのため取り込まれなかった行が${row.last!.refused}行あります。`,
      )
    if (row.reconciliation?.agrees === false)
      warn(
        'failure',
        `${row.title}: BCLのデータと一致しません。全件ファイルを送り直し、BCLの運用者に連絡してください。`,
      )
    return row
  })
  if (memory.refusals(now).some(({ business }) => business === null))
    warn(
      'warning',
      'どの業務か見分けられない、取り込まれなかったファイルがあります。refused フォルダの errors.txt を見てください。',
    )
  const closed = status?.open === false
  const failed = troubles.some(({ level }) => level === 'failure')
  return {
    municipalityCode: known.municipalityCode,
    mode: known.mode,
    level: failed ? 'failure' : troubles.length > 0 ? 'warning' : 'fine',
    troubles,
    lastContactAt,
    certificateValidUntil: known.certificateEndsAt.toISOString(),
    sending: closed
      ? `受付時間外（${status.opensAt}から${status.closesAt}まで送信）`
      : known.isInWindow
        ? '送信中の時間帯'
        : `設定した時間外（${known.hours!.from}から${known.hours!.until}まで送信）`,
    checks: [
      { name: '連携フォルダ', ok: !known.troubles.some(({ text }) => text.includes('フォルダ')) },
      { name: '接続先', ok: silentMs < SILENCE_MS },
      { name: '証明書の期限', ok: leftMs > 0 },
    ],
    businesses,
    unfinished: known.unfinished.map(({ name, why }) => ({ name, why })),
  }
}

/** For monitoring: 0 fine, 1 a warning, 2 failed. 3 is for an agent that is not enrolled. */
export function exitCodeOf(level: Level): 0 | 1 | 2 {
  return level === 'fine' ? 0 : level === 'warning' ? 1 : 2
}

/** What `agent status` prints. */
export function statusText(view: AgentView): string {
  const lines = [
    `連携AP　団体コード ${view.municipalityCode}${view.mode === 'verification' ? '　【検証】' : ''}`,
    `状態: ${{ fine: '正常', warning: '注意', failure: '異常' }[view.level]}`,
    `送信: ${view.sending}`,
    `接続先との最後の通信: ${view.lastContactAt === null ? 'まだありません' : inJapan(view.lastContactAt)}`,
    `証明書の期限: ${inJapan(view.certificateValidUntil)}`,
    ...view.troubles.map(({ level, text }) => `${level === 'failure' ? '異常' : '注意'}: ${text}`),
    '',
    ...view.businesses
      .filter(({ last, waiting }) => last !== null || waiting > 0)
      .map(
        ({ title, last, waiting, reconciliation }) =>
          `${title}: 取込済み ${last === null ? 'なし' : `第${last.fileNo}号（${inJapan(last.at)}）`}、送信待ち ${waiting}件、突合 ${
            reconciliation === null ? 'まだ' : reconciliation.agrees ? '一致' : '不一致'
          }`,
      ),
    ...view.unfinished.map(({ name, why }) => `${printable(name)}: ${why}`),
  ]
  return `${lines.join('\n')}\n`
}

export function inJapan(instant: string): string {
  return new Date(instant).toLocaleString('ja-JP', {
    timeZone: 'Asia/Tokyo',
    dateStyle: 'medium',
    timeStyle: 'short',
  })
}

/** A file name may hold anything, even what moves a terminal's cursor. */
export function printable(name: string): string {
  return name.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g, '?')
}
