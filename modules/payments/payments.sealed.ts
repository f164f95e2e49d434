import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const paymentsSealed: readonly SealedTable[] = [
  {
    table: 'payments.account',
    columns: {
      sealed: {
        place: 'payments.account.sealed',
        rowKey: (row) => `${row['application_id']}|${row['version']}`,
      },
    },
  },
  {
    table: 'payments.clearance',
    columns: {
      reason: {
        place: 'payments.clearance.reason',
        rowKey: (row) => `${row['application_id']}|${row['account_version']}|${row['warning']}`,
      },
    },
  },
]
