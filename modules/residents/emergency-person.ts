import { fieldsOfVersionedRow, indexer } from '../interfaces/interfaces.fields.ts'
import { openResidentPayload, residentRecord } from './residents.fields.ts'
import { concealResident, type ResidentRecord } from './residents.ts'
import type { EmergencyScope } from './emergency.ts'

/** A resident with what a list is cut by. */
export type EmergencyPerson = {
  readonly record: ResidentRecord
  /** 地区管理コード1 to 10, those that have a value. */
  readonly districts: readonly string[]
}

const firstDistrict = indexer('residents')('地区管理コード1')
const noFlags = { latest: true, deleted: false }

/** Reads what is sealed of a version. */
export function emergencyPerson(payload: string): EmergencyPerson {
  // The first release kept no 地区.
  if (payload.startsWith('{')) return { record: openResidentPayload(payload), districts: [] }
  const fields = fieldsOfVersionedRow('residents', payload, noFlags)
  const districts = fields.slice(firstDistrict, firstDistrict + 10).filter((code) => code !== '')
  return { record: residentRecord(fields), districts }
}

/** The person without anything that tells where he or she is. */
export function concealEmergencyPerson({ record }: EmergencyPerson): EmergencyPerson {
  return { record: concealResident(record), districts: [] }
}

/** The 町字 or 地区 of a person, as lists are cut by them. */
export function areasOf({ record, districts }: EmergencyPerson, by: 'area' | 'district'): readonly string[] {
  return by === 'district' ? districts : [record.address.town]
}

export function isIn(person: EmergencyPerson, scope: EmergencyScope, area: string): boolean {
  return scope === 'everybody' || areasOf(person, scope).includes(area)
}
