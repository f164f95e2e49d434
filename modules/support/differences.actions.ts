import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import type { Household } from '../ledger/households.ts'
import { assessmentOf, getHead, rowsOf, tell } from './applications.actions.ts'
import * as store from './differences.store.ts'
import { judge, knownOf, knownOfHousehold, type Known, type Read } from './households.actions.ts'
import { labelOf, rulesOf, type Rules } from './programmes.actions.ts'
import { circumstanceFields, circumstanceText, gradeLabel, type HouseholdFacts } from './rules/facts.ts'
import type * as contract from './support.contract.ts'
import { supportEvents, supportProblems as problems } from './support.messages.ts'
import { insertAward, listAwards, listGranted, listProposals, type Award } from './support.store.ts'
import { dueYen, type DifferenceId, type SupportHead, type SupportId } from './support.ts'

/** What was decided to be paid, with what was claimed back taken off. */
export function awardedYen(awards: readonly Award[]): number {
  return awards.reduce((sum, one) => sum + (one.kind === 'claim-back' ? -one.amountYen : one.amountYen), 0)
}

/**
 * Compares every granted application with what the facts of now give: a grade was corrected, a household split, a member
 * was told. What differs waits for a person; what differs no more goes. Facts that are not known (a certificate withdrawn to
 * be graded anew) change nothing until they are.
 */
export async function findDifferences(
  ctx: Ctx,
  rules: Rules,
  households: readonly Household[],
  read: Read,
): Promise<void> {
  const granted = await listGranted(ctx.tx, rules.disaster.disasterId)
  if (granted.length === 0) return
  const open = await store.openOf(ctx.tx, rules.disaster.disasterId)
  const byId = new Map(households.map((one) => [one.householdId, one]))
  const awards = Map.groupBy(
    await listAwards(
      ctx.tx,
      granted.map(({ supportId }) => supportId),
    ),
    ({ supportId }) => supportId,
  )
  for (const head of granted) {
    const given = awards.get(head.supportId)
    // What is no money cannot be over-paid.
    if (!given) continue
    const household = byId.get(head.householdId)
    const known =
      household === undefined || household.members.length === 0
        ? await knownOf(ctx, rules, head.applicantRef)
        : await knownOfHousehold(ctx, rules, household, read)
    await compare(ctx, rules, head, known, awardedYen(given), open.has(head.supportId))
  }
}

async function compare(
  ctx: Ctx,
  rules: Rules,
  head: SupportHead,
  known: Known,
  awarded: number,
  isOpen: boolean,
): Promise<void> {
  const programme = rules.programmes.find(({ code }) => code === head.programmeCode)
  if (!programme) return
  const assessment = judge(rules, programme, known.facts)
  const due = dueYen(assessment, head.subjectRef)
  const keys = await ctx.keys()
  const open = isOpen ? await store.findOpen(ctx.tx, keys, head.supportId) : null
  if (due === null) return
  // Of a limit less may be given, by what was applied for.
  const entitled = assessment.isLimit ? Math.min(awarded, due) : due
  if (entitled === awarded) {
    if (open) await store.changeOpen(ctx.tx, keys, open, 'gone')
    return
  }
  const kept = await store.lastKept(ctx.tx, head.supportId)
  if (kept?.entitledYen === entitled && kept.awardedYen === awarded) return
  const [proposal] = await listProposals(ctx.tx, keys, head.supportId)
  const changes = proposal ? changesBetween(proposal.words.facts, known.facts) : []
  const words = { changes, reasons: assessment.reasons }
  const found = {
    supportId: head.supportId,
    awardedYen: awarded,
    entitledYen: entitled,
    words,
    foundAt: ctx.now,
  }
  if (open) {
    if (open.entitledYen !== entitled || open.awardedYen !== awarded)
      await store.changeOpen(ctx.tx, keys, { ...open, ...found }, 'open')
    return
  }
  const differenceId = uuidv7(ctx.now.getTime()) as DifferenceId
  if (await store.insertDifference(ctx.tx, keys, { ...found, differenceId, state: 'open', version: 1 }))
    await audit(ctx, supportEvents.differenceFound, {
      subjects: [{ kind: 'ledger-entry', id: head.entryId }],
      facts: { differenceId, supportId: head.supportId, awardedYen: awarded, entitledYen: entitled },
    })
}

/**
 * Of granted applications, those that are due less by the facts of now than was decided, and of which nobody has said that it
 * stays so. Asked before money leaves, whether somebody has compared all households since or not.
 */
export async function overAwarded(ctx: Ctx, supportIds: readonly SupportId[]): Promise<Set<SupportId>> {
  const told = await store.toldSinceProposal(ctx.tx, supportIds)
  const awards = Map.groupBy(await listAwards(ctx.tx, [...told]), ({ supportId }) => supportId)
  const over = new Set<SupportId>()
  for (const supportId of told) {
    const head = await getHead(ctx, supportId)
    const { assessment } = await assessmentOf(ctx, head)
    const due = dueYen(assessment, head.subjectRef)
    const awarded = awardedYen(awards.get(supportId) ?? [])
    if (due === null || due >= awarded) continue
    const kept = await store.lastKept(ctx.tx, supportId)
    if (kept?.entitledYen !== due || kept.awardedYen !== awarded) over.add(supportId)
  }
  return over
}

/** What is other now than when it was decided, in words. */
export function changesBetween(before: HouseholdFacts, now: HouseholdFacts): string[] {
  const words: string[] = []
  if (before.grade !== now.grade) {
    const say = (grade: HouseholdFacts['grade']) => (grade === null ? '未決定' : gradeLabel(grade))
    words.push(`被害の程度：${say(before.grade)} → ${say(now.grade)}`)
  }
  if (before.members !== now.members)
    words.push(`災害時の世帯員数：${before.members ?? '不明'}人 → ${now.members ?? '不明'}人`)
  for (const { key, label } of circumstanceFields)
    if (before[key] !== now[key])
      words.push(`${label}：${circumstanceText(key, before)} → ${circumstanceText(key, now)}`)
  if (JSON.stringify(before.harmed) !== JSON.stringify(now.harmed))
    words.push('亡くなった方・障害を負った方の登録が変わりました')
  if (JSON.stringify(before.gates) !== JSON.stringify(now.gates)) words.push('法の適用の登録が変わりました')
  return words
}

export async function listDifferences(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.listSupportDifferences>,
): Promise<OutputOf<typeof contract.listSupportDifferences>> {
  const rules = await rulesOf(ctx, disasterId)
  const found = await store.listDifferences(ctx.tx, await ctx.keys(), disasterId)
  const heads = []
  for (const { supportId } of found) heads.push({ ...(await getHead(ctx, supportId)), amountYen: null })
  const rows = await rowsOf(ctx, rules, heads)
  return {
    differences: found.map((one, i) => ({
      differenceId: one.differenceId,
      supportId: one.supportId,
      programmeTitle: rows[i]!.programmeTitle,
      applicantName: rows[i]!.applicantName,
      awardedYen: one.awardedYen,
      entitledYen: one.entitledYen,
      state: one.state,
      version: one.version,
      foundAt: one.foundAt.toISOString(),
      changes: [...one.words.changes],
      reasons: one.words.reasons.map((reason) => ({ ...reason })),
    })),
  }
}

/** A person decides: pay more, claim back, or leave it. Money follows as an award of its own. */
export async function decideDifference(
  ctx: Ctx,
  input: InputOf<typeof contract.decideSupportDifference>,
): Promise<OutputOf<typeof contract.decideSupportDifference>> {
  const { differenceId, version, act, reason } = input
  const keys = await ctx.keys()
  const difference = await store.findDifference(ctx.tx, keys, differenceId)
  if (!difference) throw new Problem(problems.differenceNotFound)
  const gap = difference.entitledYen - difference.awardedYen
  if ((act === 'extra' && gap <= 0) || (act === 'claim-back' && gap >= 0))
    throw new Problem(problems.wrongAct)
  const by = actorName(ctx.actor)
  const decision = { differenceId, version, state: act, reason, at: ctx.now, by, label: labelOf(ctx) }
  if (!(await store.decide(ctx.tx, keys, decision))) throw new Problem(problems.wrongState)
  const head = await getHead(ctx, difference.supportId)
  const amountYen = Math.abs(gap)
  if (act !== 'kept') {
    const awardId = uuidv7(ctx.now.getTime())
    const { supportId } = difference
    await insertAward(ctx.tx, { awardId, supportId, kind: act, amountYen, decidedAt: ctx.now }, by)
  }
  const codes = { differenceId, act, amountYen }
  await tell(ctx, head, 'support.difference', supportEvents.differenceDecided, codes, reason)
  return { differenceId, state: act }
}
