import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { DisasterId } from '../disasters/disasters.ts'

export type HelperPassId = Brand<string, 'HelperPassId'>
export type NoteId = Brand<string, 'NoteId'>

/**
 * 応援の業務: what helpers of other towns come for. Each is a built-in role of `access` that opens the few screens of the job,
 * and holds for one disaster. 窓口交付 is none of them: certificates belong to no disaster, so its right is a staff matter.
 */
export const helperJobs = [
  { value: 'helper-reception', label: '罹災証明の申請の受付' },
  { value: 'helper-survey', label: '調査票・写真の入力' },
  { value: 'helper-lists', label: '避難者などの名簿の取込・名寄せ' },
  { value: 'helper-visits', label: '世帯の訪問・見守り' },
  { value: 'helper-support', label: '支援制度の申請の受付' },
] as const
export type HelperJob = (typeof helperJobs)[number]['value']

export const helperPassStates = [
  { value: 'waiting', label: '未使用' },
  { value: 'early', label: '期間前' },
  { value: 'valid', label: '利用中' },
  { value: 'expired', label: '期間終了' },
  { value: 'revoked', label: '取消し済み' },
] as const
export type HelperPassState = (typeof helperPassStates)[number]['value']

export type HelperPass = {
  readonly passId: HelperPassId
  readonly version: number
  readonly disasterId: DisasterId
  readonly passNo: number
  readonly job: HelperJob
  /** 町字 that a helper of surveys works in; `null` = all. */
  readonly areas: readonly string[] | null
  /** Both days included, in Japan. */
  readonly validFrom: PlainDate
  readonly validUntil: PlainDate
  readonly staffId: string | null
  readonly pinHash: string | null
  readonly enrolledAt: Date | null
  readonly revokedAt: Date | null
  readonly revokedByLabel: string | null
}

export function helperPassState(
  pass: Pick<HelperPass, 'validFrom' | 'validUntil' | 'enrolledAt' | 'revokedAt'>,
  now: Date,
): HelperPassState {
  const today = todayInJapan(now)
  if (pass.revokedAt !== null) return 'revoked'
  if (today > pass.validUntil) return 'expired'
  if (pass.enrolledAt === null) return 'waiting'
  return today < pass.validFrom ? 'early' : 'valid'
}

/** Whose right may be limited to some 町字. */
export function isOfHousesJob(job: HelperJob): boolean {
  return job === 'helper-survey'
}

/** 「調査票・写真の入力（本町、栄町）」 */
export function jobText(job: HelperJob, areas: readonly string[] | null): string {
  const { label } = helperJobs.find(({ value }) => value === job)!
  return `${label}${areas === null ? '' : `（${areas.join('、')}）`}`
}

/** Made at one time: two pages of cards for a bus load. */
export const MOST_PASSES = 100
/** A relief team stays a week or two; whoever stays longer gets another card. */
export const MOST_HELPER_DAYS = 31

/** 「応援-012」 */
export function passText(passNo: number): string {
  return `応援-${String(passNo).padStart(3, '0')}`
}

/** 勤務帯 */
export const shifts = [
  { value: 'day', label: '日中' },
  { value: 'evening', label: '夜間' },
  { value: 'night', label: '深夜' },
] as const
export type Shift = (typeof shifts)[number]['value']

export const MOST_NOTES = 200
