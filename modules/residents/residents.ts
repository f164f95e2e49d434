import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'

/** 住所. `line` parts are printed in order: prefecture, city, town, number, building (方書, never left out: 標準 5.4). */
export type Address = {
  /** Empty where noDate. */
  readonly municipalityCode: MunicipalityCode
  /** 町字ID, 7 digits (アドレス・ベース・レジストリ). */
  readonly townCode: string
  readonly prefecture: string
  readonly city: string
  readonly town: string
  /** 番地号表記 */
  readonly number: string
  /** 方書 */
  readonly building: string
  /** 7 digits without hyphen. */
  readonly postCode: string
}

/** 1 男, 2 女, 3 不明 (JPKI and 住基 code). */
export type SexCode = '1' | '2' | '3'

/** 住民種別 */
export type ResidentKind = 'japanese' | 'foreign'

/** 住民状態. Codes of the wire are mapped in `linkage.records.ts`. */
export type ResidentState = 'resident' | 'moved-out' | 'dead' | 'removed'

/** Whether a 振り仮名 is certified (公証). A provisional one is for searching and is never printed. */
export type Reading = {
  readonly text: string
  readonly state: 'none' | 'confirmed' | 'provisional'
}

/** What a copy of 住民票 shows beside the rest. Towns send it from version 1.1 of the interface on. */
export type CopyItems = {
  /** 氏名の振り仮名; 氏 and 名 apart. */
  readonly familyReading: Reading
  readonly givenReading: Reading
  /** 旧氏の振り仮名 */
  readonly formerReading: Reading
  /** 住所を定めた年月日: empty when never moved inside the town. */
  readonly settledOn: RegisterDate
  /** 住所を定めた届出年月日 */
  readonly settledNotifiedOn: PlainDate | null
  /** 転居前住所 as one printed line; empty when none. */
  readonly addressWithin: string
  /** 本籍 */
  readonly domicile: string
  /** 筆頭者 */
  readonly domicileHead: string
  /** 住民票コード, 11 digits. */
  readonly recordCode: string
  /** 並び順 that the mayor set; `null` = by the standard's rule. */
  readonly order: number | null
  /** 住民票_備考 */
  readonly remarks: string
}

/**
 * 住民の一つの異動世代: every item of one person as the register held it after one change.
 * Keyed in the town by 宛名番号 + 履歴番号 + 枝番 (標準 1.2.1: all items repeated in each row).
 */
export type ResidentRecord = {
  readonly residentNo: ResidentNo
  /** 履歴番号, from 1. */
  readonly historyNo: number
  /** 履歴番号_枝番, from 0. */
  readonly branchNo: number
  readonly householdNo: HouseholdNo | null
  readonly kind: ResidentKind
  readonly state: ResidentState
  readonly changedOn: RegisterDate
  readonly notifiedOn: PlainDate | null
  /** 異動事由, 2 characters. */
  readonly changeReason: string
  readonly name: {
    /** 氏名, code points as registered: never normalised. */
    readonly full: string
    readonly kana: string
    /** 氏名_外国人ローマ字 */
    readonly latin: string
    /** 氏名_外国人漢字 */
    readonly kanji: string
    /** 旧氏 */
    readonly former: string
    readonly formerKana: string
    /** 通称 */
    readonly alias: string
    readonly aliasKana: string
    /** 氏名優先区分: which name the person uses. '1' 本名, '2' 通称 … as the town codes it. */
    readonly preference: string
  }
  readonly sex: SexCode
  /** 性別表記 */
  readonly sexText: string
  readonly birth: RegisterDate
  /** 続柄コード1..4: a chain such as 子の子の妻. */
  readonly relationCodes: readonly string[]
  /** 続柄表記 as printed. */
  readonly relationText: string
  readonly address: Address
  readonly becameResidentOn: RegisterDate
  /** 転入前住所 as one printed line; empty when none. */
  readonly addressBefore: string
  /** 転出先住所（予定または確定） as one printed line; empty when none. */
  readonly addressAfter: string
  /** 消除の異動年月日 */
  readonly removedOn: RegisterDate
  readonly copy: CopyItems
  readonly foreign: {
    /** 外国人住民となった年月日 */
    readonly since: RegisterDate
    readonly nationalityCode: string
    readonly nationality: string
    /** 第30条45規定区分 */
    readonly article30_45: string
    /** 在留資格等コード */
    readonly statusOfResidence: string
    /** 在留期間等コード_年, _月 and _日 as sent. */
    readonly period: { readonly years: string; readonly months: string; readonly days: string }
    readonly periodUntil: PlainDate | null
    /** 在留カード等番号 */
    readonly cardNo: string
  } | null
}

/** The name printed and shown first: 通称 where the person chose it, else 氏名. */
export function displayName(name: ResidentRecord['name']): string {
  return name.preference === '2' && name.alias !== '' ? name.alias : name.full
}

/** 住所 as one line, as certificates and screens show it. */
export function addressLine(address: Address): string {
  const line = `${address.prefecture}${address.city}${address.town}${address.number}`
  return address.building === '' ? line : `${line}　${address.building}`
}

/** Age in whole years on `day`; a person reaches an age the day before the birthday (年齢計算ニ関スル法律). */
export function ageOn(birth: RegisterDate, day: PlainDate): number | null {
  if (birth.on === null) return null
  const [by, bm, bd] = birth.on.split('-').map(Number) as [number, number, number]
  const next = new Date(
    Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)) + 1),
  )
  const years = next.getUTCFullYear() - by
  const reached = next.getUTCMonth() + 1 > bm || (next.getUTCMonth() + 1 === bm && next.getUTCDate() >= bd)
  return reached ? years : years - 1
}

const noDate: RegisterDate = { on: null, uncertain: false, text: null }
const noReading: Reading = { text: '', state: 'none' }

/** Of a town that has not sent them yet. */
export const noCopyItems: CopyItems = {
  familyReading: noReading,
  givenReading: noReading,
  formerReading: noReading,
  settledOn: noDate,
  settledNotifiedOn: null,
  addressWithin: '',
  domicile: '',
  domicileHead: '',
  recordCode: '',
  order: null,
  remarks: '',
}

/** The record without anything that tells where the person is or was, or that and when she moved (支援措置). */
export function concealResident(record: ResidentRecord): ResidentRecord {
  return {
    ...record,
    changedOn: noDate,
    notifiedOn: null,
    changeReason: '',
    address: {
      municipalityCode: '' as MunicipalityCode,
      townCode: '',
      prefecture: '',
      city: '',
      town: '',
      number: '',
      building: '',
      postCode: '',
    },
    becameResidentOn: noDate,
    addressBefore: '',
    addressAfter: '',
    removedOn: noDate,
    copy: {
      ...record.copy,
      settledOn: noDate,
      settledNotifiedOn: null,
      addressWithin: '',
      domicile: '',
      remarks: '',
    },
    foreign: record.foreign && { ...record.foreign, since: noDate },
  }
}
