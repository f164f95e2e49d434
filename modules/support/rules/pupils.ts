import type { PlainDate } from '@open-bcl/core/brand.ts'
import { plainDateOf } from '@open-bcl/core/dates.ts'
import { fiscalYearOf } from './deadlines.ts'

/**
 * Who is of an age from 小学1年 to 高校3年 in the school year of a day, first and last birthday: a school year takes in who
 * became six by 1 April (学校教育法17条; a year of age is full the day before the birthday, so 2 April begins the year).
 */
export function pupilBirths(on: PlainDate): { readonly from: PlainDate; readonly until: PlainDate } {
  const year = fiscalYearOf(on)
  return { from: plainDateOf(year - 18, 4, 2)!, until: plainDateOf(year - 6, 4, 1)! }
}

/** `null` = nobody knows when the person was born. */
export function isPupil(birthOn: PlainDate | null, on: PlainDate): boolean | null {
  if (birthOn === null) return null
  const { from, until } = pupilBirths(on)
  return birthOn >= from && birthOn <= until
}
