import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const accessSealed: readonly SealedTable[] = [
  {
    table: 'access.totp',
    columns: { sealed: { place: 'access.totp.sealed', rowKey: (row) => row['totp_id']! } },
  },
  {
    table: 'access.sign_in_setting',
    columns: { sealed: { place: 'access.sign_in_setting.sealed', rowKey: (row) => row['setting_no']! } },
  },
  {
    table: 'access.suppression',
    columns: {
      sealed: {
        place: 'access.suppression.sealed',
        rowKey: (row) => `${row['resident_no']}|${row['history_no']}`,
      },
    },
    digest: { column: 'record_hmac', purpose: () => 'access.suppression.sealed', of: (opened) => opened },
  },
  {
    table: 'access.audit_key',
    columns: {
      sealed_private: { place: 'access.audit_key.sealed_private', rowKey: (row) => String(row['key_id']) },
    },
  },
]
