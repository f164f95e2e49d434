import type { PlainDate } from './brand.ts'

const dayMs = 86_400_000
/** Japan has had no summer time since 1952, so the offset is a constant for every instant we record. */
const japanOffsetMs = 9 * 3_600_000

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

/** Days in a month of the Gregorian calendar; `month` is 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Two or four ASCII digits as a number, or NaN. By hand: this runs tens of millions of times in a full load. */
function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** Whether `text` is `YYYY-MM-DD` and a day of the calendar, years 0001 to 9999. */
export function isPlainDate(text: string): text is PlainDate {
  if (text.length !== 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

/** The day written as `YYYY-MM-DD`; `null` when it is not a day of the calendar. */
export function parsePlainDate(text: string): PlainDate | null {
  return isPlainDate(text) ? text : null
}

/** For literals and for text already checked; throws `RangeError` on anything else. */
export function plainDate(text: string): PlainDate {
  if (!isPlainDate(text)) throw new RangeError('not a calendar day written YYYY-MM-DD')
  return text
}

/** The day of these calendar parts (`month` 1 to 12); `null` when there is no such day. */
export function plainDateOf(year: number, month: number, day: number): PlainDate | null {
  const pad = (value: number, width: number): string => String(value).padStart(width, '0')
  return parsePlainDate(`${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`)
}

export function partsOf(date: PlainDate): { year: number; month: number; day: number } {
  return { year: digits(date, 0, 4), month: digits(date, 5, 7), day: digits(date, 8, 10) }
}

/** Days since 1970-01-01, negative before. */
export function dayNumber(date: PlainDate): number {
  return Date.parse(`${date}T00:00:00Z`) / dayMs
}

/** The day `days` later, or earlier when negative. Throws `RangeError` outside the years 0001 to 9999. */
export function addDays(date: PlainDate, days: number): PlainDate {
  return plainDate(new Date((dayNumber(date) + days) * dayMs).toISOString().slice(0, 10))
}

/** Order for `sort`: earlier days first. */
export function comparePlainDates(a: PlainDate, b: PlainDate): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The day it is in Japan at the instant `now`. */
export function todayInJapan(now: Date): PlainDate {
  return plainDate(new Date(now.getTime() + japanOffsetMs).toISOString().slice(0, 10))
}
