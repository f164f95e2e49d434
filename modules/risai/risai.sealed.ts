import type { RowNames, SealedTable } from '@open-bcl/core/sealed-table.ts'

const numbered =
  (number: string) =>
  (row: RowNames): string =>
    `${row['application_id']}|${row[number]}`

export const risaiSealed: readonly SealedTable[] = [
  {
    table: 'risai.application',
    columns: {
      state_reason: { place: 'risai.application.state_reason', rowKey: (row) => row['application_id']! },
    },
  },
  {
    table: 'risai.form',
    columns: { sealed: { place: 'risai.form.sealed', rowKey: numbered('form_no') } },
  },
  {
    table: 'risai.grading',
    columns: { sealed: { place: 'risai.grading.sealed', rowKey: numbered('grading_no') } },
  },
  {
    table: 'risai.decision',
    columns: { reason: { place: 'risai.decision.reason', rowKey: numbered('decision_no') } },
  },
  {
    table: 'risai.report',
    columns: {
      sealed: { place: 'risai.report.sealed', rowKey: (row) => row['report_id']! },
      withdrawn_reason: { place: 'risai.report.withdrawn_reason', rowKey: (row) => row['report_id']! },
    },
  },
  {
    table: 'risai.certificate',
    columns: {
      withdrawn_reason: {
        place: 'risai.certificate.withdrawn_reason',
        rowKey: (row) => row['certificate_id']!,
      },
    },
  },
]
