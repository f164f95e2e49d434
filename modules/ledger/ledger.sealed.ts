import type { SealedTable } from '@open-bcl/core/sealed-table.ts'
import { nonResidentTexts, type NonResident } from './ledger.ts'

export const ledgerSealed: readonly SealedTable[] = [
  {
    table: 'ledger.fact',
    columns: {
      sealed: { place: 'ledger.fact.sealed', rowKey: (row) => `${row['entry_id']}|${row['fact_id']}` },
    },
  },
  {
    table: 'ledger.household_change',
    columns: {
      sealed: {
        place: 'ledger.household_change.sealed',
        rowKey: (row) => `${row['household_id']}|${row['version']}`,
      },
    },
  },
  {
    table: 'ledger.identity',
    columns: {
      sealed: {
        place: 'ledger.identity.sealed',
        rowKey: (row) => `${row['non_resident_id']}|${row['version']}`,
      },
    },
  },
  {
    table: 'ledger.disclosure',
    columns: { sealed: { place: 'ledger.disclosure.sealed', rowKey: (row) => row['disclosure_id']! } },
  },
  {
    table: 'ledger.disclosure_decision',
    columns: {
      sealed: { place: 'ledger.disclosure_decision.sealed', rowKey: (row) => row['disclosure_id']! },
    },
  },
  {
    table: 'ledger.item',
    columns: {
      sealed: {
        place: 'ledger.item.sealed',
        rowKey: (row) => `${row['entry_id']}|${row['item_key']}|${row['version']}`,
      },
    },
  },
  {
    table: 'ledger.difference',
    columns: {
      sealed: {
        place: 'ledger.difference.sealed',
        rowKey: (row) => `${row['entry_id']}|${row['note']}|${row['decision_no']}`,
      },
    },
  },
  {
    table: 'ledger.non_resident',
    columns: {
      sealed: {
        place: 'ledger.non_resident.sealed',
        rowKey: (row) => `${row['non_resident_id']}|${row['version']}`,
      },
    },
    tokens: { column: 'tokens', texts: (opened) => nonResidentTexts(JSON.parse(opened) as NonResident) },
  },
]
