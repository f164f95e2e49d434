import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { fileInterfaces, type Business, type FileInterface } from './interfaces.columns.ts'

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

/** Positions of the columns that make the canonical row, in the order of the interface. */
export function canonicalPositions(file: FileInterface): readonly number[] {
  return file.columns.flatMap(({ name }, i) => (outsideCanon.has(name) ? [] : [i]))
}

/**
 * What is sealed, compared and summed of a row: every column of the interface but 個人番号 (kept apart), 最新フラグ and
 * 削除フラグ (which later rows change), as it was sent.
 */
export function canonicalRow(file: FileInterface, fields: readonly string[]): string {
  return canonicalPositions(file)
    .map((i) => fields[i]!)
    .join(FIELD_SEPARATOR)
}
