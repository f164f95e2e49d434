import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { makeTown } from '../../../demo/town.ts'
import type { ResidentRecord } from '../../residents/residents.ts'
import { fileInterfaces, type Business } from '../../interfaces/interfaces.columns.ts'
import {
  writeCardSerialRow,
  writeSuppressionRow,
  type CardSerialRecord,
  type SuppressionRecord,
} from '../linkage.records.ts'
import { writeResidentRow } from '../../residents/residents.fields.ts'
import type { RowMarks } from '../../interfaces/interfaces.fields.ts'

/** The named persons of the demonstration town and a few of the many. */
export const smallTown = makeTown({ households: 30, issuerKeyId: 'ab'.repeat(20) })

const marks: RowMarks = {
  latest: true,
  deleted: false,
  operatorId: 'test',
  operatedOn: '2026-11-21' as PlainDate,
  operatedTime: '02:00:00',
}

export function residentRow(
  record: ResidentRecord,
  over: Partial<RowMarks> & { readonly myNumber?: string; readonly code?: string } = {},
): string[] {
  const code = (over.code ?? '212172') as MunicipalityCode
  return writeResidentRow(code, record, { ...marks, ...over }, over.myNumber ?? null)
}

export function suppressionRow(
  record: Partial<SuppressionRecord> & Pick<SuppressionRecord, 'residentNo'>,
  over: Partial<RowMarks> = {},
): string[] {
  const whole: SuppressionRecord = {
    historyNo: 1,
    startsOn: '2026-04-01' as PlainDate,
    endsOn: null,
    categoryCode: '1',
    ended: false,
    ...record,
  }
  return writeSuppressionRow('212172' as MunicipalityCode, whole, { ...marks, ...over })
}

export function cardSerialRow(record: CardSerialRecord, deleted = false): string[] {
  return writeCardSerialRow('212172' as MunicipalityCode, record, deleted)
}

/** The row with one item set to a raw value, as a faulty source would. */
export function withItem(business: Business, row: readonly string[], item: string, value: string): string[] {
  const at = fileInterfaces[business].columns.findIndex((column) => column.name === item)
  if (at < 0) throw new Error(`no column ${item}`)
  return row.with(at, value)
}
