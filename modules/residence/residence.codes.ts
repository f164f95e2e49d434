import { fullWidth } from '../certificates/papers/printed.ts'
import type { Item } from '../certificates/papers/residence.ts'
import type { ResidentRecord } from '../residents/residents.ts'

type Foreign = NonNullable<ResidentRecord['foreign']>

/** 第30条45規定区分. The six are the law's; the code values are UNVERIFIED. */
const articles: Readonly<Record<string, string>> = {
  '1': '中長期在留者',
  '2': '特別永住者',
  '3': '一時庇護許可者',
  '4': '仮滞在許可者',
  '5': '出生による経過滞在者',
  '6': '国籍喪失による経過滞在者',
}

/**
 * 在留資格等コード as the demonstration towns have them. The official table is not public: a real town's codes have no words
 * here yet, and what has no words is not printed.
 */
export const demonstrationStatusWords: Readonly<Record<string, string>> = {
  '101': '永住者',
  '102': '定住者',
  '201': '技能実習',
  '202': '特定技能１号',
  '301': '留学',
}

/** `null` = a code without words; '' = the register says nothing. */
export function articleWords({ article30_45 }: Foreign): string | null {
  return article30_45 === '' ? '' : (articles[article30_45.replace(/^0/, '')] ?? null)
}

export function statusText(
  { statusOfResidence }: Foreign,
  words: Readonly<Record<string, string>>,
): string | null {
  return statusOfResidence === '' ? '' : (words[statusOfResidence] ?? null)
}

/** 在留期間: years, months and days as numbers (UNVERIFIED: that the codes are the numbers themselves). */
export function periodText({ period }: Foreign): string | null {
  const parts = [
    [period.years, '年'],
    [period.months, '月'],
    [period.days, '日'],
  ] as const
  if (parts.some(([code]) => !/^\d*$/.test(code))) return null
  return parts
    .filter(([code]) => Number(code) > 0)
    .map(([code, unit]) => `${fullWidth(String(Number(code)))}${unit}`)
    .join('')
}

/** 項目名 of what was asked for and has a code that nobody has put into words. */
export function unknownCodes(
  { foreign }: ResidentRecord,
  items: ReadonlySet<Item>,
  statusWords: Readonly<Record<string, string>>,
): string[] {
  if (foreign === null) return []
  return [
    ...(items.has('article30_45') && articleWords(foreign) === null ? ['第30条45規定区分'] : []),
    ...(items.has('status') && statusText(foreign, statusWords) === null ? ['在留資格等'] : []),
    ...(items.has('period') && periodText(foreign) === null ? ['在留期間等'] : []),
  ]
}
