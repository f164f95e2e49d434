import type { Business } from '../interfaces/interfaces.columns.ts'

/** How data came in: from the 連携AP, or loaded by staff. What came by hand is marked so for ever. */
export type Origin = 'link' | 'hand'

/** What a number of the town's data was given for. */
export type AppliedChange = {
  /** `null` where no file of a business was applied. */
  readonly business: Business | null
  /** 通番 within the business; `null` where it came by hand. */
  readonly fileNo: number | null
  readonly origin: Origin
}
