import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { fileInterfaces, type Business, type FileInterface } from './interfaces.columns.ts'
import { findVersion } from './interfaces.versions.ts'

/** What a source writes about a row beside its record. */
export type RowMarks = {
  readonly latest: boolean
  readonly deleted: boolean
  /** 操作者ID, at most 10 characters. */
  readonly operatorId: string
  readonly operatedOn: PlainDate
  /** `HH:MM:SS`, Japan. */
  readonly operatedTime: string
}

export type Refused = { readonly errors: FieldError[] }
export type ParsedRow<T> = { readonly record: T; readonly deleted: boolean; readonly latest: boolean }

/** Index of each column in its interface, by 項目名; a wrong name fails when the program starts. */
export function indexer(business: Business): (name: string) => number {
  const at = new Map(fileInterfaces[business].columns.map((column, i) => [column.name, i]))
  return (name) => {
    const index = at.get(name)
    if (index === undefined) throw new Error(`no column ${name} in ${business}`)
    return index
  }
}

export function dayOrNull(value: string): PlainDate | null {
  return value === '' ? null : (value as PlainDate)
}

export function emptyRow(business: Business): string[] {
  return fileInterfaces[business].columns.map((column) => (column.kind === 'flag' ? '0' : ''))
}

export function putMarks(fields: string[], operatorAt: number, marks: RowMarks): void {
  fields[operatorAt] = marks.operatorId
  fields[operatorAt + 1] = marks.operatedOn
  fields[operatorAt + 2] = marks.operatedTime
  fields[operatorAt + 3] = marks.latest ? '1' : '0'
  fields[operatorAt + 4] = marks.deleted ? '1' : '0'
}

/** Between the fields of a canonical row; no field may hold it (control characters are refused). */
export const FIELD_SEPARATOR = '\u001F'
const outsideCanon = new Set(['個人番号', '最新フラグ', '削除フラグ'])

const canons = new WeakMap<FileInterface, readonly number[]>()

/** Positions of the columns that make the canonical row, in the order of the interface. */
export function canonicalPositions(file: FileInterface): readonly number[] {
  let positions = canons.get(file)
  if (positions === undefined) {
    positions = file.columns.flatMap(({ name }, i) => (outsideCanon.has(name) ? [] : [i]))
    canons.set(file, positions)
  }
  return positions
}

/**
 * What is sealed, compared and summed of a row: every column of the interface but 個人番号 (kept apart), 最新フラグ and
 * 削除フラグ (which later rows change), as it was sent.
 */
export function canonicalRow(file: FileInterface, fields: readonly string[]): string {
  const positions = canonicalPositions(file)
  const values: string[] = []
  for (const position of positions) values.push(fields[position]!)
  return values.join(FIELD_SEPARATOR)
}

/**
 * Positions of the key's columns that do not count changes: rows that agree in them are the history of one thing (one
 * person, one seal, one year's tax), of which at most one is the latest.
 */
export function scopePositions(file: FileInterface): readonly number[] {
  return file.key
    .filter((name) => !file.history.includes(name))
    .map((name) => file.columns.findIndex((column) => column.name === name))
}

/** What is sealed of a row: the version of its interface, then the canonical row. */
export function versionedRow(file: FileInterface, canonical: string): string {
  return file.version + FIELD_SEPARATOR + canonical
}

/**
 * The fields of a row sealed as `versionedRow`, in the columns of the current version whatever version was sealed, with
 * the flags that are kept beside it. 個人番号 is empty.
 */
export function fieldsOfVersionedRow(
  business: Business,
  sealed: string,
  flags: { readonly latest: boolean; readonly deleted: boolean },
): string[] {
  const [name, ...values] = sealed.split(FIELD_SEPARATOR)
  const version = findVersion(business, name!)
  if (version === undefined) throw new Error(`a sealed row of ${business} has an unknown version`)
  const positions = canonicalPositions(version.file)
  if (values.length !== positions.length)
    throw new Error(`a sealed row of ${business} ${version.version} has ${values.length} fields`)
  const fields = version.file.columns.map((column): string =>
    column.name === '最新フラグ'
      ? digitOf(flags.latest)
      : column.name === '削除フラグ'
        ? digitOf(flags.deleted)
        : '',
  )
  for (const [i, position] of positions.entries()) fields[position] = values[i]!
  return version.convert(fields)
}

function digitOf(flag: boolean): '0' | '1' {
  return flag ? '1' : '0'
}
