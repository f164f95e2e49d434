import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type * as contract from './billing.contract.ts'
import { billingProblems as problems } from './billing.messages.ts'
import { priceOf, whereIs } from './closing.actions.ts'
import { channelWords, collectedOf, noCopies, plus, splitOf, times, type Totals } from './copies.ts'
import * as counting from './counting.store.ts'
import { monthWords, type Month } from './fiscal-year.ts'
import type { FileForm, Papers } from './papers.actions.ts'
import {
  kindWords,
  statementOf,
  statementTable,
  type CopyGroup,
  type Names,
  type Party,
  type Statement,
} from './statements.ts'
import { columnsOf, type Table } from './tables.ts'
import * as towns from './towns.store.ts'

const page = 200
/** A spreadsheet program still opens so many. */
const maxFileRows = 200_000

type PartyKey = Pick<InputOf<typeof contract.getStatement>, 'by' | 'id'>

export async function namesOf(tx: Tx): Promise<Names> {
  const [listed, operators] = [await towns.listTowns(tx), await towns.listOperators(tx)]
  return {
    towns: new Map(listed.map((town) => [town.municipalityCode, `${town.prefecture}${town.name}`])),
    operators: new Map(operators.map((operator) => [operator.operatorId, operator.ja])),
  }
}

function partyOf(names: Names, { by, id }: PartyKey): Party {
  const name = (by === 'town' ? names.towns : names.operators).get(id)
  if (name === undefined) throw new Problem(platformProblems.notFound)
  return { by, id, name }
}

function scopeOf(month: Month, { by, id }: PartyKey): counting.Scope {
  return {
    month,
    municipalityCode: by === 'town' ? id : null,
    operatorId: by === 'operator' ? id : null,
  }
}

/** Groups with the money of one copy: a closed month has it in its rows, an open one gets it by the tariff of each day. */
async function groupsOf(
  tx: Tx,
  scope: counting.Scope,
): Promise<{ readonly closedAt: Date | null; readonly groups: readonly CopyGroup[] }> {
  const { where, closedAt } = await whereIs(tx, scope.month)
  const merged = new Map<string, CopyGroup>()
  for (const { printedOn, commissionYen, bclYen, transactions, copies, ...key } of await counting.countGroups(
    tx,
    scope,
    where,
  )) {
    const money =
      commissionYen === null || bclYen === null
        ? priceOf({ ...key, printedOn: printedOn! })
        : { commissionYen, bclYen }
    const full = { ...key, commissionYen: money.commissionYen, bclYen: money.bclYen }
    const name = JSON.stringify(full)
    const known = merged.get(name)
    merged.set(name, {
      ...full,
      transactions: transactions + (known?.transactions ?? 0),
      copies: copies + (known?.copies ?? 0),
    })
  }
  return { closedAt, groups: [...merged.values()] }
}

async function statementFor(
  ctx: CenterCtx,
  { by, id, month }: InputOf<typeof contract.getStatement>,
): Promise<{ readonly statement: Statement; readonly table: Table }> {
  const names = await namesOf(ctx.tx)
  const party = partyOf(names, { by, id })
  const { closedAt, groups } = await groupsOf(ctx.tx, scopeOf(month, { by, id }))
  const statement = statementOf(party, month, closedAt, groups)
  return { statement, table: statementTable(statement, names) }
}

export async function getStatement(
  ctx: CenterCtx,
  input: InputOf<typeof contract.getStatement>,
): Promise<OutputOf<typeof contract.getStatement>> {
  const { statement, table } = await statementFor(ctx, input)
  const { party, month, closedAt, lines, transactions, totals, testTotals } = statement
  return {
    ...{ party, month, transactions, totals, testTotals },
    lines: lines.map(({ key, transactions: of, totals: sums, oddPrinting }) => ({
      ...{ key, transactions: of, totals: sums, oddPrinting },
    })),
    closedAt: closedAt?.toISOString() ?? null,
    notes: [...table.notes],
  }
}

export async function statementFile(
  ctx: CenterCtx,
  input: InputOf<typeof contract.getStatement>,
  form: FileForm,
  papers: Papers,
): Promise<Binary> {
  const { table } = await statementFor(ctx, input)
  return await papers.file(table, form, `精算明細_${input.id}_${input.month}`, ctx.now)
}

/** Every town and every operator of the month; both add up to the same. */
export async function listStatements(
  ctx: CenterCtx,
  { month }: InputOf<typeof contract.listStatements>,
): Promise<OutputOf<typeof contract.listStatements>> {
  const names = await namesOf(ctx.tx)
  const { closedAt, groups } = await groupsOf(ctx.tx, { month, municipalityCode: null, operatorId: null })
  const totalsOf = (of: readonly CopyGroup[]): Totals =>
    of
      .map((group) => times(splitOf(group, group.commissionYen, group.bclYen), group.copies))
      .reduce(plus, noCopies)
  const by = (kind: Party['by'], idOf: (group: CopyGroup) => string) =>
    [...Map.groupBy(groups, idOf)]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([id, of]) => ({
        party: {
          by: kind,
          id,
          name:
            (kind === 'town' ? names.towns : names.operators).get(id) ??
            (id === '' ? '（設置場所なし）' : id),
        },
        totals: totalsOf(of),
      }))
  return {
    month,
    closedAt: closedAt?.toISOString() ?? null,
    towns: by('town', (group) => group.municipalityCode),
    operators: by('operator', (group) => group.operatorId ?? ''),
    totals: totalsOf(groups),
  }
}

type RowsOf = InputOf<typeof contract.rowsCsv>
type PricedRow = counting.CheckedRow & { readonly commissionYen: number; readonly bclYen: number }

/**
 * The rows behind a figure. Of an open month commission and BCL fee are not in the rows: they are reckoned and compared here,
 * so that a page may hold fewer rows than were read.
 */
async function rowsOf(
  tx: Tx,
  input: RowsOf,
  after: { readonly printedAt: Date; readonly transactionId: string } | null,
  limit: number,
): Promise<{ readonly rows: PricedRow[]; readonly read: number; readonly last: PricedRow | null }> {
  const { by, id, month, commissionYen, bclYen, ...filter } = input
  const { where } = await whereIs(tx, month)
  const found = await counting.listRows(tx, scopeOf(month, { by, id }), where, filter, after, limit)
  const priced = found.map((row): PricedRow =>
    row.commissionYen === null || row.bclYen === null
      ? { ...row, ...moneyAt(row) }
      : { ...row, commissionYen: row.commissionYen, bclYen: row.bclYen },
  )
  return {
    rows: priced.filter(
      (row) =>
        (commissionYen === undefined || row.commissionYen === commissionYen) &&
        (bclYen === undefined || row.bclYen === bclYen),
    ),
    read: found.length,
    last: priced.at(-1) ?? null,
  }
}

export async function listStatementRows(
  ctx: CenterCtx,
  { afterAt, afterId, ...input }: InputOf<typeof contract.listStatementRows>,
): Promise<OutputOf<typeof contract.listStatementRows>> {
  partyOf(await namesOf(ctx.tx), input)
  let after =
    afterAt === undefined || afterId === undefined
      ? null
      : { printedAt: new Date(afterAt), transactionId: afterId }
  const rows: PricedRow[] = []
  for (;;) {
    const batch = await rowsOf(ctx.tx, input, after, page + 1)
    rows.push(...batch.rows)
    if (batch.read <= page || rows.length > page) break
    after = batch.last
  }
  return {
    rows: rows.slice(0, page).map((row) => ({
      transactionId: row.transactionId,
      printedAt: row.printedAt.toISOString(),
      municipalityCode: row.municipalityCode,
      kind: row.kind,
      issuer: row.issuer,
      channel: row.channel,
      operatorId: row.operatorId,
      store: row.store,
      kioskId: row.kioskId,
      test: row.test,
      copies: row.copies,
      feeYen: row.feeYen,
      printingYen: row.printingYen,
      commissionYen: row.commissionYen,
      bclYen: row.bclYen,
      keptYen: row.keptYen,
      dueYen: collectedOf(row) * row.copies,
    })),
    more: rows.length > page,
  }
}

export async function rowsFile(ctx: CenterCtx, input: RowsOf, papers: Papers): Promise<Binary> {
  const names = await namesOf(ctx.tx)
  const party = partyOf(names, input)
  const { rows, read } = await rowsOf(ctx.tx, input, null, maxFileRows + 1)
  if (read > maxFileRows) throw new Problem(problems.tooManyRows)
  const table: Table = {
    title: '精算明細の内訳（取引）',
    heading: [
      { label: input.by === 'town' ? '団体' : '事業者', text: party.name },
      { label: '対象月', text: `${monthWords(input.month)}（${input.month}）` },
    ],
    columns: columnsOf(
      ['取引番号', '印刷日時', '団体', '証明書', '発行元', '交付場所', '事業者', '設置場所', '端末', '試験'],
      [
        '通数',
        '手数料（円/通）',
        '印刷代（円/通）',
        '委託手数料（円/通）',
        'BCL利用料（円/通）',
        '収納すべき額（円）',
        '収納した額（円）',
      ],
    ),
    rows: rows.map((row) => [
      row.transactionId,
      japanTime(row.printedAt),
      names.towns.get(row.municipalityCode) ?? row.municipalityCode,
      kindWords(row.kind),
      row.issuer === 'bcl' ? 'BCL' : '自前',
      channelWords[row.channel],
      row.operatorId === null ? '' : (names.operators.get(row.operatorId) ?? row.operatorId),
      row.store ?? '',
      row.kioskId,
      row.test ? '試験' : '',
      row.copies,
      row.feeYen,
      row.printingYen,
      row.commissionYen,
      row.bclYen,
      collectedOf(row) * row.copies,
      row.keptYen,
    ]),
    total: null,
    notes: [],
  }
  return await papers.file(table, 'csv', `精算内訳_${input.id}_${input.month}`, ctx.now)
}

function moneyAt(row: counting.PrintedRow): { commissionYen: number; bclYen: number } {
  const { commissionYen, bclYen } = priceOf({ ...row, printedOn: todayInJapan(row.printedAt) })
  return { commissionYen, bclYen }
}

/** `YYYY-MM-DD hh:mm:ss`, JST. */
function japanTime(at: Date): string {
  const clock = new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(11, 19)
  return `${todayInJapan(at)} ${clock}`
}
