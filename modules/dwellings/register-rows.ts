import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { numberOf, textOf, type Entry } from '../registers/entries.ts'
import { blockOf } from './blocks.ts'
import type { HouseFacts, HouseWords, Position } from './dwellings.ts'

/** A house as 家屋課税台帳 has it: its rows are one an owner, and say the same of the house. */
export type RegisterHouse = {
  readonly propertyNo: string
  readonly facts: HouseFacts
  readonly words: HouseWords
}

/** Rows of several houses, in the order of 物件番号 and 枝番, as houses. */
export function housesOf(rows: readonly Entry[], municipality: MunicipalityCode): RegisterHouse[] {
  const byNo = new Map<string, Entry[]>()
  for (const row of rows) {
    const propertyNo = textOf(row, '物件番号')
    byNo.set(propertyNo, [...(byNo.get(propertyNo) ?? []), row])
  }
  return [...byNo].map(([propertyNo, owners]) => houseOf(propertyNo, owners, municipality))
}

function houseOf(propertyNo: string, rows: readonly Entry[], municipality: MunicipalityCode): RegisterHouse {
  const [row] = rows as [Entry, ...Entry[]]
  const town = textOf(row, '所在地_町字')
  // Where there is 住居表示 people's addresses follow it; else they follow 地番.
  const number = textOf(row, '所在地_番地号表記') || textOf(row, '所在地_地番')
  return {
    propertyNo,
    facts: {
      state: textOf(row, '家屋状態') === '2' ? 'gone' : 'standing',
      blockCode: textOf(row, '所在地_町字コード') || blockOf(municipality, town),
      useCode: textOf(row, '用途'),
      structureCode: textOf(row, '構造'),
      storeys: numberOf(row, '地上階数'),
      floorArea: numberOf(row, '床面積_延べ'),
    },
    words: {
      place: {
        town,
        number,
        building: textOf(row, '所在地_方書'),
        houseNumber: textOf(row, '家屋番号'),
      },
      position: positionOf(row),
      owners: rows.map((owner) => ({
        residentNo: textOf(owner, '所有者_宛名番号') || null,
        name: textOf(owner, '所有者_氏名'),
        share: shareOf(owner),
      })),
      reason: '',
    },
  }
}

function positionOf(row: Entry): Position | null {
  const latitude = numberOf(row, '緯度')
  const longitude = numberOf(row, '経度')
  if (latitude === null || longitude === null) return null
  return { latitude, longitude, source: 'register', by: null, at: null }
}

function shareOf(row: Entry): string {
  const [numerator, denominator] = [textOf(row, '共有持分_分子'), textOf(row, '共有持分_分母')]
  return numerator === '' || denominator === '' ? '' : `${numerator}/${denominator}`
}
