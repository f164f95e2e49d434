import type { PlainDate } from '../brand.ts'
import { partsOf, plainDate, plainDateOf } from '../dates.ts'

/** One era (元号). `lastOn` is null while it lasts. */
export type Era = {
  readonly name: string
  /** Digit of the 住基 and JPKI formats. */
  readonly code: string
  readonly letter: string
  readonly firstOn: PlainDate
  readonly lastOn: PlainDate | null
}

/**
 * The eras, newest first. A table, since the standard demands that a new era be a change of data
 * (住民記録システム標準仕様書 1.3.6). Two days belong to two eras: the register may also say 明治45年7月30日 and
 * 大正15年12月25日 (同 1.1.8), while we always write the new era.
 */
export const eras: readonly Era[] = [
  { name: '令和', code: '5', letter: 'R', firstOn: plainDate('2019-05-01'), lastOn: null },
  { name: '平成', code: '4', letter: 'H', firstOn: plainDate('1989-01-08'), lastOn: plainDate('2019-04-30') },
  { name: '昭和', code: '3', letter: 'S', firstOn: plainDate('1926-12-25'), lastOn: plainDate('1989-01-07') },
  { name: '大正', code: '2', letter: 'T', firstOn: plainDate('1912-07-30'), lastOn: plainDate('1926-12-25') },
  { name: '明治', code: '1', letter: 'M', firstOn: plainDate('1868-01-25'), lastOn: plainDate('1912-07-30') },
]

/** Japan has used the Gregorian calendar since 明治6年1月1日; earlier days are kept as text only. */
const gregorianSince = plainDate('1873-01-01')

/** The era of a day; `null` before 1873-01-01. */
export function eraOn(date: PlainDate): Era | null {
  if (date < gregorianSince) return null
  return eras.find((era) => date >= era.firstOn) ?? null
}

function fullWidth(text: string): string {
  return text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
}

/**
 * 和暦 of a day: 「令和8年11月21日」, first year 「元年」. `null` before 1873-01-01, where the old calendar would be
 * needed: print the register's own words instead.
 */
export function formatWareki(date: PlainDate, digits: 'ascii' | 'full-width' = 'ascii'): string | null {
  const era = eraOn(date)
  if (era === null) return null
  const { year, month, day } = partsOf(date)
  const yearOfEra = year - partsOf(era.firstOn).year + 1
  const text = `${era.name}${yearOfEra === 1 ? '元' : yearOfEra}年${month}月${day}日`
  return digits === 'ascii' ? text : fullWidth(text)
}

const pattern = /^(明治|大正|昭和|平成|令和)(元|[0-9]{1,2})年([0-9]{1,2})月([0-9]{1,2})日$/

/**
 * The day of a 和暦 text, digits in either width, first year 元 or 1. Strict: the day must lie in the era named
 * (昭和64年1月8日 is refused) and on or after 明治6年1月1日. `null` otherwise.
 */
export function parseWareki(text: string): PlainDate | null {
  const ascii = text.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
  const match = pattern.exec(ascii)
  if (match === null) return null
  const [, name, yearText, month, day] = match
  const era = eras.find((candidate) => candidate.name === name)
  if (era === undefined) return null
  const yearOfEra = yearText === '元' ? 1 : Number(yearText)
  const date = plainDateOf(partsOf(era.firstOn).year + yearOfEra - 1, Number(month), Number(day))
  if (date === null || yearOfEra === 0 || date < gregorianSince || date < era.firstOn) return null
  return era.lastOn !== null && date > era.lastOn ? null : date
}
