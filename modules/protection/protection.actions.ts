import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { revealMany } from '../access/guarded.ts'
import { findResidents, listHouseholdOf, searchResidents } from '../residents/residents.actions.ts'
import { residentsProblems } from '../residents/residents.messages.ts'
import { displayName, type ResidentRecord } from '../residents/residents.ts'
import { requireEverRegistered } from '../residents/versions.actions.ts'
import type * as contract from './protection.contract.ts'
import { protectionEvents as events, protectionProblems as problems } from './protection.messages.ts'
import {
  dueOf,
  filters,
  hindrance,
  isListed,
  nextPeriod,
  renewableFrom,
  standingOf,
  yearFrom,
  type ActKind,
  type MeasureId,
  type Move,
  type Standing,
} from './protection.ts'
import * as store from './protection.store.ts'

const PAGE = 50
const now = { seq: null }
/** Periods of the town's own measures are shown a month ahead. */
const AHEAD_DAYS = 31

const labelOf = (ctx: Ctx): string => (ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム')
const birthOf = ({ birth }: ResidentRecord): string | null => birth.on ?? birth.text

export async function searchProtectionPeople(
  ctx: Ctx,
  input: InputOf<typeof contract.searchProtectionPeople>,
): Promise<OutputOf<typeof contract.searchProtectionPeople>> {
  const given = Object.entries(input).filter(([, words]) => words !== undefined && words !== '')
  if (given.length === 0) throw new Problem(residentsProblems.tooVague)
  const { people, more } = await searchResidents(ctx, Object.fromEntries(given), now)
  const records = await revealMany(ctx, people, 'search')
  return {
    more,
    people: records.map((record, i) => ({
      residentNo: record.residentNo,
      name: displayName(record.name),
      kana: record.name.kana,
      birthOn: birthOf(record),
      suppressed: people[i]!.suppressed,
    })),
  }
}

type PersonInput = InputOf<typeof contract.requestProtection>['people'][number]

/** Whom the input names, checked against the register and those already in the measure. */
async function checked(
  ctx: Ctx,
  people: readonly PersonInput[],
  before: readonly store.StoredPerson[],
): Promise<store.StoredPerson[]> {
  const wrong = people.flatMap((one, i) => faultsOf(one, i))
  const all = [...before, ...people]
  const applicants = all.filter(({ role }) => role === 'applicant')
  if (applicants.length !== 1) wrong.push({ pointer: '/people', message: '申出者を1人だけ入力してください' })
  if (!all.some(({ role, residentNo }) => role !== 'perpetrator' && residentNo !== null))
    wrong.push({ pointer: '/people', message: '住民記録にいる対象者を1人以上入力してください' })
  const numbers = all.flatMap(({ residentNo }) => residentNo ?? [])
  if (new Set(numbers).size < numbers.length)
    wrong.push({ pointer: '/people', message: '同じ人が2回入力されています' })
  if (wrong.length > 0) throw new Problem(problems.people, wrong)
  const asked = people.flatMap(({ residentNo }) => residentNo ?? [])
  const found = new Set((await findResidents(ctx, asked, now)).map(({ subject }) => subject.id))
  const missing = people.flatMap(({ residentNo }, i) =>
    residentNo === null || found.has(residentNo)
      ? []
      : [{ pointer: `/people/${i}/residentNo`, message: problems.noSuchPerson.title }],
  )
  if (missing.length > 0) throw new Problem(problems.noSuchPerson, missing)
  return people.map(({ role, residentNo, name, birthOn, relation }, i) => ({
    personNo: before.length + i + 1,
    role,
    residentNo,
    words: { name, birthOn, relation },
  }))
}

function faultsOf({ residentNo, name }: PersonInput, i: number): { pointer: string; message: string }[] {
  return residentNo === null && name === ''
    ? [{ pointer: `/people/${i}/name`, message: '氏名を入力するか、住民記録から選んでください' }]
    : []
}

const subjectsOf = (people: readonly store.StoredPerson[]) =>
  people.flatMap(({ residentNo }) =>
    residentNo === null ? [] : [{ kind: 'resident', id: residentNo } as const],
  )

/** Whoever hears of it writes it down, and from this transaction on nobody sees where the person is. */
export async function requestProtection(
  ctx: Ctx,
  input: InputOf<typeof contract.requestProtection>,
): Promise<OutputOf<typeof contract.requestProtection>> {
  const { category, scope, office, agency, note } = input
  const people = await checked(ctx, input.people, [])
  const keys = await ctx.keys()
  const measureId = uuidv7(ctx.now.getTime()) as MeasureId
  await store.insertMeasure(ctx.tx, keys, { measureId, category, scope }, { office, agency, note })
  await write(ctx, measureId, 0, people, 'asked', '')
  await store.insertPeople(ctx.tx, keys, measureId, 1, people)
  return { measureId }
}

type Details = Partial<Pick<store.StoredAct, 'startsOn' | 'endsOn' | 'minutes' | 'untilAt' | 'forStaff'>>

/** Appends what was done after a version, and audits it. */
async function write(
  ctx: Ctx,
  measureId: MeasureId,
  version: number,
  people: readonly store.StoredPerson[],
  kind: ActKind,
  words: string,
  details: Details = {},
): Promise<{ version: number }> {
  const actNo = version + 1
  const written = await store.insertAct(ctx.tx, await ctx.keys(), measureId, {
    ...{ startsOn: null, endsOn: null, minutes: null, untilAt: null, forStaff: null },
    ...details,
    ...{ actNo, kind, at: ctx.now, actor: actorName(ctx.actor), by: labelOf(ctx), words },
  })
  if (!written) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, events[kind], {
    subjects: subjectsOf(people),
    facts: {
      measureId,
      actNo,
      people: people.length,
      ...(details.minutes ? { minutes: details.minutes } : {}),
    },
  })
  return { version: actNo }
}

type Loaded = {
  readonly measure: NonNullable<Awaited<ReturnType<typeof store.findMeasure>>>
  readonly acts: readonly store.StoredAct[]
  readonly people: readonly store.StoredPerson[]
  readonly standing: Standing
}

async function load(ctx: Ctx, measureId: string): Promise<Loaded> {
  const keys = await ctx.keys()
  const measure = await store.findMeasure(ctx.tx, keys, measureId)
  if (!measure) throw new Problem(problems.notFound)
  const acts = await store.listActs(ctx.tx, keys, measureId)
  const people = await store.listPeople(ctx.tx, keys, measureId)
  return { measure, acts, people, standing: standingOf(acts) }
}

/** The measure as it stands, if it is the version that was seen and the move can be made. */
async function loadFor(
  ctx: Ctx,
  input: { readonly measureId: string; readonly version: number },
  move: Move,
): Promise<Loaded> {
  const loaded = await load(ctx, input.measureId)
  if (loaded.standing.version !== input.version) throw new Problem(platformProblems.changedByOther)
  const why = hindrance(loaded.standing, move, actorName(ctx.actor), ctx.now, todayInJapan(ctx.now))
  if (why === 'oneself') throw new Problem(problems.oneself)
  if (why === 'too-early') throw new Problem(problems.tooEarly)
  if (why !== null) throw new Problem(problems.notNow)
  return loaded
}

async function act(
  ctx: Ctx,
  input: { readonly measureId: string; readonly version: number; readonly reason?: string },
  move: Move,
  kind: ActKind,
  details: (loaded: Loaded) => Details = () => ({}),
): Promise<{ version: number }> {
  const loaded = await loadFor(ctx, input, move)
  const { measure, people, standing } = loaded
  return await write(
    ctx,
    measure.measureId,
    standing.version,
    people,
    kind,
    input.reason ?? '',
    details(loaded),
  )
}

export async function decideProtection(
  ctx: Ctx,
  input: InputOf<typeof contract.decideProtection>,
): Promise<OutputOf<typeof contract.decideProtection>> {
  if (input.outcome === 'refused') return await act(ctx, input, 'refuse', 'refused')
  const startsOn = input.startsOn ?? todayInJapan(ctx.now)
  const endsOn = input.endsOn ?? yearFrom(startsOn)
  if (endsOn < startsOn || endsOn > yearFrom(startsOn) || startsOn > todayInJapan(ctx.now))
    throw new Problem(problems.period, [{ pointer: '/endsOn', message: problems.period.remedy }])
  return await act(ctx, input, 'approve', 'approved', () => ({ startsOn, endsOn }))
}

export async function renewProtection(
  ctx: Ctx,
  input: InputOf<typeof contract.renewProtection>,
): Promise<OutputOf<typeof contract.renewProtection>> {
  return await act(ctx, input, 'renew', 'renewed', ({ standing }) =>
    nextPeriod(standing.endsOn!, todayInJapan(ctx.now)),
  )
}

export async function addProtectionPeople(
  ctx: Ctx,
  input: InputOf<typeof contract.addProtectionPeople>,
): Promise<OutputOf<typeof contract.addProtectionPeople>> {
  const { measure, people: before, standing } = await loadFor(ctx, input, 'add')
  const people = await checked(ctx, input.people, before)
  const { measureId } = measure
  const done = await write(ctx, measureId, standing.version, people, 'added', input.reason)
  await store.insertPeople(ctx.tx, await ctx.keys(), measureId, done.version, people)
  return done
}

export async function askProtectionRelease(
  ctx: Ctx,
  input: InputOf<typeof contract.askProtectionRelease>,
): Promise<OutputOf<typeof contract.askProtectionRelease>> {
  return await act(ctx, input, 'ask-release', 'release-asked')
}

export async function decideProtectionRelease(
  ctx: Ctx,
  input: InputOf<typeof contract.decideProtectionRelease>,
): Promise<OutputOf<typeof contract.decideProtectionRelease>> {
  return input.outcome === 'approved'
    ? await act(ctx, input, 'release', 'released')
    : await act(ctx, input, 'refuse-release', 'release-refused')
}

export async function askProtectionLift(
  ctx: Ctx,
  input: InputOf<typeof contract.askProtectionLift>,
): Promise<OutputOf<typeof contract.askProtectionLift>> {
  return await act(ctx, input, 'ask-lift', 'lift-asked', () => ({
    minutes: input.minutes,
    forStaff: ctx.actor.kind === 'staff' ? ctx.actor.staffId : null,
  }))
}

export async function decideProtectionLift(
  ctx: Ctx,
  input: InputOf<typeof contract.decideProtectionLift>,
): Promise<OutputOf<typeof contract.decideProtectionLift>> {
  if (input.outcome === 'refused') return await act(ctx, input, 'refuse-lift', 'lift-refused')
  return await act(ctx, input, 'lift', 'lifted', ({ acts }) => {
    const asked = acts.findLast(({ kind }) => kind === 'lift-asked')!
    const minutes = asked.minutes!
    return { minutes, untilAt: new Date(ctx.now.getTime() + minutes * 60_000), forStaff: asked.forStaff }
  })
}

export async function endProtectionLift(
  ctx: Ctx,
  input: InputOf<typeof contract.endProtectionLift>,
): Promise<OutputOf<typeof contract.endProtectionLift>> {
  return await act(ctx, input, 'end-lift', 'lift-ended')
}

function rowOf(
  ctx: Ctx,
  { measureId, category }: store.Measure,
  acts: readonly { readonly kind: ActKind; readonly by: string }[],
  standing: Standing,
) {
  const { state, version, startsOn, endsOn, waiting, liftedUntil } = standing
  const asking = { measure: 'asked', release: 'release-asked', lift: 'lift-asked' } as const
  const by = waiting && acts.findLast(({ kind }) => kind === asking[waiting.what])?.by
  const lifted = liftedUntil !== null && liftedUntil > ctx.now
  return {
    ...{ measureId, category, state, version, startsOn, endsOn },
    due: standing.state === 'in-force' ? dueOf(endsOn, todayInJapan(ctx.now)) : null,
    waiting: waiting && {
      what: waiting.what,
      by: by ?? '',
      at: waiting.at.toISOString(),
      mine: waiting.by === actorName(ctx.actor),
    },
    liftedUntil: lifted ? liftedUntil.toISOString() : null,
  }
}

/** Names of residents as the register has them now, by 宛名番号; the reading is audited. */
async function namesOf(ctx: Ctx, residentNos: readonly string[]): Promise<Map<string, ResidentRecord>> {
  const people = await findResidents(ctx, [...new Set(residentNos)], now)
  const records = await revealMany(ctx, people, 'view')
  return new Map(records.map((record) => [record.residentNo, record]))
}

export async function listProtections(
  ctx: Ctx,
  { filter, from = 0 }: InputOf<typeof contract.listProtections>,
): Promise<OutputOf<typeof contract.listProtections>> {
  const today = todayInJapan(ctx.now)
  const all = (await store.listMeasures(ctx.tx)).map((one) => ({ one, standing: standingOf(one.acts) }))
  const linked = await store.listLinkedPeriods(ctx.tx, addDays(today, AHEAD_DAYS))
  const dueLinked = (wanted: string) => linked.filter(({ endsOn }) => dueOf(endsOn, today) === wanted)
  const listed = all.filter(({ standing }) => isListed(filter, standing, today))
  const page = listed
    .toSorted((a, b) => (a.standing.endsOn ?? '').localeCompare(b.standing.endsOn ?? ''))
    .slice(from, from + PAGE)
  const applicants = new Map(
    (
      await store.listApplicants(
        ctx.tx,
        await ctx.keys(),
        page.map(({ one }) => one.measureId),
      )
    ).map((person) => [person.measureId, person]),
  )
  const shownLinked = from === 0 ? dueLinked(filter) : []
  const names = await namesOf(ctx, [
    ...[...applicants.values()].flatMap(({ residentNo }) => residentNo ?? []),
    ...shownLinked.map(({ residentNo }) => residentNo),
  ])
  const nameOf = (residentNo: string | null, told: string): string => {
    const record = residentNo === null ? undefined : names.get(residentNo)
    return record ? displayName(record.name) : told
  }
  return {
    measures: page.map(({ one, standing }) => {
      const applicant = applicants.get(one.measureId)
      const residentNo = applicant?.residentNo ?? null
      return {
        ...rowOf(ctx, one, one.acts, standing),
        residentNo,
        name: nameOf(residentNo, applicant?.words.name ?? ''),
      }
    }),
    next: listed.length > from + PAGE ? from + PAGE : null,
    counts: filters.map(({ value }) => ({
      filter: value,
      count: all.filter(({ standing }) => isListed(value, standing, today)).length + dueLinked(value).length,
    })),
    linked: shownLinked.map(({ residentNo, startsOn, endsOn }) => ({
      ...{ residentNo, startsOn, endsOn },
      name: nameOf(residentNo, ''),
    })),
  }
}

export async function getProtection(
  ctx: Ctx,
  { measureId }: InputOf<typeof contract.getProtection>,
): Promise<OutputOf<typeof contract.getProtection>> {
  const { measure, acts, people, standing } = await load(ctx, measureId)
  const today = todayInJapan(ctx.now)
  const names = await namesOf(
    ctx,
    people.flatMap(({ residentNo }) => residentNo ?? []),
  )
  await audit(ctx, events.shown, { subjects: subjectsOf(people), facts: { measureId } })
  const ends: PlainDate | null = standing.state === 'in-force' ? standing.endsOn : null
  const early = ends === null || renewableFrom(ends) > today
  return {
    ...rowOf(ctx, measure, acts, standing),
    scope: [...measure.scope],
    ...measure.words,
    minutes: standing.minutes,
    renewableFrom: ends === null ? null : renewableFrom(ends),
    renewal: early ? null : nextPeriod(ends, today),
    people: people.map(({ personNo, role, residentNo, words }) => {
      const record = residentNo === null ? undefined : names.get(residentNo)
      return {
        ...{ personNo, role, residentNo, relation: words.relation },
        name: record ? displayName(record.name) : words.name,
        birthOn: record ? birthOf(record) : words.birthOn,
      }
    }),
    acts: acts.toReversed().map(({ actNo, kind, at, by, startsOn, endsOn, minutes, untilAt, words }) => ({
      ...{ actNo, kind, by, startsOn, endsOn, minutes, words },
      at: at.toISOString(),
      untilAt: untilAt?.toISOString() ?? null,
    })),
  }
}

export async function listProtectionsOf(
  ctx: Ctx,
  { residentNo }: InputOf<typeof contract.listProtectionsOf>,
): Promise<OutputOf<typeof contract.listProtectionsOf>> {
  await requireEverRegistered(ctx, residentNo)
  return { measures: await store.measuresOf(ctx.tx, residentNo) }
}

/**
 * Who is protected from somebody, or from anybody of that person's household as it is now: no view of the household, paper
 * or form that the person is given may name them.
 */
export async function protectedFrom(ctx: Ctx, residentNo: string): Promise<ReadonlySet<string>> {
  const members = await listHouseholdOf(ctx, residentNo as ResidentNo, now)
  return await protectedFromAny(ctx, [residentNo, ...members.map(({ subject }) => subject.id)])
}

/** The same where the household is known: who is protected from any of these. */
export async function protectedFromAny(
  ctx: Ctx,
  residentNos: readonly string[],
): Promise<ReadonlySet<string>> {
  return new Set(await store.protectedFrom(ctx.tx, residentNos))
}

export async function getProtectionCaution(
  ctx: Ctx,
  { residentNo }: InputOf<typeof contract.getProtectionCaution>,
): Promise<OutputOf<typeof contract.getProtectionCaution>> {
  await requireEverRegistered(ctx, residentNo)
  return { caution: (await protectedFrom(ctx, residentNo)).size > 0 }
}
