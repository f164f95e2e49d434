import { holidaysOf } from '@open-bcl/core/ja/holidays.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'

/**
 * 開庁時間 of a town hall, against which 「時間外」 is counted. S4 gives the share (47.6 % of the nation) and not its definition;
 * this is the usual one: weekdays 8:30–17:15, not on 国民の祝日, not 12/29–1/3 (地方自治法 4条の2). UNVERIFIED.
 */
export const officeHours = {
  opensAt: '08:30',
  closesAt: '17:15',
  /** `MM-DD` */
  closedOn: ['12-29', '12-30', '12-31', '01-01', '01-02', '01-03'],
} as const

/** 国民の祝日 of the calendar years that the days lie in. */
export function holidaysBetween(from: PlainDate, to: PlainDate): PlainDate[] {
  const days: PlainDate[] = []
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++)
    days.push(...holidaysOf(year))
  return days
}
