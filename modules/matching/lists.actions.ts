import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { getLedger } from '../ledger/ledger.actions.ts'
import { decodeText, foreignKind, guessEncoding, isZip } from '../manual/manual.encoding.ts'
import { foldName } from '../manual/manual.guess.ts'
import { readRecords, TableFault, type RawRecord } from '../manual/manual.records.ts'
import { readWorkbook, WorkbookRefused } from '../manual/workbook.actions.ts'
import type * as contract from './matching.contract.ts'
import { matchingEvents, matchingProblems as problems } from './matching.messages.ts'
import type { ListId, ListedPerson, OutcomeKind, RowId, RowState } from './matching.ts'
import {
  guessTargets,
  isSecretColumn,
  isTarget,
  readListed,
  targets as allTargets,
  type RowFinding,
  type Target,
} from './matching.table.ts'
import { MATCH_TASK } from './match.actions.ts'
import * as store from './matching.store.ts'

type Input = InputOf<typeof contract.takeInList>
type Output = OutputOf<typeof contract.takeInList>

const MOST_ROWS = 20_000
const MOST_FINDINGS = 200
const SAMPLES = 3
const INSERTED = 1_000

/** Reads a list and says how it was understood; takes it in and has it compared, unless it was only tried. */
export async function takeInList(ctx: Ctx, input: Input): Promise<Output> {
  const { disasterId, source, dryRun } = input
  await getLedger(ctx, disasterId)
  const { records, sheets } = await readTable(input)
  const head = headerAt(records)
  const header = records[head]?.cells.map((cell) => cell.trim()) ?? []
  const body = records.slice(head + 1)
  const folded = header.map(foldName)
  const kept = input.targets === null ? await store.keptTargets(ctx.tx, folded) : null
  const cells = body.slice(0, 50).map((record) => record.cells)
  const chosen: (Target | null)[] = header.map((name, i) => {
    if (isSecretColumn(name)) return null
    if (input.targets !== null) return input.targets[i] ?? null
    const remembered = kept?.[i]
    return remembered !== undefined && isTarget(remembered) ? remembered : null
  })
  const used = input.targets === null && kept === null ? guessTargets(header, cells) : chosen
  const findings: RowFinding[] = []
  const people: { line: number; row: ListedPerson }[] = []
  let refused = 0
  for (const { line, cells: raw } of body) {
    const read = readListed(line, raw, used)
    findings.push(...read.findings)
    if (read.row) people.push({ line, row: read.row })
    else if (read.findings.length > 0) refused += 1
  }
  const keys = await ctx.keys()
  const known = await store.knownRows(
    ctx.tx,
    keys,
    disasterId,
    source,
    people.map(({ row }) => row),
  )
  const fresh = distinct(people.filter((_, i) => !known.has(i)))
  const same = people.length - fresh.length
  const named = used.some((one) => one !== null && ['name', 'kana', 'family', 'familyKana'].includes(one))
  if (!dryRun && !named) throw new Problem(problems.noName)
  if (dryRun)
    await audit(ctx, matchingEvents.tried, {
      subjects: [{ kind: 'disaster', id: disasterId }],
      facts: { rows: people.length, source },
    })
  else await write(ctx, input, { header: folded, used, fresh, same })
  return {
    listId: input.listId,
    done: !dryRun,
    counts: { rows: people.length + refused, fresh: fresh.length, same, refused },
    remembered: kept !== null,
    sheets,
    columns: header.slice(0, 200).map((name, i) => ({
      header: name.slice(0, 100),
      target: used[i] ?? null,
      secret: isSecretColumn(name),
      samples: isSecretColumn(name) ? [] : samplesOf(cells, i),
    })),
    findings: findings.slice(0, MOST_FINDINGS),
    findingCount: findings.length,
  }
}

/** The same words twice in one list are one row. */
function distinct<T extends { readonly row: ListedPerson }>(people: readonly T[]): T[] {
  return [...new Map(people.toReversed().map((one) => [JSON.stringify(one.row), one])).values()].toReversed()
}

function samplesOf(rows: readonly (readonly string[])[], at: number): string[] {
  const found = new Set(
    rows.map((cells) => (cells[at] ?? '').trim().slice(0, 40)).filter((cell) => cell !== ''),
  )
  return [...found].slice(0, SAMPLES)
}

async function write(
  ctx: Ctx,
  input: Input,
  read: {
    readonly header: readonly string[]
    readonly used: readonly (Target | null)[]
    readonly fresh: readonly { line: number; row: ListedPerson }[]
    readonly same: number
  },
): Promise<void> {
  const { disasterId, source, automatic, title, fileName } = input
  const listId = input.listId as ListId
  const keys = await ctx.keys()
  const made = await store.insertList(
    ctx.tx,
    keys,
    {
      ...{ listId, disasterId, source, automatic, title, fileName, at: ctx.now },
      ...{ header: read.header, targets: read.used.map((one) => one ?? '') },
      ...{ rows: read.fresh.length, same: read.same },
      by: ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム',
    },
    actorName(ctx.actor),
  )
  if (!made) throw new Problem(problems.listTaken)
  const rows = read.fresh.map((one) => ({ ...one, rowId: uuidv7(ctx.now.getTime()) as RowId }))
  for (let from = 0; from < rows.length; from += INSERTED)
    await store.insertRows(ctx.tx, keys, { listId, disasterId, source }, rows.slice(from, from + INSERTED))
  await audit(ctx, matchingEvents.taken, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { listId, rows: rows.length, same: read.same, source, automatic },
  })
  await ctx.enqueue(MATCH_TASK, { listId })
}

async function readTable(input: Input): Promise<{ records: RawRecord[]; sheets: string[] }> {
  const bytes = Buffer.from(input.base64, 'base64')
  if (isZip(bytes)) {
    const texts: string[] = []
    try {
      const sheets = await readWorkbook(bytes, async (sheet, text) => {
        texts[sheet] = (texts[sheet] ?? '') + text
      })
      return {
        records: await recordsOf(texts[Math.min(input.sheet, texts.length - 1)] ?? '', ','),
        sheets: sheets.map(({ name }) => name),
      }
    } catch (error) {
      if (error instanceof WorkbookRefused)
        throw unreadable('Excel のファイルとして開けません。開いて保存し直してください')
      throw error
    }
  }
  if (foreignKind(bytes) !== null) throw unreadable('CSV か .xlsx にして保存し直してください')
  async function* once(): AsyncGenerator<Uint8Array> {
    yield bytes
  }
  let text = ''
  for await (const part of decodeText(once(), guessEncoding([bytes]).encoding)) text += part
  const [first = ''] = text.split(/\r?\n/, 1)
  const delimiter = first.includes('\t') ? '\t' : first.includes(',') || !first.includes(';') ? ',' : ';'
  return { records: await recordsOf(text, delimiter), sheets: [] }
}

async function recordsOf(text: string, delimiter: ',' | '\t' | ';'): Promise<RawRecord[]> {
  async function* once(): AsyncGenerator<string> {
    yield text
  }
  const records: RawRecord[] = []
  try {
    for await (const batch of readRecords(once(), { delimiter, quote: '"' })) records.push(...batch)
  } catch (error) {
    if (error instanceof TableFault) throw unreadable('表として読めません')
    throw error
  }
  if (records.length > MOST_ROWS) throw unreadable(`一度に${MOST_ROWS}行までです。ファイルを分けてください`)
  return records
}

function unreadable(message: string): Problem {
  return new Problem(problems.unreadable, [{ pointer: '/base64', message }])
}

const names = new Set<string>(allTargets.flatMap((one) => one.names.map(foldName)))

/** The record that names the columns: a title may stand above it. */
function headerAt(records: readonly RawRecord[]): number {
  const known = records
    .slice(0, 10)
    .map(({ cells }) => cells.filter((cell) => names.has(foldName(cell))).length)
  const most = Math.max(0, ...known)
  return most === 0 ? 0 : known.indexOf(most)
}

type ListView = OutputOf<typeof contract.listMatchingLists>['lists'][number]

export async function listLists(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.listMatchingLists>,
): Promise<OutputOf<typeof contract.listMatchingLists>> {
  await getLedger(ctx, disasterId)
  return { lists: await viewsOf(ctx, await store.listLists(ctx.tx, await ctx.keys(), disasterId)) }
}

export async function viewsOf(ctx: Ctx, lists: readonly store.List[]): Promise<ListView[]> {
  const all = await store.countRows(
    ctx.tx,
    lists.map(({ listId }) => listId),
  )
  return lists.map((list) => {
    const mine = all.filter(({ listId }) => listId === list.listId)
    const states = new Map<RowState, number>()
    for (const { kind, count } of mine) states.set(stateOf(kind), (states.get(stateOf(kind)) ?? 0) + count)
    return {
      ...{ listId: list.listId, title: list.title, source: list.source, automatic: list.automatic },
      ...{ rows: list.rows, takenAt: list.at.toISOString(), by: list.by },
      states: [...states].map(([state, count]) => ({ state, count })),
      linkedItself: mine
        .filter(({ kind, automatic }) => kind === 'linked' && automatic)
        .reduce((sum, { count }) => sum + count, 0),
    }
  })
}

export function stateOf(kind: OutcomeKind | null): RowState {
  return kind ?? 'waiting'
}
