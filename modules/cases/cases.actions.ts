import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { householdAtDisaster } from '../ledger/households.actions.ts'
import { getLedger, getPerson, openEntry, recordFact } from '../ledger/ledger.actions.ts'
import { personOf } from '../ledger/ledger.ts'
import { rowsOf } from '../ledger/people.actions.ts'
import type * as contract from './cases.contract.ts'
import { casesEvents, casesProblems as problems, type CasesFactKind } from './cases.messages.ts'
import { after, checkAct, filters, type Act, type CaseId } from './cases.ts'
import * as store from './cases.store.ts'

const PAGE = 50

const nothing: Omit<Act, 'kind' | 'actedOn'> = {
  ...{ nextOn: null, method: null, result: null, who: '', needs: [], agency: null, agencyName: '' },
  ...{ consentOn: null, responsible: '', closeReason: null, words: '' },
}

function labelOf(ctx: Ctx): string {
  return ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム'
}

function viewOf(ctx: Ctx, one: store.Case) {
  const { caseId, disasterId, state, version, needs, nextOn, responsible, openedAt, changedAt } = one
  return {
    ...{ caseId, disasterId, state, version, nextOn, responsible, needs: [...needs] },
    late: state === 'open' && nextOn !== null && nextOn < todayInJapan(ctx.now),
    openedAt: openedAt.toISOString(),
    changedAt: changedAt.toISOString(),
  }
}

/** Begins a case of the household of a person, as the ledger has it. */
export async function openCase(
  ctx: Ctx,
  input: InputOf<typeof contract.openCase>,
): Promise<OutputOf<typeof contract.openCase>> {
  const { disasterId, personRef, needs, nextOn, words } = input
  await getPerson(ctx, await getLedger(ctx, disasterId), personRef)
  const { householdId } = await householdAtDisaster(ctx, disasterId, personRef)
  const today = todayInJapan(ctx.now)
  if (nextOn !== null && nextOn < today)
    throw new Problem(problems.impossible, [
      { pointer: '/nextOn', message: '今日からあとの日付を入力してください' },
    ])
  const one: store.Case = {
    ...{ caseId: uuidv7(ctx.now.getTime()) as CaseId, disasterId, householdId, personRef, state: 'open' },
    ...{ version: 1, needs, nextOn, responsible: input.responsible || labelOf(ctx) },
    ...{ openedAt: ctx.now, changedAt: ctx.now },
  }
  if (!(await store.insertCase(ctx.tx, one))) throw new Problem(problems.alreadyOpen)
  await write(ctx, one, { ...nothing, kind: 'opened', actedOn: today, needs, nextOn, words }, 1)
  return { caseId: one.caseId, version: 1 }
}

/** Appends what was done, tells the ledger, and audits. */
async function write(
  ctx: Ctx,
  { caseId, disasterId, personRef }: store.Case,
  act: Omit<store.StoredAct, 'actNo' | 'at' | 'by'>,
  actNo: number,
): Promise<void> {
  const keys = await ctx.keys()
  const by = labelOf(ctx)
  await store.insertAct(ctx.tx, keys, caseId, { ...act, actNo, at: ctx.now, by }, actorName(ctx.actor))
  const entryId = await openEntry(ctx, disasterId, personOf(personRef))
  const kind: CasesFactKind = `cases.${act.kind}`
  const { actedOn, nextOn, method, result, agency, closeReason } = act
  await recordFact(ctx, entryId, {
    kind,
    codes: { caseId, actNo, actedOn, nextOn, method, result, agency, closeReason },
    words: [act.who, act.agencyName, act.words].filter((text) => text !== '').join('　') || null,
  })
  await audit(ctx, act.kind === 'opened' ? casesEvents.opened : casesEvents.recorded, {
    subjects: [
      { kind: 'disaster', id: disasterId },
      { kind: 'ledger-entry', id: entryId },
    ],
    facts: { caseId, actNo, kind: act.kind },
  })
}

async function requireCase(ctx: Ctx, caseId: string): Promise<store.Case> {
  const one = await store.findCase(ctx.tx, caseId)
  if (!one) throw new Problem(problems.notFound)
  return one
}

/** The person of a case and the household now; whether somebody of them is protected. */
async function peopleOf(ctx: Ctx, { disasterId, personRef }: store.Case) {
  const { members } = await householdAtDisaster(ctx, disasterId, personRef)
  const [person, ...others] = await rowsOf(ctx, disasterId, [
    personRef,
    ...members.filter((one) => one !== personRef),
  ])
  const household = [person!, ...others]
  return { person: person!, household, concealed: household.some(({ suppressed }) => suppressed) }
}

export async function recordCaseAct(
  ctx: Ctx,
  input: InputOf<typeof contract.recordCaseAct>,
): Promise<OutputOf<typeof contract.recordCaseAct>> {
  const { caseId: _, version, ...act } = input
  const one = await requireCase(ctx, input.caseId)
  if (one.version !== version) throw new Problem(platformProblems.changedByOther)
  const wrong = checkAct(act, one.state, todayInJapan(ctx.now))
  if (wrong.length > 0)
    throw new Problem(
      problems.impossible,
      wrong.map(({ field, message }) => ({ pointer: `/${field}`, message })),
    )
  if (act.kind === 'handover' && (await peopleOf(ctx, one)).concealed) throw new Problem(problems.protected)
  if (act.kind === 'reopened' && (await store.hasOtherOpen(ctx.tx, one)))
    throw new Problem(problems.alreadyOpen)
  const to = { ...after(one, act), changedAt: ctx.now }
  if (!(await store.updateCase(ctx.tx, one.caseId, version, to)))
    throw new Problem(platformProblems.changedByOther)
  await write(ctx, one, act, version + 1)
  return { version: version + 1 }
}

export async function listCases(
  ctx: Ctx,
  input: InputOf<typeof contract.listCases>,
): Promise<OutputOf<typeof contract.listCases>> {
  const { disasterId, filter, from = 0 } = input
  await getLedger(ctx, disasterId)
  const today = todayInJapan(ctx.now)
  const found = await store.listCases(ctx.tx, { disasterId, filter, today, from, limit: PAGE + 1 })
  const shown = found.slice(0, PAGE)
  const people = await rowsOf(
    ctx,
    disasterId,
    shown.map(({ personRef }) => personRef),
  )
  const counts = await store.countCases(ctx.tx, disasterId, today)
  return {
    cases: shown.map((one, i) => ({ ...viewOf(ctx, one), person: people[i]! })),
    next: found.length > PAGE ? from + PAGE : null,
    counts: filters.map(({ value }) => ({ filter: value, count: counts[value] })),
  }
}

export async function listCasesOf(
  ctx: Ctx,
  { disasterId, personRef }: InputOf<typeof contract.listCasesOf>,
): Promise<OutputOf<typeof contract.listCasesOf>> {
  const { householdId } = await householdAtDisaster(ctx, disasterId, personRef)
  const found = await store.casesOf(ctx.tx, disasterId, householdId, personRef)
  return { cases: found.map((one) => viewOf(ctx, one)) }
}

/** The whole case. Of a household with somebody under 支援措置 no free word is shown: a place may stand in any. */
export async function getCase(
  ctx: Ctx,
  input: InputOf<typeof contract.getCase>,
): Promise<OutputOf<typeof contract.getCase>> {
  const one = await requireCase(ctx, input.caseId)
  const { person, household, concealed } = await peopleOf(ctx, one)
  await audit(ctx, casesEvents.shown, {
    subjects: [{ kind: 'disaster', id: one.disasterId }],
    facts: { caseId: one.caseId },
  })
  const acts = await store.listActs(ctx.tx, await ctx.keys(), one.caseId)
  return {
    ...viewOf(ctx, one),
    ...{ person, household, concealed },
    acts: acts.map(({ at, responsible: _, needs, who, agencyName, words, ...act }) => ({
      ...act,
      needs: [...needs],
      who: concealed ? null : who,
      agencyName: concealed ? null : agencyName,
      words: concealed ? null : words,
      at: at.toISOString(),
    })),
  }
}
