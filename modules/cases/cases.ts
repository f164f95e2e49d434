import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'

export type CaseId = Brand<string, 'CaseId'>

/** 課題 (災害ケースマネジメントの手引き: 住まい、生業、健康、家計、法律 …). */
export const needs = [
  { value: 'housing', label: '住まい' },
  { value: 'work', label: '仕事・生業' },
  { value: 'health', label: '体の健康・医療' },
  { value: 'mind', label: '心の健康' },
  { value: 'care', label: '介護・障害' },
  { value: 'children', label: '子育て・教育' },
  { value: 'money', label: '家計' },
  { value: 'law', label: '法律・相続・契約' },
  { value: 'isolation', label: '孤立・見守り' },
  { value: 'procedure', label: '手続き' },
  { value: 'other', label: 'その他' },
] as const
export type Need = (typeof needs)[number]['value']

export const methods = [
  { value: 'visit', label: '訪問' },
  { value: 'phone', label: '電話' },
  { value: 'office', label: '来庁・面談' },
] as const
export type Method = (typeof methods)[number]['value']

export const results = [
  { value: 'met', label: '会えた・話せた' },
  { value: 'absent', label: '不在・応答なし' },
  { value: 'refused', label: '断られた' },
] as const
export type Result = (typeof results)[number]['value']

export const agencies = [
  { value: 'social-welfare', label: '社会福祉協議会' },
  { value: 'comprehensive', label: '地域包括支援センター' },
  { value: 'health-centre', label: '保健所・保健師' },
  { value: 'medical', label: '医療機関' },
  { value: 'legal', label: '弁護士・司法書士・法テラス' },
  { value: 'building', label: '建築士・住宅の相談' },
  { value: 'npo', label: 'NPO・支援団体' },
  { value: 'office', label: '庁内の別の課' },
  { value: 'other', label: 'その他' },
] as const
export type Agency = (typeof agencies)[number]['value']

export const closeReasons = [
  { value: 'self-reliant', label: '生活の見通しが立った' },
  { value: 'handed-over', label: 'ほかの機関が引き継いだ' },
  { value: 'moved', label: '町の外へ移った' },
  { value: 'died', label: '亡くなった' },
  { value: 'refused', label: '本人が希望しない' },
  { value: 'mistake', label: '誤って始めた' },
  { value: 'other', label: 'その他' },
] as const
export type CloseReason = (typeof closeReasons)[number]['value']

/** What is done for a household that has a case. */
export const actKinds = [
  { value: 'visit', label: '訪問・連絡の記録' },
  { value: 'plan', label: '支援計画' },
  { value: 'handover', label: 'ほかの機関へのつなぎ' },
  { value: 'closed', label: '支援の終了' },
  { value: 'reopened', label: '支援の再開' },
] as const
export type ActKind = (typeof actKinds)[number]['value']

/** Lists of cases (絞り込み). */
export const filters = [
  { value: 'late', label: '予定日を過ぎた' },
  { value: 'week', label: '今日から7日以内' },
  { value: 'none', label: '次の予定がない' },
  { value: 'open', label: '支援中' },
  { value: 'closed', label: '終了' },
] as const
export type Filter = (typeof filters)[number]['value']

export type Act = {
  readonly kind: ActKind
  readonly actedOn: PlainDate
  readonly nextOn: PlainDate | null
  readonly method: Method | null
  readonly result: Result | null
  /** Who went or called. */
  readonly who: string
  readonly needs: readonly Need[]
  readonly agency: Agency | null
  readonly agencyName: string
  readonly consentOn: PlainDate | null
  readonly responsible: string
  readonly closeReason: CloseReason | null
  readonly words: string
}

/** What is missing or impossible, by field, in the words of the form. */
export function checkAct(
  act: Act,
  state: 'open' | 'closed',
  today: PlainDate,
): { readonly field: keyof Act; readonly message: string }[] {
  const wrong: { field: keyof Act; message: string }[] = []
  const say = (field: keyof Act, message: string): void => void wrong.push({ field, message })
  if (act.kind === 'reopened' ? state === 'open' : state === 'closed')
    say('kind', state === 'open' ? 'この世帯は支援中です' : '終了した支援です。先に再開してください')
  if (act.actedOn > today) say('actedOn', '今日までの日付を入力してください')
  if (act.nextOn !== null && act.nextOn < today) say('nextOn', '今日からあとの日付を入力してください')
  if (act.kind === 'visit') {
    if (act.method === null) say('method', '方法を選んでください')
    if (act.result === null) say('result', '結果を選んでください')
    if (act.who === '') say('who', '訪問・連絡した人を入力してください')
  }
  if (act.kind === 'plan' && act.words === '')
    say('words', '支援の目標と、だれが何をするかを入力してください')
  if (act.kind === 'handover') {
    if (act.agency === null) say('agency', 'つなぐ先を選んでください')
    if (act.consentOn === null)
      say('consentOn', '本人の同意を得た日を入力してください。同意がなければつなげません')
    else if (act.consentOn > today) say('consentOn', '今日までの日付を入力してください')
  }
  if (act.kind === 'closed' && act.closeReason === null) say('closeReason', '終了の理由を選んでください')
  if (act.kind === 'reopened' && act.words === '') say('words', '再開する理由を入力してください')
  return wrong
}

/** The case after an act: what is open of it, and when to look again. */
export function after<
  T extends {
    readonly needs: readonly Need[]
    readonly nextOn: PlainDate | null
    readonly responsible: string
  },
>(before: T, act: Act) {
  const closed = act.kind === 'closed'
  return {
    state: closed ? ('closed' as const) : ('open' as const),
    needs: act.kind === 'visit' || act.kind === 'plan' ? act.needs : before.needs,
    nextOn: closed ? null : act.nextOn,
    responsible: act.responsible === '' ? before.responsible : act.responsible,
  }
}
