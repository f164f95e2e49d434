import type { SheetData } from 'write-excel-file/node'
import writeExcelFile from 'write-excel-file/node'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { audit } from '../access/audit.ts'
import { rowsOf } from '../ledger/people.actions.ts'
import { getList } from './extraction.actions.ts'
import type * as contract from './extraction.contract.ts'
import { extractionEvents } from './extraction.messages.ts'
import * as store from './extraction.store.ts'
import { itemStates, tellsPlace } from './extraction.ts'

const BATCH = 1_000
const heads = ['番号', '氏名', 'フリガナ', '生年月日', '性別', '住所', '宛名番号', '状態', '担当', '注意']
const sexes: Readonly<Record<string, string>> = { '1': '男', '2': '女', '3': '不明' }

/** The rows of a list as a spreadsheet has them; everybody on it is in the audit trail before the first. */
async function tableOf(ctx: Ctx, listId: string, form: string): Promise<(string | number)[][]> {
  const list = await getList(ctx, listId)
  const byPlace = tellsPlace(list.conditions)
  const table: (string | number)[][] = [heads]
  let suppressed = 0
  for (let after = 0; ;) {
    const items = await store.listItems(ctx.tx, listId, { state: null, mine: null, after, limit: BATCH })
    const rows = await rowsOf(
      ctx,
      list.disasterId,
      items.map(({ ref }) => ref),
    )
    for (const [i, row] of rows.entries()) {
      const { position, state, assigneeLabel } = items[i]!
      if (row.suppressed) suppressed++
      if (byPlace && row.suppressed) continue
      table.push([
        position,
        row.name,
        row.kana,
        row.birth.text ?? row.birth.on ?? '',
        sexes[row.sex] ?? '',
        row.address ?? '（支援措置のため非表示）',
        row.residentNo ?? '住登外者',
        itemStates.find(({ value }) => value === state)?.label ?? state,
        assigneeLabel ?? '',
        row.suppressed ? '支援措置（提供抑止）' : '',
      ])
    }
    if (items.length < BATCH) break
    after = items.at(-1)!.position
  }
  await audit(ctx, extractionEvents.exported, {
    subjects: [{ kind: 'disaster', id: list.disasterId }],
    facts: { listId, form, people: table.length - 1, suppressed },
  })
  return table
}

function nameOf(ctx: Ctx, form: 'csv' | 'xlsx'): string {
  return `援護対象者_${todayInJapan(ctx.now)}.${form}`
}

export async function exportExtractionCsv(
  ctx: Ctx,
  { listId }: InputOf<typeof contract.exportExtractionCsv>,
): Promise<Binary> {
  const bytes = Buffer.from(spreadsheetCsv(await tableOf(ctx, listId, 'csv')))
  return { bytes, fileName: nameOf(ctx, 'csv') }
}

export async function exportExtractionXlsx(
  ctx: Ctx,
  { listId }: InputOf<typeof contract.exportExtractionXlsx>,
): Promise<Binary> {
  const table = await tableOf(ctx, listId, 'xlsx')
  const sheet: SheetData = table.map((cells, i) =>
    cells.map((value) => ({
      value,
      // Texts are written as texts: nothing in a cell is taken for a formula.
      type: typeof value === 'number' ? Number : String,
      ...(i === 0 ? { fontWeight: 'bold' as const } : {}),
    })),
  )
  const bytes = await writeExcelFile(sheet, { stickyRowsCount: 1 }).toBuffer()
  return { bytes, fileName: nameOf(ctx, 'xlsx') }
}
