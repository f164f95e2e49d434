import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const matchingSealed: readonly SealedTable[] = [
  {
    table: 'matching.list',
    columns: { sealed: { place: 'matching.list.sealed', rowKey: (row) => row['list_id']! } },
  },
  {
    table: 'matching.row',
    columns: { sealed: { place: 'matching.row.sealed', rowKey: (row) => row['row_id']! } },
    digest: { column: 'row_hmac', purpose: () => 'matching-row', of: (opened) => opened },
  },
  {
    table: 'matching.outcome',
    columns: {
      sealed: { place: 'matching.outcome.sealed', rowKey: (row) => `${row['row_id']}|${row['step']}` },
    },
  },
]
