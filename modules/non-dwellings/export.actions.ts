import writeExcelFile from 'write-excel-file/node'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { allOf } from './non-dwellings.actions.ts'
import type * as contract from './non-dwellings.contract.ts'
import { nonDwellingsEvents as events } from './non-dwellings.messages.ts'
import { damageWords, nonDwellingKinds, ownerKinds } from './non-dwellings.ts'

type Input = InputOf<typeof contract.exportNonDwellingsCsv>
type File = { bytes: Uint8Array; fileName: string }

const head = [
  ...['種類', '物件', '被災場所', '所有者の区分', '所有者', '法人番号', '所有者の住所', '電話番号'],
  ...['被害', '被災届出', '登録日時', '備考', '支援措置'],
]

/** The list as rows of text; of a protected person no place and no contact. */
async function linesOf(ctx: Ctx, { disasterId }: Input): Promise<string[][]> {
  const label = (list: readonly { value: string; label: string }[], value: string) =>
    list.find((one) => one.value === value)?.label ?? value
  const properties = await allOf(ctx, disasterId)
  await audit(ctx, events.exported, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { count: properties.length },
  })
  return properties.map(({ kind, ownerKind, result, reportId, registeredAt, suppressed, words }) => [
    label(nonDwellingKinds, kind),
    ...[words.name, words.place],
    label(ownerKinds, ownerKind),
    ...[words.ownerName, words.corporateNo, words.ownerAddress, words.phone],
    result === null ? '未確認' : label(damageWords, result),
    reportId === null ? '' : '受付済',
    ...[registeredAt, words.note],
    suppressed ? '対象（所在は表示しません）' : '',
  ])
}

export async function exportCsv(ctx: Ctx, input: Input): Promise<File> {
  const lines = await linesOf(ctx, input)
  return { bytes: Buffer.from(spreadsheetCsv([head, ...lines])), fileName: '被災非住家一覧.csv' }
}

/** Texts are written as texts: nothing in a cell is taken for a formula. */
export async function exportXlsx(ctx: Ctx, input: Input): Promise<File> {
  const lines = await linesOf(ctx, input)
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
