import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const fieldSealed: readonly SealedTable[] = [
  {
    table: 'field.town_key',
    columns: { sealed: { place: 'field.town_key.sealed', rowKey: (row) => row['key_id']! } },
  },
  {
    table: 'field.item',
    columns: { sealed: { place: 'field.item.sealed', rowKey: (row) => row['item_id']! } },
  },
]
