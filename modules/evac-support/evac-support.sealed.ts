import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const evacSupportSealed: readonly SealedTable[] = [
  {
    table: 'evac_support.person',
    columns: { sealed: { place: 'evac_support.person.sealed', rowKey: (row) => row['resident_no']! } },
  },
  {
    table: 'evac_support.consent',
    columns: {
      sealed: {
        place: 'evac_support.consent.sealed',
        rowKey: (row) => `${row['resident_no']!}|${row['consent_no']!}`,
      },
    },
  },
  {
    table: 'evac_support.recipient',
    columns: {
      sealed: {
        place: 'evac_support.recipient.sealed',
        rowKey: (row) => `${row['evac_recipient_id']!}|${row['version']!}`,
      },
    },
  },
  {
    table: 'evac_support.provision',
    columns: { sealed: { place: 'evac_support.provision.sealed', rowKey: (row) => row['provision_id']! } },
  },
  {
    table: 'evac_support.provision_decision',
    columns: {
      sealed: { place: 'evac_support.provision_decision.sealed', rowKey: (row) => row['provision_id']! },
    },
  },
]
