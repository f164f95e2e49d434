import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const noticesSealed: readonly SealedTable[] = [
  {
    table: 'notices.notice',
    columns: { sealed: { place: 'notices.notice.sealed', rowKey: (row) => row['notice_id']! } },
  },
]
