import { isPlainDate, partsOf, plainDateOf } from '@open-bcl/core/dates.ts'
import { eras, parseWareki } from '@open-bcl/core/ja/wareki.ts'

/**
 * What one cell says about a day, in the columns of the published interface.
 * `none`: nothing is known (empty, or the zeros and dashes that stand for it). `unreadable`: not a date in any shape.
 */
export type DateReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'day'; readonly day: string }
  /** `day` as the interface wants it (month or day 00 where unknown) or empty; `wording` as the register prints it. */
  | {
      readonly kind: 'uncertain'
      readonly day: string
      readonly wording: string
      /** Written as a day that no calendar has: likelier a slip of the pen than a thing unknown. */
      readonly impossible: boolean
    }
  | { readonly kind: 'unreadable' }

const none: DateReading = { kind: 'none' }
const unreadable: DateReading = { kind: 'unreadable' }

const eraNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    eras.flatMap((era) => [era.name, era.letter, era.code].map((key) => [key, era.name])),
  ),
  ...Object.fromEntries(eras.map((era) => [era.name.slice(0, 1), era.name])),
  '\u337E': '明治',
  '\u337D': '大正',
  '\u337C': '昭和',
  '\u337B': '平成',
  '\u32FF': '令和',
}
const firstYears = new Map(eras.map((era) => [era.name, partsOf(era.firstOn).year]))

/** Words by which a register says that it does not know. */
const uncertainWords =
  /不詳|不明|頃|ころ|推定|上旬|中旬|下旬|[春夏秋冬]|まで|から|^\D{0,2}(?:元|\d{1,4})年(?:\d{1,2}月)?$/

/** Full-width digits and signs to ASCII, spaces away. */
function plain(text: string): string {
  return text
    .replace(/[０-９Ａ-Ｚａ-ｚ．／－]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[‐―−ー]/g, '-')
    .replace(/[\s\u3000]/g, '')
}

/** A time after the day, as databases export it, says nothing. */
const timeAfter =
  /(?:[T ]\s*|(?<=\d{4}[-/.]\d{1,2}[-/.]\d{1,2}))\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/

/**
 * Reads a day in the shapes that core systems write: 1980-04-01, 1980/4/1, 19800401, 昭和55年4月1日, S55.4.1, 昭55-04-01,
 * 3550401 (元号コード＋年月日), 319800401 (元号コード＋西暦年月日). A day that no calendar has and a wording such as 昭和20年頃 are
 * uncertain: kept as written, never made into a day.
 */
export function readDate(raw: string): DateReading {
  const trimmed = raw.trim().replace(timeAfter, '')
  const text = plain(trimmed)
  if (text === '' || /^[0-]+$/.test(text) || /^[0/.-]+$/.test(text)) return none
  if (isPlainDate(text)) return { kind: 'day', day: text }

  const western =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text) ??
    /^(\d{4})年(\d{1,2})月(\d{1,2})日$/.exec(text) ??
    /^[0-5](\d{4})(\d{2})(\d{2})$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (western !== null) return ofParts(trimmed, null, Number(western[1]), western[2]!, western[3]!)

  const era =
    /^(明治|大正|昭和|平成|令和|[明大昭平令MTSHRmtshr\u337B-\u337E\u32FF])[-/.]?(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(
      text,
    ) ?? /^([MTSHRmtshr1-5])(\d{2})(\d{2})(\d{2})$/.exec(text)
  if (era !== null) {
    const name = eraNames[era[1]!.toUpperCase()]!
    const year = era[2] === '元' ? 1 : Number(era[2])
    return ofParts(trimmed, { name, year }, firstYears.get(name)! + year - 1, era[3]!, era[4]!)
  }
  return uncertainWords.test(text)
    ? { kind: 'uncertain', day: '', wording: trimmed, impossible: false }
    : unreadable
}

function ofParts(
  raw: string,
  era: { readonly name: string; readonly year: number } | null,
  year: number,
  monthText: string,
  dayText: string,
): DateReading {
  const month = Number(monthText)
  const day = Number(dayText)
  if (year < 1 || month > 12 || day > 31 || (era !== null && era.year === 0)) return unreadable
  const date = plainDateOf(year, month, day)
  const written = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  const words = raw.replace(/^\d+$/, '') // A row of digits is no wording that a register would print.
  const wording =
    words !== '' && uncertainWords.test(words)
      ? words
      : `${era === null ? year : `${era.name}${era.year === 1 ? '元' : era.year}`}年${
          month === 0 ? '月日不詳' : day === 0 ? `${month}月日不詳` : `${month}月${day}日`
        }`
  if (date === null) return { kind: 'uncertain', day: written, wording, impossible: month > 0 && day > 0 }
  if (era === null) return { kind: 'day', day: date }
  // A day outside its era (昭和64年1月8日) may be a slip of the pen: it is not ours to mend.
  const strict = parseWareki(`${era.name}${era.year}年${month}月${day}日`)
  return strict === null ? unreadable : { kind: 'day', day: strict }
}
