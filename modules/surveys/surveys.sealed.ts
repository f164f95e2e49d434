import type { SealedTable } from '@open-bcl/core/sealed-table.ts'
import { taskTexts, type TaskWords } from './surveys.ts'

export const surveysSealed: readonly SealedTable[] = [
  {
    table: 'surveys.task',
    columns: { sealed: { place: 'surveys.task.sealed', rowKey: (row) => row['task_id']! } },
    tokens: { column: 'tokens', texts: (opened) => taskTexts(JSON.parse(opened) as TaskWords) },
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
  {
    table: 'surveys.area_judgement',
    columns: {
      sealed: { place: 'surveys.area_judgement.sealed', rowKey: (row) => row['judgement_id']! },
    },
  },
  {
    table: 'surveys.import_row',
    columns: { sealed: { place: 'surveys.import_row.sealed', rowKey: (row) => row['import_row_id']! } },
    digest: {
      column: 'row_hmac',
      purpose: () => 'survey-import-row',
      of: (opened) => (JSON.parse(opened) as { key: string }).key,
    },
  },
]
