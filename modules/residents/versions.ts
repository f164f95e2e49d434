import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { canonicalPositions, FIELD_SEPARATOR } from '../interfaces/interfaces.fields.ts'
import { findVersion } from '../interfaces/interfaces.versions.ts'
import { writeResidentRow } from './residents.fields.ts'
import type { ResidentRecord } from './residents.ts'

/** How data came in: from the 連携AP, or loaded by staff. What came by hand is marked so for ever. */
export type Origin = 'link' | 'hand'

/** What a number of the town's data was given for. */
export type AppliedChange = {
  /** `null` where no file of a business was applied. */
  readonly business: Business | null
  /** 通番 within the business; `null` where it came by hand. */
  readonly fileNo: number | null
  readonly origin: Origin
}

/** Why somebody looks into the 中間DB; the auditor reads it beside the name. */
export const viewPurposes = [
  { value: 'inquiry', label: '本人・窓口からの問合せの確認' },
  { value: 'link-check', label: '連携データの誤り・食い違いの確認' },
  { value: 'record-check', label: '証明書・台帳の記載の確認' },
  { value: 'recovery-check', label: '復旧・訓練での確認' },
] as const
export type ViewPurpose = (typeof viewPurposes)[number]['value']

/** One version of one 異動世代: which row of the register, and the number of the town's data that brought it. */
export type VersionKey = { readonly historyNo: number; readonly branchNo: number; readonly fromSeq: bigint }

export function versionIdOf({ historyNo, branchNo, fromSeq }: VersionKey): string {
  return `${historyNo}-${branchNo}-${fromSeq}`
}

/** `null` when the text names no version. */
export function versionKeyOf(id: string): VersionKey | null {
  const parts = /^(\d{1,6})-(\d{1,4})-(\d{1,18})$/.exec(id)
  if (!parts) return null
  return { historyNo: Number(parts[1]), branchNo: Number(parts[2]), fromSeq: BigInt(parts[3]!) }
}

/** One 項目 of a row as the town sent it. */
export type Item = { readonly name: string; readonly value: string }

const residentFile = fileInterfaces.residents
const positions = canonicalPositions(residentFile)
/** What a record does not hold of a row; only the first release sealed records instead of rows. */
const unknownMarks = {
  latest: true,
  deleted: false,
  operatorId: '',
  operatedOn: '' as PlainDate,
  operatedTime: '',
}

/**
 * The items of a sealed version in the order of the interface, without 個人番号, which is never kept here. The first
 * release sealed the record as JSON; since then it is the row itself after the version of its interface.
 */
export function itemsOfSealed(plain: string, municipality: MunicipalityCode): Item[] {
  if (plain.startsWith('{')) {
    const row = writeResidentRow(municipality, JSON.parse(plain) as ResidentRecord, unknownMarks)
    return positions.map((i) => ({ name: residentFile.columns[i]!.name, value: row[i]! }))
  }
  const [version = '', ...values] = plain.split(FIELD_SEPARATOR)
  const file = findVersion('residents', version)?.file
  const places = file === undefined ? [] : canonicalPositions(file)
  if (file === undefined || values.length !== places.length)
    throw new Error('sealed row of an unknown interface version')
  return places.map((at, i) => ({ name: file.columns[at]!.name, value: values[i]! }))
}

/**
 * What may be seen of a protected person: who it is. Everything else may tell where the person is or was, or that and
 * when she moved; a column that comes later is concealed until somebody says otherwise here.
 */
const tellsWhoOnly =
  /^(宛名番号|履歴番号.*|住民種別|住民状態|氏名.*|旧氏.*|通称.*|氏_.*|名_.*|振り仮名.*|性別.*|生年月日.*|続柄.*|国籍.*)$/

export function concealItems(items: readonly Item[]): Item[] {
  return items.filter(({ name }) => tellsWhoOnly.test(name))
}

/** One item of two versions. */
export type ItemPair = {
  readonly name: string
  readonly older: string
  readonly newer: string
  readonly changed: boolean
}

/** Item by item, in the order of the newer row; an item that only the older one has comes last. */
export function compareItems(older: readonly Item[], newer: readonly Item[]): ItemPair[] {
  const before = new Map(older.map(({ name, value }) => [name, value]))
  const after = new Map(newer.map(({ name, value }) => [name, value]))
  return [...new Set([...after.keys(), ...before.keys()])].map((name) => {
    const pair = { name, older: before.get(name) ?? '', newer: after.get(name) ?? '' }
    return { ...pair, changed: pair.older !== pair.newer }
  })
}
