import { certificateKinds, type CertificateKindCode, type Issuer } from '../municipalities.ts'
import type { Setting } from '../municipalities.contract.ts'
import { readTime } from '../typed-hours.ts'

export type SettingKey = Setting['key']

/** What each dated setting is called. */
export const settingLabels: Readonly<Record<SettingKey, string>> = {
  mayor: '首長の職名・氏名',
  seal: '公印',
  hours: 'コンビニ交付のサービス時間',
  fees: '証明書の手数料',
  'issue-options': '証明書の記載と部数',
  participation: '参加パターン',
  'my-number': '個人番号の保有',
  'link-hours': '連携の受付時間',
  'data-age-limits': '証明書に使うデータの古さの上限',
  'interface-deadlines': '前の版のファイルの受取期限',
}

export function isSettingKey(text: string): text is SettingKey {
  return text in settingLabels
}

export const kindCodes = Object.keys(certificateKinds) as CertificateKindCode[]

/** Kinds made of linked data; of 罹災・被災 the age of the data is no matter. */
export const linkedKinds = ['juminhyo', 'inkan', 'tax'] as const
/** Businesses of which two versions are taken at once (`interfaces.versions.ts`, which stands below this module's uses). */
export const twoVersionBusinesses = [{ key: 'residents', label: '住民情報' }] as const

export const issuers: readonly { readonly value: Issuer; readonly label: string }[] = [
  { value: 'bcl', label: 'BCLが発行' },
  { value: 'own', label: '団体の証明発行サーバが発行' },
  { value: 'none', label: '交付しない' },
]

export const residentDataWays = [
  { value: 'agent', label: '連携APが自動で送る' },
  { value: 'manual', label: '職員がファイルを登録する' },
] as const

/** 参加パターン as a town chooses it. Source: 自治体基盤クラウドシステム導入検討の手引き. */
export const patterns = [
  {
    value: 'A1',
    label: 'A①',
    hint: 'BCLとそのコンビニ交付を既に利用している団体が、被災者支援システムを加える',
  },
  {
    value: 'A2',
    label: 'A②',
    hint: '自団体の証明発行サーバでコンビニ交付を行い、住民情報をBCLへ連携する',
  },
  { value: 'A3', label: 'A③', hint: '連携とコンビニ交付を、BCLで同時に始める' },
  {
    value: 'B',
    label: 'B',
    hint: '連携APを置かず、住民情報は職員が登録する。コンビニ交付は自団体のサーバで行う',
  },
] as const

/** Who wrote a setting, in words: an account, a program. */
export function writerText(setBy: string): string {
  return setBy.startsWith('staff:') ? '職員' : 'システム'
}

/** A time of day, or the midnight that ends it. */
export function linkTime(text: string): string | null {
  const plain = text.normalize('NFKC').replace(/[\s時:]/g, '')
  return plain === '2400' || plain === '24' ? '24:00' : readTime(text)
}

/** 「24時間」「90分」「上限なし」: how old data may be, from minutes. */
export function ageLimitText(minutes: number | null): string {
  if (minutes === null) return '上限なし'
  return minutes % 60 === 0 ? `${minutes / 60}時間` : `${minutes}分`
}
