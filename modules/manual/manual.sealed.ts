import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const manualSealed: readonly SealedTable[] = [
  {
    table: 'manual.upload',
    columns: {
      sealed_key: { place: 'manual.upload.sealed_key', rowKey: (row) => row['upload_id']! },
      sealed: { place: 'manual.upload.sealed', rowKey: (row) => row['upload_id']! },
    },
  },
  {
    table: 'manual.mapping',
    columns: { sealed: { place: 'manual.mapping.sealed', rowKey: (row) => row['mapping_id']! } },
  },
  {
    table: 'manual.run',
    columns: { sealed: { place: 'manual.run.sealed', rowKey: (row) => row['run_id']! } },
  },
]
