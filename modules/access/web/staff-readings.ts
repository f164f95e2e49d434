import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { getStaff, searchStaff } from '../staff.contract.ts'

export type Person = OutputOf<typeof getStaff>

/** To be fetched anew after an act on a person. */
export const staffReadings = [getStaff, searchStaff]
