/**
 * Makes modules/interfaces/vectors/: files that every reader of the linkage interface must accept or refuse, with what it
 * must say. Run when a layout changes: `node tools/make-linkage-vectors.ts`, then read the diff.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import {
  currentFields,
  readHeader,
  type FileColumns,
} from '@open-bcl/modules/interfaces/interfaces.checks.ts'
import {
  businesses,
  fileInterfaces,
  type Business,
  type Column,
  type ColumnKind,
  type FileInterface,
} from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { csvLine } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { canonicalRow } from '@open-bcl/modules/interfaces/interfaces.fields.ts'
import { findVersion, interfaceVersions } from '@open-bcl/modules/interfaces/interfaces.versions.ts'
import { sampleFields, sampleMunicipality } from '@open-bcl/modules/interfaces/testing/sample-rows.ts'
import { HashTotal, rowDigest } from '@open-bcl/platform/hash-total.ts'

export const vectorFolder = new URL('../modules/interfaces/vectors/', import.meta.url)

const names = (file: FileInterface): string[] => file.columns.map(({ name }) => name)
const table = (file: FileInterface, rows: readonly (readonly string[])[]): string =>
  [names(file), ...rows].map(csvLine).join('')
const replaced = (file: FileInterface, row: readonly string[], name: string, value: string): string[] =>
  row.with(names(file).indexOf(name), value)
/** Written as sparingly as RFC 4180 allows. */
const bare = (rows: readonly (readonly string[])[], end: string): string =>
  rows
    .map((row) => row.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)))
    .map((row) => row.join(',') + end)
    .join('')

/** Path without ending → file and what is expected of it. */
export type Vector = { readonly csv: Uint8Array; readonly expected: object }

export function makeVectors(): ReadonlyMap<string, Vector> {
  const vectors = new Map<string, Vector>()
  const put = (path: string, file: FileInterface, csv: string | Uint8Array, expected: object): void => {
    const { business, id, version } = file
    vectors.set(path, {
      csv: Buffer.from(csv),
      expected: {
        business,
        interfaceId: id,
        interfaceVersion: version,
        municipalityCode: sampleMunicipality,
        ...expected,
      },
    })
  }
  for (const business of businesses) {
    for (const { file, version } of interfaceVersions(business)) {
      const rows = validRows(file)
      const csv = table(file, rows)
      put(`valid/${business}-${version}`, file, csv, accepted(file, csv, rows))
      const faulty = faultyRows(file)
      put(`invalid/${business}-${version}`, file, table(file, faulty.rows), { errors: faulty.errors })
    }
  }
  putShapes(put)
  putBrokenFiles(put)
  return vectors
}

/** Full, sparse and uncertain rows, values of the greatest length, and a deleted row. */
function validRows(file: FileInterface): string[][] {
  const rows = [sampleFields(file, 0), sampleFields(file, 1), sampleFields(file, 2, true)]
  const longest = file.columns.reduce<string[]>(
    (row, column) =>
      column.kind === 'text' && !column.name.endsWith('_不詳表記') && !file.key.includes(column.name)
        ? replaced(file, row, column.name, '葛\u{E0100}'.repeat(column.maxLength))
        : row,
    sampleFields(file, 3),
  )
  rows.push(longest, replaced(file, sampleFields(file, 4, true), '削除フラグ', '1'))
  return rows
}

/** What a reader must find in a file that it accepts. */
function accepted(file: FileInterface, csv: string, rows: readonly (readonly string[])[]): object {
  const header = readHeader(file, names(file), sampleMunicipality as MunicipalityCode)
  if ('errors' in header) throw new Error(header.errors[0]!.message)
  const total = new HashTotal()
  const digests = rows.map((row) => digestOf(file.business, row, header.columns))
  for (const digest of digests) total.add(digest)
  return {
    rowCount: rows.length,
    deleteCount: rows.filter((row) => row[names(file).indexOf('削除フラグ')] === '1').length,
    sha256: createHash('sha256').update(csv).digest('hex'),
    hashTotal: total.toString(),
    rowDigests: digests.map((digest) => digest.toString('hex')),
  }
}

function digestOf(business: Business, row: readonly string[], columns: FileColumns): Buffer {
  return rowDigest(canonicalRow(fileInterfaces[business], currentFields(row, columns)))
}

/** Wrong values by kind of column; each is tried once a file, at the first column of the kind that can bear it. */
const wrongValues: Readonly<Record<ColumnKind, readonly ((column: Column) => string | null)[]>> = {
  text: [
    ({ maxLength }) => '架'.repeat(maxLength + 1),
    () => 'a\u0007',
    () => '架\u202E空',
    () => '架\uFFFD',
  ],
  code: [({ codes, maxLength }) => (codes === undefined ? 'x'.repeat(maxLength + 1) : '?')],
  date: [() => '2026-02-29', () => '令和8年4月1日', () => '2026/04/01', () => '20260401'],
  'uncertain-date': [() => '2026-02-29', () => '2026-04-00'],
  time: [() => '24:00:00', () => '9:30:00'],
  year: [() => '26', () => '令和8', () => '1899'],
  digits: [
    () => '１２３',
    ({ exact, maxLength }) => (exact === true ? '1'.repeat(maxLength - 1) : '1'.repeat(maxLength + 1)),
    ({ check }) => (check === 'my-number' ? '123456789012' : null),
    ({ check }) => (check === 'resident-record-code' ? '12345678904' : null),
  ],
  hex: [({ maxLength }) => 'g'.repeat(maxLength), ({ maxLength }) => 'a'.repeat(maxLength - 1)],
  integer: [
    () => '01',
    () => '-1',
    () => '1.0',
    ({ maxLength }) => '1'.repeat(maxLength + 1),
    ({ min }) => (min === undefined || min === 0 ? null : String(min - 1)),
    ({ bits }) => (bits === undefined ? null : String(1n << BigInt(bits))),
  ],
  amount: [() => '1,000', () => '1000円', () => '007', () => '+1', () => '-0', () => '1'.repeat(16)],
  decimal: [
    () => '1e1',
    () => '1.',
    ({ min, scale }) => `${min}.${'1'.repeat(scale! + 1)}`,
    ({ max }) => String(max! + 1),
  ],
  image: [() => 'aGVsbG8=', () => 'aGVsbG8', () => `iVBORw0KGgo${'A'.repeat(1)}`],
  flag: [() => '2', () => 'はい'],
}

type Errors = readonly { readonly line: number; readonly item: string }[]

/** One row a fault, on lines 2, 3, …; the last two rows share a key. */
function faultyRows(file: FileInterface): { rows: readonly string[][]; errors: Errors } {
  const rows: string[][] = []
  const errors: { line: number; item: string }[] = []
  const numberAt = names(file).indexOf(keyNumber(file))
  const add = (name: string, changes: Readonly<Record<string, string>>): void => {
    let row = sampleFields(file, 0, true)
    const digits = file.columns[numberAt]!.kind === 'digits' ? row[numberAt]!.length : 0
    row[numberAt] = String(rows.length + 1).padStart(digits, '0')
    for (const [column, value] of Object.entries(changes)) row = replaced(file, row, column, value)
    rows.push(row)
    errors.push({ line: rows.length + 1, item: name })
  }
  const tried = new Set<unknown>()
  for (const column of file.columns) {
    if (column.name === '市区町村コード' || column.name === keyNumber(file)) continue
    for (const wrong of wrongValues[column.kind]) {
      const value = wrong(column)
      if (value === null || tried.has(wrong)) continue
      // What depends on another column would bring a second error with it.
      if (column.name.includes('_不詳') || file.periods.flat().includes(column.name)) continue
      tried.add(wrong)
      add(column.name, { [column.name]: value })
    }
    if (column.required && column.kind !== 'uncertain-date') add(column.name, { [column.name]: '' })
    if (column.kind === 'uncertain-date') {
      add(column.name, { [`${column.name}_不詳フラグ`]: '1', [column.name]: '' })
      add(column.name, { [column.name]: '2026-04-01', [`${column.name}_不詳表記`]: '令和8年ごろ' })
    }
    if (column.requiredWhen !== undefined) {
      const { column: when, values } = column.requiredWhen
      add(column.name, othersOf(file, column, { [when]: values[0]!, [column.name]: '' }))
    }
  }
  for (const [from, to] of file.periods) add(to, { [from]: '2026-04-02', [to]: '2026-04-01' })
  add('市区町村コード', { 市区町村コード: '212032' })
  const keyed = file.key.find((name) => file.columns.some((one) => one.name === name && one.kind === 'text'))
  if (keyed !== undefined) add(keyed, { [keyed]: 'A|1' })
  const last = sampleFields(file, 5)
  rows.push(last, [...last])
  errors.push({ line: rows.length + 1, item: file.key.join('・') })
  return { rows, errors }
}

/** What the same value of another column makes necessary too. */
function othersOf(
  file: FileInterface,
  except: Column,
  changes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const full = sampleFields(file, 0)
  const others = file.columns.filter(
    ({ requiredWhen, name }) =>
      name !== except.name &&
      requiredWhen !== undefined &&
      requiredWhen.values.includes(changes[requiredWhen.column] ?? ''),
  )
  return {
    ...changes,
    ...Object.fromEntries(others.map(({ name }) => [name, full[names(file).indexOf(name)]!])),
  }
}

/** The column that numbers sample rows: the first of the key with room enough. */
function keyNumber(file: FileInterface): string {
  return file.key.find((name) => {
    const { kind, maxLength, exact } = file.columns.find((column) => column.name === name)!
    return (kind === 'digits' && (exact !== true || maxLength >= 8)) || (kind === 'integer' && maxLength > 15)
  })!
}

type Put = (path: string, file: FileInterface, csv: string | Uint8Array, expected: object) => void

/** Other ways to write a right file, and headers that are wrong. */
function putShapes(put: Put): void {
  const file = fileInterfaces.residents
  const rows = validRows(file)
  const turned = `\uFEFF${bare(
    [names(file), ...rows].map((row) => row.toReversed()),
    '\r\n',
  )}`
  put('valid/bom-crlf-other-order', file, turned, accepted(file, turned, rows))
  const suppressions = fileInterfaces.suppressions
  const none = table(suppressions, [])
  put('valid/no-rows', suppressions, none, accepted(suppressions, none, []))
  const cards = fileInterfaces['card-serials']
  const unended = table(cards, [sampleFields(cards, 0)]).trimEnd()
  put('valid/no-last-line-end', cards, unended, accepted(cards, unended, [sampleFields(cards, 0)]))

  const first = rows[0]!
  const kana = names(file).indexOf('氏名_フリガナ')
  const without = [names(file), first].map((row) => row.toSpliced(kana, 1))
  const refused = (path: string, lines: readonly (readonly string[])[], item: string): void =>
    put(`invalid/${path}`, file, lines.map(csvLine).join(''), { errors: [{ line: 1, item }] })
  refused('missing-column', without, '氏名_フリガナ')
  refused(
    'unknown-column',
    [
      [...names(file), '備考'],
      [...first, ''],
    ],
    String(first.length + 1),
  )
  refused(
    'repeated-column',
    [
      [...names(file), '氏名'],
      [...first, ''],
    ],
    '氏名',
  )
  const old = findVersion('residents', '1.0')!.file
  const added = names(file).filter((name) => !names(old).includes(name))
  put('invalid/old-columns-as-new-version', file, table(old, [sampleFields(old, 0)]), {
    errors: added.map((item) => ({ line: 1, item })),
  })
}

/** Files that are no CSV as the interface wants it. */
function putBrokenFiles(put: Put): void {
  const file = fileInterfaces['card-serials']
  const rows = [sampleFields(file, 0), sampleFields(file, 1)]
  const text = table(file, rows)
  const revoked = rows[1]!.at(-2)!
  const broken = (path: string, csv: string | Uint8Array, kind: string, line: number, field: number): void =>
    put(`invalid/${path}`, file, csv, { fault: { kind, line, field } })
  // 「高山」 in Shift_JIS where a code is expected.
  const shiftJis = Buffer.concat([Buffer.from(text), Buffer.from([0x22, 0x8d, 0x82, 0x8e, 0x52, 0x22, 0x0a])])
  broken('bad-encoding', shiftJis, 'not-utf8', 4, 1)
  broken('truncated-in-quotes', text.slice(0, text.lastIndexOf(revoked) + 4), 'unterminated-quote', 3, 8)
  broken('truncated-between-fields', text.slice(0, text.lastIndexOf(`,"${revoked}`)), 'too-few-fields', 3, 8)
  broken('stray-quote', text.replace('"card"', 'ca"rd'), 'stray-quote', 2, 5)
  broken('text-after-quote', text.replace('"card"', '"ca"rd"'), 'text-after-quote', 2, 5)
  broken('too-many-fields', text.replace('"card"', '"ca","rd"'), 'too-many-fields', 2, 10)
  broken('nul', text.replace('"card"', '"ca\u0000rd"'), 'nul', 2, 5)
  broken('old-mac-line-ends', text.replaceAll('\n', '\r'), 'lone-carriage-return', 1, 9)
  broken('field-too-long', text.replace('"card"', `"${'a'.repeat(65_537)}"`), 'field-too-long', 2, 5)
  broken('empty', '', 'empty', 1, 1)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const name of ['valid', 'invalid']) {
    rmSync(new URL(name, vectorFolder), { recursive: true, force: true })
    mkdirSync(new URL(name, vectorFolder), { recursive: true })
  }
  for (const [path, { csv, expected }] of makeVectors()) {
    writeFileSync(new URL(`${path}.csv`, vectorFolder), csv)
    writeFileSync(new URL(`${path}.json`, vectorFolder), `${JSON.stringify(expected, null, 2)}\n`)
  }
}
