import { plainDate } from '@open-bcl/core/dates.ts'
import type { Address, ResidentRecord } from '@open-bcl/modules/residents/residents.ts'
import { on, type DraftForeign, type DraftPerson, type Relation } from './drafts.ts'
import { addressAt, demoPlaces, type DemoMunicipalityCode } from './places.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'

/** Short ways to write a named person down; used by people.ts and people-hida.ts. */
export type More = Partial<Omit<DraftPerson, 'key' | 'name' | 'male' | 'birth' | 'relation'>> & {
  readonly names?: Partial<ResidentRecord['name']>
}

function person(male: boolean) {
  return (
    key: string,
    full: string,
    kana: string,
    birth: string | RegisterDate,
    relation: Relation,
    { names, ...more }: More = {},
  ): DraftPerson => {
    const born = typeof birth === 'string' ? on(birth) : birth
    return {
      key,
      name: { full, kana, ...names },
      male,
      birth: born,
      relation,
      since: born,
      sinceReason: '出生',
      ...more,
    }
  }
}
export const man = person(true)
export const woman = person(false)

export function moved(day: string, addressBefore: string): More {
  return { since: on(day), sinceReason: '国内転入', addressBefore }
}

/** 住所 by 町字 of a municipality; throws when there is no such 町字. */
export function finder(
  code: DemoMunicipalityCode,
): (town: string, number: string, building?: string) => Address {
  const places = new Map(demoPlaces(code).map((place) => [place.name, place]))
  return (town, number, building = '') => {
    const place = places.get(town)
    if (place === undefined) throw new Error(`no ${town} in ${code}`)
    return addressAt(place, number, building)
  }
}
export function foreign(
  nationalityCode: string,
  nationality: string,
  statusOfResidence: string,
  until: string | null,
): DraftForeign {
  return {
    nationalityCode,
    nationality,
    // 01 中長期在留者, 02 特別永住者, as the demonstration town codes them.
    article30_45: statusOfResidence === '' ? '02' : '01',
    statusOfResidence,
    period: { years: until === null ? '' : '03', months: '', days: '' },
    periodUntil: until === null ? null : plainDate(until),
  }
}
export function fromAbroad(
  day: string,
  latin: string,
  status: DraftForeign,
  names: More['names'] = {},
): More {
  return { since: on(day), sinceReason: '国外転入等', foreign: status, names: { latin, ...names } }
}
