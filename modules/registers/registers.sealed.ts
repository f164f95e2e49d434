import { createHash } from 'node:crypto'
import type { SealedTable } from '@open-bcl/core/sealed-table.ts'
import { FIELD_SEPARATOR } from '../interfaces/interfaces.fields.ts'
import { digestPurpose, ENTRY_PLACE, entrySealKey } from './entries.ts'
import { CARD_SERIAL_PLACE } from './registers.ts'

export const registersSealed: readonly SealedTable[] = [
  {
    table: 'registers.entry',
    columns: {
      sealed: { place: ENTRY_PLACE, rowKey: (row) => entrySealKey(row['business']!, row['row_key']!) },
    },
    digest: { column: 'record_hmac', purpose: (row) => digestPurpose(row['business']!), of: digestOf },
    // Seals are images of tens of kilobytes.
    batch: 100,
  },
  {
    table: 'registers.card_serial',
    columns: {
      sealed: { place: CARD_SERIAL_PLACE, rowKey: (row) => `${row['issuer_ski']}|${row['serial']}` },
    },
    digest: { column: 'record_hmac', purpose: () => CARD_SERIAL_PLACE, of: digestOf },
  },
]

/** SHA-256 of the canonical row, as the intake digests it. */
function digestOf(opened: string): Uint8Array {
  return createHash('sha256')
    .update(opened.slice(opened.indexOf(FIELD_SEPARATOR) + 1))
    .digest()
}
