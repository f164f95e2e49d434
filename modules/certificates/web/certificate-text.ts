import type { PlainDate } from '@open-bcl/core/brand.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { certificateKinds, type CertificateKindCode } from '../../municipalities/municipalities.ts'
import { issueStates, type Channel, type IssueState } from '../certificates.ts'
import { disposalReasons } from '../slips.ts'

export const kindCodes = Object.keys(certificateKinds) as CertificateKindCode[]
export const kindOptions = kindCodes.map((value) => ({ value, label: certificateKinds[value].ja }))
export const channelOptions = [
  { value: 'counter', label: '窓口' },
  { value: 'kiosk', label: 'キオスク端末' },
] as const satisfies readonly { readonly value: Channel; readonly label: string }[]
export const stateOptions = (Object.keys(issueStates) as IssueState[]).map((value) => ({
  value,
  label: issueStates[value].ja,
}))

/** Who issues a kind, as a town sets it. */
export const issuerOptions = [
  { value: 'bcl', label: 'このシステムで交付する' },
  { value: 'own', label: '団体の証明発行サーバで交付する' },
  { value: 'none', label: '交付しない' },
] as const

export const abortReasons = [
  { value: 'paper', label: '紙詰まり・印刷の不具合' },
  { value: 'mistake', label: '操作や部数の誤り' },
  { value: 'declined', label: '申請者の都合' },
  { value: 'other', label: 'その他' },
] as const

const reasonWords: Readonly<Record<string, string>> = {
  ...Object.fromEntries(abortReasons.map(({ value, label }) => [value, label])),
  ...disposalReasons,
  timeout: '時間切れ',
  content: '記載内容を印刷できない',
}

/** A code that a state row carries, in words where they are known. */
export function reasonText(code: string | null): string {
  return code === null ? '' : (reasonWords[code] ?? code)
}

export const residentStates = {
  resident: '住民',
  'moved-out': '転出',
  dead: '死亡',
  removed: '消除',
} as const

export const concealedAddress = '（支援措置のため非表示）'

export function birthText({
  on,
  text,
}: {
  readonly on: string | null
  readonly text: string | null
}): string {
  return text !== null && text !== '' ? text : dateText(on as PlainDate | null)
}

/** 「45分」「3時間」「2日」: how old data are. */
export function ageText(seconds: number | null): string {
  if (seconds === null) return '連携の記録なし'
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}分`
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)}時間` : `${Math.floor(seconds / 86_400)}日`
}

/** 128 random bits as the server takes a transaction id. */
export function transactionIdOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
