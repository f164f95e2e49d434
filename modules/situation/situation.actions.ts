import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, dayNumber, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { roles } from '../access/roles.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { termsOf } from '../risai/terms.actions.ts'
import { listProgrammes, programmeOf, rulesOf } from '../support/programmes.actions.ts'
import { listPlans } from '../surveys/plans.actions.ts'
import { csvOf, xlsxOf } from './sheets.actions.ts'
import type * as contract from './situation.contract.ts'
import { situationEvents as events } from './situation.messages.ts'
import { ages, PROGRESS_DAYS, workOf, works, type Age, type WorkCode } from './situation.ts'
import * as store from './works.store.ts'

const DAY = 86_400_000
/** Rows of a page. */
const MOST = 100
/** Deadlines that passed longer ago, or come later, are not shown. */
const PASSED_DAYS = 30
const COMING_DAYS = 120

const daysBefore = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY)

/** Before when something must have begun to wait to be late; `null` = this kind is never late. */
function lateSince(code: WorkCode, now: Date): Date | null {
  const { lateDays } = workOf(code)
  return lateDays === null ? null : daysBefore(now, lateDays)
}

/** 担当: who may do it; of several offices all. The administrator is nobody's clerk. */
function whose(code: WorkCode): string[] {
  const { permission } = workOf(code)
  return Object.entries(roles)
    .filter(
      ([name, role]) => name !== 'admin' && (role.permissions as readonly string[]).includes(permission),
    )
    .map(([, { ja }]) => ja)
}

export async function countWork(
  ctx: Ctx,
  { disasterId, group }: InputOf<typeof contract.countWork>,
): Promise<OutputOf<typeof contract.countWork>> {
  await getDisaster(ctx, disasterId)
  const today = todayInJapan(ctx.now)
  const bounds = [daysBefore(ctx.now, 1), daysBefore(ctx.now, 3), daysBefore(ctx.now, 7)] as const
  const counted = []
  for (const { value } of works.filter((one) => one.group === group)) {
    const waiting = await store.countWork(ctx.tx, value, disasterId, today, lateSince(value, ctx.now), bounds)
    counted.push({
      work: value,
      count: waiting.count,
      late: waiting.late,
      oldest: waiting.oldest?.toISOString() ?? null,
      byAge: ages.map((age, i) => ({ age: age.value, count: waiting.byAge[i]! })),
      whose: whose(value),
    })
  }
  return { at: ctx.now.toISOString(), works: counted }
}

type Which = {
  readonly work: WorkCode
  readonly age?: Age | null | undefined
  readonly late?: 'yes' | null | undefined
}

/** From when to when the rows wanted began to wait. */
function between(now: Date, { work, age, late }: Which): { from: Date | null; until: Date | null } {
  const span = ages.find((one) => one.value === age)
  const from = span && span.untilDays !== null ? daysBefore(now, span.untilDays) : null
  const until = span && span.fromDays > 0 ? daysBefore(now, span.fromDays) : null
  if (late !== 'yes') return { from, until }
  // Nothing is late that is never late.
  const since = lateSince(work, now) ?? new Date(0)
  return { from, until: until === null || since < until ? since : until }
}

export async function listWork(
  ctx: Ctx,
  input: InputOf<typeof contract.listWork>,
): Promise<OutputOf<typeof contract.listWork>> {
  const { disasterId, work, afterSince, afterKey } = input
  await getDisaster(ctx, disasterId)
  const after = afterSince && afterKey ? { since: new Date(afterSince), key: afterKey } : null
  const wanted = { ...between(ctx.now, input), after, limit: MOST + 1 }
  const rows = await store.listWork(ctx.tx, work, disasterId, todayInJapan(ctx.now), wanted)
  const shown = rows.slice(0, MOST)
  const last = shown.at(-1)
  const since = lateSince(work, ctx.now)
  const numbers = await numbersOf(ctx, disasterId, work, shown)
  return {
    rows: shown.map((row, i) => ({
      ...row,
      number: numbers[i]!,
      since: row.since.toISOString(),
      late: since !== null && row.since < since,
    })),
    next: rows.length > MOST && last ? { since: last.since.toISOString(), key: last.key } : null,
  }
}

/** Applications for support have no number: they go by their programme. */
async function numbersOf(
  ctx: Ctx,
  disasterId: DisasterId,
  work: WorkCode,
  rows: readonly store.WorkRow[],
): Promise<string[]> {
  if (!['support-review', 'support-decide', 'difference', 'pay'].includes(work))
    return rows.map(({ number }) => number)
  if (rows.length === 0) return []
  const rules = await rulesOf(ctx, disasterId)
  return rows.map(({ id, number }) => `${programmeOf(rules, number).title}　${id.slice(-8)}`)
}

async function linesOf(
  ctx: Ctx,
  input: InputOf<typeof contract.exportWorkCsv>,
): Promise<readonly (readonly string[])[]> {
  const { disasterId, work } = input
  await getDisaster(ctx, disasterId)
  const wanted = { ...between(ctx.now, input), after: null, limit: null }
  const rows = await store.listWork(ctx.tx, work, disasterId, todayInJapan(ctx.now), wanted)
  const numbers = await numbersOf(ctx, disasterId, work, rows)
  const since = lateSince(work, ctx.now)
  await audit(ctx, events.workExported, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { work, count: rows.length },
  })
  return [
    ['番号', 'いつから', '班・職員・場所', '遅れ'],
    ...rows.map((row, i) => [
      numbers[i]!,
      momentText(row.since),
      row.who,
      since !== null && row.since < since ? '遅れ' : '',
    ]),
  ]
}

/** 「2026-11-21 09:30」 in Japan: what a spreadsheet reads as a time. */
export function momentText(at: Date): string {
  return new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
}

type File = { bytes: Uint8Array; fileName: string }

export async function exportWorkCsv(ctx: Ctx, input: InputOf<typeof contract.exportWorkCsv>): Promise<File> {
  return { bytes: csvOf(await linesOf(ctx, input)), fileName: `${workOf(input.work).label}.csv` }
}

export async function exportWorkXlsx(
  ctx: Ctx,
  input: InputOf<typeof contract.exportWorkXlsx>,
): Promise<File> {
  const lines = await linesOf(ctx, input)
  return { bytes: await xlsxOf('一覧', lines), fileName: `${workOf(input.work).label}.xlsx` }
}

const counters = {
  applications: store.countApplied,
  surveys: store.countSurveyed,
  certificates: store.countCertified,
  payments: store.countPaid,
}

export async function getProgress(
  ctx: Ctx,
  { disasterId, progress }: InputOf<typeof contract.getProgress>,
): Promise<OutputOf<typeof contract.getProgress>> {
  await getDisaster(ctx, disasterId)
  const first = addDays(todayInJapan(ctx.now), 1 - PROGRESS_DAYS)
  const counted = new Map(
    (await counters[progress](ctx.tx, disasterId, first)).map(({ on, count }) => [on, count]),
  )
  const days = Array.from({ length: PROGRESS_DAYS }, (_, i) => addDays(first, i))
  return { days: days.map((on) => ({ on, count: counted.get(on) ?? 0 })) }
}

export async function getTimes(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.getTimes>,
): Promise<OutputOf<typeof contract.getTimes>> {
  const disaster = await getDisaster(ctx, disasterId)
  const today = todayInJapan(ctx.now)
  const { applicationUntilOn } = await termsOf(ctx, disaster)
  const { programmes } = await listProgrammes(ctx, { disasterId })
  const { plans } = await listPlans(ctx, { disasterId })
  const open = plans.filter(({ closed }) => !closed)
  const all = [
    ...(applicationUntilOn === null
      ? []
      : [
          { kind: 'application' as const, title: '罹災証明書の申請', on: applicationUntilOn, verified: true },
        ]),
    ...programmes
      .filter(({ offered, deadlineOn }) => offered !== false && deadlineOn !== null)
      .map(({ title, deadlineOn, verified }) => ({
        kind: 'programme' as const,
        ...{ title: `${title}の申請`, on: deadlineOn!, verified },
      })),
    ...open.map(({ name, endsOn }) => ({
      kind: 'plan' as const,
      ...{ title: `調査計画「${name}」の終わり`, on: endsOn, verified: true },
    })),
  ]
  const left = (on: string): number => dayNumber(on as PlainDate) - dayNumber(today)
  return {
    deadlines: all
      .map((one) => ({ ...one, daysLeft: left(one.on) }))
      .filter(({ daysLeft }) => daysLeft >= -PASSED_DAYS && daysLeft <= COMING_DAYS)
      .toSorted((a, b) => a.daysLeft - b.daysLeft),
    forecasts: open.map(({ planId, name, endsOn, forecast }) => ({
      ...{ planId, name, endsOn },
      left: forecast.left,
      pacePerDay: forecast.pacePerDay,
      atPaceOn: forecast.atPaceOn,
      asPlannedOn: forecast.asPlannedOn,
    })),
  }
}
