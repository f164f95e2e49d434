import type { SealedTable } from '@open-bcl/core/sealed-table.ts'

export const surveysSealed: readonly SealedTable[] = [
  {
    table: 'surveys.task',
    columns: { sealed: { place: 'surveys.task.sealed', rowKey: (row) => row['task_id']! } },
  },
  {
    table: 'surveys.sheet',
    columns: {
      sealed: {
        place: 'surveys.sheet.sealed',
        rowKey: (row) => `${row['sheet_id']}|${row['sheet_no']}`,
      },
    },
    digest: { column: 'content_hmac', purpose: () => 'survey-sheet', of: (opened) => opened },
  },
  {
    table: 'surveys.photo',
    columns: { sealed: { place: 'surveys.photo.sealed', rowKey: (row) => row['photo_id']! } },
  },
  {
    table: 'surveys.result',
    columns: {
      sealed: {
        place: 'surveys.result.sealed',
        rowKey: (row) => `${row['task_id']}|${row['result_no']}`,
      },
    },
  },
]
