import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'
import { registerDate } from '../interfaces/interfaces.checks.ts'
import {
  fileInterfaces,
  type Business,
  type ColumnKind,
  type FileInterface,
} from '../interfaces/interfaces.columns.ts'
import { dayOrNull, scopePositions } from '../interfaces/interfaces.fields.ts'
import type { Origin } from '../residents/versions.ts'

/** The businesses that are kept in `registers.entry`; the others have tables of their own. */
export type EntryBusiness = Exclude<Business, 'residents' | 'suppressions' | 'card-serials'>

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
  const scope = scopePositions(file)
  const clear = placesOf(file.clear)
  return {
    file,
    scope: (fields) => scope.map((i) => fields[i]!).join('|'),
    clear: (fields) =>
      Object.fromEntries(clear.filter(([, i]) => fields[i] !== '').map(([name, i]) => [name, fields[i]!])),
  }
}

/** Where the sealed rows of the register belong: a value moved to another row does not open. */
export const ENTRY_PLACE = 'registers.entry.sealed'
export function entrySealKey(business: string, rowKey: string): string {
  return `${business}|${rowKey}`
}

export function digestPurpose(business: string): string {
  return `registers.entry|${business}`
}

/** One row of a business, opened: every item of the current version by 項目名, as the town sent it. */
export type Entry = {
  readonly business: Business
  readonly rowKey: string
  readonly origin: Origin
  /** As of which number of the town's data it was read. */
  readonly seq: bigint
  readonly values: Readonly<Record<string, string>>
}

export function entryOf(
  file: FileInterface,
  row: { readonly rowKey: string; readonly origin: Origin },
  fields: readonly string[],
  seq: bigint,
): Entry {
  const values = Object.fromEntries(file.columns.map(({ name }, i) => [name, fields[i]!]))
  return { business: file.business, rowKey: row.rowKey, origin: row.origin, seq, values }
}

/** 項目名 that tell where somebody lives, lived, owns or is cared for, when she moved, or that may say it in free words. */
const whereabouts =
  /住所|所在地|家屋番号|棟番号|物件番号|緯度|経度|行政区|課税先|(?<!被)保険者番号|資格取得|資格喪失|世帯番号|世帯となった|異動|事由|備考|説明|名寄せ先|操作/

/** Whether an item is hidden of a person under 支援措置. */
export function tellsWhere(name: string): boolean {
  return whereabouts.test(name)
}

/** The row without anything that tells where the person is or was (支援措置). */
export function concealEntry(entry: Entry): Entry {
  const values = Object.entries(entry.values).map(([name, value]) => [name, tellsWhere(name) ? '' : value])
  return { ...entry, values: Object.fromEntries(values) as Entry['values'] }
}

/** The value of an item as sent. A name that the interface does not have, or that is of another kind, is our mistake. */
function valueOf(entry: Entry, name: string, kinds?: readonly ColumnKind[]): string {
  const column = fileInterfaces[entry.business].columns.find((one) => one.name === name)
  if (column === undefined || (kinds !== undefined && !kinds.includes(column.kind)))
    throw new Error(`${entry.business} has no such item: ${name}`)
  return entry.values[name]!
}

export function textOf(entry: Entry, name: string): string {
  return valueOf(entry, name)
}

export function dayOf(entry: Entry, name: string): PlainDate | null {
  return dayOrNull(valueOf(entry, name, ['date']))
}

export function dateOf(entry: Entry, name: string): RegisterDate {
  const flag = entry.values[`${name}_不詳フラグ`]!
  return registerDate(valueOf(entry, name, ['uncertain-date']), flag, entry.values[`${name}_不詳表記`]!)
}

/** `null` = not stated; 0 is said. */
export function numberOf(entry: Entry, name: string): number | null {
  const value = valueOf(entry, name, ['integer', 'amount', 'decimal', 'year'])
  return value === '' ? null : Number(value)
}

export function flagOf(entry: Entry, name: string): boolean {
  return valueOf(entry, name, ['flag']) === '1'
}

export function imageOf(entry: Entry, name: string): Uint8Array | null {
  const value = valueOf(entry, name, ['image'])
  return value === '' ? null : Buffer.from(value, 'base64')
}
