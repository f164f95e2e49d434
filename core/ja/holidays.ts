import type { PlainDate } from '../brand.ts'
import { addDays, plainDate, plainDateOf } from '../dates.ts'

/**
 * 国民の祝日 by 国民の祝日に関する法律 (昭和23年法律第178号), for the years 2022 to 2099: since then its list has stood as it is. 春分日
 * and 秋分日 are reckoned; the law takes them from the 官報 of the February before (暦要項), which has agreed so far.
 */
const firstYear = 2022
const lastYear = 2099

/** 月-日 of the holidays that stay where they are (2条). */
const fixed = ['01-01', '02-11', '02-23', '04-29', '05-03', '05-04', '05-05', '08-11', '11-03', '11-23']
/** Month and which Monday: 成人の日, 海の日, 敬老の日, スポーツの日. */
const mondays: readonly (readonly [number, number])[] = [
  [1, 2],
  [7, 3],
  [9, 3],
  [10, 2],
]

const known = new Map<number, ReadonlySet<PlainDate>>()

/** Holidays of a year, 振替休日 and 国民の休日 (3条2項, 3項) among them. */
export function holidaysOf(year: number): ReadonlySet<PlainDate> {
  if (year < firstYear || year > lastYear)
    throw new RangeError(`holidays are known for ${firstYear}–${lastYear}`)
  let days = known.get(year)
  if (!days) {
    days = reckon(year)
    known.set(year, days)
  }
  return days
}

export function isHoliday(date: PlainDate): boolean {
  return holidaysOf(Number(date.slice(0, 4))).has(date)
}

function reckon(year: number): ReadonlySet<PlainDate> {
  const named = new Set<PlainDate>([
    ...fixed.map((day) => plainDate(`${year}-${day}`)),
    ...mondays.map(([month, nth]) => mondayOf(year, month, nth)),
    equinox(year, 3, 20.8431),
    equinox(year, 9, 23.2488),
  ])
  const all = new Set(named)
  for (const day of named) {
    // 3条2項: a holiday on a Sunday is followed by the nearest day after it that is none.
    if (weekday(day) === 0) {
      let substitute = addDays(day, 1)
      while (named.has(substitute)) substitute = addDays(substitute, 1)
      all.add(substitute)
    }
    // 3条3項: a day between two holidays is one, too.
    const between = addDays(day, 1)
    if (!named.has(between) && named.has(addDays(day, 2))) all.add(between)
  }
  return all
}

/** The usual reckoning for 1980 to 2099. */
function equinox(year: number, month: number, base: number): PlainDate {
  const years = year - 1980
  return plainDateOf(year, month, Math.floor(base + 0.242194 * years - Math.floor(years / 4)))!
}

function mondayOf(year: number, month: number, nth: number): PlainDate {
  const first = plainDateOf(year, month, 1)!
  return addDays(first, ((8 - weekday(first)) % 7) + (nth - 1) * 7)
}

/** 0 = Sunday */
function weekday(date: PlainDate): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay()
}
