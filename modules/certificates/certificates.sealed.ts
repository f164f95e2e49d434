import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const certificatesSealed: readonly SealedTable[] = [
  {
    table: 'certificates.issue',
    columns: {
      frozen: { place: 'certificates.issue.frozen', rowKey: (row) => row['transaction_id']! },
    },
  },
  {
    table: 'certificates.archive',
    columns: {
      sealed_pdf: { place: 'certificates.archive.sealed_pdf', rowKey: (row) => row['transaction_id']! },
    },
    // A whole PDF each.
    batch: 20,
  },
  {
    table: 'certificates.alarm',
    columns: {
      evidence: { place: 'certificates.alarm.evidence', rowKey: (row) => row['alarm_id']! },
    },
    batch: 20,
  },
  {
    table: 'certificates.alarm_acknowledgement',
    columns: {
      note: { place: 'certificates.alarm_acknowledgement.note', rowKey: (row) => row['alarm_id']! },
    },
  },
  {
    table: 'certificates.block',
    columns: { note: { place: 'certificates.block.note', rowKey: (row) => row['block_id']! } },
  },
  {
    table: 'certificates.block_act',
    columns: {
      note: {
        place: 'certificates.block_act.note',
        rowKey: (row) => `${row['block_id']}|${row['act_no']}`,
      },
    },
  },
  {
    table: 'certificates.paper_key',
    columns: {
      sealed_private: { place: 'certificates.paper_key.sealed_private', rowKey: (row) => row['key_id']! },
    },
  },
  {
    table: 'certificates.batch_item',
    columns: {
      reasons: {
        place: 'certificates.batch_item.reasons',
        rowKey: (row) => `${row['batch_id']}|${row['position']}`,
      },
    },
  },
  {
    table: 'certificates.batch_bundle',
    columns: {
      sheets: {
        place: 'certificates.batch_bundle.sheets',
        rowKey: (row) => `${row['batch_id']}|${row['bundle_no']}`,
      },
    },
    batch: 10,
  },
]
