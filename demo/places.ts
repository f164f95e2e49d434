import { readFileSync } from 'node:fs'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Address } from '@open-bcl/modules/residents/residents.ts'
import { Weighted } from './random.ts'

/** The municipalities of the demonstration. Real places; everybody in them is fictitious (架空の人物). */
export const demoMunicipalities = {
  '212172': {
    code: '212172' as MunicipalityCode,
    prefecture: '岐阜県',
    name: '飛騨市',
    kana: 'ヒダシ',
    households: 8_900,
  },
  '212032': {
    code: '212032' as MunicipalityCode,
    prefecture: '岐阜県',
    name: '高山市',
    kana: 'タカヤマシ',
    households: 118,
  },
  '141003': {
    code: '141003' as MunicipalityCode,
    prefecture: '神奈川県',
    name: '横浜市',
    kana: 'ヨコハマシ',
    households: 196,
  },
} as const
export type DemoMunicipalityCode = keyof typeof demoMunicipalities

/** 町字, with the code of its ward where there are wards, and a point in it (WGS84, degrees). */
export type DemoPlace = {
  readonly municipalityCode: MunicipalityCode
  readonly prefecture: string
  readonly city: string
  readonly name: string
  readonly kana: string
  readonly townCode: string
  readonly postCode: string
  readonly latitude: number
  readonly longitude: number
}

function data(name: string): string {
  return readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8')
}

type PlaceRow = [string, string, string, string, string, string, string, number, number]

export function demoPlaces(code: DemoMunicipalityCode): DemoPlace[] {
  const rows: PlaceRow[] = JSON.parse(data(`towns-${code}.json`))
  return rows.map(
    ([municipalityCode, prefecture, city, name, kana, townCode, postCode, latitude, longitude]) => ({
      municipalityCode: municipalityCode as MunicipalityCode,
      prefecture,
      city,
      name,
      kana,
      townCode,
      postCode,
      latitude,
      longitude,
    }),
  )
}

/** Where people live in 飛騨市: 古川 and 神岡 hold nine in ten; the upper valleys of 河合 and 宮川 are nearly empty. */
function weightOf(place: DemoPlace): number {
  if (place.name.startsWith('古川町')) return place.name.endsWith('丁目') ? 40 : 12
  if (place.name.startsWith('神岡町')) return 7
  if (place.name.startsWith('河合町')) return 2.5
  if (place.name.startsWith('宮川町')) return 1
  return 1
}

export function weightedPlaces(code: DemoMunicipalityCode): Weighted<DemoPlace> {
  return new Weighted(demoPlaces(code), weightOf)
}

export function addressAt(place: DemoPlace, number: string, building = ''): Address {
  return {
    municipalityCode: place.municipalityCode,
    townCode: place.townCode,
    prefecture: place.prefecture,
    city: place.city,
    town: place.name,
    number,
    building,
    postCode: place.postCode,
  }
}

/** 指定避難所 of 飛騨市 as GeoJSON text (properties 共通ID, 名称, 住所). */
export function sheltersGeoJson(): string {
  return data('shelters-212172.geojson')
}

/** Boundary of 飛騨市 as GeoJSON text, simplified: good for drawing alone. */
export function boundaryGeoJson(): string {
  return data('boundary-212172.geojson')
}
