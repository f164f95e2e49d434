import type { Brand } from '@open-bcl/core/brand.ts'

/** The values of a list of choices, as Zod takes them. */
export function codesOf<V extends string>(list: readonly { readonly value: V }[]): [V, ...V[]] {
  return list.map(({ value }) => value) as [V, ...V[]]
}

export type TransferId = Brand<string, 'TransferId'>

/** What of a person a hand-over may hold besides name, birth and sex, by the keys of the ledger's items. */
export const transferItems = [
  { value: 'address', label: '住所（避難元）' },
  { value: 'present-place', label: '今いる場所' },
  { value: 'contacts', label: '連絡先' },
  { value: 'needs', label: '要配慮の事由' },
  { value: 'needs-detail', label: '配慮の内容' },
] as const
export type TransferItem = (typeof transferItems)[number]['value']
/** What every hand-over holds. */
export const identityItems = ['name', 'birth', 'sex'] as const
/** Those of them that are items told in the ledger. */
export const toldItems = ['present-place', 'contacts', 'needs', 'needs-detail'] as const
/** Those that tell where somebody is, or that free words may tell it. */
const whereabouts: ReadonlySet<string> = new Set(['address', 'present-place', 'contacts', 'needs-detail'])

export function withoutWhereabouts<T extends string>(items: readonly T[]): T[] {
  return items.filter((item) => !whereabouts.has(item))
}

/** 同意の方法 */
export const consentMethods = [
  { value: 'paper', label: '書面' },
  { value: 'oral', label: '対面で口頭' },
  { value: 'phone', label: '電話' },
  { value: 'online', label: 'オンライン' },
] as const
export type ConsentMethod = (typeof consentMethods)[number]['value']

/** だれが同意したか */
export const consentGivers = [
  { value: 'self', label: '本人' },
  { value: 'guardian', label: '法定代理人（親権者・成年後見人）' },
] as const
export type ConsentGiver = (typeof consentGivers)[number]['value']

/** 引継ぎの状態, as the sender has it. */
export const transferStates = [
  { value: 'prepared', label: '準備中' },
  { value: 'sent', label: '相手の返事待ち' },
  { value: 'taken', label: '引き継がれた' },
  { value: 'returned', label: '返された' },
  { value: 'ended', label: '終了' },
  { value: 'withdrawn', label: '同意の取消し' },
] as const
export type TransferState = (typeof transferStates)[number]['value']

/** The same as the receiver has it. */
export const arrivalStates = [
  { value: 'offered', label: '未対応' },
  { value: 'taken', label: '引き継いだ' },
  { value: 'returned', label: '返した' },
  { value: 'ended', label: '終了' },
  { value: 'withdrawn', label: '同意の取消し（利用できません）' },
  { value: 'expired', label: '期限切れ（利用できません）' },
] as const
export type ArrivalStateShown = (typeof arrivalStates)[number]['value']
export type ArrivalState = Exclude<ArrivalStateShown, 'expired'>

export function shownState(state: ArrivalState, expiresOn: string | null, today: string): ArrivalStateShown {
  const running = state === 'offered' || state === 'taken'
  return running && expiresOn !== null && expiresOn < today ? 'expired' : state
}

/** 避難元への報告. The last two end what they are about. */
export const reports = [
  { value: 'staying', label: '今いる場所' },
  { value: 'provided', label: '提供した支援' },
  { value: 'left', label: '避難元へ戻った・ほかへ移った' },
  { value: 'ended', label: '支援を終えた' },
] as const
export type ReportKind = (typeof reports)[number]['value']

export function endsService(report: ReportKind): boolean {
  return report === 'left' || report === 'ended'
}

/** What stands in 引継ぎの経過. */
export const eventKinds = [
  { value: 'prepared', label: '引継ぎを準備した' },
  { value: 'sent', label: '引継ぎを送った' },
  { value: 'offered', label: '引継ぎが届いた' },
  { value: 'taken', label: '引き継いだ' },
  { value: 'returned', label: '返した' },
  { value: 'reported', label: '報告した' },
  { value: 'withdrawn', label: '同意が取り消された' },
] as const
export type EventKind = (typeof eventKinds)[number]['value']

/** Longest time a consent may be asked for: it is asked for anew when the evacuation lasts. Our measure, by no law. */
export const MOST_DAYS = 366
export const MOST_PEOPLE = 30
export const MOST_NOTES = 30
/** A packet of words. */
export const MOST_FILE_BYTES = 600_000

export type Way = 'here' | 'file'
