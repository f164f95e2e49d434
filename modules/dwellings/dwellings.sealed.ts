import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const dwellingsSealed: readonly SealedTable[] = [
  {
    table: 'dwellings.description',
    columns: {
      sealed: {
        place: 'dwellings.description.sealed',
        rowKey: (row) => `${row['dwelling_id']}|${row['version']}`,
      },
    },
  },
  {
    table: 'dwellings.occupancy',
    columns: {
      sealed: {
        place: 'dwellings.occupancy.sealed',
        rowKey: (row) => `${row['disaster_id']}|${row['occupant']}|${row['occupancy_no']}`,
      },
    },
  },
]
