import type { Brand } from '@open-bcl/core/brand.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import { personOf } from '../ledger/ledger.ts'

export type DwellingId = Brand<string, 'DwellingId'>

/** 構造 as 家屋課税台帳 codes it. */
export const structures = [
  { value: '1', label: '木造' },
  { value: '2', label: '鉄骨鉄筋コンクリート造' },
  { value: '3', label: '鉄筋コンクリート造' },
  { value: '4', label: '鉄骨造' },
  { value: '5', label: '軽量鉄骨造' },
  { value: '6', label: 'れんが造・コンクリートブロック造' },
  { value: '9', label: 'その他' },
] as const
export type StructureCode = (typeof structures)[number]['value']

/** 用途 as 家屋課税台帳 codes it. */
export const uses = [
  { value: '01', label: '専用住宅' },
  { value: '02', label: '共同住宅・寄宿舎' },
  { value: '03', label: '併用住宅' },
  { value: '04', label: '旅館・料亭・ホテル' },
  { value: '05', label: '事務所・銀行・店舗' },
  { value: '06', label: '劇場・病院' },
  { value: '07', label: '工場・倉庫' },
  { value: '08', label: '土蔵' },
  { value: '09', label: '附属家' },
  { value: '99', label: 'その他' },
] as const
export type UseCode = (typeof uses)[number]['value']

/** Whether somebody is expected to live in a house of this use. Whoever does live in another one is linked by hand. */
export function isResidential(use: string): boolean {
  return ['01', '02', '03', '99'].includes(use)
}

/** 木造 or 非木造: which survey sheet is used. 軽量鉄骨造 (プレハブ) goes with wood in some of them: its code tells. */
export function isWooden(structure: string): boolean {
  return structure === '1'
}

export const dwellingStates = [
  { value: 'standing', label: '現存' },
  { value: 'gone', label: '滅失' },
] as const
export type DwellingState = (typeof dwellingStates)[number]['value']

/** Where a house stands on the map. `by` and `at`: whoever set it by hand, and when. */
export type Position = {
  readonly latitude: number
  readonly longitude: number
  readonly source: 'register' | 'hand'
  readonly by: string | null
  readonly at: string | null
}

export type HousePlace = {
  /** 町字 */
  readonly town: string
  /** 番地号表記, or where there is none 地番. */
  readonly number: string
  /** 方書 or the building's name. */
  readonly building: string
  /** 登記の家屋番号 */
  readonly houseNumber: string
}

export type Owner = {
  /** 宛名番号; `null` = the register knows only a name (companies, people elsewhere). */
  readonly residentNo: string | null
  readonly name: string
  /** 共有持分 such as 1/2; empty when alone. */
  readonly share: string
}

/** What is sealed of a house: none of it is a person's but the owners. */
export type HouseWords = {
  readonly place: HousePlace
  readonly position: Position | null
  readonly owners: readonly Owner[]
  /** Why a clerk wrote this version; empty of one taken from 家屋課税台帳. */
  readonly reason: string
}

/** What is shown of a house in which somebody under 支援措置 lives: the 町字, and nothing that leads to it. */
export function concealWords(words: Omit<HouseWords, 'owners'>): Omit<HouseWords, 'owners'> {
  return {
    place: { town: words.place.town, number: '', building: '', houseNumber: '' },
    position: null,
    reason: '',
  }
}

/** What stands in clear of a house. */
export type HouseFacts = {
  readonly state: DwellingState
  /** 町字ID; empty where unknown. */
  readonly blockCode: string
  readonly useCode: string
  readonly structureCode: string
  /** 地上階数 */
  readonly storeys: number | null
  /** 延べ床面積, m² */
  readonly floorArea: number | null
}

/** One version of a house. */
export type Dwelling = HouseFacts &
  Omit<HouseWords, 'owners'> & {
    readonly dwellingId: DwellingId
    readonly version: number
    /** 物件番号; `null` = added by hand. */
    readonly propertyNo: string | null
    readonly source: 'register' | 'hand'
    readonly registerSeq: bigint | null
    readonly writtenAt: Date
    readonly writtenLabel: string
  }

export function houseAddress({ town, number, building }: HousePlace): string {
  return building === '' ? `${town}${number}` : `${town}${number}　${building}`
}

/** Whom a link is about: a whole household, or one person who lived apart from it (or 住登外者). */
export type Occupant =
  | { readonly kind: 'household'; readonly householdNo: string }
  | { readonly kind: 'resident'; readonly residentNo: string }
  | { readonly kind: 'non-resident'; readonly nonResidentId: string }

export function occupantKey(occupant: Occupant): string {
  if (occupant.kind === 'household') return `H-${occupant.householdNo}`
  return occupant.kind === 'resident' ? `R-${occupant.residentNo}` : `N-${occupant.nonResidentId}`
}

/** The person alone, not the household. */
export function occupantOf(ref: PersonRef): Occupant {
  const person = personOf(ref)
  return person.kind === 'resident'
    ? { kind: 'resident', residentNo: person.residentNo }
    : { kind: 'non-resident', nonResidentId: person.nonResidentId }
}

/** Why a household is taken to live in a house. */
export const linkReasons = [
  { value: 'same-address', label: '住所が同じ' },
  { value: 'same-address-several', label: '住所が同じ家屋が複数ある' },
  { value: 'parent-address', label: '枝番を除いた住所が同じ' },
  { value: 'owner-lives-here', label: '世帯の方が所有している' },
  { value: 'owner-same-block', label: '同じ町字に世帯の方が所有する住宅がある' },
  { value: 'by-hand', label: '職員が確認' },
  { value: 'undone', label: 'まとめて取り消し' },
] as const
export type LinkReason = (typeof linkReasons)[number]['value']
