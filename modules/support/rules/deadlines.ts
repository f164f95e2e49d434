import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, daysInMonth, partsOf, plainDateOf } from '@open-bcl/core/dates.ts'

/**
 * The last day of a term of months that counts from the day of the disaster itself (「発生した日から起算して」): the day
 * before the corresponding day, or the month's last day where there is none (民法143条2項).
 */
export function lastDayOfMonths(firstOn: PlainDate, months: number): PlainDate {
  const { year, month, day } = partsOf(firstOn)
  const index = year * 12 + (month - 1) + months
  const endYear = Math.floor(index / 12)
  const endMonth = (index % 12) + 1
  const corresponding = plainDateOf(endYear, endMonth, day)
  if (corresponding === null) return plainDateOf(endYear, endMonth, daysInMonth(endYear, endMonth))!
  return addDays(corresponding, -1)
}

/** 年度: from April. */
export function fiscalYearOf(day: PlainDate): number {
  const { year, month } = partsOf(day)
  return month >= 4 ? year : year - 1
}
