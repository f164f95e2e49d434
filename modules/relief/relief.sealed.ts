import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const reliefSealed: readonly SealedTable[] = [
  {
    table: 'relief.note',
    columns: { sealed: { place: 'relief.note.sealed', rowKey: (row) => row['note_id']! } },
  },
]
