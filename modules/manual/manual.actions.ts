import { todayInJapan } from '@open-bcl/core/dates.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { Spool } from '@open-bcl/platform/spool.ts'
import { audit } from '../access/audit.ts'
import {
  businesses,
  fileInterfaces,
  type Business,
  type FileInterface,
} from '../interfaces/interfaces.columns.ts'
import { listNation } from '../municipalities/municipalities.actions.ts'
import type * as contract from './manual.contract.ts'
import { decodeText, foreignKind, guessEncoding } from './manual.encoding.ts'
import {
  findHeader,
  foldName,
  guessColumns,
  guessShape,
  looksLikePlatform,
  type ColumnGuess,
} from './manual.guess.ts'
import { foreignWords, manualEvents, manualProblems as problems, tableWords } from './manual.messages.ts'
import { fillRules, targetNames, type FillTown, type Plan } from './manual.plan.ts'
import { readRecords, TableFault, type Dialect, type RawRecord } from './manual.records.ts'
import * as store from './manual.store.ts'
import { bytesOf, firstBytes, notATable, requireWhole, sheetsOf } from './uploads.actions.ts'

/** So much of a file is looked at to guess how it is read. */
const HEAD_BYTES = 1024 * 1024
const HEAD_RECORDS = 500
const SAMPLES = 3
const SAMPLE_UNITS = 40

/** 支援措置 go first (linkage, README): no address may be here before the word that it must be hidden. */
export async function requireSuppressionsKnown(ctx: Ctx, business: Business): Promise<void> {
  if (business === 'suppressions' || (await suppressionsOf(ctx)) !== 'unknown') return
  throw new Problem(problems.suppressionsFirst)
}

async function suppressionsOf(ctx: Ctx): Promise<'loaded' | 'none-stated' | 'unknown'> {
  if (await store.hasApplied(ctx.tx, 'suppressions')) return 'loaded'
  return (await store.hasStatement(ctx.tx)) ? 'none-stated' : 'unknown'
}

export async function listManualBusinesses(
  ctx: Ctx,
): Promise<OutputOf<typeof contract.listManualBusinesses>> {
  const loads = await store.listLastLoads(ctx.tx)
  const linked = new Set(await store.listLinked(ctx.tx))
  return {
    businesses: businesses.map((business) => {
      const last = loads.find((load) => load.business === business)
      const counts = last?.result.counts
      return {
        business,
        title: fileInterfaces[business].title,
        linked: linked.has(business),
        last: last && counts ? { at: last.at.toISOString(), counts } : null,
      }
    }),
    suppressions: await suppressionsOf(ctx),
  }
}

export async function stateNoSuppression(ctx: Ctx): Promise<{ stated: true }> {
  const statementId = uuidv7(ctx.now.getTime())
  await store.insertStatement(ctx.tx, { statementId, statedBy: actorName(ctx.actor), now: ctx.now })
  await audit(ctx, manualEvents.noSuppressionStated, { facts: { statementId } })
  return { stated: true }
}

export function townOf(ctx: Ctx): FillTown {
  const place = listNation().get(ctx.municipality)
  return { code: ctx.municipality, prefecture: place?.prefecture ?? '', name: place?.fullName ?? '' }
}

/** A mapping as it is kept: the folded header it belongs to, and the plan. */
type Kept = { readonly header: readonly string[]; readonly plan: Plan; readonly firstOn: string }

async function keptMappings(ctx: Ctx, business: Business): Promise<Kept[]> {
  const keys = await ctx.keys()
  const rows = await store.listMappings(ctx.tx, business)
  return rows.map(
    ({ mappingId, sealed }) => JSON.parse(keys.open('manual.mapping.sealed', mappingId, sealed)) as Kept,
  )
}

/** Remembers how a header was read, unless that is how it is remembered already. */
export async function keepMapping(
  ctx: Ctx,
  business: Business,
  header: readonly string[],
  plan: Plan,
): Promise<void> {
  const folded = header.map(foldName)
  const known = (await keptMappings(ctx, business)).find((kept) => sameHeader(kept.header, folded))
  const firstOn = plan.fills['操作年月日'] ?? todayInJapan(ctx.now)
  const kept: Kept = { header: folded, plan, firstOn }
  if (known !== undefined && JSON.stringify(known) === JSON.stringify(kept)) return
  const mappingId = uuidv7(ctx.now.getTime())
  const keys = await ctx.keys()
  await store.insertMapping(ctx.tx, {
    mappingId,
    business,
    sealed: keys.seal('manual.mapping.sealed', mappingId, JSON.stringify(kept)),
    savedBy: actorName(ctx.actor),
    now: ctx.now,
  })
}

function sameHeader(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i])
}

/** The record that names the columns; without one, as many blanks as there are columns. */
export function headerOf(
  records: readonly RawRecord[],
  plan: Pick<Plan, 'headerLine'>,
  width: number,
): string[] {
  const cells = records.find(({ line }) => line === plan.headerLine)?.cells
  return cells === undefined ? Array.from({ length: width }, () => '') : [...cells]
}

/**
 * How an upload is best read: what the clerk has chosen, then what was remembered of such a header, then what is guessed.
 * The samples are personal data: showing them is audited.
 */
export async function readUpload(
  ctx: Ctx,
  spool: Spool,
  input: InputOf<typeof contract.readUpload>,
): Promise<OutputOf<typeof contract.readUpload>> {
  const { choice } = input
  const upload = await requireWhole(ctx, spool, input.uploadId)
  const { business } = upload.row
  const file = fileInterfaces[business]
  const sheets = await sheetsOf(ctx, spool, upload)
  const sheet = Math.min(choice.sheet ?? biggestSheet(sheets), Math.max(0, (sheets?.length ?? 1) - 1))
  const head = await firstBytes(bytesOf(spool, upload, sheets, sheet), HEAD_BYTES)
  const foreign = sheets === null ? foreignKind(head) : null
  if (foreign !== null) throw notATable(foreignWords[foreign])
  const guessed = sheets === null ? guessEncoding([head]) : ({ encoding: 'utf-8', confidence: 1 } as const)
  const encoding = sheets === null ? (choice.encoding ?? guessed.encoding) : 'utf-8'
  const text = await headText(head, encoding)
  const shape =
    sheets === null ? await guessShape(file, text) : ({ delimiter: ',', quote: '"', headerLine: 0 } as const)
  const dialect: Dialect = {
    delimiter: choice.delimiter ?? shape.delimiter,
    quote: choice.quote ?? shape.quote,
  }
  const records = await headRecords(text, dialect)
  if (records.length === 0) throw notATable(tableWords.empty)
  const headerLine = headerLineOf(records, choice.headerLine ?? findHeader(file, records))
  const width = widthOf(records, headerLine)
  const header = headerOf(records, { headerLine }, width)
  const rows = records.filter(({ line }) => line > headerLine).map(({ cells }) => cells)

  const kept = await keptMappings(ctx, business)
  const known = kept.find((one) => sameHeader(one.header, header.map(foldName)))
  const firstOn = known?.firstOn ?? kept[0]?.firstOn ?? todayInJapan(ctx.now)
  const town = townOf(ctx)
  const guesses = guessColumns(file, headerLine === 0 ? null : header, rows).slice(0, width)
  const targets = known?.plan.targets ?? Array.from({ length: width }, (_, i) => guesses[i]?.target ?? null)
  const allowed = new Set(targetNames(file))
  await audit(ctx, manualEvents.samplesShown, { facts: { uploadId: input.uploadId, business } })
  return {
    business,
    fileName: upload.words.fileName,
    kind: sheets === null ? 'text' : 'workbook',
    sheets: (sheets ?? []).map(({ name, rows: count }) => ({ name, rows: count })),
    encodingConfidence: choice.encoding === undefined ? guessed.confidence : 1,
    remembered: known !== undefined,
    platform: looksLikePlatform(header),
    columns: Array.from({ length: width }, (_, i) => ({
      header: (header[i] ?? '').slice(0, 100),
      confidence: known === undefined ? (guesses[i]?.confidence ?? 0) : 1,
      by: known === undefined ? (guesses[i]?.by ?? 'nothing') : 'remembered',
      secret: guesses[i]?.secret ?? false,
      samples: samplesOf(rows, i, guesses[i]),
      figures: (sheets?.[sheet]?.figures[i] ?? 0) > 1,
    })),
    town,
    firstOn,
    plan: {
      encoding,
      ...dialect,
      sheet,
      headerLine,
      targets: targets.map((target) => (target !== null && allowed.has(target) ? target : null)),
      fills:
        known?.plan.fills ??
        Object.fromEntries(
          fillRules(file, town, firstOn).flatMap(({ column, value }) =>
            value === null ? [] : [[column, value]],
          ),
        ),
      zeroFill: {
        ...zeroFills(file, targets, rows, await store.digitsOfNumbers(ctx.tx)),
        ...known?.plan.zeroFill,
      },
    },
  }
}

/** Lines are chosen as an editor counts them; on a blank one, or inside a record, the next record is meant. */
function headerLineOf(records: readonly RawRecord[], chosen: number): number {
  return chosen === 0 ? 0 : (records.find(({ line }) => line >= chosen)?.line ?? chosen)
}

function biggestSheet(sheets: readonly { readonly rows: number }[] | null): number {
  const rows = (sheets ?? []).map((sheet) => sheet.rows)
  return Math.max(0, rows.indexOf(Math.max(...rows)))
}

async function headText(head: Uint8Array, encoding: Plan['encoding']): Promise<string> {
  async function* once(): AsyncGenerator<Uint8Array> {
    yield head
  }
  let text = ''
  for await (const part of decodeText(once(), encoding)) text += part
  const broken = text.length - text.replaceAll('\uFFFD', '').replaceAll('\0', '').length
  if (broken > 20 && broken > text.length / 10) throw notATable(foreignWords.binary)
  return text
}

async function headRecords(text: string, dialect: Dialect): Promise<RawRecord[]> {
  async function* once(): AsyncGenerator<string> {
    yield text
  }
  const records: RawRecord[] = []
  try {
    for await (const batch of readRecords(once(), dialect)) records.push(...batch)
  } catch (error) {
    if (error instanceof TableFault) throw notATable(tableWords[error.kind])
    throw error
  }
  return records.slice(0, HEAD_RECORDS)
}

/** As many columns as the header has, or most rows where there is none. Blank names at its end are no columns. */
function widthOf(records: readonly RawRecord[], headerLine: number): number {
  const header = records.find(({ line }) => line === headerLine)?.cells
  const widths = records.flatMap(({ line, cells }) => (line > headerLine ? [cells.length] : []))
  const usual = widths.toSorted((a, b) => a - b)[widths.length >> 1] ?? 0
  return header === undefined ? usual : Math.max(header.length, 1)
}

function samplesOf(
  rows: readonly (readonly string[])[],
  at: number,
  guess: ColumnGuess | undefined,
): string[] {
  const found = new Set<string>()
  for (const row of rows) {
    const cell = (row[at] ?? '').trim()
    if (cell !== '') found.add(guess?.secret === true ? '＊'.repeat(cell.length) : cell)
    if (found.size === SAMPLES) break
  }
  return [...found].map((cell) => (cell.length > SAMPLE_UNITS ? `${cell.slice(0, SAMPLE_UNITS)}…` : cell))
}

/**
 * Columns of a fixed number of digits whose cells are shorter: a spreadsheet took their zeros. 宛名番号 has as many digits
 * as the town's others: without its zeros a person would enter a second time, past her 支援措置.
 */
function zeroFills(
  file: FileInterface,
  targets: readonly (string | null)[],
  rows: readonly (readonly string[])[],
  digitsOfNumbers: number | null,
): Record<string, number> {
  const found: Record<string, number> = {}
  for (const column of file.columns) {
    const at = targets.indexOf(column.name)
    const wanted =
      column.exact === true ? column.maxLength : column.name === file.residentNo ? digitsOfNumbers : null
    if (at === -1 || wanted === null) continue
    const digits = rows
      .map((row) => (row[at] ?? '').replace(/[-\s]/g, ''))
      .filter((cell) => /^\d+$/.test(cell))
    if (digits.some((cell) => cell.length < wanted)) found[column.name] = wanted
  }
  return found
}
