import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { grams, matchesFolded } from '@open-bcl/core/ja/fold.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { oldestFirst } from '@open-bcl/platform/seal.ts'
import { audit, type Subject } from '../access/audit.ts'
import { Guarded, revealMany, test } from '../access/guarded.ts'
import { disasterView, registerDisaster as register } from '../disasters/disasters.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { currentSeq, findResident, searchResidents } from '../residents/residents.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import type * as contract from './ledger.contract.ts'
import { ledgerEvents, ledgerProblems as problems } from './ledger.messages.ts'
import { nonResidentRow, residentRow, type PersonRow } from './person-row.ts'
import * as store from './ledger.store.ts'
import {
  belongsToLedger,
  personOf,
  type EntryId,
  type Fact,
  type Ledger,
  type LedgerPerson,
  type NonResident,
  type PersonRef,
  type RecordedFact,
} from './ledger.ts'

const SHOWN = 50

/** 災害名新規登録: registers the disaster and opens its ledger as of now, both or neither. */
export async function registerDisaster(
  ctx: Ctx,
  input: InputOf<typeof contract.registerDisaster>,
): Promise<OutputOf<typeof contract.registerDisaster>> {
  const disaster = await register(ctx, input)
  const ledger = await openLedger(ctx, disaster.disasterId)
  return { disaster: disasterView(disaster), ledger: ledgerView(ledger) }
}

/** Opens the ledger of a disaster as of now: one row, whatever the size of the town. */
export async function openLedger(ctx: Ctx, disasterId: DisasterId): Promise<Ledger> {
  const ledger: Ledger = { disasterId, cutSeq: await currentSeq(ctx), openedAt: ctx.now }
  await store.insertLedger(ctx.tx, ledger, actorName(ctx.actor))
  await audit(ctx, ledgerEvents.ledgerOpened, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { cutSeq: String(ledger.cutSeq) },
  })
  return ledger
}

/** The ledger of a disaster; 404 when there is none in this town. */
export async function getLedger(ctx: Ctx, disasterId: DisasterId): Promise<Ledger> {
  const ledger = await store.findLedger(ctx.tx, disasterId)
  if (!ledger) throw new Problem(problems.notFound)
  return ledger
}

export async function viewLedger(
  ctx: Ctx,
  input: InputOf<typeof contract.getLedger>,
): Promise<OutputOf<typeof contract.getLedger>> {
  return ledgerView(await getLedger(ctx, input.disasterId))
}

function ledgerView(ledger: Ledger): OutputOf<typeof contract.getLedger> {
  return { cutSeq: String(ledger.cutSeq), openedAt: ledger.openedAt.toISOString() }
}

/** A person of a ledger, closed. */
export type Found =
  | { readonly kind: 'resident'; readonly person: Guarded<ResidentRecord> }
  | { readonly kind: 'non-resident'; readonly person: Guarded<NonResident> }

/** The person as the ledger holds them; 404 when it does not. */
export async function getPerson(ctx: Ctx, ledger: Ledger, ref: PersonRef): Promise<Found> {
  const who = personOf(ref)
  if (who.kind === 'resident') {
    const person = await findResident(ctx, who.residentNo, { seq: ledger.cutSeq })
    if (person && test(person, belongsToLedger))
      return { kind: 'resident', person: await concealShared(ctx, ref, person) }
  } else {
    const keys = await ctx.keys()
    const person = await store.findNonResident(ctx.tx, keys, ledger.disasterId, who.nonResidentId)
    if (person) return { kind: 'non-resident', person: await concealShared(ctx, ref, person) }
  }
  throw new Problem(problems.personNotInLedger)
}

/** Whoever is in one household of a ledger with somebody protected is shown as protected, too. */
async function concealShared<T>(ctx: Ctx, ref: PersonRef, person: Guarded<T>): Promise<Guarded<T>> {
  const sharing = await store.sharingProtection(ctx.tx, [ref])
  return sharing.has(ref) ? Guarded.concealed(person) : person
}

/** The same of many, in their order. */
export async function concealSharedMany<T>(ctx: Ctx, people: readonly Guarded<T>[]): Promise<Guarded<T>[]> {
  const refs = people.map(({ subject }) => refOfSubject(subject))
  const sharing = await store.sharingProtection(ctx.tx, refs)
  return people.map((person, i) => (sharing.has(refs[i]!) ? Guarded.concealed(person) : person))
}

function refOfSubject({ kind, id }: Subject): PersonRef {
  return (kind === 'resident' ? `R-${id}` : `N-${id}`) as PersonRef
}

/** The entry of a person, made when the first fact is about to be told. The person must be of the ledger. */
export async function openEntry(ctx: Ctx, disasterId: DisasterId, person: LedgerPerson): Promise<EntryId> {
  const newId = uuidv7(ctx.now.getTime())
  const { entryId, opened } = await store.openEntry(ctx.tx, disasterId, person, newId, ctx.now)
  if (opened) {
    await audit(ctx, ledgerEvents.entryOpened, {
      subjects: [
        { kind: 'ledger-entry', id: entryId },
        { kind: 'disaster', id: disasterId },
        ...(person.kind === 'resident' ? ([{ kind: 'resident', id: person.residentNo }] as const) : []),
      ],
    })
  }
  return entryId
}

/** Appends what is told about a person. Modules above call this; the ledger never reaches up for it. */
export async function recordFact(ctx: Ctx, entryId: EntryId, fact: Fact): Promise<string> {
  const factId = uuidv7(ctx.now.getTime())
  await store.insertFact(ctx.tx, await ctx.keys(), entryId, {
    ...fact,
    factId,
    at: ctx.now,
    actor: actorName(ctx.actor),
    by: ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム',
  })
  await audit(ctx, ledgerEvents.factRecorded, {
    subjects: [{ kind: 'ledger-entry', id: entryId }],
    facts: { factId, kind: fact.kind },
  })
  return factId
}

/** What was told of an entry, newest first; free words are left out of a protected person's. */
export async function listFacts(
  ctx: Ctx,
  entryId: EntryId | null,
  suppressed: boolean,
): Promise<RecordedFact[]> {
  return entryId === null ? [] : await store.listFacts(ctx.tx, await ctx.keys(), entryId, suppressed)
}

/** The entry of a person, `null` while nothing was told. */
export async function findEntry(
  ctx: Ctx,
  disasterId: DisasterId,
  person: LedgerPerson,
): Promise<EntryId | null> {
  return await store.findEntry(ctx.tx, disasterId, person)
}

/** People of the register as cut, then 住登外者, who match all of what was typed. */
export async function searchLedger(
  ctx: Ctx,
  input: InputOf<typeof contract.searchLedger>,
): Promise<OutputOf<typeof contract.searchLedger>> {
  const { disasterId, ...typed } = input
  const entered = Object.entries(typed).filter(([, words]) => words !== undefined && words !== '')
  if (entered.length === 0) throw new Problem(problems.tooVague)
  const search = Object.fromEntries(entered) as Omit<typeof input, 'disasterId'>
  const ledger = await getLedger(ctx, disasterId)
  const registered = await searchRegister(ctx, ledger, search)
  const others = search.residentNo ? [] : await searchOthers(ctx, ledger, search)
  const shown = registered.people.slice(0, SHOWN)
  const shownOthers = others.slice(0, SHOWN - shown.length)
  await audit(ctx, ledgerEvents.searched, {
    subjects: [
      { kind: 'disaster', id: disasterId },
      ...(search.residentNo ? [{ kind: 'resident', id: search.residentNo } as const] : []),
    ],
    facts: {
      fields: entered.map(([field]) => field).join(' '),
      count: shown.length + shownOthers.length,
    },
  })
  return {
    people: [
      ...(await rowsOfResidents(ctx, disasterId, shown)),
      ...(await rowsOfOthers(ctx, disasterId, shownOthers)),
    ],
    more: registered.more || shown.length + others.length > SHOWN,
  }
}

type Search = Omit<InputOf<typeof contract.searchLedger>, 'disasterId'>

async function searchRegister(
  ctx: Ctx,
  ledger: Ledger,
  search: Search,
): Promise<{ people: Guarded<ResidentRecord>[]; more: boolean }> {
  const { name, kana, birthOn, address, residentNo } = search
  const { people, more } = await searchResidents(
    ctx,
    {
      ...(name ? { name } : {}),
      ...(kana ? { kana } : {}),
      ...(birthOn ? { birthOn } : {}),
      ...(address ? { address } : {}),
      ...(residentNo ? { residentNo } : {}),
    },
    { seq: ledger.cutSeq },
  )
  const ofLedger = await concealSharedMany(
    ctx,
    people.filter((person) => test(person, belongsToLedger)),
  )
  return { people: ofLedger.filter((person) => !(address && person.suppressed)), more }
}

async function searchOthers(ctx: Ctx, ledger: Ledger, search: Search): Promise<Guarded<NonResident>[]> {
  const keys = await ctx.keys()
  const { name = '', kana = '', address = '', birthOn } = search
  const found = new Map<string, Guarded<NonResident>>()
  for (const key of oldestFirst(keys)) {
    const tokens = [
      ...grams(name).map((gram) => key.token('name', gram)),
      ...grams(kana).map((gram) => key.token('kana', gram)),
      ...grams(address).map((gram) => key.token('address', gram)),
    ]
    const candidates = await store.searchNonResidents(
      ctx.tx,
      keys,
      ledger.disasterId,
      { tokens, birthOn: birthOn ?? null },
      // Grams may match out of order, so a few more than are shown.
      SHOWN * 4,
    )
    for (const candidate of candidates) found.set(candidate.subject.id, candidate)
  }
  const candidates = await concealSharedMany(ctx, [...found.values()])
  return candidates.filter(
    (candidate) =>
      !(address && candidate.suppressed) &&
      test(
        candidate,
        (person) =>
          (name === '' || matchesFolded(person.name, name)) &&
          (kana === '' || matchesFolded(person.kana, kana)) &&
          (address === '' || matchesFolded(person.address, address)),
      ),
  )
}

async function rowsOfResidents(
  ctx: Ctx,
  disasterId: DisasterId,
  people: readonly Guarded<ResidentRecord>[],
): Promise<PersonRow[]> {
  const records = await revealMany(ctx, people, 'search')
  const entries = await store.entriesOfResidents(
    ctx.tx,
    disasterId,
    people.map((person) => person.subject.id),
  )
  return records.map((record, i) =>
    residentRow(record, people[i]!.suppressed, entries.get(record.residentNo) ?? null),
  )
}

async function rowsOfOthers(
  ctx: Ctx,
  disasterId: DisasterId,
  people: readonly Guarded<NonResident>[],
): Promise<PersonRow[]> {
  const records = await revealMany(ctx, people, 'search')
  const ids = people.map((person) => person.subject.id)
  const entries = await store.entriesOfNonResidents(ctx.tx, disasterId, ids)
  return records.map((record, i) =>
    nonResidentRow(record, people[i]!.suppressed, entries.get(record.nonResidentId) ?? null),
  )
}
