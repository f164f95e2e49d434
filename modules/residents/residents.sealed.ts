import { createHash } from 'node:crypto'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { SealedTable } from '@open-bcl/core/sealed-table.ts'
import { FIELD_SEPARATOR, fieldsOfVersionedRow } from '../interfaces/interfaces.fields.ts'
import { openResidentPayload, searchTexts, writeResidentRow } from './residents.fields.ts'

export const residentsSealed: readonly SealedTable[] = [
  {
    table: 'residents.version',
    columns: {
      sealed: {
        place: 'residents.version.sealed',
        rowKey: (row) => `${row['resident_no']}|${row['history_no']}|${row['branch_no']}`,
      },
    },
    digest: { column: 'record_hmac', purpose: () => 'resident', of: digestOf },
    tokens: {
      column: 'tokens',
      texts(opened) {
        const texts: [string, string][] = []
        searchTexts(fieldsOf(opened), (field, text) => texts.push([field, text]))
        return texts
      },
    },
  },
  {
    table: 'residents.emergency_list',
    columns: {
      sealed: { place: 'residents.emergency_list.sealed', rowKey: (row) => row['list_id']! },
    },
  },
]

/** SHA-256 of the canonical row, as the intake digests it; of a record of the first release its JSON. */
function digestOf(opened: string): string | Uint8Array {
  if (opened.startsWith('{')) return opened
  return createHash('sha256')
    .update(opened.slice(opened.indexOf(FIELD_SEPARATOR) + 1))
    .digest()
}

/** The row in the columns of the current version; flags and 操作者 are no words that anybody is found by. */
function fieldsOf(opened: string): readonly string[] {
  const marks = { latest: true, deleted: false }
  if (!opened.startsWith('{')) return fieldsOfVersionedRow('residents', opened, marks)
  const record = openResidentPayload(opened)
  const operated = { operatorId: '', operatedOn: '' as PlainDate, operatedTime: '' }
  return writeResidentRow(record.address.municipalityCode, record, { ...marks, ...operated })
}
