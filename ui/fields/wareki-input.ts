import type { PlainDate } from '@open-bcl/core/brand.ts'
import { dayNumber, partsOf, plainDateOf } from '@open-bcl/core/dates.ts'
import { eras, formatWareki, parseWareki } from '@open-bcl/core/ja/wareki.ts'
import type { Reading } from './draft-text.ts'

/** How a date may be typed; shown below the field unless it has a hint of its own. */
export const warekiHint = '例：令和8年1月5日、R8.1.5、2026-01-05'

const wareki =
  /^([MTSHR]|明治?|大正?|昭和?|平成?|令和?)(元|[0-9]{1,2})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?$/i
const compactWareki = /^([MTSHR])([0-9]{2})([0-9]{2})([0-9]{2})$/i
const western = /^([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?$/
const compactWestern = /^([0-9]{4})([0-9]{2})([0-9]{2})$/

/**
 * Reads what staff type for a day: 令和8年1月5日, R8.1.5, r080105, 昭20.5.3, 2026-01-05, 2026/1/5, 20260105, in either
 * width. Empty text is no date. A day outside the era named (昭和64年1月8日) is refused, as `parseWareki` does.
 */
export function readDate(text: string): Reading<PlainDate | null> {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s、。]/g, '')
    .replace(/[‐‑–—−ー]/g, '-')
  if (plain === '') return { kind: 'value', value: null }
  const date = readWestern(plain) ?? readWareki(plain)
  if (date !== null) return { kind: 'value', value: date }
  return { kind: 'unreadable', message: `日付を読み取れません。${warekiHint} のように入力してください` }
}

function readWestern(text: string): PlainDate | null {
  const [, year, month, day] = western.exec(text) ?? compactWestern.exec(text) ?? []
  return year === undefined ? null : plainDateOf(Number(year), Number(month), Number(day))
}

function readWareki(text: string): PlainDate | null {
  const [, name, year, month, day] = wareki.exec(text) ?? compactWareki.exec(text) ?? []
  if (name === undefined) return null
  const era = eras.find(
    (one) => one.letter === name.toUpperCase() || one.name === name || one.name[0] === name,
  )
  return parseWareki(`${era?.name}${year === '元' ? '元' : Number(year)}年${Number(month)}月${Number(day)}日`)
}

/** 「令和8年1月5日」; before 明治6年, where 和暦 would need the old calendar, 「1870年1月5日」. Empty for `null`. */
export function dateText(value: PlainDate | null): string {
  return value === null ? '' : (formatWareki(value) ?? westernText(value))
}

/** 「2026年1月5日（月）」 */
export function westernTextWithWeekday(value: PlainDate): string {
  // 1970-01-01 was a Thursday.
  const weekday = '木金土日月火水'.at(((dayNumber(value) % 7) + 7) % 7)
  return `${westernText(value)}（${weekday}）`
}

function westernText(value: PlainDate): string {
  const { year, month, day } = partsOf(value)
  return `${year}年${month}月${day}日`
}
