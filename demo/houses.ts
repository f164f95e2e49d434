import { addressKey, keyText } from '@open-bcl/core/ja/address-key.ts'
import type { ResidentRecord } from '@open-bcl/modules/residents/residents.ts'
import { demoPlaces, type DemoMunicipalityCode, type DemoPlace } from './places.ts'
import { rowOf, type RegisterFile } from './registers.ts'
import type { DemoTown } from './town.ts'

/**
 * 家屋課税台帳 of a demonstration town: the house of every household, as its people are invented. Nothing is drawn by lot: what a
 * house is like follows from the 世帯番号, so that adding a household changes no other's.
 */
export function houseFile(town: DemoTown): RegisterFile {
  const places = new Map(
    demoPlaces(town.municipality.code as DemoMunicipalityCode).map((place) => [place.townCode, place]),
  )
  const heads = headsOf(town)
  const rows: string[][] = []
  const flats = new Set<string>()
  for (const [i, head] of heads.entries()) {
    const { address } = head
    const step = sequenceOf(head)
    if (address.building === '') {
      // Who lets a house: the head of the household before, who lives elsewhere.
      const owner = step % 9 === 4 && i > 0 ? heads[i - 1]! : head
      rows.push(house(town, head, places, propertyNo(step, 0), dwellingOf(step), ownerOf(owner, step)))
      if (step % 7 === 3)
        rows.push(house(town, head, places, propertyNo(step, 1), outbuildingOf(step), ownerOf(owner, step)))
      continue
    }
    // Flats are one building, however many live in it.
    const { block, numbers } = addressKey(address.town, address.number)
    const key = keyText({ block, numbers }) ?? `${address.town}${address.number}`
    if (flats.has(key)) continue
    flats.add(key)
    const owner = { 所有者_氏名: '飛騨架空不動産株式会社', 所有区分: '1' }
    rows.push(house(town, head, places, propertyNo(step, 2), flatsOf(step), owner))
  }
  return { business: 'houses', rows }
}

function headsOf(town: DemoTown): ResidentRecord[] {
  const heads = new Map<string, ResidentRecord>()
  for (const record of town.residents)
    if (record.state === 'resident' && record.householdNo !== null && !heads.has(record.householdNo))
      heads.set(record.householdNo, record)
  return [...heads.values()]
}

function sequenceOf({ householdNo }: ResidentRecord): number {
  return Number(householdNo!.slice(2, -1))
}

function propertyNo(step: number, building: number): string {
  return `3${String(step).padStart(8, '0')}${building}`
}

type Items = Readonly<Record<string, string>>

function dwellingOf(step: number): Items {
  const storeys = step % 5 === 0 ? 1 : 2
  const ground = 55 + (step % 8) * 7
  return {
    用途: step % 23 === 5 ? '03' : '01',
    構造: step % 10 === 6 ? '5' : step % 13 === 8 ? '4' : '1',
    ...size(ground, storeys),
  }
}

/** A 土蔵, as many old houses of 飛騨 have, or a shed. */
function outbuildingOf(step: number): Items {
  return { 用途: step % 2 === 0 ? '08' : '09', 構造: '1', ...size(18 + (step % 5) * 4, 1) }
}

function flatsOf(step: number): Items {
  return { 用途: '02', 構造: step % 2 === 0 ? '3' : '4', ...size(210 + (step % 4) * 30, 2 + (step % 3)) }
}

function size(ground: number, storeys: number): Items {
  return {
    地上階数: String(storeys),
    地下階数: '0',
    床面積_1階: ground.toFixed(2),
    床面積_延べ: (ground * storeys * 0.92).toFixed(2),
  }
}

/** By 宛名番号, as town halls hold it; of one in three the name stands there, too. */
function ownerOf({ residentNo, name }: ResidentRecord, step: number): Items {
  return {
    所有者_宛名番号: residentNo,
    所有者_氏名: step % 3 === 0 ? name.full : '',
    所有区分: '1',
  }
}

function house(
  town: DemoTown,
  { address }: ResidentRecord,
  places: ReadonlyMap<string, DemoPlace>,
  number: string,
  building: Items,
  owner: Items,
): string[] {
  const step = Number(number)
  const place = places.get(address.townCode)
  // Half the town's houses have been measured.
  const measured = place !== undefined && Math.floor(step / 10) % 2 === 0
  return rowOf(town, 'houses', {
    物件番号: number,
    所有者_枝番: '1',
    履歴番号: '1',
    課税年度: '2026',
    家屋状態: '1',
    所在地_町字コード: address.townCode,
    所在地_町字: address.town,
    // The tax office writes numbers its own way.
    所在地_番地号表記: Math.floor(step / 10) % 3 === 0 ? hyphened(address.number) : address.number,
    所在地_方書: address.building.split('　')[0] ?? '',
    家屋番号: building['用途'] === '09' ? '' : hyphened(address.number),
    緯度: measured ? (place.latitude + offset(step, 7)).toFixed(6) : '',
    経度: measured ? (place.longitude + offset(step, 11)).toFixed(6) : '',
    ...building,
    ...owner,
  })
}

/** 「1番3号」→「1-3」. */
function hyphened(number: string): string {
  return (number.match(/\d+/g) ?? []).join('-') || number
}

/** Somewhere within about 200 m of the 町字's point, in degrees. */
function offset(step: number, by: number): number {
  return ((Math.floor(step / 10) * by) % 41) * 0.0001 - 0.002
}
