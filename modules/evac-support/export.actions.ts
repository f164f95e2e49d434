import type { SheetData } from 'write-excel-file/node'
import writeExcelFile from 'write-excel-file/node'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { audit } from '../access/audit.ts'
import { handOf, rowsOf } from './evac-support.actions.ts'
import { evacSupportEvents as events } from './evac-support.messages.ts'
import { openWords } from './evac-support.store.ts'
import { bases, groundLabel, secrecyWords } from './evac-support.ts'
import { openProvision, scopeOf, type Eligible } from './provisions.actions.ts'
import type * as contract from './provisions.contract.ts'
import { insertHandover, type Provision } from './provisions.store.ts'

/** The legal items of the list (災対法49条の10第2項), in its order. */
const heads = [
  ...['番号', '氏名', 'フリガナ', '生年月日', '性別', '住所', '居所', '電話番号', 'その他の連絡先'],
  ...['避難支援等を必要とする事由', 'その他'],
]

type Cells = readonly (string | number)[]

/** What the file says of itself before the first name: to whom, by what right, and to keep it secret. */
function coverOf(ctx: Ctx, { basis, recipient }: Provision, people: number): Cells[] {
  const label = bases.find(({ value }) => value === basis)?.label ?? basis
  return [
    ['避難行動要支援者名簿（取扱注意）'],
    ['提供先', recipient.words.name],
    ['受け取る人・担当', recipient.words.person],
    ['根拠', label],
    ['範囲', scopeOf(recipient)],
    ['提供した日', todayInJapan(ctx.now)],
    ['人数', people],
    ...secrecyWords.map((words) => [words]),
  ]
}

/** The people as a spreadsheet has them, by where they live. Each is in the audit trail before the file leaves. */
async function tableOf(ctx: Ctx, { people }: Eligible): Promise<Cells[]> {
  const keys = await ctx.keys()
  const rows = await rowsOf(
    ctx,
    people.map(({ person }) => person),
    'provision',
  )
  return people
    .map(({ entry }) => ({ entry, row: rows.get(entry.residentNo)! }))
    .sort((a, b) => (a.row.address ?? '').localeCompare(b.row.address ?? '', 'ja'))
    .map(({ entry, row }, i) => {
      const words = openWords(keys, entry.residentNo, entry.sealed)
      const grounds = [...entry.grounds, ...entry.told].map(groundLabel).join('、')
      return [
        ...[i + 1, row.name, row.kana, row.birthText || (row.birthOn ?? ''), row.sexText],
        ...[row.address ?? '', words.residence],
        ...[words.phone, words.otherContact],
        words.reasonWords === '' ? grounds : `${grounds}　${words.reasonWords}`,
        words.remarks,
      ]
    })
}

/** Takes a file out: written into the log with everybody on it, each time. */
async function takeOut(
  ctx: Ctx,
  provisionId: string,
  form: 'csv' | 'xlsx',
): Promise<{ readonly cover: Cells[]; readonly table: Cells[]; readonly fileName: string }> {
  const { provision, eligible } = await openProvision(ctx, provisionId)
  const { people, leftOut } = eligible
  const handoverId = uuidv7(ctx.now.getTime())
  const byConsent = people.filter(({ basis }) => basis === 'consent').length
  await insertHandover(
    ctx.tx,
    { ...{ handoverId, provisionId, form, byConsent, leftOut }, people: people.length },
    people.map(({ entry: { residentNo }, basis }) => ({ residentNo, basis })),
    handOf(ctx),
  )
  const table = await tableOf(ctx, eligible)
  await audit(ctx, events.provisionExported, {
    purpose: 'provision',
    facts: {
      ...{ provisionId, handoverId, form, basis: provision.basis, people: people.length, byConsent },
      ...{ evacRecipientId: provision.evacRecipientId, leftOut },
    },
  })
  return {
    cover: coverOf(ctx, provision, people.length),
    table,
    fileName: `避難行動要支援者名簿_${todayInJapan(ctx.now)}.${form}`,
  }
}

export async function exportEvacProvisionCsv(
  ctx: Ctx,
  { provisionId }: InputOf<typeof contract.exportEvacProvisionCsv>,
): Promise<Binary> {
  const { cover, table, fileName } = await takeOut(ctx, provisionId, 'csv')
  return { bytes: Buffer.from(spreadsheetCsv([...cover, heads, ...table])), fileName }
}

export async function exportEvacProvisionXlsx(
  ctx: Ctx,
  { provisionId }: InputOf<typeof contract.exportEvacProvisionXlsx>,
): Promise<Binary> {
  const { cover, table, fileName } = await takeOut(ctx, provisionId, 'xlsx')
  const bytes = await writeExcelFile([
    { data: sheetOf(cover, 1), sheet: '表紙', columns: [{ width: 24 }, { width: 60 }] },
    { data: sheetOf([heads, ...table], 1), sheet: '名簿', stickyRowsCount: 1, orientation: 'landscape' },
  ]).toBuffer()
  return { bytes, fileName }
}

/** Texts are written as texts: nothing in a cell is taken for a formula. */
function sheetOf(rows: readonly Cells[], bold: number): SheetData {
  return rows.map((cells, i) =>
    cells.map((value) => ({
      value,
      type: typeof value === 'number' ? Number : String,
      ...(i < bold ? { fontWeight: 'bold' as const } : {}),
    })),
  )
}
