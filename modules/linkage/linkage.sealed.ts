import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const linkageSealed: readonly SealedTable[] = [
  {
    table: 'linkage.inbound',
    columns: {
      sealed_key: {
        place: 'linkage.inbound.sealed_key',
        rowKey: (row) => `${row['business']}|${row['file_no']}`,
      },
    },
  },
  {
    table: 'linkage.contact',
    columns: { sealed: { place: 'linkage.contact.sealed', rowKey: (row) => row['contact_id']! } },
  },
]
