import { createHash } from 'node:crypto'
import type { Brand } from '@open-bcl/core/brand.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import type { PersonRef } from './ledger.ts'

export type HouseholdId = Brand<string, 'HouseholdId'>

/** 被災時の世帯: what support is reckoned by. The size is of the disaster's time, whatever became of the people later. */
export type Household = {
  readonly householdId: HouseholdId
  /** The oldest of the register first, then whoever was added. */
  readonly members: readonly PersonRef[]
  /** 世帯主; `null` = not known. */
  readonly head: PersonRef | null
  readonly size: number
  /** 0 = as the register had it. */
  readonly version: number
}

/**
 * The id of a household as cut, which has no rows: the same whichever of its people is asked about, and made of nothing
 * but what the ledger shows anyway (世帯番号 stays out of it).
 */
export function cutHouseholdId(disasterId: DisasterId, members: readonly PersonRef[]): HouseholdId {
  const first = members.toSorted()[0]!
  const hex = createHash('sha256').update(`household ${disasterId} ${first}`).digest('hex')
  // A UUID of version 8: made by a rule of one's own (RFC 9562).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}` as HouseholdId
}

/** 続柄コード of 世帯主. */
const HEAD = '02'

export function isHeadInRegister(record: ResidentRecord): boolean {
  return record.relationCodes[0] === HEAD
}
