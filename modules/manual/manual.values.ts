import { fold } from '@open-bcl/core/ja/fold.ts'
import type { Column } from '../interfaces/interfaces.columns.ts'
import { readDate } from './manual.dates.ts'

/** What was changed about a value on its way, counted per column and told to the clerk. */
export type Change =
  | 'half-width-kana'
  | 'line-break'
  /** 外字: a character of the private use area, shown as 〓. */
  | 'gaiji'
  | 'zero-filled'

export type Reading = { readonly value: string; readonly changes: readonly Change[] }

const unchanged: readonly Change[] = []

/** Private use: 外字 of the vendor, which nobody else can read. */
const privateUse = /[\uE000-\uF8FF\u{F0000}-\u{FFFFD}\u{100000}-\u{10FFFD}]/gu
const halfWidthKana = /[\uFF61-\uFF9F]+/g
/** U+2028 in a workbook (`workbook-thread.actions.ts`). */
const breaks = /\s*[\r\n\u2028]+\s*/g
/** Most cells need nothing. Not global, since `test` of a global expression remembers. */
const suspicious = /[\r\n\u2028\uFF61-\uFF9F\uE000-\uF8FF\uDB80-\uDBFF]/

/** Spreadsheets keep leading zeros by tricks: `="00123"` and `'00123`. */
function withoutTricks(text: string): string {
  const formula = /^="([^"]*)"$/.exec(text)
  if (formula !== null) return formula[1]!
  return text.startsWith("'") ? text.slice(1) : text
}

function trimmed(raw: string): string {
  return withoutTricks(raw.replace(/^[\s\u3000]+|[\s\u3000]+$/g, ''))
}

function ascii(text: string): string {
  return text
    .replace(/[！-～]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\s\u3000]/g, '')
}

/** Words as registered: only what no register means is changed, and each kind of change is said. */
export function readText(raw: string): Reading {
  const text = trimmed(raw)
  if (!suspicious.test(text)) return { value: text, changes: unchanged }
  const oneLine = text.replace(breaks, '\u3000')
  // Only these: NFKC over a whole name would destroy its exact characters.
  const wide = oneLine.replace(halfWidthKana, (kana) => kana.normalize('NFKC'))
  const readable = wide.replace(privateUse, '〓')
  const changes: Change[] = []
  if (oneLine !== text) changes.push('line-break')
  if (wide !== oneLine) changes.push('half-width-kana')
  if (readable !== wide) changes.push('gaiji')
  return { value: readable, changes }
}

const yes = new Set([
  '1',
  '○',
  '〇',
  '◯',
  '有',
  'あり',
  '有り',
  'true',
  't',
  'yes',
  'y',
  'はい',
  '該当',
  'レ',
  '✓',
  '●',
])
const no = new Set(['0', '×', '無', 'なし', '無し', 'false', 'f', 'no', 'n', 'いいえ', '非該当', '-', '－'])

/** Words that core systems write for the codes of the interface. */
const codeWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  性別: { 男性: '1', 女性: '2', 男子: '1', 女子: '2', m: '1', f: '2', male: '1', female: '2', 不詳: '3' },
  住民種別: { 日本人: '1', 日本: '1', 外国人: '2', 外国: '2' },
  住民状態: {
    現存: '1', 現住: '1', 現在: '1', 在住: '1', 住登者: '1', 住登: '1', 転出者: '2', 転出済: '2', 国外転出: '2', 転出確定: '2',
    死亡者: '3', 死亡除票: '3', 除票: '9', 消除: '9', 職権消除: '9', 職消: '9',
  },
  支援措置区分: {
    dv: '1', 配偶者暴力: '1', ストーカー: '2', 虐待: '3', 児童虐待等: '3', その他: '4', 解除: '9', 終了済: '9',
  },
} // prettier-ignore

/** The code of the interface that a cell means, or the cell itself when nobody can say. */
function readCode(column: Column, raw: string): string {
  const text = ascii(trimmed(raw))
  const { codes } = column
  if (codes === undefined || text === '' || Object.hasOwn(codes, text)) return text
  const short = text.replace(/^0+(?=.)/, '')
  if (Object.hasOwn(codes, short)) return short
  const word = fold(text)
  for (const [code, label] of Object.entries(codes)) if (fold(label) === word) return code
  for (const [known, code] of Object.entries(codeWords[column.name] ?? {})) {
    if (fold(known) === word && Object.hasOwn(codes, code)) return code
  }
  return text
}

/**
 * One cell as the interface writes it; dates are read by `readDate`. What does not fit stays as it is, so that the checks
 * of the interface refuse the row and say why. `zeroFill`: digits that a spreadsheet cut off are put back up to this length.
 */
export function readValue(column: Column, raw: string, zeroFill: number | null): Reading {
  switch (column.kind) {
    case 'text':
      return readText(raw)
    case 'code':
      return zeroFilled(readCode(column, raw), zeroFill)
    case 'digits':
      return zeroFilled(ascii(trimmed(raw)).replace(/[-〒ー−‐―]/g, ''), zeroFill)
    case 'integer':
      return plainReading(
        ascii(trimmed(raw))
          .replace(/,(?=\d{3}(?:,|$))/g, '')
          .replace(/^0+(?=\d)/, '')
          .replace(/^(\d+)\.0+$/, '$1'),
      )
    case 'flag': {
      const text = ascii(trimmed(raw)).toLowerCase()
      return plainReading(yes.has(text) ? '1' : text === '' || no.has(text) ? '0' : text)
    }
    case 'year':
      return plainReading(readYear(trimmed(raw)))
    case 'amount':
      return plainReading(
        ascii(trimmed(raw))
          .replace(/[,¥￥円]/g, '')
          .replace(/^[△▲−‐]/, '-')
          .replace(/^(-?)0+(?=\d)/, '$1')
          .replace(/^(-?\d+)\.0+$/, '$1'),
      )
    case 'decimal':
      return plainReading(
        ascii(trimmed(raw))
          .replace(/,(?=\d{3})/g, '')
          .replace(/(?:㎡|m2|平米)$/, ''),
      )
    case 'time': {
      const [, hours, minutes, seconds = '00'] =
        /^(\d{1,2}):?(\d{2})(?::?(\d{2}))?$/.exec(ascii(trimmed(raw))) ?? []
      return plainReading(
        hours === undefined ? trimmed(raw) : `${hours.padStart(2, '0')}:${minutes}:${seconds}`,
      )
    }
    case 'hex':
      return plainReading(ascii(trimmed(raw)).replace(/[:-]/g, ''))
    case 'date':
    case 'uncertain-date':
      throw new Error('a date is read by readDate')
    case 'image':
      return plainReading(raw.replace(/\s+/g, ''))
  }
}

function plainReading(value: string): Reading {
  return { value, changes: unchanged }
}

function zeroFilled(value: string, length: number | null): Reading {
  if (length === null || value === '' || value.length >= length || !/^[0-9]+$/.test(value))
    return plainReading(value)
  return { value: value.padStart(length, '0'), changes: ['zero-filled'] }
}

/** 2024, 2024年度, 令和6年度, R6 and 506 are one year. */
function readYear(text: string): string {
  const short = ascii(text).replace(/年度?$/, '')
  if (/^\d{4}$/.test(short)) return short
  const day = readDate(/^[1-5]\d{2}$/.test(short) ? `${short}1231` : `${short}年12月31日`)
  return day.kind === 'day' ? day.day.slice(0, 4) : text
}

const relations: Readonly<Record<string, string>> = {
  本人: '01', 世帯主: '02', 主: '02', 準世帯主: '03', 夫: '11', 妻: '12', '夫（未届）': '13', '妻（未届）': '14',
  '未届の夫': '13', '未届の妻': '14', 子: '20', 長男: '20', 長女: '20', 二男: '20', 次男: '20', 二女: '20', 次女: '20',
  三男: '20', 三女: '20', 養子: '20', 養女: '20', 父: '51', 母: '52', 兄: '71', 弟: '74', 姉: '81', 妹: '84', 使用人: '98',
  同居人: '99',
} // prettier-ignore
/** 標準 1.1.11 knows no such words: they are chains (孫 = 子の子). */
const relationChains: Readonly<Record<string, readonly string[]>> = { 孫: ['20', '20'], 祖父: ['51', '51'] }
/** A relation that is in no table: said to the clerk as a rule, kept in words beside it. */
export const UNKNOWN_RELATION = '00'

/** 続柄コード1..4 of a 続柄 in words. */
export function relationCodes(words: string): string[] {
  const text = words
    .replace(/[(]/g, '（')
    .replace(/[)]/g, '）')
    .replace(/[\s\u3000]/g, '')
  const whole = relations[text]
  if (whole !== undefined) return [whole]
  const codes = text
    .split('の')
    .flatMap((part) => relationChains[part] ?? [relations[part] ?? UNKNOWN_RELATION])
  return codes.slice(0, 4)
}

export function isRelation(words: string): boolean {
  return !relationCodes(words).includes(UNKNOWN_RELATION)
}
