import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { fileInterfaces, type Business, type FileInterface } from '../../interfaces/interfaces.columns.ts'
import { csvLine } from '../../interfaces/interfaces.csv.ts'
import { interfaceVersions } from '../../interfaces/interfaces.versions.ts'
import { sampleFields } from '../../interfaces/testing/sample-rows.ts'
import type { Manifest } from '../linkage.manifest.ts'
import type { ModelRow } from './model.ts'

/** Files of a small universe of people and keys, so that they collide; and what can be wrong with one. */

/** What is wrong with a row. `key` and `person` cannot be read, `flags` are neither 0 nor 1. */
export const flaws = ['value', 'control', 'key', 'person', 'key and person', 'latest', 'deleted'] as const
export type Flaw = (typeof flaws)[number]

export type RowSpec = {
  readonly person: number
  readonly history: number
  readonly branch: number
  readonly variant: number
  readonly latest: boolean
  readonly deleted: boolean
  readonly flaw: Flaw | null
}

export const PEOPLE = 4
export const VARIANTS = 4

export function residentNoOf(person: number): string {
  return String(101 + person).padStart(13, '0')
}

export const names = ['甲野　一郎', '乙山　二葉', '丙川　三男', '丁谷　葛\u{E0100}子'] as const
export const householdNos = ['0000000000901', '0000000000902'] as const

/** The interface of a business in its oldest version that is accepted, or in the current one. */
export function interfaceOf(business: Business, old: boolean): FileInterface {
  return old ? interfaceVersions(business)[0]!.file : fileInterfaces[business]
}

/** The values of one row. Rows of one variant have the same words in every version, where that is possible. */
export function rowOf(file: FileInterface, spec: RowSpec, line: number, town: string): ModelRow {
  const { person, history, branch, variant, latest, deleted, flaw } = spec
  const valuesOf = (i: number, sparse: boolean): Record<string, string> =>
    Object.fromEntries(sampleFields(file, i, sparse).map((value, at) => [file.columns[at]!.name, value]))
  const values = valuesOf(variant, variant % 2 === 0)
  const things = valuesOf(branch, true)
  for (const name of file.key) values[name] = things[name]!
  const [count, ...otherCounts] = file.history
  if (count !== undefined) values[count] = String(history)
  for (const name of otherCounts) values[name] = String(branch)
  const { residentNo } = file
  // Where the key names no person, the thing may go from one to another, or be nobody's for a while.
  const free = !file.key.includes(residentNo)
  values[residentNo] = residentNoOf(free ? (person + variant) % PEOPLE : person)
  if (free && variant === 2 && !isRequired(file, residentNo)) values[residentNo] = ''
  if (values['市区町村コード'] !== undefined) values['市区町村コード'] = town
  if (file.business === 'residents') {
    values['氏名'] = names[variant]!
    values['世帯番号'] = householdNos[(person + variant) % 2]!
    if (variant === 0 && values['振り仮名_公証区分'] !== undefined) values['振り仮名_公証区分'] = '0'
  }
  if (file.business === 'suppressions') values['支援措置区分'] = variant % 2 === 0 ? '1' : '9'
  if (file.business === 'card-serials') {
    values['シリアル番号'] = String(history * 10 + branch)
    if (variant === 1) values['発行者鍵識別子'] = values['発行者鍵識別子']!.toUpperCase()
  }
  if (file.hasLatest) values['最新フラグ'] = latest ? '1' : '0'
  values['削除フラグ'] = deleted ? '1' : '0'
  const wrong = flaw === null ? [] : spoil(file, values, flaw)
  return { line, values, wrong }
}

function isRequired(file: FileInterface, name: string): boolean {
  return file.columns.some((column) => column.name === name && column.required)
}

/** Makes the row wrong; answers with the 項目名. */
function spoil(file: FileInterface, values: Record<string, string>, flaw: Flaw): string[] {
  const set = (name: string, value: string): string[] => {
    values[name] = value
    return [name]
  }
  const place = (kind: string): string =>
    file.columns.find((column) => column.kind === kind && !file.key.includes(column.name))!.name
  const inKey = file.history[0] ?? file.key.at(-1)!
  switch (flaw) {
    case 'control':
      return file.columns.some((column) => column.kind === 'text' && column.required)
        ? set(
            file.columns.find((column) => column.kind === 'text' && column.required)!.name,
            '甲\u0007\u001f乙',
          )
        : set(place('date'), '2026-02-30')
    case 'key':
      return set(inKey, '0x1')
    case 'person':
      return set(file.residentNo, '１２３')
    case 'key and person':
      return [...set(inKey, ''), ...set(file.residentNo, 'a1')]
    case 'latest':
      return file.hasLatest ? set('最新フラグ', '2') : set(place('date'), '今日')
    case 'deleted':
      return set('削除フラグ', 'x')
    case 'value':
      return set(place('date'), '2026-02-30')
  }
}

export type Sent = { readonly manifest: Manifest; readonly csv: Buffer }

export function fileOf(
  town: MunicipalityCode,
  file: FileInterface,
  at: { readonly fileNo: number; readonly mode: 'full' | 'delta' },
  rows: readonly Pick<ModelRow, 'values'>[],
): Sent {
  const header = file.columns.map(({ name }) => name)
  const lines = [header, ...rows.map(({ values }) => header.map((name) => values[name]!))]
  const csv = Buffer.from(lines.map(csvLine).join(''))
  return {
    csv,
    manifest: {
      interfaceId: file.id,
      interfaceVersion: file.version,
      municipalityCode: town,
      business: file.business,
      ...at,
      rowCount: rows.length,
      deleteCount: rows.filter(({ values }) => values['削除フラグ'] === '1').length,
      sha256: sha256Of(csv),
      producedAt: '2026-11-21T02:00:00+09:00',
      producerVersion: 'test 1',
    },
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What goes wrong with a file as a whole: it must change nothing. */
export const refusals = ['sha256', 'rows', 'hash total', 'header', 'cut', 'flipped', 'other town'] as const
export type Refusal = (typeof refusals)[number]

/** The same file with that fault; `where` is a place in it, 0 to 1. */
export function refusedFile({ manifest, csv }: Sent, how: Refusal, where: number): Sent {
  switch (how) {
    case 'sha256':
      return { csv, manifest: { ...manifest, sha256: sha256Of(Buffer.from(`${where}`)) } }
    case 'rows':
      return { csv, manifest: { ...manifest, rowCount: manifest.rowCount + 1 } }
    case 'hash total':
      return { csv, manifest: { ...manifest, hashTotal: 'f'.repeat(32) } }
    case 'header':
      return resent(
        manifest,
        Buffer.from(csv.toString().replace('"操作年月日"', '"操作日"').replace('"種別"', '"種"')),
      )
    case 'cut':
      return { manifest, csv: csv.subarray(0, Math.floor(where * csv.length)) }
    case 'flipped': {
      const bytes = Buffer.from(csv)
      const at = Math.min(bytes.length - 1, Math.floor(where * bytes.length))
      bytes[at]! ^= 1 << (Math.floor(where * 1000) % 8)
      return { manifest, csv: bytes }
    }
    case 'other town': {
      // One more row, as right as any, of a neighbour.
      const file = interfaceVersions(manifest.business).find(
        (one) => one.version === manifest.interfaceVersion,
      )!.file
      const spec = {
        person: 3,
        history: 9,
        branch: 1,
        variant: 0,
        latest: false,
        deleted: where < 0.5,
        flaw: null,
      }
      const { values } = rowOf(file, spec, 0, '212032')
      const line = csvLine(file.columns.map(({ name }) => values[name]!))
      const deleteCount = manifest.deleteCount + (where < 0.5 ? 1 : 0)
      return resent(
        { ...manifest, rowCount: manifest.rowCount + 1, deleteCount },
        Buffer.concat([csv, Buffer.from(line)]),
      )
    }
  }
}

function resent(manifest: Manifest, csv: Buffer): Sent {
  return { csv, manifest: { ...manifest, sha256: sha256Of(csv) } }
}

/** The bytes in pieces, ending in an error after `until` of them. */
export async function* pieces(
  bytes: Buffer,
  { size = 4_096, until = Infinity, error = new Error('cut off') } = {},
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    if (at >= until) throw error
    yield bytes.subarray(at, at + size)
  }
  if (bytes.length >= until) throw error
}

/** What may go wrong on the way of a file beside its content. */
const trouble = [
  ...refusals,
  'deletions',
  'cut off',
  'cut off late',
  'rolled back',
  'connection lost',
  'again',
  'other content',
  'gap',
] as const
export type Trouble = (typeof trouble)[number]

/** One file of a history. */
export type Step = {
  readonly business: Business
  readonly mode: 'full' | 'delta'
  readonly origin: 'link' | 'hand'
  readonly old: boolean
  /** Rows as a source writes them that keeps to the rules, or as they fall. */
  readonly tidy: boolean
  readonly specs: readonly RowSpec[]
  readonly trouble: Trouble | null
  readonly where: number
}

const anyFlaw = fc.oneof(
  { weight: 12, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.constantFrom('value' as const, 'control' as const) },
  { weight: 1, arbitrary: fc.constantFrom(...flaws) },
)
const rowSpec: fc.Arbitrary<RowSpec> = fc.record({
  person: fc.nat({ max: PEOPLE - 1 }),
  history: fc.integer({ min: 1, max: 3 }),
  branch: fc.nat({ max: 1 }),
  variant: fc.nat({ max: VARIANTS - 1 }),
  latest: fc.boolean(),
  deleted: fc.oneof(
    { weight: 7, arbitrary: fc.constant(false) },
    { weight: 2, arbitrary: fc.constant(true) },
  ),
  flaw: anyFlaw,
})

/** Any file of one of these businesses. */
export function step(businesses: readonly Business[]): fc.Arbitrary<Step> {
  return fc.record({
    business: fc.constantFrom(...businesses),
    mode: fc.constantFrom('full', 'full', 'delta', 'delta', 'delta'),
    origin: fc.constantFrom('link', 'link', 'link', 'link', 'link', 'hand'),
    old: fc.boolean(),
    tidy: fc.constantFrom(true, true, true, false),
    specs: fc.array(rowSpec, { maxLength: 9 }),
    trouble: fc.oneof(
      { weight: 5, arbitrary: fc.constant(null) },
      { weight: 2, arbitrary: fc.constantFrom(...trouble) },
    ),
    where: fc.double({ min: 0, max: 0.999, noNaN: true }),
  })
}

/** One row of a key, one latest of each history: the newest that stands. Wrong rows stay as they are. */
export function tidied(business: Business, specs: readonly RowSpec[]): RowSpec[] {
  const file = fileInterfaces[business]
  const partOf = (spec: RowSpec, counted: boolean): string => {
    const { values } = rowOf(file, { ...spec, flaw: null }, 0, '212172')
    return file.key
      .filter((name) => counted || !file.history.includes(name))
      .map((name) => values[name]!.toLowerCase())
      .join('|')
  }
  const once = new Map(specs.map((spec) => [partOf(spec, true), spec]))
  const newest = new Map<string, RowSpec>()
  const age = (spec: RowSpec): number => spec.history * 10 + spec.branch
  for (const spec of once.values()) {
    if (spec.deleted) continue
    const known = newest.get(partOf(spec, false))
    if (known === undefined || age(spec) > age(known)) newest.set(partOf(spec, false), spec)
  }
  return [...once.values()].map((spec) => ({ ...spec, latest: newest.get(partOf(spec, false)) === spec }))
}
