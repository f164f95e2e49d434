import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const supportSealed: readonly SealedTable[] = [
  {
    table: 'support.circumstance',
    columns: {
      sealed: {
        place: 'support.circumstance.sealed',
        rowKey: (row) => `${row['household_id']}|${row['version']}`,
      },
    },
  },
  {
    table: 'support.application',
    columns: { sealed: { place: 'support.application.sealed', rowKey: (row) => row['application_id']! } },
  },
  {
    table: 'support.proposal',
    columns: {
      sealed: {
        place: 'support.proposal.sealed',
        rowKey: (row) => `${row['application_id']}|${row['proposal_no']}`,
      },
    },
  },
  {
    table: 'support.decision',
    columns: {
      reason: {
        place: 'support.decision.reason',
        rowKey: (row) => `${row['application_id']}|${row['proposal_no']}`,
      },
    },
  },
  {
    table: 'support.difference',
    columns: {
      sealed: { place: 'support.difference.sealed', rowKey: (row) => row['difference_id']! },
      reason: { place: 'support.difference.reason', rowKey: (row) => row['difference_id']! },
    },
  },
]
