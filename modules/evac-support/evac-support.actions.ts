import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { matchesFolded } from '@open-bcl/core/ja/fold.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { revealMany, test, type Guarded, type Purpose } from '../access/guarded.ts'
import { concealSharedMany } from '../ledger/ledger.actions.ts'
import { findResidents, livesAt, searchResidents } from '../residents/residents.actions.ts'
import { addressLine, displayName, type ResidentRecord } from '../residents/residents.ts'
import type * as contract from './evac-support.contract.ts'
import type { EvacRow } from './evac-support.contract.ts'
import { evacSupportEvents as events, evacSupportProblems as problems } from './evac-support.messages.ts'
import * as store from './evac-support.store.ts'
import { groundLabel, type Setting } from './evac-support.ts'
import { handoversOf } from './provisions.store.ts'

const PAGE = 50
/** People opened at once to look at their addresses. */
const BATCH = 500

export function handOf(ctx: Ctx): store.Hand {
  const label = ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム'
  return { at: ctx.now, by: actorName(ctx.actor), label }
}

/** The people of these numbers, closed; also of who is protected through a household of some disaster. */
export async function closedPeople(
  ctx: Ctx,
  residentNos: readonly string[],
): Promise<Map<string, Guarded<ResidentRecord>>> {
  const found = await concealSharedMany(ctx, await findResidents(ctx, residentNos, { seq: null }))
  return new Map(found.map((person) => [person.subject.id, person]))
}

function rowOf(record: ResidentRecord, suppressed: boolean): EvacRow {
  return {
    residentNo: record.residentNo,
    name: displayName(record.name),
    kana: record.name.preference === '2' ? record.name.aliasKana : record.name.kana,
    birthOn: record.birth.on,
    birthText: record.birth.text ?? '',
    sexText: record.sexText,
    address: suppressed ? null : addressLine(record.address),
    suppressed,
  }
}

/** Rows of these people by number, with one audit row that names them all. */
export async function rowsOf(
  ctx: Ctx,
  people: readonly Guarded<ResidentRecord>[],
  purpose: Purpose,
): Promise<Map<string, EvacRow>> {
  const records = await revealMany(ctx, people, purpose)
  return new Map(
    records.map((record, i) => [record.residentNo as string, rowOf(record, people[i]!.suppressed)]),
  )
}

/** Of a number that the register has no more. */
export function goneRow(residentNo: string): EvacRow {
  return {
    ...{ residentNo, name: '（住民情報にいません）', kana: '', birthOn: null, birthText: '' },
    ...{ sexText: '', address: null, suppressed: false },
  }
}

export async function getEvacSettings(ctx: Ctx): Promise<OutputOf<typeof contract.getEvacSettings>> {
  const settings = await store.listSettings(ctx.tx)
  return {
    settingNo: settings[0]?.settingNo ?? 0,
    settings: settings.map(({ setAt, ...one }) => ({
      ...one,
      criteria: copyOf(one.criteria),
      setAt: setAt.toISOString(),
    })),
  }
}

function copyOf(
  criteria: Setting['criteria'],
): OutputOf<typeof contract.getEvacSettings>['settings'][number]['criteria'] {
  const { careLevels, bodyGrades, intellectualGrades, mentalGrades, ...rest } = criteria
  return {
    ...rest,
    careLevels: [...careLevels],
    bodyGrades: [...bodyGrades],
    intellectualGrades: [...intellectualGrades],
    mentalGrades: [...mentalGrades],
  }
}

/** The setting that holds today; refused where the town has set none. */
export async function presentSetting(ctx: Ctx): Promise<Setting> {
  const today = todayInJapan(ctx.now)
  const found = (await store.listSettings(ctx.tx)).find(({ fromOn }) => fromOn <= today)
  if (!found) throw new Problem(problems.noCriteria)
  return found
}

export async function setEvacSettings(
  ctx: Ctx,
  input: InputOf<typeof contract.setEvacSettings>,
): Promise<OutputOf<typeof contract.setEvacSettings>> {
  const seen = (await store.listSettings(ctx.tx))[0]?.settingNo ?? 0
  const settingNo = input.settingNo + 1
  if (seen !== input.settingNo || !(await store.insertSetting(ctx.tx, { ...input, settingNo }, handOf(ctx))))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, events.settingSet, { facts: { settingNo, ordinance: input.ordinance } })
  return { settingNo }
}

/**
 * The list by its filters. Nobody protected is found by a place; by what says no place they stand on it without their
 * whereabouts, so that they are not forgotten.
 */
export async function searchEvacSupport(
  ctx: Ctx,
  input: InputOf<typeof contract.searchEvacSupport>,
): Promise<OutputOf<typeof contract.searchEvacSupport>> {
  const { name, area, ground, consent, entryState, afterNo } = input
  const byName = name === '' ? null : await searchResidents(ctx, { name }, { seq: null })
  // A name that more have than a search shows is looked for along the list itself.
  const among = byName === null || byName.more ? null : byName.people.map(({ subject }) => subject.id)
  const isWanted = (person: Guarded<ResidentRecord> | null): boolean => {
    if (area === '' && !byName?.more) return true
    if (person === null || (area !== '' && (person.suppressed || !livesAt(person, area)))) return false
    return !byName?.more || test(person, (record) => hasName(record, name))
  }
  const found: (store.Found & { readonly person: Guarded<ResidentRecord> | null })[] = []
  const wanted = { state: entryState, ground, consent, among } as const
  let after: string = afterNo ?? ''
  for (;;) {
    const limit = area === '' && !byName?.more ? PAGE : BATCH
    const batch = await store.listPeople(ctx.tx, { ...wanted, after, limit })
    const people = await closedPeople(
      ctx,
      batch.map(({ residentNo }) => residentNo),
    )
    for (const one of batch) {
      const person = people.get(one.residentNo) ?? null
      if (isWanted(person)) found.push({ ...one, person })
    }
    after = batch.at(-1)?.residentNo ?? after
    if (batch.length < limit || found.length >= PAGE) break
  }
  const shown = found.slice(0, PAGE)
  await audit(ctx, events.searched, {
    facts: { fields: fieldsOf({ name, address: area, ground, consent }), count: shown.length },
  })
  const rows = await rowsOf(
    ctx,
    shown.flatMap(({ person }) => (person === null ? [] : [person])),
    'search',
  )
  return {
    people: shown.map((one) => ({
      ...(rows.get(one.residentNo) ?? goneRow(one.residentNo)),
      entryState: one.state,
      grounds: [...one.grounds, ...one.told].map(groundLabel),
      consent: one.consent,
    })),
    nextNo: shown.length < PAGE ? null : shown.at(-1)!.residentNo,
    listed: await store.countListed(ctx.tx),
  }
}

function hasName({ name }: ResidentRecord, words: string): boolean {
  return [name.full, name.latin, name.kanji, name.former, name.alias].some((text) =>
    matchesFolded(text, words),
  )
}

/** Which conditions were given; never what was typed. */
function fieldsOf(given: Readonly<Record<string, string | null>>): string {
  return Object.entries(given)
    .filter(([, value]) => value !== null && value !== '')
    .map(([field]) => field)
    .join(' ')
}

export async function findEvacResident(
  ctx: Ctx,
  { name }: InputOf<typeof contract.findEvacResident>,
): Promise<OutputOf<typeof contract.findEvacResident>> {
  const byName = await searchResidents(ctx, { name }, { seq: null })
  const byKana = await searchResidents(ctx, { kana: name }, { seq: null })
  const both = new Map([...byName.people, ...byKana.people].map((person) => [person.subject.id, person]))
  const people = await concealSharedMany(ctx, [...both.values()])
  const rows = await rowsOf(ctx, people, 'search')
  const listed = await store.listedOf(ctx.tx, [...rows.keys()])
  return {
    people: [...rows.values()].map((row) => ({ ...row, listed: listed.has(row.residentNo) })),
    more: byName.more || byKana.more,
  }
}

async function getPerson(ctx: Ctx, residentNo: string): Promise<Guarded<ResidentRecord>> {
  const person = (await closedPeople(ctx, [residentNo])).get(residentNo)
  if (!person) throw new Problem(problems.personNotFound)
  return person
}

export async function getEvacPerson(
  ctx: Ctx,
  { residentNo }: InputOf<typeof contract.getEvacPerson>,
): Promise<OutputOf<typeof contract.getEvacPerson>> {
  const person = await getPerson(ctx, residentNo)
  const keys = await ctx.keys()
  const versions = await store.listVersions(ctx.tx, residentNo)
  const present = versions[0]
  const { suppressed } = person
  const row = (await rowsOf(ctx, [person], 'view')).get(residentNo)!
  const consents = await store.listConsents(ctx.tx, keys, residentNo)
  return {
    ...row,
    version: present?.version ?? 0,
    entryState: present?.state ?? null,
    grounds: [...(present?.grounds ?? [])].map(groundLabel),
    told: [...(present?.told ?? [])],
    away: present?.away ?? false,
    words: suppressed ? null : store.openWords(keys, residentNo, present?.sealed ?? null),
    consentNo: consents[0]?.consentNo ?? 0,
    // Who spoke for somebody in hiding, and what was noted of it, may say where.
    consents: consents.map(({ recordedAt, who, note, exceptKinds, ...one }) => ({
      ...one,
      exceptKinds: [...exceptKinds],
      who: suppressed ? null : who,
      note: suppressed ? null : note,
      recordedAt: recordedAt.toISOString(),
    })),
    versions: versions.map((one) => ({
      ...{ version: one.version, entryState: one.state, away: one.away, cause: one.cause },
      grounds: one.grounds.map(groundLabel),
      told: one.told.map(groundLabel),
      writtenAt: one.writtenAt.toISOString(),
      writtenBy: one.writtenBy,
    })),
    handovers: (await handoversOf(ctx.tx, keys, residentNo)).map((one) => ({
      ...one,
      // A recipient's area is where the person lives, or lived.
      recipient: suppressed ? null : one.recipient,
      handedAt: one.handedAt.toISOString(),
    })),
  }
}

export async function saveEvacPerson(
  ctx: Ctx,
  { residentNo, version, entryState, told, away, words }: InputOf<typeof contract.saveEvacPerson>,
): Promise<OutputOf<typeof contract.saveEvacPerson>> {
  await getPerson(ctx, residentNo)
  const [present] = await store.listVersions(ctx.tx, residentNo)
  if ((present?.version ?? 0) !== version) throw new Problem(platformProblems.changedByOther)
  const grounds = present?.grounds ?? []
  if (entryState === 'listed' && away) throw new Problem(problems.awayListed)
  if (entryState === 'listed' && grounds.length + told.length === 0) throw new Problem(problems.noGround)
  const saved = await store.insertVersion(
    ctx.tx,
    await ctx.keys(),
    {
      ...{ residentNo, version: version + 1, state: entryState, grounds, away, words },
      told: [...new Set(told)],
      cause: 'clerk',
    },
    handOf(ctx),
  )
  if (!saved) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, events.personSaved, {
    subjects: [{ kind: 'resident', id: residentNo }],
    facts: { version: version + 1, state: entryState },
  })
  return { version: version + 1 }
}

export async function recordEvacConsent(
  ctx: Ctx,
  input: InputOf<typeof contract.recordEvacConsent>,
): Promise<OutputOf<typeof contract.recordEvacConsent>> {
  const { residentNo, consent, toldOn, untilOn } = input
  const today = todayInJapan(ctx.now)
  if (toldOn > today || (untilOn !== null && untilOn < today)) throw new Problem(problems.consentDates)
  if (!(await store.listedOf(ctx.tx, [residentNo])).has(residentNo)) throw new Problem(problems.notOnList)
  const keys = await ctx.keys()
  const seen = (await store.listConsents(ctx.tx, keys, residentNo))[0]?.consentNo ?? 0
  const consentNo = input.consentNo + 1
  const kept = { ...input, consentNo, untilOn: consent === 'given' ? untilOn : null }
  if (seen !== input.consentNo || !(await store.insertConsent(ctx.tx, keys, residentNo, kept, handOf(ctx))))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, events.consentRecorded, {
    subjects: [{ kind: 'resident', id: residentNo }],
    facts: { consentNo, consent, method: input.method },
  })
  return { consentNo }
}
