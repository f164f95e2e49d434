import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { MissingGlyphs } from '@open-bcl/platform/pdf/pdf-errors.ts'
import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { rowsOf } from '../ledger/people.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import type * as contract from './damage.contract.ts'
import * as store from './damage.store.ts'
import { damageItems, damageSource, figuresOf, origins, type Figure, type Told } from './damage.ts'
import { csvOf, xlsxOf, type Cell } from './sheets.actions.ts'
import { momentText } from './situation.actions.ts'
import { situationEvents as events, situationProblems as problems } from './situation.messages.ts'

/** Rows of a page. */
const MOST = 100
const TIMEOUT_MS = 10_000

function written(ctx: Ctx): { at: Date; by: string; label: string } {
  const { actor } = ctx
  return {
    at: ctx.now,
    by: actorName(actor),
    label: actor.kind === 'staff' ? actor.displayName : actorName(actor),
  }
}

/** What the ledger counts for each item. */
function countedOf(rows: readonly store.DamageRow[]): Map<string, number> {
  return new Map(
    damageItems.flatMap(({ item, from }) => {
      if (from === null) return []
      const of = rows.filter(({ damage }) => damage === from.damage)
      const { count } = from
      return [[item, count === 'rows' ? of.length : of.reduce((sum, row) => sum + row[count], 0)]]
    }),
  )
}

async function presentOf(
  ctx: Ctx,
  disasterId: DisasterId,
): Promise<{ figures: readonly Figure[]; rows: store.DamageRow[]; toldNos: Map<string, number> }> {
  const rows = await store.listDamage(ctx.tx, disasterId)
  const newest = await store.listTold(ctx.tx, disasterId)
  const told = new Map<string, Told>()
  for (const { item, value, asOf, source, by } of newest)
    if (value !== null) told.set(item, { value, asOf: asOf.toISOString(), source, by })
  return {
    figures: figuresOf(countedOf(rows), told),
    rows,
    toldNos: new Map(newest.map(({ item, toldNo }) => [item, toldNo])),
  }
}

const lineOf = ({ figures: _, asOf, madeAt, ...report }: store.Report) => ({
  ...report,
  asOf: asOf.toISOString(),
  madeAt: madeAt.toISOString(),
})

export async function getDamageReport(
  ctx: Ctx,
  { disasterId, reportNo }: InputOf<typeof contract.getDamageReport>,
): Promise<OutputOf<typeof contract.getDamageReport>> {
  await getDisaster(ctx, disasterId)
  const reports = await store.listReports(ctx.tx, disasterId)
  const report = reports.find((one) => one.reportNo === reportNo)
  if (!report && reportNo !== 0) throw new Problem(problems.reportNotFound)
  const present = report ? null : await presentOf(ctx, disasterId)
  const before = report ? reports.find((one) => one.reportNo === reportNo - 1) : reports[0]
  const last = new Map(before?.figures.map(({ item, value }) => [item, value]))
  return {
    report: report ? lineOf(report) : null,
    figures: (report?.figures ?? present!.figures).map((figure) => {
      const was = last.get(figure.item) ?? null
      return {
        ...figure,
        change: figure.value === null || was === null ? null : figure.value - was,
        toldNo: present?.toldNos.get(figure.item) ?? 0,
      }
    }),
    reports: reports.map(lineOf),
  }
}

export async function tellFigure(
  ctx: Ctx,
  input: InputOf<typeof contract.tellFigure>,
): Promise<OutputOf<typeof contract.tellFigure>> {
  const { disasterId, item, value, source } = input
  await getDisaster(ctx, disasterId)
  const asOf = new Date(input.asOf)
  if (asOf > ctx.now)
    throw new Problem(problems.asOfInFuture, [{ pointer: '/asOf', message: problems.asOfInFuture.title }])
  const toldNo = input.toldNo + 1
  if (!(await store.insertTold(ctx.tx, disasterId, { item, toldNo, value, asOf, source }, written(ctx))))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, value === null ? events.takenBack : events.told, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { item, toldNo, value },
  })
  return { item, toldNo }
}

export async function makeDamageReport(
  ctx: Ctx,
  input: InputOf<typeof contract.makeDamageReport>,
): Promise<OutputOf<typeof contract.makeDamageReport>> {
  const { disasterId, reportNo, final, note } = input
  await getDisaster(ctx, disasterId)
  const [newest] = await store.listReports(ctx.tx, disasterId)
  if (reportNo !== (newest?.reportNo ?? 0) + 1) throw new Problem(platformProblems.changedByOther)
  const { figures, rows } = await presentOf(ctx, disasterId)
  const report = { reportNo, final, asOf: ctx.now, note, figures }
  if (!(await store.insertReport(ctx.tx, disasterId, report, rows, written(ctx))))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, events.reported, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { reportNo, final, rows: rows.length },
  })
  return { reportNo }
}

export async function listDamageRows(
  ctx: Ctx,
  { disasterId, reportNo, damage, from }: InputOf<typeof contract.listDamageRows>,
): Promise<OutputOf<typeof contract.listDamageRows>> {
  await getDisaster(ctx, disasterId)
  const all = await damageRows(ctx, disasterId, reportNo, damage)
  const shown = all.slice(from, from + MOST)
  const refs = [...new Set(shown.flatMap(({ personRef }) => personRef ?? []))]
  const people = new Map((await rowsOf(ctx, disasterId, refs)).map((row) => [row.personRef, row]))
  const sum = (of: 'households' | 'people'): number => all.reduce((total, row) => total + row[of], 0)
  return {
    total: { rows: all.length, households: sum('households'), people: sum('people') },
    rows: shown.map(({ damage: _, ...row }, i) => {
      const person = row.personRef === null ? undefined : people.get(row.personRef)
      return {
        ...row,
        no: from + i + 1,
        name: person?.name ?? '',
        place: person ? person.address : '',
        suppressed: person?.suppressed ?? false,
      }
    }),
    next: from + MOST < all.length ? from + MOST : null,
  }
}

async function damageRows(
  ctx: Ctx,
  disasterId: DisasterId,
  reportNo: number,
  damage: store.DamageRow['damage'],
): Promise<store.DamageRow[]> {
  if (reportNo === 0)
    return (await store.listDamage(ctx.tx, disasterId)).filter((row) => row.damage === damage)
  const reports = await store.listReports(ctx.tx, disasterId)
  if (!reports.some((one) => one.reportNo === reportNo)) throw new Problem(problems.reportNotFound)
  return await store.listReportRows(ctx.tx, disasterId, reportNo, damage)
}

type Export = InputOf<typeof contract.exportDamageCsv>
type File = { bytes: Uint8Array; fileName: string }

type Paper = {
  readonly title: string
  readonly heading: readonly (readonly [string, string])[]
  readonly lines: readonly (readonly Cell[])[]
  readonly notes: readonly string[]
  readonly fileName: string
}

const columns = ['区分', '項目', '単位', '数', '前の報との増減', '出どころ', '時点', '聞いた相手・資料']

/** The form as a table, whatever file it goes into. */
async function paperOf(ctx: Ctx, input: Export): Promise<Paper> {
  const { reportNo } = input
  const disaster = await getDisaster(ctx, input.disasterId)
  const { name: townName } = await getMunicipality(ctx)
  const { report, figures } = await getDamageReport(ctx, input)
  const called = report ? `第${reportNo}報${report.final ? '（確定）' : ''}` : '作成前（報告していない数字）'
  const asOf = momentText(report ? new Date(report.asOf) : ctx.now)
  await audit(ctx, events.reportExported, {
    subjects: [{ kind: 'disaster', id: disaster.disasterId }],
    facts: { reportNo },
  })
  return {
    title: '被害状況報告',
    heading: [
      ['災害名', disaster.name],
      ['市区町村', townName],
      ['報', called],
      ['時点', `${asOf} 現在`],
      ['作成者', report?.madeBy ?? '―'],
      ['備考', report?.note ?? ''],
    ],
    lines: figures.map((figure) => {
      const line = damageItems.find(({ item }) => item === figure.item)!
      const { told } = figure
      return [
        line.group,
        line.label,
        line.unit,
        figure.value ?? '未確認',
        figure.change ?? '',
        origins.find(({ value }) => value === figure.origin)!.label,
        told ? momentText(new Date(told.asOf)) : '',
        told?.source ?? '',
      ]
    }),
    notes: notes(),
    fileName: `被害状況報告_${disaster.name}_${report ? `第${reportNo}報` : '作成前'}`,
  }
}

/** What a reader must know of how it was counted. */
function notes(): string[] {
  return [
    `様式：${damageSource}。`,
    '全壊＝全壊、半壊＝大規模半壊・中規模半壊・半壊、一部破損＝準半壊・準半壊に至らないもの、として数えました（要領の本文では確認していません）。',
    '床上浸水・床下浸水は聞き取りの数です。被害の程度が認定された住家は、全壊・半壊・一部破損に移ります。',
    '世帯と人は、2棟に関わる場合、被害の重い1棟でだけ数えました。',
  ]
}

export async function exportDamageCsv(ctx: Ctx, input: Export): Promise<File> {
  const { title, heading, lines, notes: said, fileName } = await paperOf(ctx, input)
  const all = [[title], ...heading, [], columns, ...lines, [], ...said.map((note) => [note])]
  return { bytes: csvOf(all), fileName: `${fileName}.csv` }
}

export async function exportDamageXlsx(ctx: Ctx, input: Export): Promise<File> {
  const { heading, lines, notes: said, fileName } = await paperOf(ctx, input)
  const all = [columns, ...lines, [''], ...heading, ...said.map((note) => [note])]
  return { bytes: await xlsxOf('被害状況報告', all), fileName: `${fileName}.xlsx` }
}

export async function exportDamagePdf(
  ctx: Ctx,
  engine: Pick<PdfEngine, 'render'>,
  input: Export,
): Promise<File> {
  const { title, heading, lines, notes: said, fileName } = await paperOf(ctx, input)
  const words = {
    ...{ madeOn: todayInJapan(ctx.now), title, heading, columns, notes: said },
    rows: lines.map((line) =>
      line.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('ja-JP') : cell)),
    ),
  }
  return { bytes: await rendered(engine, words), fileName: `${fileName}.pdf` }
}

/** A character that no font has: the report still leaves, with 〓 in its place. */
async function rendered(engine: Pick<PdfEngine, 'render'>, words: object): Promise<Uint8Array> {
  try {
    return await engine.render('damage-report', words, { timeoutMs: TIMEOUT_MS })
  } catch (error) {
    if (!(error instanceof MissingGlyphs)) throw error
    let text = JSON.stringify(words)
    for (const unit of error.units) text = text.replaceAll(unit.text, '〓')
    return await engine.render('damage-report', JSON.parse(text) as object, { timeoutMs: TIMEOUT_MS })
  }
}
