import { randomUUID } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { recordAct } from '../center/acts.actions.ts'
import type * as contract from './billing.contract.ts'
import { billingEvents, billingProblems as problems } from './billing.messages.ts'
import * as counting from './counting.store.ts'
import { fiscalYearWords, monthsOfFiscalYear } from './fiscal-year.ts'
import type { FileForm, Papers } from './papers.actions.ts'
import { columnsOf, type Table } from './tables.ts'
import * as store from './towns.store.ts'
import { populationDay } from './usage-fee.ts'
import { factWords, yearlyItems, yearlyOf, type TownYear } from './yearly.ts'

type YearView = OutputOf<typeof contract.getYear>

/** What each town is asked for: as it was settled, or as it would be from what is known now. */
export async function getYear(
  ctx: CenterCtx,
  { fiscalYear, municipalityCode }: InputOf<typeof contract.getYear>,
): Promise<YearView> {
  const settled = await store.listYearly(ctx.tx, fiscalYear, null)
  const towns = await store.listTowns(ctx.tx)
  const names = new Map(towns.map((town) => [town.municipalityCode, `${town.prefecture}${town.name}`]))
  if (municipalityCode !== undefined && !names.has(municipalityCode))
    throw new Problem(platformProblems.notFound)
  const { lines, withoutPopulation } =
    settled.length > 0 ? { lines: settled, withoutPopulation: [] } : await reckon(ctx.tx, fiscalYear)
  const items = Object.keys(yearlyItems)
  const asked = lines
    .filter((line) => municipalityCode === undefined || line.municipalityCode === municipalityCode)
    .toSorted(
      (a, b) =>
        a.municipalityCode.localeCompare(b.municipalityCode) || items.indexOf(a.item) - items.indexOf(b.item),
    )
  return {
    fiscalYear,
    settledAt: settled[0]?.settledAt.toISOString() ?? null,
    lines: asked.map((line) => ({
      municipalityCode: line.municipalityCode,
      name: names.get(line.municipalityCode) ?? line.municipalityCode,
      item: line.item,
      amountYen: line.amountYen,
      facts: { ...line.facts },
      billedIn: fiscalYear + yearlyItems[line.item].lag,
    })),
    totalYen: asked.reduce((sum, line) => sum + line.amountYen, 0),
    withoutPopulation: withoutPopulation
      .filter((code) => municipalityCode === undefined || code === municipalityCode)
      .map((code) => ({
        municipalityCode: code,
        name: names.get(code) ?? code,
        onDate: populationDay(fiscalYear),
      })),
  }
}

type Reckoned = Pick<store.YearlyRow, 'municipalityCode' | 'item' | 'amountYen' | 'facts'>

async function reckon(
  tx: Tx,
  fiscalYear: number,
): Promise<{ readonly lines: readonly Reckoned[]; readonly withoutPopulation: readonly string[] }> {
  const months = monthsOfFiscalYear(fiscalYear)
  const contracts = Map.groupBy(await store.listContracts(tx, null), (row) => row.municipalityCode)
  const on = populationDay(fiscalYear)
  const people = new Map(
    (await store.listPopulations(tx, null))
      .filter((row) => row.onDate === on)
      .map((row) => [row.municipalityCode, row.people]),
  )
  const findings = Map.groupBy(await store.listFindings(tx), (row) => row.prefecture)
  const copies = new Map(
    (await store.countBclCopies(tx, months[0]!, months.at(-1)!)).map((row) => [row.municipalityCode, row]),
  )
  const lines: Reckoned[] = []
  const withoutPopulation: string[] = []
  for (const { municipalityCode, name, prefecture } of await store.listTowns(tx)) {
    const town: TownYear = {
      ...{ municipalityCode, name },
      contracts: contracts.get(municipalityCode) ?? [],
      people: people.get(municipalityCode) ?? null,
      findings: findings.get(prefecture) ?? [],
      bclCopies: copies.get(municipalityCode)?.copies ?? 0,
      bclYen: copies.get(municipalityCode)?.bclYen ?? 0,
    }
    const result = yearlyOf(town, fiscalYear)
    if (result.kind === 'no-population') withoutPopulation.push(municipalityCode)
    else lines.push(...result.lines.map((line) => ({ municipalityCode, ...line })))
  }
  return { lines, withoutPopulation }
}

/** Fixes a fiscal year, once: after its last month was closed and with every head count it needs. */
export async function settleYear(
  ctx: CenterCtx,
  { fiscalYear }: InputOf<typeof contract.settleYear>,
): Promise<OutputOf<typeof contract.settleYear>> {
  const march = monthsOfFiscalYear(fiscalYear).at(-1)!
  const closings = await counting.listClosings(ctx.tx)
  if (!closings.some((closing) => closing.month >= march)) throw new Problem(problems.yearNotClosed)
  if ((await store.listYearly(ctx.tx, fiscalYear, null)).length > 0) throw new Problem(problems.yearSettled)
  const { lines, withoutPopulation } = await reckon(ctx.tx, fiscalYear)
  if (withoutPopulation.length > 0)
    throw new Problem(
      problems.populationMissing,
      withoutPopulation.map((code) => ({
        pointer: `/municipalityCode/${code}`,
        message: `${populationDay(fiscalYear)}現在の人口がありません`,
      })),
    )
  const settledBy = ctx.staff?.displayName ?? 'システム'
  for (const line of lines) {
    const row = { ...line, fiscalYear, settledAt: ctx.now, settledBy }
    if (!(await store.insertYearly(ctx.tx, row))) throw new Problem(problems.yearSettled)
  }
  const totalYen = lines.reduce((sum, line) => sum + line.amountYen, 0)
  const facts = { lines: lines.length, totalYen }
  await recordAct(ctx, billingEvents.yearSettled, { kind: 'fiscal-year', id: String(fiscalYear) }, facts)
  return { fiscalYear, ...facts }
}

export async function yearFile(
  ctx: CenterCtx,
  input: InputOf<typeof contract.getYear>,
  form: FileForm,
  papers: Papers,
): Promise<Binary> {
  const year = await getYear(ctx, input)
  const table: Table = {
    title: `${fiscalYearWords(year.fiscalYear)} 利用料・負担金 精算書`,
    heading: [
      { label: '対象', text: input.municipalityCode === undefined ? '全団体' : (year.lines[0]?.name ?? '') },
      {
        label: '状態',
        text:
          year.settledAt === null ? '見込み（精算前）' : `確定（${todayInJapan(new Date(year.settledAt))}）`,
      },
    ],
    columns: columnsOf(['団体コード', '団体', '項目', '算定のもと', '請求する年度'], ['金額（円）']),
    rows: year.lines.map((line) => [
      line.municipalityCode,
      line.name,
      yearlyItems[line.item].ja,
      factWords(line.item, line.facts),
      fiscalYearWords(line.billedIn),
      line.amountYen,
    ]),
    total: ['合計', '', '', '', '', year.totalYen],
    notes: [
      '金額は消費税込みです。クラウド型被災者支援システム利用料の初年度は、年額を税抜にして四捨五入し、12で割って1円未満を切り捨て、月数を掛けて税込にし、1円未満を切り捨てます。',
      '運営負担金の月割りの式は資料に載っていません。年額×月数÷12（1円未満切り捨て）で計算しています。',
      ...year.withoutPopulation.map(
        ({ name, onDate }) => `${name}は、${onDate}現在の人口が登録されていないため、算定していません。`,
      ),
    ],
  }
  const id = input.municipalityCode ?? '全団体'
  return await papers.file(table, form, `年度精算_${year.fiscalYear}_${id}`, ctx.now)
}

export async function getBillingTown(
  ctx: CenterCtx,
  { municipalityCode }: InputOf<typeof contract.getBillingTown>,
): Promise<OutputOf<typeof contract.getBillingTown>> {
  const town = await townOf(ctx.tx, municipalityCode)
  const populations = await store.listPopulations(ctx.tx, municipalityCode)
  const contracts = await store.listContracts(ctx.tx, municipalityCode)
  const findings = await store.listFindings(ctx.tx)
  return {
    ...town,
    populations: populations.map(({ onDate, people, source, recordedAt, recordedBy }) => ({
      ...{ onDate, people, source, recordedBy },
      recordedAt: recordedAt.toISOString(),
    })),
    contracts: contracts.map(({ contractId, service, fromMonth, untilMonth, recordedAt, recordedBy }) => ({
      ...{ contractId, service, fromMonth, untilMonth, recordedBy },
      recordedAt: recordedAt.toISOString(),
    })),
    findings: findings
      .filter((finding) => finding.prefecture === town.prefecture)
      .map(({ fiscalYear, share }) => ({ fiscalYear, share })),
  }
}

export async function recordPopulation(
  ctx: CenterCtx,
  { municipalityCode, onDate, people, source }: InputOf<typeof contract.recordPopulation>,
): Promise<{ recorded: true }> {
  await townOf(ctx.tx, municipalityCode)
  await store.insertPopulation(ctx.tx, {
    ...{ municipalityCode, onDate, people, source },
    recordedAt: ctx.now,
    recordedBy: ctx.staff?.displayName ?? 'システム',
  })
  await recordAct(ctx, billingEvents.populationRecorded, townSubject(municipalityCode), { onDate, people })
  return { recorded: true }
}

export async function recordContract(
  ctx: CenterCtx,
  input: InputOf<typeof contract.recordContract>,
): Promise<{ contractId: string }> {
  const { municipalityCode, service, fromMonth, untilMonth, replaces } = input
  await townOf(ctx.tx, municipalityCode)
  const standing = await store.listContracts(ctx.tx, municipalityCode)
  if (replaces !== null && !standing.some((row) => row.contractId === replaces))
    throw new Problem(problems.contractReplaced)
  const contractId = randomUUID()
  const inserted = await store.insertContract(ctx.tx, {
    ...{ contractId, municipalityCode, service, fromMonth, untilMonth, replaces },
    recordedAt: ctx.now,
    recordedBy: ctx.staff?.displayName ?? 'システム',
  })
  if (!inserted) throw new Problem(problems.contractReplaced)
  await recordAct(ctx, billingEvents.contractRecorded, townSubject(municipalityCode), {
    ...{ contractId, service, fromMonth, untilMonth, replaces },
  })
  return { contractId }
}

export async function recordFinding(
  ctx: CenterCtx,
  finding: InputOf<typeof contract.recordFinding>,
): Promise<{ recorded: boolean }> {
  const recorded = await store.insertFinding(ctx.tx, finding, ctx.now, ctx.staff?.displayName ?? 'システム')
  if (recorded)
    await recordAct(
      ctx,
      billingEvents.findingRecorded,
      { kind: 'prefecture', id: finding.prefecture },
      finding,
    )
  return { recorded }
}

async function townOf(tx: Tx, municipalityCode: string): Promise<store.Town> {
  const town = (await store.listTowns(tx)).find((row) => row.municipalityCode === municipalityCode)
  if (!town) throw new Problem(platformProblems.notFound)
  return town
}

function townSubject(municipalityCode: string) {
  return { kind: 'town', id: municipalityCode }
}
