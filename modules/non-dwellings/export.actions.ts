import writeExcelFile from 'write-excel-file/node'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { arrangedPlaces } from '../ledger/item-names.actions.ts'
import { allOf } from './non-dwellings.actions.ts'
import type * as contract from './non-dwellings.contract.ts'
import { nonDwellingsEvents as events } from './non-dwellings.messages.ts'
import { damageWords, nonDwellingKinds, ownerKinds } from './non-dwellings.ts'

type Input = InputOf<typeof contract.exportNonDwellingsCsv>
type File = { bytes: Uint8Array; fileName: string }

type Property = Awaited<ReturnType<typeof allOf>>[number]
type Column = { readonly item?: string; readonly head: string; readonly cell: (one: Property) => string }

const label = (list: readonly { value: string; label: string }[], value: string): string =>
  list.find((one) => one.value === value)?.label ?? value
/** An instant as a clerk reads it, by the clock of Japan: 2026-11-21 9:05. */
function inJapan(iso: string): string {
  const at = new Date(iso)
  const time = at.toLocaleTimeString('ja-JP', { timeZone: 'Asia/Tokyo', hour: 'numeric', minute: '2-digit' })
  return `${todayInJapan(at)} ${time}`
}
const columns: readonly Column[] = [
  { head: '種類', cell: ({ kind }) => label(nonDwellingKinds, kind) },
  { head: '物件', cell: ({ words }) => words.name },
  { head: '被災場所', cell: ({ words }) => words.place },
  { head: '所有者の区分', cell: ({ ownerKind }) => label(ownerKinds, ownerKind) },
  { head: '所有者', cell: ({ words }) => words.ownerName },
  { item: 'corporateNo', head: '法人番号', cell: ({ words }) => words.corporateNo },
  { item: 'ownerAddress', head: '所有者の住所', cell: ({ words }) => words.ownerAddress },
  { item: 'phone', head: '電話番号', cell: ({ words }) => words.phone },
  { head: '被害', cell: ({ result }) => (result === null ? '未確認' : label(damageWords, result)) },
  { head: '被災届出', cell: ({ reportId }) => (reportId === null ? '' : '受付済') },
  { head: '登録日時', cell: ({ registeredAt }) => inJapan(registeredAt) },
  { item: 'note', head: '備考', cell: ({ words }) => words.note },
  { head: '支援措置', cell: ({ suppressed }) => (suppressed ? '対象（所在は表示しません）' : '') },
]

/** The list as rows of text, its heads first; of a protected person no place and no contact. */
async function linesOf(ctx: Ctx, { disasterId }: Input): Promise<[string[], ...string[][]]> {
  const shown = await arrangedPlaces(ctx, 'non-dwellings', columns)
  const properties = await allOf(ctx, disasterId)
  await audit(ctx, events.exported, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { count: properties.length },
  })
  return [
    shown.map(({ head, name }) => name ?? head),
    ...properties.map((one) => shown.map(({ cell }) => cell(one))),
  ]
}

export async function exportCsv(ctx: Ctx, input: Input): Promise<File> {
  const lines = await linesOf(ctx, input)
  return { bytes: Buffer.from(spreadsheetCsv(lines)), fileName: '被災非住家一覧.csv' }
}

/** Texts are written as texts: nothing in a cell is taken for a formula. */
export async function exportXlsx(ctx: Ctx, input: Input): Promise<File> {
  const [head, ...lines] = await linesOf(ctx, input)
  const data = [
    head.map((value) => ({ value, type: String, fontWeight: 'bold' as const, wrap: true })),
    ...lines.map((line) => line.map((value) => ({ value, type: String }))),
  ]
  const file = writeExcelFile(data, {
    sheet: '被災非住家',
    columns: head.map(() => ({ width: 20 })),
    orientation: 'landscape',
  })
  return { bytes: new Uint8Array(await file.toBuffer()), fileName: '被災非住家一覧.xlsx' }
}
