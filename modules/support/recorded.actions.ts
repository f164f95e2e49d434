import type { PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { test } from '../access/guarded.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import { dwellingOf, findDwellings } from '../dwellings/dwellings.actions.ts'
import type { Household } from '../ledger/households.ts'
import { getLedger } from '../ledger/ledger.actions.ts'
import { personOf, type PersonRef } from '../ledger/ledger.ts'
import { findResidents } from '../residents/residents.actions.ts'
import { statedOf } from '../risai/stated.actions.ts'
import { sheetFindings } from '../surveys/findings.actions.ts'
import type { Rules } from './programmes.actions.ts'
import * as store from './recorded.store.ts'
import { isPupil, pupilBirths } from './rules/pupils.ts'
import { recordedOf, type PersonRecord, type Recorded, type RecordedItem } from './rules/recorded.ts'

const HOUSING = ['kyujo-kensetsu', 'kyujo-chintai']
const DEMOLITION = 'kohi-kaitai'

/** Answers what is on record of a household with a grade. */
export type Records = (household: Household, grade: DamageGrade | null) => Promise<Recorded>

/**
 * What ledger, register, applications and surveys know already of households, read once: of one household, or of a whole
 * ledger (`null`). Nobody enters it again.
 */
export async function recordsOf(ctx: Ctx, rules: Rules, household: Household | null): Promise<Records> {
  const { disasterId, occurredOn } = rules.disaster
  const who = household === null ? null : numbersOf(household.members)
  const items = itemsBy(await store.listItems(ctx.tx, disasterId, who))
  const kept = await store.keptRegisters(ctx.tx)
  const insured = new Set(
    (await store.listInsured(ctx.tx, who?.residentNos ?? null, occurredOn, todayInJapan(ctx.now))).map(
      ({ residentNo, business }) => `${business} R-${residentNo}`,
    ),
  )
  const pupilOf = await pupilsOf(ctx, rules, household)
  const stated = await statedOf(ctx, disasterId, household?.members ?? null)
  const surveys = Map.groupBy(
    await sheetFindings(
      ctx,
      disasterId,
      household === null ? null : stated.map(({ applicationId }) => applicationId),
    ),
    ({ originRef }) => originRef,
  )
  const byPerson = new Map<PersonRef, typeof stated>()
  for (const one of stated)
    for (const ref of one.people) byPerson.set(ref, [...(byPerson.get(ref) ?? []), one])
  const granted = new Set(
    (
      await store.listGrantedOf(ctx.tx, disasterId, [...HOUSING, DEMOLITION], household?.householdId ?? null)
    ).map(({ householdId, programmeCode }) => `${programmeCode} ${householdId}`),
  )

  return async ({ householdId, members }, grade) => {
    const people = members.map((personRef): PersonRecord => {
      const insuredBy = (business: store.Insurance): boolean | null =>
        !kept.includes(business) || personOf(personRef).kind !== 'resident'
          ? null
          : insured.has(`${business} ${personRef}`)
      return {
        personRef,
        items: items.get(personRef) ?? {},
        lateElderly: insuredBy('late-elderly'),
        nursingCare: insuredBy('nursing-care'),
        pupil: pupilOf(personRef),
      }
    })
    const applications = [...new Set(members.flatMap((ref) => byPerson.get(ref) ?? []))]
    const publicDemolition = granted.has(`${DEMOLITION} ${householdId}`)
    return recordedOf(
      people,
      {
        tenures: applications.flatMap(({ tenure }) => tenure ?? []),
        floodedByForm: applications.some(({ floodedAboveFloor }) => floodedAboveFloor),
        surveys: applications.flatMap(({ applicationId }) => surveys.get(applicationId) ?? []),
        // Asked only where it matters: one question a household.
        houseGone: publicDemolition ? await houseGone(ctx, rules, members) : null,
        temporaryHousing: HOUSING.some((code) => granted.has(`${code} ${householdId}`)),
        publicDemolition,
      },
      grade,
    )
  }
}

function numbersOf(members: readonly PersonRef[]): NonNullable<store.Who> {
  const who = members.map(personOf)
  return {
    residentNos: who.flatMap((one) => (one.kind === 'resident' ? one.residentNo : [])),
    nonResidentIds: who.flatMap((one) => (one.kind === 'resident' ? [] : one.nonResidentId)),
  }
}

type Items = Partial<Record<RecordedItem, readonly string[]>>

function itemsBy(rows: Awaited<ReturnType<typeof store.listItems>>): Map<PersonRef, Items> {
  const items = new Map<PersonRef, Items>()
  for (const { ref, key, codes } of rows) items.set(ref, { ...items.get(ref), [key]: codes })
  return items
}

async function pupilsOf(
  ctx: Ctx,
  rules: Rules,
  household: Household | null,
): Promise<(ref: PersonRef) => boolean | null> {
  const { disasterId, occurredOn } = rules.disaster
  const { cutSeq } = await getLedger(ctx, disasterId)
  if (household === null) {
    const born = await store.listBorn(ctx.tx, disasterId, cutSeq, pupilBirths(occurredOn))
    const told = new Map(born.map(({ ref, unknown }) => [ref, unknown ? null : true]))
    return (ref) => (told.has(ref) ? told.get(ref)! : false)
  }
  const { residentNos, nonResidentIds } = numbersOf(household.members)
  const told = new Map<string, boolean | null>()
  for (const person of await findResidents(ctx, residentNos, { seq: cutSeq })) {
    const known = test(person, ({ birth }) => birth.on !== null)
    const pupil = test(person, ({ birth }) => isPupil(birth.on, occurredOn) === true)
    told.set(`R-${person.subject.id}`, known ? pupil : null)
  }
  for (const { ref, birthOn } of await store.listBirths(ctx.tx, nonResidentIds))
    told.set(ref, isPupil(birthOn as PlainDate | null, occurredOn))
  return (ref) => told.get(ref) ?? null
}

async function houseGone(ctx: Ctx, rules: Rules, members: readonly PersonRef[]): Promise<boolean | null> {
  for (const member of members) {
    const home = await dwellingOf(ctx, rules.disaster.disasterId, member)
    if (home === null) continue
    const found = (await findDwellings(ctx, [home.dwellingId])).get(home.dwellingId)
    return found === undefined ? null : found.dwelling.state === 'gone'
  }
  return null
}
