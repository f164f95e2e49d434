import type { RowNames, SealedTable } from '@open-bcl/core/sealed-table.ts'
import { formFrom, placeKey } from './risai.ts'

const numbered =
  (number: string) =>
  (row: RowNames): string =>
    `${row['application_id']}|${row[number]}`

export const risaiSealed: readonly SealedTable[] = [
  {
    table: 'risai.application',
    columns: {
      state_reason: { place: 'risai.application.state_reason', rowKey: (row) => row['application_id']! },
      late_reason: { place: 'risai.application.late_reason', rowKey: (row) => row['application_id']! },
      proofs_waived: { place: 'risai.application.proofs_waived', rowKey: (row) => row['application_id']! },
    },
  },
  {
    table: 'risai.form',
    columns: { sealed: { place: 'risai.form.sealed', rowKey: numbered('form_no') } },
    digest: {
      column: 'place_hmac',
      purpose: () => 'risai.form.place',
      of: (opened) => placeKey(formFrom(opened).dwellingAddress),
    },
  },
  {
    table: 'risai.resurvey',
    columns: {
      sealed: { place: 'risai.resurvey.sealed', rowKey: (row) => row['resurvey_id']! },
      result: { place: 'risai.resurvey.result', rowKey: (row) => row['resurvey_id']! },
      answer: { place: 'risai.resurvey.answer', rowKey: (row) => row['resurvey_id']! },
    },
  },
  {
    table: 'risai.letter',
    columns: { sealed: { place: 'risai.letter.sealed', rowKey: (row) => row['letter_id']! } },
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
