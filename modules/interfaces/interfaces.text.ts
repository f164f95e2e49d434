import type { PlainDate } from '@open-bcl/core/brand.ts'
import { parsePlainDate } from '@open-bcl/core/dates.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import type { Column } from './interfaces.columns.ts'

/**
 * A field as staff read it: the code with its meaning, the day in 和暦, yen with commas. What cannot be read so is shown as
 * it was sent. An image has no text: whoever shows it draws it.
 */
export function fieldText({ kind, codes }: Pick<Column, 'kind' | 'codes'>, value: string): string {
  if (value === '') return ''
  switch (kind) {
    case 'code':
      return codes?.[value] === undefined ? value : `${value}（${codes[value]}）`
    case 'flag':
      return value === '1' ? '1（はい）' : '0（いいえ）'
    case 'date':
    case 'uncertain-date':
      return dayText(value)
    case 'year':
      return yearText(value)
    case 'amount':
      return /^-?\d+$/.test(value) ? `${value.replace(/\B(?=(\d{3})+$)/g, ',')}円` : value
    case 'image':
      return '（画像）'
    case 'text':
    case 'time':
    case 'digits':
    case 'hex':
    case 'integer':
    case 'decimal':
      return value
  }
}

/** 「昭和53年5月12日（1978-05-12）」; a day that no calendar has stays as it was sent. */
function dayText(value: string): string {
  const day = parsePlainDate(value)
  const wareki = day === null ? null : formatWareki(day)
  return wareki === null ? value : `${wareki}（${value}）`
}

/** 「2026（令和8年）」, by the era of the year's last day. */
function yearText(value: string): string {
  const wareki = /^\d{4}$/.test(value) ? formatWareki(`${value}-12-31` as PlainDate) : null
  return wareki === null ? value : `${value}（${wareki.slice(0, wareki.indexOf('年') + 1)}）`
}
