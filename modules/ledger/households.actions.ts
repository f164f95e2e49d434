import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { test } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { listHouseholdNumbers, listHouseholdOf } from '../residents/residents.actions.ts'
import { getLedger, getPerson, openEntry, recordFact } from './ledger.actions.ts'
import type * as contract from './households.contract.ts'
import { cutHouseholdId, isHeadInRegister, type Household, type HouseholdId } from './households.ts'
import * as store from './households.store.ts'
import { presentIdentities } from './identities.store.ts'
import { ledgerEvents, ledgerProblems as problems, type LedgerFactKind } from './ledger.messages.ts'
import { belongsToLedger, personOf, type Ledger, type PersonRef } from './ledger.ts'

/**
 * The household of a person when the disaster struck: as the register had it when the ledger was cut, or as it was told
 * since. 404 when the ledger does not hold the person. Numbers only: whoever shows a member opens it through the ledger.
 */
export async function householdAtDisaster(
  ctx: Ctx,
  disasterId: DisasterId,
  person: PersonRef,
): Promise<Household> {
  return await householdIn(ctx, await getLedger(ctx, disasterId), person)
}

export async function householdIn(ctx: Ctx, ledger: Ledger, person: PersonRef): Promise<Household> {
  const told = await store.findToldHousehold(ctx.tx, ledger.disasterId, person)
  if (told) {
    const { householdId, members, headRef, version } = told
    return { householdId, members, head: headRef, size: members.length, version }
  }
  await getPerson(ctx, ledger, person)
  // Who turned out to be somebody of the register belongs to that person's household, and makes none of their own.
  const who = personOf(person)
  const [known] =
    who.kind === 'resident' ? [] : await presentIdentities(ctx.tx, ledger.disasterId, who.nonResidentId)
  if (known) return await householdIn(ctx, ledger, `R-${known.residentNo}` as PersonRef)
  return await householdAsCut(ctx, ledger, person)
}

async function householdAsCut(ctx: Ctx, ledger: Ledger, person: PersonRef): Promise<Household> {
  const who = personOf(person)
  const mates =
    who.kind === 'resident' ? await listHouseholdOf(ctx, who.residentNo, { seq: ledger.cutSeq }) : []
  const ofLedger = mates.filter((mate) => test(mate, belongsToLedger))
  const members =
    who.kind === 'resident' ? ofLedger.map((mate) => `R-${mate.subject.id}` as PersonRef) : [person]
  const head = ofLedger.find((mate) => test(mate, isHeadInRegister))
  return {
    householdId: cutHouseholdId(ledger.disasterId, members),
    members,
    head: members.length === 1 ? members[0]! : head ? (`R-${head.subject.id}` as PersonRef) : null,
    size: members.length,
    version: 0,
  }
}

type Change = InputOf<typeof contract.changeHousehold>

/** Splits, joins, adds to or heads a household of the ledger. Appended with its reason; the register stays as it is. */
export async function changeHousehold(
  ctx: Ctx,
  input: Change,
): Promise<OutputOf<typeof contract.changeHousehold>> {
  const ledger = await getLedger(ctx, input.disasterId)
  const before = await householdIn(ctx, ledger, input.personRef)
  if (before.version !== input.version) throw new Problem(platformProblems.changedByOther)
  const household = await writeDown(ctx, ledger, before)
  const after = await acts[input.act](ctx, ledger, household, input)
  return { householdId: after.householdId, version: after.version, size: after.size }
}

/** Gives a household as cut its rows, so that from here on they tell who is in it. */
async function writeDown(ctx: Ctx, ledger: Ledger, household: Household): Promise<Household> {
  if (household.version > 0) return household
  return await write(ctx, ledger, { ...household, version: 1 }, 'cut', household.members, {
    reasonCode: 'cut',
    reason: '',
  })
}

/** Appends a version of a household, and the people who come into it with that version. */
async function write(
  ctx: Ctx,
  ledger: Ledger,
  household: Household,
  kind: store.HouseholdChange['kind'],
  coming: readonly PersonRef[],
  { reasonCode, reason }: Pick<store.HouseholdChange, 'reasonCode' | 'reason'>,
): Promise<Household> {
  const { householdId, version, head } = household
  const { disasterId } = ledger
  const written = await store.insertChange(
    ctx.tx,
    await ctx.keys(),
    { householdId, version, disasterId, kind, headRef: head, reasonCode, reason },
    ctx.now,
    actorName(ctx.actor),
  )
  if (!written || !(await store.insertMembers(ctx.tx, disasterId, household, coming)))
    throw new Problem(platformProblems.changedByOther)
  return household
}

type Act = (ctx: Ctx, ledger: Ledger, household: Household, input: Change) => Promise<Household>

/** A household's next version with these people in it. Whoever was its head and left is so no more. */
function next(household: Household, members: readonly PersonRef[]): Household {
  const { head } = household
  const heads = members.length === 1 ? members[0]! : head !== null && members.includes(head) ? head : null
  return { ...household, members, head: heads, size: members.length, version: household.version + 1 }
}

const split: Act = async (ctx, ledger, household, input) => {
  const { people, head } = input
  const staying = household.members.filter((one) => !people.includes(one))
  const wrong = people.some((one) => !household.members.includes(one))
  if (people.length === 0 || staying.length === 0 || wrong || (head !== null && !people.includes(head)))
    throw new Problem(problems.householdUnchanged)
  const made: Household = {
    householdId: uuidv7(ctx.now.getTime()) as HouseholdId,
    members: people,
    head: people.length === 1 ? people[0]! : head,
    size: people.length,
    version: 1,
  }
  const left = await write(ctx, ledger, next(household, staying), 'left', [], input)
  await write(ctx, ledger, made, 'split', people, input)
  await tell(ctx, ledger, left, 'ledger.household-split', input)
  await tell(ctx, ledger, made, 'ledger.household-split', input)
  return input.people.includes(input.personRef) ? made : left
}

/** Everybody of the other household, or the one person of it, comes into this one. */
const take =
  (whole: boolean): Act =>
  async (ctx, ledger, household, input) => {
    const [person, ...more] = input.people
    if (person === undefined || more.length > 0 || household.members.includes(person))
      throw new Problem(problems.householdUnchanged)
    const seen = await householdIn(ctx, ledger, person)
    if (seen.version !== input.otherVersion) throw new Problem(platformProblems.changedByOther)
    const other = await writeDown(ctx, ledger, seen)
    const coming = whole ? other.members : [person]
    const staying = other.members.filter((one) => !coming.includes(one))
    const left = await write(ctx, ledger, next(other, staying), 'left', [], input)
    const grown = next(household, [...household.members, ...coming])
    if (input.head !== null && !grown.members.includes(input.head))
      throw new Problem(problems.householdUnchanged)
    const headed = { ...grown, head: input.head ?? household.head }
    const after = await write(ctx, ledger, headed, whole ? 'joined' : 'added', coming, input)
    if (staying.length > 0) await tell(ctx, ledger, left, 'ledger.household-left', input)
    await tell(ctx, ledger, after, whole ? 'ledger.household-joined' : 'ledger.household-added', input)
    return after
  }

const setHead: Act = async (ctx, ledger, household, input) => {
  const { head } = input
  if (head === null || !household.members.includes(head) || household.head === head)
    throw new Problem(problems.householdUnchanged)
  const after = await write(ctx, ledger, { ...next(household, household.members), head }, 'head', [], input)
  await tell(ctx, ledger, after, 'ledger.household-head', input)
  return after
}

const acts: Readonly<Record<Change['act'], Act>> = {
  split,
  join: take(true),
  add: take(false),
  head: setHead,
}

/** Each of the household hears of it. */
async function tell(
  ctx: Ctx,
  ledger: Ledger,
  { householdId, version, members, size }: Household,
  kind: LedgerFactKind,
  { reasonCode, reason }: Pick<Change, 'reasonCode' | 'reason'>,
): Promise<void> {
  const entries = []
  for (const member of members) {
    const entryId = await openEntry(ctx, ledger.disasterId, personOf(member))
    entries.push(entryId)
    const codes = { householdId, version, size, reason: reasonCode }
    await recordFact(ctx, entryId, { kind, codes, words: reason === '' ? null : reason })
  }
  await audit(ctx, ledgerEvents.householdChanged, {
    subjects: entries.map((id) => ({ kind: 'ledger-entry', id })),
    facts: { householdId, version, kind, size },
  })
}

/**
 * Who was told to have lived in another house than the household of the register, by their household of the ledger: of these
 * people, or (`null`) of the whole ledger. Numbers alone.
 */
export async function livingApart(
  ctx: Ctx,
  disasterId: DisasterId,
  people: readonly PersonRef[] | null,
): Promise<Map<PersonRef, HouseholdId>> {
  const rows = await store.listSplitFor(ctx.tx, disasterId, 'lives-apart', people)
  return new Map(rows.map(({ ref, householdId }) => [ref, householdId]))
}

/**
 * Every household of a ledger, for reckoning over a whole town: numbers alone, nobody is opened. The head of a household
 * as cut stands in what is sealed, and is left out here (`null`): ask `householdAtDisaster` for one.
 */
export async function householdsAtDisaster(ctx: Ctx, disasterId: DisasterId): Promise<Household[]> {
  const ledger = await getLedger(ctx, disasterId)
  const told = await store.listToldHouseholds(ctx.tx, disasterId)
  const placed = new Set(told.flatMap(({ members }) => members))
  const cut = Map.groupBy(
    (await listHouseholdNumbers(ctx, { seq: ledger.cutSeq })).filter(
      ({ residentNo }) => !placed.has(`R-${residentNo}` as PersonRef),
    ),
    ({ residentNo, householdNo }) => householdNo ?? `alone ${residentNo}`,
  )
  const known = new Set(
    (await presentIdentities(ctx.tx, disasterId, null)).map(({ nonResidentId }) => `N-${nonResidentId}`),
  )
  const others = (await store.listNonResidentRefs(ctx.tx, disasterId)).filter(
    (ref) => !placed.has(ref) && !known.has(ref),
  )
  const untold = [
    ...[...cut.values()].map((mates) => mates.map(({ residentNo }) => `R-${residentNo}` as PersonRef)),
    ...others.map((ref) => [ref]),
  ]
  return [
    ...told.map(({ householdId, version, members, headRef }) => ({
      householdId,
      version,
      members,
      head: headRef,
      size: members.length,
    })),
    ...untold.map((members) => ({
      householdId: cutHouseholdId(disasterId, members),
      version: 0,
      members,
      head: members.length === 1 ? members[0]! : null,
      size: members.length,
    })),
  ]
}
