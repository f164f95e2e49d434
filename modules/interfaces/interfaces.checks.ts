import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { daysInMonth, isPlainDate } from '@open-bcl/core/dates.ts'
import { isMyNumber, isResidentRecordCode } from '@open-bcl/core/ja/check-digits.ts'
import { fitsIn } from '@open-bcl/core/ja/text.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'
import type { Column, FileInterface } from './interfaces.columns.ts'
import { wrongImage } from './interfaces.images.ts'
import { findVersion } from './interfaces.versions.ts'

/** Where each column of an interface stands in one file, and whose file it is. Made once a file by `readHeader`. */
export type FileColumns = {
  /** The version of the interface the file is written in. */
  readonly file: FileInterface
  readonly municipalityCode: MunicipalityCode
  /** Position in the row of `file.columns[i]`. */
  readonly positions: readonly number[]
  /** Makes fields in the order of `file` those of the current version; `null` = they are. */
  readonly convert: ((fields: readonly string[]) => string[]) | null
  /** Rows stand in the order of `file`. */
  readonly inOrder: boolean
}

const noDate: RegisterDate = { on: null, uncertain: false, text: null }

/**
 * Whether a register may hold this text: no control characters, line separators or marks that turn the direction of
 * writing, no half of a surrogate pair, no BOM, no U+FFFD (which a conversion leaves where it lost a character), no
 * noncharacters. A loop, since it runs over every word of a city.
 */
function isUsable(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    if (unit < 0x7f) {
      if (unit < 0x20) return false
    } else if (unit < 0xa0) {
      return false
    } else if (unit >= 0x2028 && unit <= 0x2069) {
      if (unit <= 0x202e || unit >= 0x2066) return false
    } else if (unit >= 0xd800) {
      if (unit < 0xe000) {
        const next = value.charCodeAt(++i)
        if (unit >= 0xdc00 || !(next >= 0xdc00 && next < 0xe000)) return false
      } else if (unit === 0xfeff || unit >= 0xfffd) {
        return false
      }
    }
  }
  return true
}

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
  const positions = file.columns.map(({ name }) => places.get(name)!)
  const version = findVersion(file.business, file.version)
  return {
    columns: {
      file,
      municipalityCode,
      positions,
      convert: version === undefined || version.acceptedUntil === null ? null : version.convert,
      inOrder: positions.every((position, i) => position === i),
    },
  }
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

const strange = 'に使えない文字（制御文字など）があります。連携元で取り除いてください。'
const timeOfDay = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$/
const wholeYen = /^(?:0|-?[1-9][0-9]*)$/
const decimalNumber = /^-?(?:0|[1-9][0-9]*)(?:\.([0-9]+))?$/

/** What is wrong with a non-empty value, as the end of a sentence; `null` when nothing is. */
function wrongValue(spec: Spec, value: string): string | null {
  const { maxLength } = spec
  switch (spec.kind) {
    case 'text':
      if (!isUsable(value)) return strange
      // Rows are named by their key's fields with this between them.
      if (spec.inKey && value.includes('|'))
        return 'に使えない文字（|）があります。連携元で取り除いてください。'
      break
    case 'code':
      if (spec.codes !== null) {
        if (spec.codes.has(value)) return null
        return `がコード表（${[...spec.codes].join('、')}）にない値です。連携元のコード変換を確かめてください。`
      }
      if (!isUsable(value)) return strange
      break
    case 'flag':
      return value === '0' || value === '1' ? null : 'は0か1です。連携元で直してください。'
    case 'date':
      return isPlainDate(value) ? null : 'が暦にある日（YYYY-MM-DD）ではありません。連携元で直してください。'
    case 'uncertain-date':
      // Together with its 不詳フラグ, in `checkUncertainDate`.
      return null
    case 'digits':
      if (!onlyDigits(value)) return 'に半角数字でない文字があります。連携元で直してください。'
      if (spec.exact && value.length !== maxLength) {
        return `が${maxLength}桁ではありません。先頭の0が落ちていないか確かめてください。`
      }
      if (spec.check !== null && !hasRightCheckDigit(spec.check, value))
        return 'の検査数字が合いません。連携元で番号を確かめてください。'
      break
    case 'integer':
      return wrongInteger(spec, value)
    case 'amount':
      if (!wholeYen.test(value)) {
        return 'が円単位の整数ではありません（カンマ、小数、先頭の0を付けません。減は-）。連携元で直してください。'
      }
      break
    case 'decimal':
      return wrongDecimal(spec, value)
    case 'year':
      return value.length === 4 && onlyDigits(value) && value >= '1900' && value <= '2199'
        ? null
        : 'が西暦4桁の年度ではありません。連携元で直してください。'
    case 'time':
      return timeOfDay.test(value) ? null : 'が時刻（HH:MM:SS）ではありません。連携元で直してください。'
    case 'hex':
      return value.length === maxLength && /^[0-9A-Fa-f]+$/.test(value)
        ? null
        : `が${maxLength}桁の16進数ではありません。連携元で直してください。`
    case 'image':
      return wrongImage(value)
  }
  return fitsIn(value, maxLength) ? null : `は${maxLength}文字までです。連携元で短くしてください。`
}

function hasRightCheckDigit(check: NonNullable<Column['check']>, value: string): boolean {
  return check === 'my-number' ? isMyNumber(value) : isResidentRecordCode(value)
}

function wrongInteger({ maxLength, min, bits }: Spec, value: string): string | null {
  if (!onlyDigits(value) || (value.length > 1 && value.charCodeAt(0) === 48)) {
    return 'が整数ではありません（先頭に0を付けません）。連携元で直してください。'
  }
  if (value.length > maxLength) return `は${maxLength}桁までです。連携元で直してください。`
  if (min !== null && Number(value) < min) return `は${min}から始まります。連携元で直してください。`
  if (bits !== null && value.length === maxLength && BigInt(value) >= 1n << BigInt(bits))
    return `が${bits}ビットを超えています。連携元で直してください。`
  return null
}

function wrongDecimal({ maxLength, min, max, scale }: Spec, value: string): string | null {
  const parts = decimalNumber.exec(value)
  if (parts === null || value.length > maxLength || (parts[1] ?? '').length > scale)
    return `が小数${scale}桁までの数ではありません。連携元で直してください。`
  const number = Number(value)
  const inRange = (min === null || number >= min) && (max === null || number <= max)
  return inRange ? null : `が${min}から${max}までの数ではありません。単位と桁を確かめてください。`
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

/** A column as its check wants it, made once an interface. All of one shape, since a city's load reads them a billion times. */
type Spec = {
  readonly name: string
  readonly kind: Column['kind']
  readonly required: boolean
  readonly maxLength: number
  readonly codes: ReadonlySet<string> | null
  readonly exact: boolean
  readonly inKey: boolean
  readonly check: NonNullable<Column['check']> | null
  readonly min: number | null
  readonly max: number | null
  readonly scale: number
  readonly bits: number | null
}

/** What is checked across columns, by their places in the interface. */
type Layout = {
  readonly specs: readonly Spec[]
  readonly periods: readonly (readonly [from: number, to: number])[]
  readonly needs: readonly { at: number; when: number; values: ReadonlySet<string> }[]
}

const layouts = new WeakMap<FileInterface, Layout>()

function layoutOf(file: FileInterface): Layout {
  const known = layouts.get(file)
  if (known !== undefined) return known
  const at = (name: string): number => file.columns.findIndex((column) => column.name === name)
  const layout: Layout = {
    specs: file.columns.map((column) => ({
      name: column.name,
      kind: column.kind,
      required: column.required,
      maxLength: column.maxLength,
      codes: column.codes === undefined ? null : new Set(Object.keys(column.codes)),
      exact: column.exact ?? false,
      inKey: file.key.includes(column.name),
      check: column.check ?? null,
      min: column.min ?? null,
      max: column.max ?? null,
      scale: column.scale ?? 0,
      bits: column.bits ?? null,
    })),
    periods: file.periods.map(([from, to]) => [at(from), at(to)]),
    needs: file.columns.flatMap(({ requiredWhen }, i) =>
      requiredWhen === undefined
        ? []
        : [{ at: i, when: at(requiredWhen.column), values: new Set(requiredWhen.values) }],
    ),
  }
  layouts.set(file, layout)
  return layout
}

/** All that can be said of one row by itself; empty when right. */
export function checkRow(row: readonly string[], columns: FileColumns, line: number): FieldError[] {
  const errors: FieldError[] = []
  const { positions } = columns
  const { specs, periods, needs } = layoutOf(columns.file)
  for (let i = 0; i < specs.length; i++) {
    const spec = specs[i]!
    const value = row[positions[i]!]!
    if (spec.kind === 'uncertain-date') {
      const wrong = checkUncertainDate(value, row[positions[i + 1]!]!, row[positions[i + 2]!]!, spec.required)
      if (wrong !== null) errors.push(errorAt(line, spec.name, wrong))
    } else if (value === '') {
      if (spec.required) errors.push(errorAt(line, spec.name, 'が空です。連携元で値を入れてください。'))
    } else {
      const wrong = wrongValue(spec, value)
      if (wrong !== null) errors.push(errorAt(line, spec.name, wrong))
    }
  }
  for (const { at, when, values } of needs) {
    if (row[positions[at]!] !== '' || !values.has(row[positions[when]!]!)) continue
    const wrong = `が空です。「${specs[when]!.name}」が${[...values].join('か')}のときは値を入れてください。`
    errors.push(errorAt(line, specs[at]!.name, wrong))
  }
  for (const [from, to] of periods) {
    const first = row[positions[from]!]!
    const last = row[positions[to]!]!
    if (last === '' || last >= first || !isPlainDate(first) || !isPlainDate(last)) continue
    const wrong = `が「${specs[from]!.name}」より前です。連携元で直してください。`
    errors.push(errorAt(line, specs[to]!.name, wrong))
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

/**
 * The fields of a checked row in the columns and the order of the current version, whatever the version and the order of
 * the file; the row itself when it is that already.
 */
export function currentFields(row: readonly string[], columns: FileColumns): readonly string[] {
  const fields = columns.inOrder ? row : columns.positions.map((place) => row[place]!)
  return columns.convert === null ? fields : columns.convert(fields)
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
