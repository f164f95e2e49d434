import type { SheetData } from 'write-excel-file/node'
import writeExcelFile from 'write-excel-file/node'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { spreadsheetCsv, spreadsheetLines } from '@open-bcl/core/spreadsheet-csv.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary, Streamed } from '@open-bcl/platform/http/serve.ts'
import { audit } from '../access/audit.ts'
import type { ProtectedWay } from '../ledger/disclosures.ts'
import { rowsOf } from '../ledger/people.actions.ts'
import { getList } from './extraction.actions.ts'
import type * as contract from './extraction.contract.ts'
import { extractionEvents, extractionProblems as problems } from './extraction.messages.ts'
import * as store from './extraction.store.ts'
import { itemStates, tellsPlace } from './extraction.ts'

/** People read, opened and sent at a time. */
const BATCH = 5_000
/** A workbook is made whole in memory. */
const MOST_IN_WORKBOOK = 50_000
const heads = ['番号', '氏名', 'フリガナ', '生年月日', '性別', '住所', '宛名番号', '状態', '担当', '注意']
const sexes: Readonly<Record<string, string>> = { '1': '男', '2': '女', '3': '不明' }

type Page = { readonly table: (string | number)[][]; readonly suppressed: number }

/** The people after a position as a spreadsheet has them. Each is in the audit trail before the page leaves. */
async function pageOf(ctx: Ctx, list: store.ListedList, way: ProtectedWay, after: number): Promise<Page> {
  const { listId, disasterId, conditions } = list
  const items = await store.listItems(ctx.tx, listId, { state: null, mine: null, after, limit: BATCH })
  const rows = await rowsOf(
    ctx,
    disasterId,
    items.map(({ ref }) => ref),
  )
  const leavesOut = way === 'left-out' || tellsPlace(conditions)
  const table: (string | number)[][] = []
  let suppressed = 0
  for (const [i, row] of rows.entries()) {
    const { position, state, assigneeLabel } = items[i]!
    if (row.suppressed) suppressed++
    if (leavesOut && row.suppressed) continue
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
  return { table, suppressed }
}

/** Page by page, each in a transaction of its own and read while the one before is being sent. */
async function* pagesOf(ctx: Ctx, list: store.ListedList, way: ProtectedWay): AsyncGenerator<Page> {
  const read = (after: number): Promise<Page> => {
    const page = ctx.separately((opened) => pageOf(opened, list, way, after))
    // Who waits for it hears of its failure; if nobody does any more, it is nobody's.
    page.catch(() => undefined)
    return page
  }
  let coming: Promise<Page> | null = read(0)
  // A list's positions count up from 1 without a gap.
  for (let after = BATCH; coming !== null; after += BATCH) {
    const page: Page = await coming
    coming = after < list.people ? read(after) : null
    yield page
  }
}

async function tellExported(
  ctx: Ctx,
  { listId, disasterId, people }: store.ListedList,
  form: string,
  protectedPeople: ProtectedWay,
): Promise<void> {
  await audit(ctx, extractionEvents.exported, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { listId, form, people, protectedPeople },
  })
}

function nameOf(ctx: Ctx, form: 'csv' | 'xlsx'): string {
  return `援護対象者_${todayInJapan(ctx.now)}.${form}`
}

/** Streamed: a list may hold a whole city. */
export async function exportExtractionCsv(
  ctx: Ctx,
  { listId, protectedPeople }: InputOf<typeof contract.exportExtractionCsv>,
): Promise<Streamed> {
  const list = await getList(ctx, listId)
  await tellExported(ctx, list, 'csv', protectedPeople)
  return { fileName: nameOf(ctx, 'csv'), parts: () => csvOf(ctx, list, protectedPeople) }
}

async function* csvOf(ctx: Ctx, list: store.ListedList, way: ProtectedWay): AsyncGenerator<Buffer> {
  yield Buffer.from(spreadsheetCsv([heads]))
  let [people, suppressed] = [0, 0]
  for await (const page of pagesOf(ctx, list, way)) {
    people += page.table.length
    suppressed += page.suppressed
    yield Buffer.from(spreadsheetLines(page.table))
  }
  await ctx.separately((opened) =>
    audit(opened, extractionEvents.exportEnded, {
      subjects: [{ kind: 'disaster', id: list.disasterId }],
      facts: { listId: list.listId, form: 'csv', people, suppressed },
    }),
  )
}

export async function exportExtractionXlsx(
  ctx: Ctx,
  { listId, protectedPeople }: InputOf<typeof contract.exportExtractionXlsx>,
): Promise<Binary> {
  const list = await getList(ctx, listId)
  if (list.people > MOST_IN_WORKBOOK) throw new Problem(problems.tooManyForWorkbook)
  await tellExported(ctx, list, 'xlsx', protectedPeople)
  const table: (string | number)[][] = [heads]
  for (let after = 0; after < list.people; after += BATCH)
    table.push(...(await pageOf(ctx, list, protectedPeople, after)).table)
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
