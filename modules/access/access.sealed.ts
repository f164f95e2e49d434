import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const accessSealed: readonly SealedTable[] = [
  {
    table: 'access.suppression',
    columns: {
      sealed: {
        place: 'access.suppression.sealed',
        rowKey: (row) => `${row['resident_no']}|${row['history_no']}`,
      },
    },
    digest: { column: 'record_hmac', purpose: () => 'access.suppression.sealed', of: (opened) => opened },
  },
]
