import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const nonDwellingsSealed: readonly SealedTable[] = [
  {
    table: 'non_dwellings.property',
    columns: {
      sealed: { place: 'non_dwellings.property.sealed', rowKey: (row) => row['non_dwelling_id']! },
    },
  },
  {
    table: 'non_dwellings.change',
    columns: {
      sealed: {
        place: 'non_dwellings.change.sealed',
        rowKey: (row) => `${row['non_dwelling_id']}|${row['version']}`,
      },
    },
  },
  {
    table: 'non_dwellings.finding',
    columns: {
      sealed: {
        place: 'non_dwellings.finding.sealed',
        rowKey: (row) => `${row['non_dwelling_id']}|${row['finding_no']}`,
      },
    },
  },
]
