import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const linkageSealed: readonly SealedTable[] = [
  {
    table: 'linkage.inbound',
    columns: {
      // The key of an upload in the spool: its bytes stay as they are.
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
