import type { PlainDate } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import type { Address, ResidentRecord, ResidentState } from '@open-bcl/modules/residents/residents.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'

/** The demonstration town is the town as it was on this day. */
export const demoDay = plainDate('2026-11-01')

export function on(text: string): RegisterDate {
  return { on: plainDate(text), uncertain: false, text: null }
}
export function sure(day: PlainDate): RegisterDate {
  return { on: day, uncertain: false, text: null }
}
export const noDate: RegisterDate = { on: null, uncertain: false, text: null }

/** 続柄: 住基 codes, chained. */
export const relations = {
  世帯主: ['02'],
  夫: ['11'],
  妻: ['12'],
  '夫（未届）': ['13'],
  '妻（未届）': ['14'],
  子: ['20'],
  父: ['51'],
  母: ['52'],
  兄: ['71'],
  弟: ['74'],
  姉: ['81'],
  妹: ['84'],
  同居人: ['99'],
  子の夫: ['20', '11'],
  子の妻: ['20', '12'],
  子の子: ['20', '20'],
  妻の母: ['12', '52'],
} as const
export type Relation = keyof typeof relations

/** 異動事由 as the demonstration town codes them. */
export const changeReasons = {
  国内転入: '10',
  国外転入等: '11',
  出生: '12',
  国内転出: '20',
  死亡: '22',
  転居: '30',
  職権修正: '32',
  世帯変更: '37',
  旧氏の記載: '41',
} as const
export type ChangeReason = keyof typeof changeReasons

/** Of a foreign resident; the rest follows from the person. */
export type DraftForeign = Omit<NonNullable<ResidentRecord['foreign']>, 'since' | 'cardNo'>

export type DraftPerson = {
  /** Name for tests; absent for the many. */
  readonly key?: string
  readonly name: Partial<ResidentRecord['name']> & { readonly full: string; readonly kana: string }
  readonly male: boolean
  readonly birth: RegisterDate
  readonly relation: Relation
  /** 住民となった日 and why. */
  readonly since: RegisterDate
  readonly sinceReason: ChangeReason
  readonly addressBefore?: string
  readonly addressAfter?: string
  readonly foreign?: DraftForeign
  /** A second version: what changed, when and why. The first keeps the address and state from before. */
  readonly change?: {
    readonly on: PlainDate
    readonly reason: ChangeReason
    readonly state?: ResidentState
    /** Where the person lived before the change (転居). */
    readonly from?: Address
    /** The name before the change. */
    readonly oldName?: Partial<ResidentRecord['name']>
  }
}

export type DraftHousehold = { readonly address: Address; readonly members: readonly DraftPerson[] }
