import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { daysInMonth, isPlainDate } from '@open-bcl/core/dates.ts'
import { fitsIn } from '@open-bcl/core/ja/text.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'
import type { Column, FileInterface } from './interfaces.columns.ts'

/** Where each column of an interface stands in one file, and whose file it is. Made once a file by `readHeader`. */
export type FileColumns = {
  readonly file: FileInterface
  readonly municipalityCode: MunicipalityCode
  /** Position in the row of `file.columns[i]`. */
  readonly positions: readonly number[]
}

const noDate: RegisterDate = { on: null, uncertain: false, text: null }

/** Control characters, and U+FFFD, which a conversion leaves where it lost a character. */
const unusable = /[\u0000-\u001F\u007F-\u009F\uFFFD]/

export function errorAt(line: number, name: string, what: string): FieldError {
  return { pointer: `line:${line}/${name}`, message: `${line}行目の「${name}」${what}` }
}

/**
 * Reads the header row: every column once, in any order, no other. `line` is 1 unless the file says otherwise.
 */
export function readHeader(
  file: FileInterface,
  header: readonly string[],
  municipalityCode: MunicipalityCode,
): { readonly columns: FileColumns } | { readonly errors: FieldError[] } {
  const errors: FieldError[] = []
  const places = new Map<string, number>()
  const known = new Set(file.columns.map((column) => column.name))
  for (const [i, name] of header.entries()) {
    if (!known.has(name)) {
      errors.push({
        pointer: `line:1/${i + 1}`,
        message: `見出し行の${i + 1}項目めは「${file.title}」にない項目名です。項目名の誤りでなければ、この項目を除いて出力し直してください。`,
      })
    } else if (places.has(name)) {
      errors.push({
        pointer: `line:1/${name}`,
        message: `見出し行に「${name}」が2回あります。どちらかを除いて出力し直してください。`,
      })
    } else {
      places.set(name, i)
    }
  }
  for (const { name } of file.columns) {
    if (places.has(name)) continue
    errors.push({
      pointer: `line:1/${name}`,
      message: `見出し行に「${name}」がありません。値がなくても項目は必要です。空欄の項目として加え、出力し直してください。`,
    })
  }
  if (errors.length > 0) return { errors }
  return { columns: { file, municipalityCode, positions: file.columns.map(({ name }) => places.get(name)!) } }
}

function onlyDigits(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    if (unit < 48 || unit > 57) return false
  }
  return true
}

/**
 * The day by which an uncertain date is sorted: the day itself, or the nearest of the calendar where the register holds
 * one that never was (29 February of a common year, month or day 00). `null` when it is not even of that shape.
 */
function sortableDay(value: string): PlainDate | null {
  if (isPlainDate(value)) return value
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return null
  const year = Number(value.slice(0, 4))
  const month = Math.max(1, Number(value.slice(5, 7)))
  if (year === 0 || month > 12) return null
  const day = Math.min(Math.max(1, Number(value.slice(8, 10))), daysInMonth(year, month))
  return `${value.slice(0, 5)}${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` as PlainDate
}

/** What is wrong with a non-empty value, as the end of a sentence; `null` when nothing is. */
function wrongValue(column: Column, value: string): string | null {
  switch (column.kind) {
    case 'text':
      if (unusable.test(value))
        return 'に使えない文字（制御文字など）があります。連携元で取り除いてください。'
      break
    case 'code':
      if (column.codes !== undefined && !Object.hasOwn(column.codes, value)) {
        return `がコード表（${Object.keys(column.codes).join('、')}）にない値です。連携元のコード変換を確かめてください。`
      }
      if (unusable.test(value))
        return 'に使えない文字（制御文字など）があります。連携元で取り除いてください。'
      break
    case 'date':
      return isPlainDate(value) ? null : 'が暦にある日（YYYY-MM-DD）ではありません。連携元で直してください。'
    case 'uncertain-date':
      // Together with its 不詳フラグ, in `checkUncertainDate`.
      return null
    case 'digits':
      if (!onlyDigits(value)) return 'に半角数字でない文字があります。連携元で直してください。'
      if (column.exact === true && value.length !== column.maxLength) {
        return `が${column.maxLength}桁ではありません。先頭の0が落ちていないか確かめてください。`
      }
      break
    case 'hex':
      return value.length === column.maxLength && /^[0-9A-Fa-f]+$/.test(value)
        ? null
        : `が${column.maxLength}桁の16進数ではありません。連携元で直してください。`
    case 'integer':
      if (!onlyDigits(value) || (value.length > 1 && value.charCodeAt(0) === 48)) {
        return 'が整数ではありません（先頭に0を付けません）。連携元で直してください。'
      }
      break
    case 'flag':
      return value === '0' || value === '1' ? null : 'は0か1です。連携元で直してください。'
  }
  return fitsIn(value, column.maxLength)
    ? null
    : `は${column.maxLength}文字までです。連携元で短くしてください。`
}

/** 不詳フラグ 0 wants a calendar day (or none); 1 wants a day, a wording, or both, and a wording when the day never was. */
function checkUncertainDate(value: string, flag: string, wording: string, required: boolean): string | null {
  if (flag !== '1') {
    if (wording !== '')
      return 'に不詳表記がありますが、不詳フラグが1ではありません。どちらかを直してください。'
    if (value === '')
      return required ? 'が空です。不詳のときは不詳フラグを1にし、不詳表記を入れてください。' : null
    return isPlainDate(value)
      ? null
      : 'が暦にある日（YYYY-MM-DD）ではありません。不詳のときは不詳フラグを1にし、不詳表記を入れてください。'
  }
  if (value === '')
    return wording === '' ? 'の不詳フラグが1ですが、不詳表記が空です。表記を入れてください。' : null
  if (sortableDay(value) === null) return 'がYYYY-MM-DDの形ではありません。連携元で直してください。'
  if (!isPlainDate(value) && wording === '')
    return 'が暦にない日です。不詳表記にも記載のとおりの表記を入れてください。'
  return null
}

/** All that can be said of one row by its columns alone; empty when right. */
export function checkRow(row: readonly string[], columns: FileColumns, line: number): FieldError[] {
  const errors: FieldError[] = []
  const { positions } = columns
  const specs = columns.file.columns
  for (let i = 0; i < specs.length; i++) {
    const column = specs[i]!
    const value = row[positions[i]!]!
    if (column.kind === 'uncertain-date') {
      const wrong = checkUncertainDate(
        value,
        row[positions[i + 1]!]!,
        row[positions[i + 2]!]!,
        column.required,
      )
      if (wrong !== null) errors.push(errorAt(line, column.name, wrong))
    } else if (value === '') {
      if (column.required) errors.push(errorAt(line, column.name, 'が空です。連携元で値を入れてください。'))
    } else {
      const wrong = wrongValue(column, value)
      if (wrong !== null) errors.push(errorAt(line, column.name, wrong))
    }
  }
  if (row[positions[0]!] !== columns.municipalityCode) {
    errors.push(
      errorAt(
        line,
        specs[0]!.name,
        'が送信する団体のコードと違います。ほかの団体のファイルでないか確かめてください。',
      ),
    )
  }
  return errors
}

/** A register date from its three checked columns. */
export function registerDate(value: string, flag: string, wording: string): RegisterDate {
  if (flag !== '1') return value === '' ? noDate : { on: value as PlainDate, uncertain: false, text: null }
  return {
    on: value === '' ? null : sortableDay(value),
    uncertain: true,
    text: wording === '' ? null : wording,
  }
}

/**
 * Finds a row whose key came before in the same file. Keeps about 100 bytes a row: for a whole city let the database's
 * unique key do it.
 */
export function makeKeyCheck(
  columns: FileColumns,
): (row: readonly string[], line: number) => FieldError | null {
  const { key, columns: specs } = columns.file
  const places = key.map((name) => columns.positions[specs.findIndex((column) => column.name === name)]!)
  const firstLine = new Map<string, number>()
  return (row, line) => {
    const value = places.map((place) => row[place]).join('/')
    const before = firstLine.get(value)
    if (before === undefined) {
      firstLine.set(value, line)
      return null
    }
    return errorAt(
      line,
      key.join('・'),
      `の組が${before}行目と同じです。どちらかを除いて出力し直してください。`,
    )
  }
}
