import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const protectionSealed: readonly SealedTable[] = [
  {
    table: 'protection.measure',
    columns: { sealed: { place: 'protection.measure.sealed', rowKey: (row) => `${row['measure_id']}` } },
  },
  {
    table: 'protection.act',
    columns: {
      sealed: { place: 'protection.act.sealed', rowKey: (row) => `${row['measure_id']}|${row['act_no']}` },
    },
  },
  {
    table: 'protection.person',
    columns: {
      sealed: {
        place: 'protection.person.sealed',
        rowKey: (row) => `${row['measure_id']}|${row['person_no']}`,
      },
    },
  },
]
