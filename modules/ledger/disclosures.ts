/** 提供の根拠. The last is of the amendment of 2025, whose article could not be read here: shown as not verified. */
export const disclosureBases = [
  { value: 'self', label: '本人への提供（災対法90条の4第1項1号）', verified: true },
  { value: 'consent', label: '本人の同意（災対法90条の4第1項1号）', verified: true },
  { value: 'internal', label: '市町村内部での利用（災対法90条の4第1項2号）', verified: true },
  { value: 'government', label: 'ほかの地方公共団体（災対法90条の4第1項3号）', verified: true },
  { value: 'support-group', label: '登録被災者援護協力団体（令和7年改正。条文は未確認）', verified: false },
] as const
export type DisclosureBasis = (typeof disclosureBases)[number]['value']

export const disclosureMethods = [
  { value: 'paper', label: '書面' },
  { value: 'data', label: '電子データ' },
  { value: 'view', label: '閲覧' },
  { value: 'oral', label: '口頭' },
] as const
export type DisclosureMethod = (typeof disclosureMethods)[number]['value']

export const disclosureStates = [
  { value: 'received', label: '受付（決定待ち）' },
  { value: 'approved', label: '提供する' },
  { value: 'refused', label: '提供しない' },
] as const
export type DisclosureState = (typeof disclosureStates)[number]['value']

/** 支援措置の対象者 in what is handed over: never with whereabouts. */
export const protectedWays = [
  { value: 'left-out', label: '対象者を除いて提供する' },
  { value: 'without-contact', label: '対象者は連絡先を除いて提供する' },
] as const
export type ProtectedWay = (typeof protectedWays)[number]['value']

/** Items that tell where somebody is. */
export const contactItems: ReadonlySet<string> = new Set(['address', 'present-place', 'contacts'])

/** What an application says in words (規則8条の6第1項). */
export type DisclosureWords = {
  /** 申請者の氏名又は名称. */
  readonly recipient: string
  /** 住所又は主たる事務所の所在地. */
  readonly recipientPlace: string
  /** 代表者; empty for a person. */
  readonly representative: string
  /** 利用目的. */
  readonly purpose: string
  readonly remarks: string
}
