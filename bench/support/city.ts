import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { csvLine } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { writeResidentRow } from '@open-bcl/modules/residents/residents.fields.ts'
import type { ResidentRecord } from '@open-bcl/modules/residents/residents.ts'
import { makeTown } from '../../demo/town.ts'

/** Places and share of foreign residents are those of 横浜市, the largest municipality; every person is made up. */
export const CITY = '141003' as MunicipalityCode

/**
 * `rows` different people, one after another, in households, in flat memory: no two parts of the city have the same
 * names in the same order, so that nothing remembered of one part helps with the next. The same for the same `rows`.
 */
export function* cityPeople(rows: number): Generator<ResidentRecord> {
  let count = 0
  for (let seed = 1; count < rows; seed++) {
    for (const person of makeTown({ municipalityCode: '141003', households: 3_000, seed }).residents) {
      if (count === rows) return
      count += 1
      yield {
        ...person,
        residentNo: `${String(count).padStart(14, '0')}0` as ResidentNo,
        householdNo: person.householdNo && (`${seed}${person.householdNo.slice(-9)}` as HouseholdNo),
      }
    }
  }
}

/** The rows of `cityPeople`; every `changedEvery`-th person has moved into another room. */
export function* cityRows(rows: number, changedEvery = Infinity): Generator<string[]> {
  let at = 0
  for (const person of cityPeople(rows)) {
    at += 1
    const record =
      at % changedEvery === 0
        ? { ...person, address: { ...person.address, building: '転居先荘101' } }
        : person
    yield writeResidentRow(CITY, record, {
      latest: true,
      deleted: false,
      operatorId: 'bench',
      operatedOn: '2026-11-21' as PlainDate,
      operatedTime: '02:00:00',
    })
  }
}

/** `cityRows` as a linkage file of 住民情報. */
export function* cityFile(rows: number, changedEvery = Infinity): Generator<Buffer> {
  let text = csvLine(fileInterfaces.residents.columns.map((column) => column.name))
  for (const row of cityRows(rows, changedEvery)) {
    text += csvLine(row)
    if (text.length > 65_536) {
      yield Buffer.from(text)
      text = ''
    }
  }
  yield Buffer.from(text)
}
