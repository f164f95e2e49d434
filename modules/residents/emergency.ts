import { fieldsOfVersionedRow, indexer } from '../interfaces/interfaces.fields.ts'
import { openResidentPayload, residentRecord } from './residents.fields.ts'
import { concealResident, type ResidentRecord } from './residents.ts'

/** Why a list is made; the auditor reads it beside the reason. */
export const emergencyPurposes = [
  { value: 'safety', label: '安否の確認' },
  { value: 'evacuation', label: '避難の支援' },
  { value: 'supplies', label: '物資・給水の配布' },
  { value: 'counter', label: '庁舎が使えない間の窓口業務' },
  { value: 'drill', label: '訓練' },
] as const
export type EmergencyPurpose = (typeof emergencyPurposes)[number]['value']

/** Whom a list names: everybody, one 町字, or one 地区 (地区管理コード). */
export const emergencyScopes = ['everybody', 'area', 'district'] as const
export type EmergencyScope = (typeof emergencyScopes)[number]

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
