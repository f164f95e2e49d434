import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const evacueesSealed: readonly SealedTable[] = [
  {
    table: 'evacuees.town_key',
    columns: { sealed: { place: 'evacuees.town_key.sealed', rowKey: (row) => row['key_no']! } },
  },
  {
    table: 'evacuees.transfer',
    columns: { sealed: { place: 'evacuees.transfer.sealed', rowKey: (row) => row['transfer_id']! } },
  },
  {
    table: 'evacuees.transfer_person',
    columns: {
      sealed: {
        place: 'evacuees.transfer_person.sealed',
        rowKey: (row) => `${row['transfer_id']}|${row['position']}`,
      },
    },
  },
  {
    table: 'evacuees.arrival',
    columns: { sealed: { place: 'evacuees.arrival.sealed', rowKey: (row) => row['transfer_id']! } },
  },
  {
    table: 'evacuees.event',
    columns: { sealed: { place: 'evacuees.event.sealed', rowKey: (row) => row['event_id']! } },
  },
]
