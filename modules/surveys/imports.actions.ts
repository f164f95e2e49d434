import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { Disaster } from '../disasters/disasters.ts'
import { CsvFault, readCsv } from '../interfaces/interfaces.csv.ts'
import {
  columnsOf,
  importColumns,
  readHouse,
  type ImportedHouse,
  type ImportFinding,
} from './import-table.ts'
import type * as contract from './imports.contract.ts'
import * as store from './imports.store.ts'
import { appendResult } from './sheets.actions.ts'
import { addTasks, getHead, labelOf, moveOn, tell } from './surveys.actions.ts'
import { surveysEvents, surveysProblems as problems } from './surveys.messages.ts'
import { storedWords } from './surveys.store.ts'
import { canDo, type TaskId } from './surveys.ts'

type Input = InputOf<typeof contract.importResults>
type Output = OutputOf<typeof contract.importResults>
type Column = keyof typeof importColumns

const MOST_FINDINGS = 500

/** Reads the whole file, says what is wrong line by line, and takes in what is right; or only says what it would do. */
export async function importResults(ctx: Ctx, input: Input): Promise<Output> {
  const { disasterId, source, dryRun } = input
  const disaster = await getDisaster(ctx, disasterId)
  const { houses, findings, unused, rows } = await readFile(ctx, disaster, input)
  const keys = await ctx.keys()
  const known = await store.knownRows(
    ctx.tx,
    keys,
    disasterId,
    source,
    houses.map((house) => house.key),
  )
  const named = await store.tasksByNo(
    ctx.tx,
    disasterId,
    houses.map((house) => house.taskNo),
  )
  const counts = { rows, added: 0, matched: 0, unchanged: 0, kept: 0, refused: 0 }
  const refused = new Set(findings.map((one) => one.line))
  const planned: { house: ImportedHouse; taskId: TaskId | null; rowNo: number; content: string }[] = []
  for (const house of houses) {
    const before = known.get(house.key)
    const content = contentOf(house, input.as)
    if (before?.content === content) {
      counts.unchanged += 1
      continue
    }
    const taskId = before?.taskId ?? named.get(house.taskNo) ?? null
    if (taskId === null && house.taskNo !== '' && house.address === '') {
      findings.push({ line: house.line, item: '調査番号', message: 'この災害の調査番号ではありません' })
      refused.add(house.line)
      continue
    }
    if (taskId !== null && input.as === 'result' && !(await mayRule(ctx, taskId, before !== undefined))) {
      counts.kept += 1
      findings.push({
        line: house.line,
        item: '被害の程度',
        message: 'すでに調査票か結果があります。調査対象の画面で確かめてください',
      })
      continue
    }
    counts[taskId === null ? 'added' : 'matched'] += 1
    planned.push({ house, taskId, rowNo: (before?.rowNo ?? 0) + 1, content })
  }
  counts.refused = refused.size
  if (!dryRun) await apply(ctx, input, disaster, planned, counts)
  return {
    counts,
    findings: findings.slice(0, MOST_FINDINGS),
    findingCount: findings.length,
    unused,
    done: !dryRun,
  }
}

/** What the row says, for telling whether it says another thing now. */
function contentOf(house: ImportedHouse, as: Input['as']): string {
  const { line: _, ...said } = house
  return JSON.stringify({ as, ...said })
}

/** A result of ours is never written over; the source's own earlier one is. */
async function mayRule(ctx: Ctx, taskId: TaskId, fromSource: boolean): Promise<boolean> {
  const head = await getHead(ctx, taskId)
  if (head.state === 'waiting' || head.state === 'claimed') return true
  return fromSource && head.state === 'done' && head.origin === 'import'
}

async function apply(
  ctx: Ctx,
  input: Input,
  disaster: Disaster,
  planned: readonly { house: ImportedHouse; taskId: TaskId | null; rowNo: number; content: string }[],
  counts: Output['counts'],
): Promise<void> {
  const { importId, disasterId, source } = input
  const keys = await ctx.keys()
  const about = { importId, disasterId, source }
  const made = await store.insertImport(ctx.tx, {
    ...about,
    counts,
    at: ctx.now,
    actor: actorName(ctx.actor),
    actorLabel: labelOf(ctx),
  })
  if (!made) throw new Problem(problems.numberTaken)
  const fresh = planned.filter((one) => one.taskId === null)
  const added = await addTasks(
    ctx,
    disasterId,
    fresh.map(({ house }) => ({
      stage: 'first',
      origin: 'import',
      originRef: importId,
      entryId: null,
      people: [],
      dwellingId: null,
      words: {
        address: house.address,
        headName: house.headName,
        applicantName: '',
        phone: '',
        note: house.note,
      },
      point: house.point,
    })),
  )
  const ids = new Map(fresh.map((one, i) => [one, added[i]!.taskId]))
  for (const one of planned) {
    const { house, rowNo, content } = one
    const taskId = one.taskId ?? ids.get(one)!
    const row = { importRowId: uuidv7(ctx.now.getTime()), key: house.key, rowNo, taskId, content }
    if (!(await store.insertRow(ctx.tx, keys, { ...about, ...row }))) throw new Problem(problems.countChanged)
    if (input.as === 'result') await ruleBy(ctx, disaster, input, taskId, house)
    else await noteFor(ctx, input, taskId, house)
  }
  await audit(ctx, surveysEvents.imported, { facts: { importId, as: input.as, ...counts } })
}

async function ruleBy(
  ctx: Ctx,
  disaster: Disaster,
  { source, importId }: Input,
  taskId: TaskId,
  house: ImportedHouse,
): Promise<void> {
  const { grade, percentX100, surveyedOn, note } = house
  const before = await getHead(ctx, taskId)
  const result = await appendResult(ctx, taskId, disaster.guidelineCode, {
    kind: 'import',
    grade,
    percentX100,
    ...{ sheetId: null, sheetNo: null, sourceRef: importId },
    surveyedOn: surveyedOn!,
    reason: [`${source}の調査結果`, note].filter((line) => line !== '').join('：'),
    surveyors: [],
  })
  const transition = before.state === 'done' ? 'undo' : 'judge'
  const seen = { taskId, version: before.version }
  const head = await moveOn(ctx, seen, transition, { state: 'done', result, claim: null })
  await tell(ctx, head, 'surveys.confirmed', surveysEvents.confirmed, { grade, kind: 'import', importId })
}

/** An insurer's judgement binds nobody: the surveyor reads it, and no more. */
async function noteFor(ctx: Ctx, { source }: Input, taskId: TaskId, house: ImportedHouse): Promise<void> {
  const head = await getHead(ctx, taskId)
  if (!canDo('change', head.state)) return
  const stored = await storedWords(ctx.tx, await ctx.keys(), taskId)
  const mark = `【参考・${source}】`
  const line = [`${mark}${house.gradeText}（${house.surveyedOn}）`, house.note]
    .filter((one) => one !== '')
    .join(' ')
  const others = stored.note.split('\n').filter((one) => one !== '' && !one.startsWith(mark))
  const words = { ...stored, note: [...others, line].join('\n').slice(0, 1_000) }
  await moveOn(ctx, { taskId, version: head.version }, 'change', { words })
  await audit(ctx, surveysEvents.changed, { subjects: [{ kind: 'survey-task', id: taskId }] })
}

type Read = {
  readonly houses: ImportedHouse[]
  readonly findings: ImportFinding[]
  readonly unused: string[]
  readonly rows: number
}

async function readFile(ctx: Ctx, disaster: Disaster, input: Input): Promise<Read> {
  const text = decode(Buffer.from(input.base64, 'base64'))
  const table = input.format === 'csv' ? await rowsOfCsv(text) : rowsOfGeoJson(text)
  const columns = columnsOf(table.header)
  const used = new Set(Object.values(columns))
  const read: Read = {
    houses: [],
    findings: [],
    unused: table.header.filter((name, i) => !used.has(i) && name !== ''),
    rows: table.rows.length,
  }
  const missing = (['key', 'grade', 'surveyedOn'] as const).filter((column) => columns[column] === null)
  if (missing.length > 0) {
    throw new Problem(
      problems.importUnreadable,
      missing.map((column) => ({
        pointer: `line:1/${importColumns[column][0]}`,
        message: `「${importColumns[column][0]}」の列がありません`,
      })),
    )
  }
  const seen = new Set<string>()
  const today = todayInJapan(ctx.now)
  for (const { line, cells } of table.rows) {
    const cell = (column: Column): string => {
      const at = columns[column]
      return at === null ? '' : (cells[at] ?? '')
    }
    const { house, findings } = readHouse(line, cell, input.as, disaster.occurredOn, today)
    if (seen.has(house.key) && house.key !== '')
      read.findings.push({ line, item: '番号', message: '同じ番号の行が前にあります' })
    else if (findings.length === 0) read.houses.push(house)
    read.findings.push(...findings)
    seen.add(house.key)
  }
  return read
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    try {
      // What Excel writes in Japan when nobody says otherwise.
      return new TextDecoder('shift_jis', { fatal: true }).decode(bytes)
    } catch {
      throw new Problem(problems.importUnreadable)
    }
  }
}

type Table = {
  readonly header: readonly string[]
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[]
}

async function rowsOfCsv(text: string): Promise<Table> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text.replace(/^\uFEFF/, ''))
  }
  const records: { line: number; cells: string[] }[] = []
  try {
    for await (const batch of readCsv(bytes()))
      batch.rows.forEach((cells, i) => records.push({ line: batch.lines[i]!, cells }))
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error
    throw new Problem(problems.importUnreadable, [{ pointer: `line:${error.line}`, message: error.message }])
  }
  const [head, ...rows] = records
  if (!head) throw new Problem(problems.importUnreadable)
  return { header: head.cells, rows }
}

function rowsOfGeoJson(text: string): Table {
  type Feature = { geometry?: { type?: string; coordinates?: unknown }; properties?: Record<string, unknown> }
  let features: unknown
  try {
    features = (JSON.parse(text) as { features?: unknown }).features
  } catch {
    throw new Problem(problems.importUnreadable)
  }
  if (!Array.isArray(features)) throw new Problem(problems.importUnreadable)
  const list = features as (Feature | null)[]
  const names = [...new Set(list.flatMap((one) => Object.keys(one?.properties ?? {})))].slice(0, 200)
  const header = [
    ...names.filter((name) => !/^(緯度|経度|lat|lon|lng|latitude|longitude)$/.test(name)),
    '緯度',
    '経度',
  ]
  const plain = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return {
    header,
    rows: list.map((one, i) => {
      const [east, north] =
        one?.geometry?.type === 'Point' && Array.isArray(one.geometry.coordinates)
          ? (one.geometry.coordinates as unknown[])
          : []
      const own = header.slice(0, -2).map((name) => plain(one?.properties?.[name]))
      return { line: i + 1, cells: [...own, plain(north), plain(east)] }
    }),
  }
}
