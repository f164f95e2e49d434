import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const casesSealed: readonly SealedTable[] = [
  {
    table: 'cases.act',
    columns: { sealed: { place: 'cases.act.sealed', rowKey: (row) => `${row['case_id']}|${row['act_no']}` } },
  },
]
