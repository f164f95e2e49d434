import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const extractionSealed: readonly SealedTable[] = [
  {
    table: 'extraction.list',
    columns: { sealed: { place: 'extraction.list.sealed', rowKey: (row) => row['list_id']! } },
  },
]
