import { createHash } from 'node:crypto'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { audit } from '../access/audit.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { householdsAtDisaster } from '../ledger/households.actions.ts'
import { getLedger } from '../ledger/ledger.actions.ts'
import { findDifferences } from './differences.actions.ts'
import { factsOf, gradeOf, judge, peopleRows } from './households.actions.ts'
import * as store from './matches.store.ts'
import { programmeOf, rulesOf, type Rules } from './programmes.actions.ts'
import { certifiedGrades, listCircumstances, nothingTold } from './programmes.store.ts'
import { recordsOf } from './recorded.actions.ts'
import { gradeLabel, type HouseholdFacts } from './rules/facts.ts'
import { heldOf } from './rules/recorded.ts'
import type * as contract from './support.contract.ts'
import { supportEvents } from './support.messages.ts'

const BATCH = 5_000

/** Asked for on screen; the work is a job's. */
export async function matchHouseholds(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.matchHouseholds>,
): Promise<OutputOf<typeof contract.matchHouseholds>> {
  await getLedger(ctx, disasterId)
  await ctx.enqueue('support.match', { disasterId })
  return { queued: true }
}

type Outcome = {
  readonly eligible: readonly string[]
  readonly undecided: readonly string[]
  readonly key: string
}

/** Judges every programme for the same facts once: in a town most households have the same. */
export function outcomesOf(rules: Rules): (facts: HouseholdFacts) => Outcome {
  const known = new Map<string, Outcome>()
  return (facts) => {
    const { occurredOn: _, gates: __, ...told } = facts
    const key = JSON.stringify(told)
    let outcome = known.get(key)
    if (!outcome) {
      const eligible: string[] = []
      const undecided: string[] = []
      for (const programme of rules.programmes) {
        const { answer } = judge(rules, programme, facts)
        if (answer === 'yes') eligible.push(programme.code)
        if (answer === 'unknown') undecided.push(programme.code)
      }
      outcome = { eligible, undecided, key: `${eligible.join(' ')}|${undecided.join(' ')}` }
      known.set(key, outcome)
    }
    return outcome
  }
}

/**
 * Every household of a ledger against every programme. Only rows that differ from what is stored are written, so a second
 * run costs the reading. Then what was already granted is compared with what is due now.
 */
export async function runMatch(
  ctx: Ctx,
  disasterId: DisasterId,
): Promise<{ households: number; changed: number }> {
  const rules = await rulesOf(ctx, disasterId)
  const households = await householdsAtDisaster(ctx, disasterId)
  const grades = await certifiedGrades(ctx.tx, disasterId, null)
  const circumstances = await listCircumstances(ctx.tx, await ctx.keys(), disasterId, null)
  const records = await recordsOf(ctx, rules, null)
  const stored = await store.listDigests(ctx.tx, disasterId)
  const outcomeOf = outcomesOf(rules)
  const counts: Record<string, { eligible: number; undecided: number }> = Object.fromEntries(
    rules.programmes.map(({ code }) => [code, { eligible: 0, undecided: 0 }]),
  )
  let batch: store.Match[] = []
  let changed = 0
  for (const household of households) {
    const { householdId } = household
    const grade = gradeOf(household, grades)
    const told = circumstances.get(householdId) ?? nothingTold
    const held = heldOf(told.circumstances, await records(household, grade), told.reasons)
    const outcome = outcomeOf(factsOf(rules, household, grade, held))
    for (const code of outcome.eligible) counts[code]!.eligible += 1
    for (const code of outcome.undecided) counts[code]!.undecided += 1
    const personRef = household.head ?? household.members[0]
    // Nobody is left in a household that came whole into another.
    if (personRef === undefined) continue
    const digest = createHash('sha256')
      .update(`${personRef}|${grade}|${outcome.key}`)
      .digest('base64url')
      .slice(0, 22)
    const same = stored.get(householdId) === digest
    stored.delete(householdId)
    if (same) continue
    changed += 1
    batch.push({
      householdId,
      personRef,
      grade,
      digest,
      eligible: outcome.eligible,
      undecided: outcome.undecided,
    })
    if (batch.length === BATCH) {
      await store.writeMatches(ctx.tx, disasterId, batch, ctx.now)
      batch = []
    }
  }
  if (batch.length > 0) await store.writeMatches(ctx.tx, disasterId, batch, ctx.now)
  // An empty digest says that the row was emptied before.
  const gone = [...stored].filter(([, digest]) => digest !== '').map(([id]) => id)
  if (gone.length > 0) await store.emptyMatches(ctx.tx, disasterId, gone, ctx.now)
  await findDifferences(ctx, rules, households, { records, circumstances, grades })
  const run = { households: households.length, changed: changed + gone.length }
  await store.insertRun(ctx.tx, disasterId, {
    ...run,
    runId: uuidv7(ctx.now.getTime()),
    at: ctx.now,
    by: actorName(ctx.actor),
    counts,
  })
  await audit(ctx, supportEvents.matched, { subjects: [{ kind: 'disaster', id: disasterId }], facts: run })
  return run
}

/** Who may get a programme and has not asked: first known when the matcher ran. */
export async function listUnapplied(
  ctx: Ctx,
  input: InputOf<typeof contract.listUnapplied>,
): Promise<OutputOf<typeof contract.listUnapplied>> {
  const { disasterId, programmeCode, limit } = input
  const programme = programmeOf(await rulesOf(ctx, disasterId), programmeCode)
  const found = await store.listUnapplied(ctx.tx, disasterId, programmeCode, input.after ?? null, limit + 1)
  const page = found.slice(0, limit)
  return {
    title: programme.title,
    households: await rowsOf(ctx, disasterId, page),
    next: found.length > limit ? (page.at(-1)?.householdId ?? null) : null,
  }
}

async function rowsOf(
  ctx: Ctx,
  disasterId: DisasterId,
  page: readonly store.Unapplied[],
): Promise<OutputOf<typeof contract.listUnapplied>['households']> {
  if (page.length === 0) return []
  const ledger = await getLedger(ctx, disasterId)
  const people = await peopleRows(
    ctx,
    ledger,
    page.map(({ personRef }) => personRef),
  )
  return page.map(({ householdId, personRef, grade }, i) => {
    const { name, kana, address, suppressed } = people[i]!
    return { householdId, personRef, name, kana, address, suppressed, grade }
  })
}

/** A list on paper at the most of so many: more are thousands of letters, which are written from the screen. */
const EXPORTED = 5_000

export async function exportUnapplied(
  ctx: Ctx,
  { disasterId, programmeCode }: InputOf<typeof contract.exportUnapplied>,
): Promise<Binary> {
  const programme = programmeOf(await rulesOf(ctx, disasterId), programmeCode)
  const rows = await rowsOf(
    ctx,
    disasterId,
    await store.listUnapplied(ctx.tx, disasterId, programmeCode, null, EXPORTED),
  )
  await audit(ctx, supportEvents.listExported, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { programmeCode, count: rows.length },
  })
  const table = [
    ['世帯主等の氏名', 'フリガナ', '住所', '被害の程度', '支援措置'],
    ...rows.map((row) => [
      row.name,
      row.kana,
      row.address ?? '支援措置のため表示しません',
      row.grade === null ? '未決定' : gradeLabel(row.grade),
      row.suppressed ? '対象' : '',
    ]),
  ]
  return { bytes: Buffer.from(spreadsheetCsv(table)), fileName: `未申請_${programme.title}.csv` }
}
