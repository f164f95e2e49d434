import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { TeamId } from '../surveys/surveys.ts'

export type PassId = Brand<string, 'PassId'>
export type ItemId = Brand<string, 'ItemId'>
export type KeyId = Brand<string, 'KeyId'>

/** 利用許可の状態 */
export const passStates = [
  { value: 'waiting', label: '端末の登録待ち' },
  { value: 'early', label: '期間前' },
  { value: 'valid', label: '利用中' },
  { value: 'expired', label: '期間終了' },
  { value: 'revoked', label: '取消し済み' },
] as const
export type PassState = (typeof passStates)[number]['value']

export type Pass = {
  readonly passId: PassId
  readonly version: number
  readonly disasterId: DisasterId
  readonly teamId: TeamId
  readonly name: string
  /** Both days included, in Japan. */
  readonly validFrom: PlainDate
  readonly validUntil: PlainDate
  readonly device: string
  readonly enrolledAt: Date | null
  readonly seenAt: Date | null
  readonly unsent: number
  readonly unsentSince: Date | null
  readonly clockOffS: number
  readonly revokedAt: Date | null
  readonly revokedByLabel: string | null
  readonly revokeReason: string
  readonly wipedAt: Date | null
  readonly madeAt: Date
  readonly madeByLabel: string
}

export function passStateOf(
  pass: Pick<Pass, 'validFrom' | 'validUntil' | 'enrolledAt' | 'revokedAt'>,
  now: Date,
): PassState {
  const today = todayInJapan(now)
  if (pass.revokedAt !== null) return 'revoked'
  if (today > pass.validUntil) return 'expired'
  if (pass.enrolledAt === null) return 'waiting'
  return today < pass.validFrom ? 'early' : 'valid'
}

/** 届いたものの種類 */
export const itemKinds = [
  { value: 'sheet', label: '調査票' },
  { value: 'photo', label: '写真' },
  { value: 'claim', label: '調査中の印' },
  { value: 'unknown', label: '内容を開けないもの' },
] as const
export type ItemKind = (typeof itemKinds)[number]['value']

/** 保留の理由 */
export const parkedReasons = [
  { value: 'revoked', label: '端末の利用許可が取り消された後に届きました' },
  { value: 'expired', label: '端末の利用期間が終わった後に届きました' },
  { value: 'early', label: '端末の利用期間の前に届きました' },
  { value: 'other-team', label: '調査対象が、ほかの班に移されています' },
  { value: 'no-task', label: '調査対象が見つかりません' },
  { value: 'unreadable', label: '内容の形が正しくありません' },
  { value: 'unopened', label: '暗号を開けませんでした' },
  { value: 'refused', label: '登録できない内容でした' },
] as const
export type ParkedReason = (typeof parkedReasons)[number]['value']

export const itemStates = [
  { value: 'accepted', label: '登録済み' },
  { value: 'parked', label: '保留（職員の確認待ち）' },
  { value: 'refused', label: '登録しない' },
] as const
export type ItemState = (typeof itemStates)[number]['value']

/** How long a code waits for its phone. */
export const CODE_MINUTES = 60
/** Longer than any survey of one team; a pass is made anew after it. */
export const MOST_DAYS = 93
/** Tokens of phones begin so: `serve` asks here, not at `access`, whose they are. */
export const PASS_TOKEN = 'field-'
/** Of a phone, not of a role: what a valid pass may, and what is left to one that has ended. */
export const passPermissions = { valid: ['field.work', 'field.send'], ended: ['field.send'] } as const
