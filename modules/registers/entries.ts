import type { FileInterface } from '../interfaces/interfaces.columns.ts'
import { FIELD_SEPARATOR } from '../interfaces/interfaces.fields.ts'

/** What the register needs to know of a business beyond its columns, found once from its definition. */
export type EntryShape = {
  readonly file: FileInterface
  /** The key without its 履歴番号: of the rows of one scope one is the latest. */
  scope(fields: readonly string[]): string
  /** The columns kept in clear that have a value, by 項目名. */
  clear(fields: readonly string[]): Readonly<Record<string, string>>
}

export function shapeOf(file: FileInterface): EntryShape {
  const at = new Map(file.columns.map(({ name }, i) => [name, i]))
  const placesOf = (names: readonly string[]) => names.map((name) => [name, at.get(name)!] as const)
  const scope = placesOf(file.key.filter((name) => !name.endsWith('履歴番号')))
  const clear = placesOf(file.clear)
  return {
    file,
    scope: (fields) => scope.map(([, i]) => fields[i]!).join('|'),
    clear: (fields) =>
      Object.fromEntries(clear.filter(([, i]) => fields[i] !== '').map(([name, i]) => [name, fields[i]!])),
  }
}

/** Where the sealed rows of the register belong: a value moved to another row does not open. */
export const ENTRY_PLACE = 'registers.entry.sealed'
export function entrySealKey(business: string, rowKey: string): string {
  return `${business}|${rowKey}`
}

/** Record digests are of the canonical row alone: the same row in another version of the interface is the same. */
export function canonicalBytes(payload: Buffer): Buffer {
  return payload.subarray(payload.indexOf(FIELD_SEPARATOR) + 1)
}
export function canonicalText(payload: string): string {
  return payload.slice(payload.indexOf(FIELD_SEPARATOR) + 1)
}
export function digestPurpose(business: string): string {
  return `registers.entry|${business}`
}
