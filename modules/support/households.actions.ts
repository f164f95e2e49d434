import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import { householdAtDisaster } from '../ledger/households.actions.ts'
import type { Household } from '../ledger/households.ts'
import { getLedger, openEntry, recordFact } from '../ledger/ledger.actions.ts'
import { personOf, type Ledger, type PersonRef } from '../ledger/ledger.ts'
import { rowsOf } from '../ledger/people.actions.ts'
import type { PersonRow } from '../ledger/person-row.ts'
import * as store from './programmes.store.ts'
import { labelOf, rulesOf, settingOf, type Rules } from './programmes.actions.ts'
import { recordsOf, type Records } from './recorded.actions.ts'
import { assess } from './rules/assess.ts'
import type { Assessment } from './rules/assessment.ts'
import {
  circumstanceLabel,
  circumstanceText,
  missingLabel,
  type CircumstanceKey,
  type Circumstances,
  type HouseholdFacts,
} from './rules/facts.ts'
import { gateLabel } from './rules/gates.ts'
import type { Programme } from './rules/programme.ts'
import { contradicts, heldOf, withoutRepeats, type OverrideReasons, type Recorded } from './rules/recorded.ts'
import type * as contract from './support.contract.ts'
import { supportEvents, supportProblems as problems } from './support.messages.ts'
import { listApplications } from './support.store.ts'
import { isPerPerson } from './support.ts'

export type Known = {
  readonly household: Household
  readonly facts: HouseholdFacts
  /** What holds: what a person told, else what is on record. */
  readonly circumstances: Circumstances
  readonly told: store.StoredCircumstances
  readonly recorded: Recorded
}

/** The facts the rules look at, from what ledger, 罹災証明 and staff told. What nobody told stays not known. */
export async function knownOf(ctx: Ctx, rules: Rules, person: PersonRef): Promise<Known> {
  const { disasterId } = rules.disaster
  const household = await householdAtDisaster(ctx, disasterId, person)
  return await knownOfHousehold(ctx, rules, household)
}

/** What is known of all households of a ledger, read once. */
export type Read = {
  readonly records: Records
  readonly circumstances: Awaited<ReturnType<typeof store.listCircumstances>>
  readonly grades: ReadonlyMap<PersonRef, DamageGrade>
}

/** `read`: of the whole ledger, where many households are looked at. */
export async function knownOfHousehold(
  ctx: Ctx,
  rules: Rules,
  household: Household,
  read?: Read,
): Promise<Known> {
  const { disasterId } = rules.disaster
  const { householdId } = household
  const stored =
    read?.circumstances ?? (await store.listCircumstances(ctx.tx, await ctx.keys(), disasterId, householdId))
  const told = stored.get(householdId) ?? store.nothingTold
  const grades = read?.grades ?? (await store.certifiedGrades(ctx.tx, disasterId, household.members))
  const grade = gradeOf(household, grades)
  const recorded = await (read?.records ?? (await recordsOf(ctx, rules, household)))(household, grade)
  const circumstances = heldOf(told.circumstances, recorded, told.reasons)
  return {
    ...{ household, circumstances, told, recorded },
    facts: factsOf(rules, household, grade, circumstances),
  }
}

/** 被害の程度 of a household: of the certificates in which somebody of it stands, the worst. */
export function gradeOf(
  household: Pick<Household, 'members'>,
  grades: ReadonlyMap<PersonRef, DamageGrade>,
): DamageGrade | null {
  let worst: DamageGrade | null = null
  for (const member of household.members) {
    const grade = grades.get(member)
    if (grade !== undefined && (worst === null || grade < worst)) worst = grade
  }
  return worst
}

export function factsOf(
  rules: Pick<Rules, 'disaster' | 'gates'>,
  household: Pick<Household, 'size'>,
  grade: DamageGrade | null,
  circumstances: Circumstances,
): HouseholdFacts {
  return {
    ...circumstances,
    occurredOn: rules.disaster.occurredOn,
    gates: rules.gates,
    grade,
    members: household.size === 0 ? null : household.size,
  }
}

export function judge(rules: Rules, programme: Programme, facts: HouseholdFacts): Assessment {
  return assess(programme, facts, settingOf(rules, programme.code))
}

export function assessmentView(
  assessment: Assessment,
): OutputOf<typeof contract.getSupportApplication>['assessment'] {
  return {
    ...assessment,
    shares: assessment.shares.map((share) => ({ ...share })),
    reasons: assessment.reasons.map((reason) => ({ ...reason })),
    missing: assessment.missing.map((one) => missingLabel(one, gateLabel)),
  }
}

/** The rows of people, all opened at once through the ledger. */
export async function peopleRows(ctx: Ctx, ledger: Ledger, refs: readonly PersonRef[]): Promise<PersonRow[]> {
  return await rowsOf(ctx, ledger.disasterId, refs, 'decision')
}

/** What may this household get, why, and what is missing to know. */
export async function getHouseholdSupport(
  ctx: Ctx,
  { disasterId, personRef }: InputOf<typeof contract.getHouseholdSupport>,
): Promise<OutputOf<typeof contract.getHouseholdSupport>> {
  const rules = await rulesOf(ctx, disasterId)
  const ledger = await getLedger(ctx, disasterId)
  const known = await knownOf(ctx, rules, personRef)
  const { household, facts, told, recorded } = known
  const people = await peopleRows(ctx, ledger, household.members)
  const applications = await listApplications(ctx.tx, {
    disasterId,
    state: null,
    programmeCode: null,
    householdId: household.householdId,
    after: null,
    limit: 200,
  })
  const suppressed = people.some((one) => one.suppressed)
  const living = applications.filter(({ state }) => state !== 'refused' && state !== 'withdrawn')
  return {
    householdId: household.householdId,
    size: household.size,
    suppressed,
    members: people.map(({ personRef: ref, name }) => ({
      personRef: ref,
      name,
      head: ref === household.head,
    })),
    grade: facts.grade,
    circumstances: circumstancesView(known.circumstances),
    told: circumstancesView(told.circumstances),
    onRecord: circumstancesView(recorded.circumstances),
    circumstancesVersion: told.version,
    recorded: (Object.keys(recorded.from) as CircumstanceKey[]).map((key) => ({
      key,
      label: circumstanceLabel(key),
      text: circumstanceText(key, recorded.circumstances),
      from: recorded.from[key]!,
      differs: contradicts(key, told.circumstances, recorded),
      // What a clerk wrote of somebody in hiding may name a place.
      reason: suppressed ? null : (told.reasons[key] ?? null),
    })),
    programmes: rules.programmes.map((one) => ({
      programmeCode: one.code,
      title: one.title,
      area: one.area,
      about: one.about,
      documents: [...one.documents],
      perPerson: isPerPerson(one),
      elsewhere: one.benefit === 'guide',
      waitsForTown: one.gate === 'town' && settingOf(rules, one.code).offered === null,
      assessment: assessmentView(judge(rules, one, facts)),
      conflicts: rules.programmes
        .filter(
          ({ code }) => one.exclusiveWith.includes(code) && living.some((app) => app.programmeCode === code),
        )
        .map(({ title }) => title),
      applications: applications
        .filter(({ programmeCode }) => programmeCode === one.code)
        .map(({ supportId, state }) => ({ supportId, state })),
    })),
  }
}

function circumstancesView(
  circumstances: Circumstances,
): OutputOf<typeof contract.getHouseholdSupport>['circumstances'] {
  const harmed =
    circumstances.harmed?.map((one) => ({ ...one, personRef: one.personRef as PersonRef })) ?? null
  return { ...circumstances, harmed }
}

/** Whoever says otherwise than the records says why. A reason given before holds for the same answer. */
function reasonsOf(
  entered: Circumstances,
  given: Readonly<Record<string, string>>,
  seen: store.StoredCircumstances,
  recorded: Recorded,
): OverrideReasons {
  const different = (Object.keys(recorded.from) as CircumstanceKey[]).filter((key) =>
    contradicts(key, entered, recorded),
  )
  const reasons = different.map((key) => {
    const asBefore = JSON.stringify(entered[key]) === JSON.stringify(seen.circumstances[key])
    return [key, given[key] || (asBefore ? (seen.reasons[key] ?? '') : '')] as const
  })
  const missing = reasons.filter(([, reason]) => reason === '')
  if (missing.length > 0)
    throw new Problem(
      problems.overrideReasonNeeded,
      missing.map(([key]) => ({
        pointer: `/reasons/${key}`,
        message: `「${circumstanceLabel(key)}」：${problems.overrideReasonNeeded.title}`,
      })),
    )
  return Object.fromEntries(reasons)
}

/** What was told of a household: a whole new version, told to the ledger under the person it was told by. */
export async function saveCircumstances(
  ctx: Ctx,
  input: InputOf<typeof contract.saveCircumstances>,
): Promise<OutputOf<typeof contract.saveCircumstances>> {
  const { disasterId, personRef, circumstances } = input
  const household = await householdAtDisaster(ctx, disasterId, personRef)
  const version = input.circumstancesVersion + 1
  const keys = await ctx.keys()
  const { told: seen, recorded } = await knownOfHousehold(ctx, await rulesOf(ctx, disasterId), household)
  if (seen.version !== input.circumstancesVersion) throw new Problem(platformProblems.changedByOther)
  // Nobody may be given money for somebody who did not belong to the household.
  const harmed = circumstances.harmed?.filter(({ personRef: ref }) => household.members.includes(ref)) ?? null
  const entered: Circumstances = { ...circumstances, harmed }
  const reasons = reasonsOf(entered, input.reasons, seen, recorded)
  const stored = { version, circumstances: withoutRepeats(entered, recorded), reasons }
  const told = { at: ctx.now, by: actorName(ctx.actor), label: labelOf(ctx) }
  if (!(await store.insertCircumstances(ctx.tx, keys, disasterId, household.householdId, stored, told)))
    throw new Problem(platformProblems.changedByOther)
  const changed = Object.keys(circumstances).filter(
    (key) =>
      JSON.stringify(stored.circumstances[key as keyof Circumstances]) !==
      JSON.stringify(seen.circumstances[key as keyof Circumstances]),
  )
  const entryId = await openEntry(ctx, disasterId, personOf(personRef))
  const codes = { householdId: household.householdId, version, changed: changed.join(' ') }
  await recordFact(ctx, entryId, { kind: 'support.circumstances', codes, words: null })
  await audit(ctx, supportEvents.circumstancesWritten, {
    subjects: [{ kind: 'ledger-entry', id: entryId }],
    facts: codes,
  })
  return { circumstancesVersion: version }
}
