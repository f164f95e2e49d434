import { todayInJapan } from '@open-bcl/core/dates.ts'
import { fiscalYearOf, isMonth, monthOf, monthWords, type Month } from '../fiscal-year.ts'
import { figureText } from '../tables.ts'

/** 「1,234円」, negative 「▲1,234円」. */
export function yenText(amount: number): string {
  return `${figureText(amount)}円`
}

export function presentMonth(): Month {
  return monthOf(todayInJapan(new Date()))
}

/** What stands in an address behind the question mark. */
export type Search = Readonly<Record<string, string | number | undefined>>

/** A month as it stands in an address; anything else is the present one. */
export function monthIn(value: string | number | undefined): Month {
  return typeof value === 'string' && isMonth(value) ? value : presentMonth()
}

/** The present month and the `count` before it, the latest first. */
export function monthOptions(count: number): { value: Month; label: string }[] {
  const present = presentMonth()
  let [year = 0, month = 0] = present.split('-').map(Number)
  const options: { value: Month; label: string }[] = []
  for (let index = 0; index <= count; index++) {
    const value = `${year}-${String(month).padStart(2, '0')}` as Month
    options.push({ value, label: monthWords(value) })
    month -= 1
    if (month === 0) {
      month = 12
      year -= 1
    }
  }
  return options
}

export function presentFiscalYear(): number {
  return fiscalYearOf(presentMonth())
}

/** 団体コード in an address: six digits, which a router may have read as a number. */
export function codeIn(value: string | number | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : String(value).padStart(6, '0')
}
