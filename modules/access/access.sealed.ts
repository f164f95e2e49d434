import type { SealedTable } from '@open-bcl/core/sealed-table.ts'
import { SUPPRESSION_PLACE } from './suppression.ts'

export const accessSealed: readonly SealedTable[] = [
  {
    table: 'access.suppression',
    columns: {
      sealed: { place: SUPPRESSION_PLACE, rowKey: (row) => `${row['resident_no']}|${row['history_no']}` },
    },
    digest: { column: 'record_hmac', purpose: () => SUPPRESSION_PLACE, of: (opened) => opened },
  },
]
