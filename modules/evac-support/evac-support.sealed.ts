import type { SealedTable } from '@open-bcl/core/sealed-table.ts'
import { PERSON_PLACE, CONSENT_PLACE } from './evac-support.store.ts'
import { DECISION_PLACE, PROVISION_PLACE, RECIPIENT_PLACE } from './provisions.store.ts'

export const evacSupportSealed: readonly SealedTable[] = [
  {
    table: 'evac_support.person',
    columns: { sealed: { place: PERSON_PLACE, rowKey: (row) => row['resident_no']! } },
  },
  {
    table: 'evac_support.consent',
    columns: {
      sealed: { place: CONSENT_PLACE, rowKey: (row) => `${row['resident_no']!}|${row['consent_no']!}` },
    },
  },
  {
    table: 'evac_support.recipient',
    columns: {
      sealed: {
        place: RECIPIENT_PLACE,
        rowKey: (row) => `${row['evac_recipient_id']!}|${row['version']!}`,
      },
    },
  },
  {
    table: 'evac_support.provision',
    columns: { sealed: { place: PROVISION_PLACE, rowKey: (row) => row['provision_id']! } },
  },
  {
    table: 'evac_support.provision_decision',
    columns: { sealed: { place: DECISION_PLACE, rowKey: (row) => row['provision_id']! } },
  },
]
