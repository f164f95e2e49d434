import type { RegisterDate } from '@open-bcl/core/register-date.ts'
import { plainDateOf } from '@open-bcl/core/dates.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'

/**
 * A date as certificates print it: 和暦, or 西暦 for a foreign resident's birth, never both (標準仕様書 1.1.9). An uncertain
 * date is the register's own words; `null` where there is nothing to print.
 */
export function printedDate(
  { on, uncertain, text }: RegisterDate,
  calendar: 'wareki' | 'western',
): string | null {
  if (uncertain && text !== null && text !== '') return text
  if (on === null || uncertain) return null
  return calendar === 'wareki' ? formatWareki(on, 'full-width') : fullWidth(westernDate(on))
}

function westernDate(on: string): string {
  const [year, month, day] = on.split('-').map(Number)
  return `${year}年${month}月${day}日`
}

export function fullWidth(text: string): string {
  return text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
}

/** 年度 and the year it is made from: 「令和８年度」「令和７年」. */
export function printedFiscalYear(year: number): { readonly fiscal: string; readonly income: string } {
  const named = (month: number, day: number, of: number): string =>
    formatWareki(plainDateOf(of, month, day)!, 'full-width')!.replace(/年.*$/, '年')
  return { fiscal: `${named(4, 1, year)}度`, income: named(12, 31, year - 1) }
}

/** Stands for an amount that nobody declared. */
export const NOT_KNOWN = '＊'

/** Whole yen in groups of three, a loss with △ as account books have it; `＊` = not known, which is not 0. */
export function printedYen(yen: number | null): string {
  if (yen === null) return NOT_KNOWN
  const digits = String(Math.abs(yen)).replace(/\B(?=(\d{3})+$)/g, ',')
  return yen < 0 ? `△${digits}` : digits
}
