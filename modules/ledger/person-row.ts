import { addressLine, displayName, type ResidentRecord, type SexCode } from '../residents/residents.ts'
import { refOf, type EntryId, type NonResident } from './ledger.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'

/** One person of a ledger, as lists and heads of pages show it. */
export type PersonRow = {
  readonly personRef: string
  /** `null` = nothing was told about the person yet. */
  readonly entryId: string | null
  readonly residentNo: string | null
  readonly name: string
  readonly kana: string
  readonly birth: RegisterDate
  readonly sex: SexCode
  /** `null` = 支援措置のため非表示. */
  readonly address: string | null
  readonly suppressed: boolean
}

export function residentRow(record: ResidentRecord, suppressed: boolean, entryId: EntryId | null): PersonRow {
  return {
    personRef: refOf({ kind: 'resident', residentNo: record.residentNo }),
    entryId,
    residentNo: record.residentNo,
    name: displayName(record.name),
    kana: record.name.preference === '2' ? record.name.aliasKana : record.name.kana,
    birth: record.birth,
    sex: record.sex,
    address: suppressed ? null : addressLine(record.address),
    suppressed,
  }
}

export function nonResidentRow(person: NonResident, suppressed: boolean, entryId: EntryId | null): PersonRow {
  return {
    personRef: refOf({ kind: 'non-resident', nonResidentId: person.nonResidentId }),
    entryId,
    residentNo: null,
    name: person.name,
    kana: person.kana,
    birth: person.birth,
    sex: person.sex,
    address: suppressed ? null : person.address,
    suppressed,
  }
}
