import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { AuditEvent } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import { reveal } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { sameAs } from '../ledger/identities.actions.ts'
import { getLedger, getPerson, openEntry, recordFact } from '../ledger/ledger.actions.ts'
import { personOf, type Fact, type PersonRef } from '../ledger/ledger.ts'
import { assessmentView, judge, knownOf, peopleRows, type Known } from './households.actions.ts'
import { labelOf, programmeOf, rulesOf, type Rules } from './programmes.actions.ts'
import type { Assessment } from './rules/assessment.ts'
import type { Programme } from './rules/programme.ts'
import type * as contract from './support.contract.ts'
import { supportEvents, supportProblems as problems, type SupportFactKind } from './support.messages.ts'
import * as store from './support.store.ts'
import {
  dueYen,
  isPaid,
  isPerPerson,
  supportStates,
  supportTransitions,
  type SupportHead,
  type SupportId,
  type SupportState,
  type SupportTransition,
} from './support.ts'

type Changed = OutputOf<typeof contract.proposeSupport>

const changed = ({ supportId, state, version }: SupportHead): Changed => ({ supportId, state, version })

/** 404 when the town has none of that id. */
export async function getHead(ctx: Ctx, supportId: SupportId): Promise<SupportHead> {
  const head = await store.findHead(ctx.tx, supportId)
  if (!head) throw new Problem(problems.notFound)
  return head
}

async function moveOn(
  ctx: Ctx,
  seen: { readonly supportId: SupportId; readonly version: number },
  transition: SupportTransition,
  to: SupportState,
  proposalNo?: number,
): Promise<SupportHead> {
  const { supportId, version } = seen
  const moved = await store.move(ctx.tx, {
    supportId,
    version,
    from: supportTransitions[transition].from,
    to,
    ...(proposalNo === undefined ? {} : { proposalNo }),
  })
  if (moved) return moved
  const head = await getHead(ctx, supportId)
  const label = supportStates.find(({ value }) => value === head.state)?.label ?? head.state
  throw new Problem(head.version === version ? problems.wrongState : platformProblems.changedByOther, [
    { pointer: '/state', message: `現在の状態：${label}` },
  ])
}

export async function tell(
  ctx: Ctx,
  head: SupportHead,
  kind: SupportFactKind,
  event: AuditEvent,
  codes: Fact['codes'] = {},
  words: string | null = null,
): Promise<void> {
  const { supportId, programmeCode, state, version } = head
  await recordFact(ctx, head.entryId, {
    kind,
    codes: { supportId, programmeCode, state, ...codes },
    words: words === '' ? null : words,
  })
  await audit(ctx, event, {
    subjects: [{ kind: 'ledger-entry', id: head.entryId }],
    facts: { supportId, programmeCode, state, version, ...codes },
  })
}

/** Takes an application in. Whose claim it uses up is held by the database: nobody claims twice, however a household split. */
export async function applyForSupport(
  ctx: Ctx,
  input: InputOf<typeof contract.applyForSupport>,
): Promise<Changed> {
  const { disasterId, personRef, programmeCode, appliedOn, note } = input
  const rules = await rulesOf(ctx, disasterId)
  const programme = programmeOf(rules, programmeCode)
  if (programme.benefit === 'guide') throw new Problem(problems.takenElsewhere)
  if (appliedOn < rules.disaster.occurredOn || appliedOn > todayInJapan(ctx.now))
    throw new Problem(problems.appliedInFuture, [
      { pointer: '/appliedOn', message: problems.appliedInFuture.title },
    ])
  const { household, circumstances } = await knownOf(ctx, rules, personRef)
  const subjectRef = isPerPerson(programme) ? input.subjectRef : null
  const harmed = circumstances.harmed?.map((one) => one.personRef as PersonRef) ?? []
  if (isPerPerson(programme) && (subjectRef === null || !harmed.includes(subjectRef)))
    throw new Problem(problems.subjectNeeded, [
      { pointer: '/subjectRef', message: problems.subjectNeeded.title },
    ])
  const entryId = await openEntry(ctx, disasterId, personOf(personRef))
  const supportId = uuidv7(ctx.now.getTime()) as SupportId
  await store.insertApplication(
    ctx.tx,
    await ctx.keys(),
    {
      supportId,
      disasterId,
      householdId: household.householdId,
      programmeCode,
      subjectRef,
      applicantRef: personRef,
      entryId,
      appliedOn,
      receivedAt: ctx.now,
      receivedBy: labelOf(ctx),
      note,
    },
    actorName(ctx.actor),
  )
  // The others of the household are noted too: whoever of them is protected hides the place of all.
  // Under whatever number somebody stands in the ledger, the claim is the same person's.
  const people = []
  for (const member of household.members)
    for (const ref of await sameAs(ctx, disasterId, member))
      people.push({ ref, live: subjectRef === null || member === subjectRef })
  if (!(await store.insertClaims(ctx.tx, { supportId, disasterId, programmeCode }, people)))
    throw new Problem(problems.alreadyClaimed)
  const head = await getHead(ctx, supportId)
  await tell(ctx, head, 'support.received', supportEvents.received, { appliedOn })
  return changed(head)
}

/** What an application is due by the facts of now. */
export async function assessmentOf(
  ctx: Ctx,
  head: SupportHead,
): Promise<{ rules: Rules; programme: Programme; known: Known; assessment: Assessment }> {
  const rules = await rulesOf(ctx, head.disasterId)
  const programme = programmeOf(rules, head.programmeCode)
  const known = await knownOf(ctx, rules, head.applicantRef)
  return { rules, programme, known, assessment: judge(rules, programme, known.facts) }
}

/** A first person proposes, on facts that are frozen with it. */
export async function proposeSupport(
  ctx: Ctx,
  input: InputOf<typeof contract.proposeSupport>,
): Promise<Changed> {
  const { supportId, outcome, note } = input
  const before = await getHead(ctx, supportId)
  const { programme, known, assessment } = await assessmentOf(ctx, before)
  if (outcome === 'refuse' && note === '')
    throw new Problem(problems.reasonNeeded, [{ pointer: '/note', message: problems.reasonNeeded.title }])
  const amountYen = outcome === 'grant' ? amountOf(input.amountYen, programme, before, assessment) : 0
  const proposalNo = before.proposalNo + 1
  const head = await moveOn(ctx, input, 'propose', 'proposed', proposalNo)
  await store.insertProposal(ctx.tx, await ctx.keys(), supportId, {
    proposalNo,
    outcome,
    amountYen,
    words: { facts: known.facts, assessment, note },
    proposedAt: ctx.now,
    proposedBy: labelOf(ctx),
    proposer: actorName(ctx.actor),
  })
  await tell(ctx, head, 'support.proposed', supportEvents.proposed, { outcome, amountYen, proposalNo }, note)
  return changed(head)
}

/** Only what the rules give, to the yen; of a limit up to it. */
function amountOf(typed: number, programme: Programme, head: SupportHead, assessment: Assessment): number {
  if (assessment.answer !== 'yes') throw new Problem(problems.notEligible)
  const due = dueYen(assessment, head.subjectRef)
  if (!isPaid(programme)) {
    if (due !== null && typed > due) throw wrongAmount()
    return typed
  }
  if (due === null || due === 0) throw new Problem(problems.notEligible)
  if (assessment.isLimit ? typed < 1 || typed > due : typed !== due) throw wrongAmount()
  return typed
}

function wrongAmount(): Problem {
  return new Problem(problems.wrongAmount, [{ pointer: '/amountYen', message: problems.wrongAmount.title }])
}

/** A second person decides. What was granted of money becomes an award, which the payments take up. */
export async function decideSupport(
  ctx: Ctx,
  input: InputOf<typeof contract.decideSupport>,
): Promise<Changed> {
  const { supportId, approved, reason } = input
  if (!approved && reason === '')
    throw new Problem(problems.reasonNeeded, [{ pointer: '/reason', message: problems.reasonNeeded.title }])
  const keys = await ctx.keys()
  await getHead(ctx, supportId)
  const [proposal] = await store.listProposals(ctx.tx, keys, supportId)
  if (!proposal) throw new Problem(problems.wrongState)
  if (proposal.proposer === actorName(ctx.actor)) throw new Problem(problems.samePerson)
  const to: SupportState = !approved ? 'received' : proposal.outcome === 'grant' ? 'granted' : 'refused'
  const head = await moveOn(ctx, input, 'decide', to)
  const { proposalNo, proposer, amountYen } = proposal
  await store.insertDecision(ctx.tx, keys, supportId, {
    proposalNo,
    proposer,
    approved,
    reason,
    at: ctx.now,
    by: actorName(ctx.actor),
    label: labelOf(ctx),
  })
  if (to === 'refused') await store.freeClaims(ctx.tx, supportId)
  if (to === 'granted') {
    const programme = programmeOf(await rulesOf(ctx, head.disasterId), head.programmeCode)
    if (isPaid(programme)) {
      const awardId = uuidv7(ctx.now.getTime())
      const award = { awardId, supportId, kind: 'grant' as const, amountYen, decidedAt: ctx.now }
      await store.insertAward(ctx.tx, award, actorName(ctx.actor))
    }
  }
  await tell(ctx, head, 'support.decided', supportEvents.decided, { approved, amountYen, proposalNo }, reason)
  return changed(head)
}

export async function withdrawSupport(
  ctx: Ctx,
  input: InputOf<typeof contract.withdrawSupport>,
): Promise<Changed> {
  const head = await moveOn(ctx, input, 'withdraw', 'withdrawn')
  await store.freeClaims(ctx.tx, head.supportId)
  await tell(ctx, head, 'support.withdrawn', supportEvents.withdrawn, {}, input.reason)
  return changed(head)
}

export async function listSupportApplications(
  ctx: Ctx,
  input: InputOf<typeof contract.listSupportApplications>,
): Promise<OutputOf<typeof contract.listSupportApplications>> {
  const { disasterId, limit } = input
  await getDisaster(ctx, disasterId)
  const found = await store.listApplications(ctx.tx, {
    disasterId,
    state: input.supportState ?? null,
    programmeCode: input.programmeCode ?? null,
    householdId: null,
    after: input.after ?? null,
    limit: limit + 1,
  })
  const page = found.slice(0, limit)
  const rules = await rulesOf(ctx, disasterId)
  const counts = new Map((await store.countByState(ctx.tx, disasterId)).map((row) => [row.state, row.count]))
  return {
    applications: await rowsOf(ctx, rules, page),
    next: found.length > limit ? (page.at(-1)?.supportId ?? null) : null,
    counts: supportStates.map(({ value }) => ({ state: value, count: counts.get(value) ?? 0 })),
  }
}

type Row = OutputOf<typeof contract.listSupportApplications>['applications'][number]

/** Names of the applicants of many applications, each opened once. */
export async function rowsOf(
  ctx: Ctx,
  rules: Rules,
  heads: readonly (SupportHead & { readonly amountYen: number | null })[],
): Promise<Row[]> {
  if (heads.length === 0) return []
  const ledger = await getLedger(ctx, rules.disaster.disasterId)
  const refs = [...new Set(heads.map(({ applicantRef }) => applicantRef))]
  const people = await peopleRows(ctx, ledger, refs)
  const names = new Map(people.map((one) => [one.personRef, one.name]))
  return heads.map((head) => ({
    supportId: head.supportId,
    programmeCode: head.programmeCode,
    programmeTitle:
      rules.programmes.find(({ code }) => code === head.programmeCode)?.title ?? head.programmeCode,
    state: head.state,
    appliedOn: head.appliedOn,
    applicantRef: head.applicantRef,
    applicantName: names.get(head.applicantRef) ?? '',
    amountYen: head.amountYen,
    suppressed: head.suppressed,
  }))
}

export async function getSupportApplication(
  ctx: Ctx,
  { supportId }: InputOf<typeof contract.getSupportApplication>,
): Promise<OutputOf<typeof contract.getSupportApplication>> {
  const keys = await ctx.keys()
  const head = await getHead(ctx, supportId)
  const { rules, assessment } = await assessmentOf(ctx, head)
  const { note } = await reveal(ctx, await store.findNote(ctx.tx, keys, head), 'view')
  const proposals = await store.listProposals(ctx.tx, keys, supportId)
  const awards = await store.listAwards(ctx.tx, [supportId])
  const [row] = await rowsOf(ctx, rules, [{ ...head, amountYen: proposals[0]?.amountYen ?? null }])
  const concealed = head.suppressed
  return {
    ...row!,
    disasterId: head.disasterId,
    version: head.version,
    subjectRef: head.subjectRef,
    receivedBy: head.receivedBy,
    note,
    assessment: assessmentView(assessment),
    dueYen: dueYen(assessment, head.subjectRef),
    proposals: proposals.map(({ words, proposer: _, ...one }) => ({
      ...one,
      note: concealed ? null : words.note,
      reasons: words.assessment.reasons.map((reason) => ({ ...reason })),
      proposedAt: one.proposedAt.toISOString(),
      decisionReason: concealed ? null : one.decisionReason,
      decidedAt: one.decidedAt?.toISOString() ?? null,
    })),
    awards: awards.map(({ supportId: _, ...one }) => ({ ...one, decidedAt: one.decidedAt.toISOString() })),
    mayDecide: proposals[0] !== undefined && proposals[0].proposer !== actorName(ctx.actor),
  }
}

/** The person of the letter and of the transfer: the applicant, as the ledger names them. */
export async function applicantOf(ctx: Ctx, head: Pick<SupportHead, 'disasterId' | 'applicantRef'>) {
  const ledger = await getLedger(ctx, head.disasterId)
  await getPerson(ctx, ledger, head.applicantRef)
  const [person] = await peopleRows(ctx, ledger, [head.applicantRef])
  return person!
}
