import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const externalLinkSealed: readonly SealedTable[] = [
  {
    table: 'external_link.result',
    columns: { sealed: { place: 'external_link.result.sealed', rowKey: (row) => row['result_id']! } },
  },
]
