import type { PlainDate } from '@open-bcl/core/brand.ts'
import { partsOf, plainDate } from '@open-bcl/core/dates.ts'

/** A calendar month, `YYYY-MM`. Months of the same form are compared as texts. */
export type Month = `${number}-${number}`

export function isMonth(text: string): text is Month {
  return /^20\d\d-(0[1-9]|1[0-2])$/.test(text)
}

export function monthOf(on: PlainDate): Month {
  return on.slice(0, 7) as Month
}

export function monthAfter(month: Month): Month {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return number === 12 ? `${year + 1}-01` : (`${year}-${String(number + 1).padStart(2, '0')}` as Month)
}

/** The twelve months of 年度 `fiscalYear`, April first. */
export function monthsOfFiscalYear(fiscalYear: number): Month[] {
  const months: Month[] = [`${fiscalYear}-04` as Month]
  while (months.length < 12) months.push(monthAfter(months.at(-1)!))
  return months
}

/** 年度: April to March, named by the year of its April. */
export function fiscalYearOf(day: PlainDate | Month): number {
  const [year = 0, month = 0] = day.split('-').map(Number)
  return month >= 4 ? year : year - 1
}

export function firstDayOf(month: Month): PlainDate {
  return plainDate(`${month}-01`)
}

/** Months of the fiscal year from `start` on, `start` counted whole (S0: 利用開始月から月割). December = 4. */
export function monthsLeft(start: Month): number {
  const month = Number(start.slice(5))
  return month >= 4 ? 16 - month : 4 - month
}

/** 「令和8年度」; 令和 began in 2019, whose fiscal year is 平成31年度 in the budgets of most towns. */
export function fiscalYearWords(fiscalYear: number): string {
  if (fiscalYear < 2020) return `${fiscalYear}年度`
  return `令和${fiscalYear - 2018}年度`
}

export function monthWords(month: Month): string {
  const { year, month: number } = partsOf(firstDayOf(month))
  return year < 2020 ? `${year}年${number}月` : `令和${year - 2018}年${number}月`
}
