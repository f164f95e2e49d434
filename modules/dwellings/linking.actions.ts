import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import * as ledgers from '../ledger/ledger.actions.ts'
import { livingApart } from '../ledger/households.actions.ts'
import { personOf, type Ledger, type PersonRef } from '../ledger/ledger.ts'
import {
  householdOf,
  membersOf,
  placeTokens,
  streamHouseholdPlaces,
} from '../residents/households.actions.ts'
import { findDwellings, getDwelling, refsOf } from './dwellings.actions.ts'
import { dwellingsEvents as events, dwellingsProblems as problems } from './dwellings.messages.ts'
import { dwellingsOwnedBy, streamHouses } from './dwellings.store.ts'
import { occupantKey, occupantOf, type Occupant } from './dwellings.ts'
import { written } from './houses.actions.ts'
import type * as contract from './occupancy.contract.ts'
import * as occupancies from './occupancy.store.ts'
import { indexOf, proposalsFor, type ComparedHouse } from './proposals.ts'
import * as store from './proposals.store.ts'
import { endRun, newestRun, type Run } from './runs.store.ts'
import { askFor } from './taking.actions.ts'
import { dwellingRows, householdRow, ownsOne } from './views.actions.ts'

export async function countLinks(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.countLinks>,
): Promise<OutputOf<typeof contract.countLinks>> {
  const { cutSeq } = await ledgers.getLedger(ctx, disasterId)
  const run = await newestRun(ctx.tx, 'propose', disasterId)
  const bulks = await store.listBulks(ctx.tx, disasterId)
  const { households, linked } = await store.countLinks(ctx.tx, disasterId, cutSeq)
  const apart = await householdsApart(ctx, disasterId)
  return {
    households: households + apart.length,
    linked: linked + apart.filter((one) => one.linked).length,
    proposals: await store.countProposals(ctx.tx, disasterId),
    run: run && {
      state: run.state,
      askedAt: run.askedAt.toISOString(),
      by: run.askedLabel,
      proposals: run.counts['proposals'] ?? 0,
    },
    bulks: bulks.map((bulk) => ({ ...bulk, at: bulk.at.toISOString() })),
  }
}

export async function proposeLinks(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.proposeLinks>,
): Promise<OutputOf<typeof contract.proposeLinks>> {
  await ledgers.getLedger(ctx, disasterId)
  return await askFor(ctx, 'propose', disasterId)
}

/** Proposals of one writing. */
const BATCH = 5_000

/** Compares every household with every house. Addresses stay in their stores: what is compared is keyed. */
export async function makeProposals(ctx: Ctx, run: Run, disasterId: DisasterId): Promise<void> {
  const { cutSeq } = await ledgers.getLedger(ctx, disasterId)
  const keys = await ctx.keys()
  const houses: ComparedHouse[] = []
  for await (const batch of streamHouses(ctx.tx, keys))
    for (const { place, ...house } of batch) houses.push({ ...house, places: await placeTokens(ctx, place) })
  const index = indexOf(houses)
  let proposals = 0
  let waiting = []
  for await (const batch of streamHouseholdPlaces(ctx, { seq: cutSeq })) {
    for (const household of batch) waiting.push(...proposalsFor(household, index))
    if (waiting.length < BATCH) continue
    await store.writeProposals(ctx.tx, disasterId, run.runId, waiting)
    proposals += waiting.length
    waiting = []
  }
  await store.writeProposals(ctx.tx, disasterId, run.runId, waiting)
  proposals += waiting.length
  await endRun(ctx.tx, run.runId, { proposals, houses: houses.length }, ctx.now)
  await audit(ctx, events.proposed, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { runId: run.runId, proposals },
  })
}

const PAGE = 50

export async function listProposals(
  ctx: Ctx,
  { disasterId, atMost, after }: InputOf<typeof contract.listProposals>,
): Promise<OutputOf<typeof contract.listProposals>> {
  const ledger = await ledgers.getLedger(ctx, disasterId)
  const listed = await store.listProposals(ctx.tx, disasterId, {
    atMost,
    after: after ?? null,
    limit: PAGE + 1,
  })
  const page = listed.slice(0, PAGE)
  const members = new Map(
    (
      await membersOf(
        ctx,
        page.map((one) => one.householdNo),
        { seq: ledger.cutSeq },
      )
    ).map((one) => [one.householdNo, refsOf(one.members)]),
  )
  const found = await findDwellings(
    ctx,
    page.map((one) => one.dwellingId),
  )
  const rows = await dwellingRows(
    ctx,
    page.map((one) => found.get(one.dwellingId)!),
  )
  const concealed = await concealedRefs(ctx, [...members.values()].flat())
  const proposals = []
  for (const [i, { householdNo, confidence, reasons, several, dwellingId }] of page.entries()) {
    const people = members.get(householdNo) ?? []
    if (people.length === 0 || people.some((ref) => concealed.has(ref))) continue
    const owns = ownsOne(found.get(dwellingId)!, people)
    const household = await householdRow(ctx, ledger, { members: people }, owns)
    proposals.push({ householdNo, confidence, reasons, several, household, dwelling: rows[i]! })
  }
  const last = page.at(-1)
  return {
    proposals,
    next: listed.length > PAGE ? `${last!.confidence}|${last!.householdNo}|${last!.dwellingId}` : null,
  }
}

/** Whom the ledger conceals: beside the house or the address nobody of them may stand. */
async function concealedRefs(ctx: Ctx, people: readonly PersonRef[]): Promise<Set<PersonRef>> {
  const numbers = people.map(personOf).flatMap((who) => (who.kind === 'resident' ? who.residentNo : []))
  return new Set(refsOf([...(await occupancies.concealedAmong(ctx.tx, numbers))]))
}

export async function acceptProposals(
  ctx: Ctx,
  { disasterId, pairs }: InputOf<typeof contract.acceptProposals>,
): Promise<OutputOf<typeof contract.acceptProposals>> {
  await ledgers.getLedger(ctx, disasterId)
  const bulkId = uuidv7(ctx.now.getTime())
  const open = await store.openPairs(ctx.tx, disasterId, pairs)
  const keys = await ctx.keys()
  // A household that was linked once and is no more goes on from that number.
  const before = await occupancies.findOccupancy(
    ctx.tx,
    disasterId,
    open.map(({ householdNo }) => `H-${householdNo}`),
  )
  const numbers = new Map(before.map(({ occupant, occupancyNo }) => [occupant, occupancyNo]))
  const done = new Set<string>()
  const named = Map.groupBy(open, ({ householdNo }) => householdNo)
  for (const one of open) {
    // Of two houses chosen for one household a person says which: the first of them would be chance.
    if (named.get(one.householdNo)!.length > 1) continue
    const occupant: Occupant = { kind: 'household', householdNo: one.householdNo }
    const linked = await occupancies.insertOccupancy(
      ctx.tx,
      keys,
      disasterId,
      {
        ...{ occupant, bulkId, dwellingId: one.dwellingId, confidence: one.confidence, words: null },
        seenNo: numbers.get(occupantKey(occupant)) ?? 0,
        reasonCode: one.reasons[0]!,
      },
      written(ctx),
    )
    if (linked) done.add(one.householdNo)
  }
  await told(ctx, events.accepted, disasterId, { bulkId, linked: done.size })
  return { bulkId, linked: done.size, passedOver: pairs.length - done.size }
}

export async function acceptSureProposals(
  ctx: Ctx,
  { disasterId, atLeast, dryRun }: InputOf<typeof contract.acceptSureProposals>,
): Promise<OutputOf<typeof contract.acceptSureProposals>> {
  await ledgers.getLedger(ctx, disasterId)
  const { alone, several } = await store.countSure(ctx.tx, disasterId, atLeast)
  if (dryRun) return { bulkId: null, linked: alone, several }
  const bulkId = uuidv7(ctx.now.getTime())
  const linked = await store.linkSure(ctx.tx, disasterId, atLeast, { bulkId, ...written(ctx) })
  await told(ctx, events.accepted, disasterId, { bulkId, linked, atLeast })
  return { bulkId, linked, several }
}

export async function refuseProposals(
  ctx: Ctx,
  { disasterId, pairs }: InputOf<typeof contract.refuseProposals>,
): Promise<OutputOf<typeof contract.refuseProposals>> {
  await ledgers.getLedger(ctx, disasterId)
  const bulkId = uuidv7(ctx.now.getTime())
  const open = await store.openPairs(ctx.tx, disasterId, pairs)
  const refused = await store.insertRefusals(ctx.tx, disasterId, open, { bulkId, ...written(ctx) })
  await told(ctx, events.refused, disasterId, { bulkId, refused })
  return { bulkId, refused }
}

export async function undoBulk(
  ctx: Ctx,
  { disasterId, bulkId }: InputOf<typeof contract.undoBulk>,
): Promise<OutputOf<typeof contract.undoBulk>> {
  await ledgers.getLedger(ctx, disasterId)
  const result = await store.undoBulk(ctx.tx, disasterId, bulkId, written(ctx))
  if (result.undone === 0) throw new Problem(problems.bulkNotFound)
  await told(ctx, events.undone, disasterId, { bulkId, ...result })
  return result
}

async function told(
  ctx: Ctx,
  event: (typeof events)[keyof typeof events],
  disasterId: DisasterId,
  facts: Readonly<Record<string, string | number>>,
): Promise<void> {
  await audit(ctx, event, { subjects: [{ kind: 'disaster', id: disasterId }], facts })
}

/** Households of the ledger that lived apart from that of the register: each has its own house, or none that is known yet. */
async function householdsApart(
  ctx: Ctx,
  disasterId: DisasterId,
): Promise<{ readonly members: PersonRef[]; readonly linked: boolean }[]> {
  const apart = await livingApart(ctx, disasterId, null)
  const concealed = await concealedRefs(ctx, [...apart.keys()])
  const links = await occupancies.findOccupancy(ctx.tx, disasterId, [...apart.keys()])
  const linked = new Set(links.filter(({ dwellingId }) => dwellingId !== null).map((one) => one.occupant))
  return [...Map.groupBy(apart.keys(), (ref) => apart.get(ref)!).values()]
    .filter((members) => !members.some((ref) => concealed.has(ref)))
    .map((members) => ({ members, linked: members.every((ref) => linked.has(ref)) }))
}

export async function listUnlinkedHouseholds(
  ctx: Ctx,
  { disasterId, after }: InputOf<typeof contract.listUnlinkedHouseholds>,
): Promise<OutputOf<typeof contract.listUnlinkedHouseholds>> {
  const ledger = await ledgers.getLedger(ctx, disasterId)
  const listed = await store.listUnlinked(ctx.tx, disasterId, ledger.cutSeq, {
    after: after ?? '',
    limit: PAGE + 1,
  })
  const page = listed.slice(0, PAGE)
  const concealed = await concealedRefs(ctx, refsOf(page.flatMap(({ members }) => members)))
  const households = []
  // There are few of them, and they have no 世帯番号 to stand in order by: all on the first page.
  for (const { members, linked } of after ? [] : await householdsApart(ctx, disasterId))
    if (!linked) households.push(await householdRow(ctx, ledger, { members }, false))
  for (const { members } of page) {
    const people = refsOf(members)
    if (people.some((ref) => concealed.has(ref))) continue
    households.push(await householdRow(ctx, ledger, { members: people }, false))
  }
  return { households, next: listed.length > PAGE ? page.at(-1)!.householdNo : null }
}

type Links = OutputOf<typeof contract.getOccupancy>['person']

export async function getOccupancy(
  ctx: Ctx,
  { disasterId, personRef }: InputOf<typeof contract.getOccupancy>,
): Promise<OutputOf<typeof contract.getOccupancy>> {
  const ledger = await ledgers.getLedger(ctx, disasterId)
  const found = await ledgers.getPerson(ctx, ledger, personRef)
  if (found.person.suppressed) {
    const nothing = { seenNo: 0, links: [] }
    const household = await householdOccupant(ctx, ledger, personRef)
    return { suppressed: true, apart: false, household: household && nothing, person: nothing, owned: [] }
  }
  const household = await householdOccupant(ctx, ledger, personRef)
  const people =
    household === null
      ? []
      : (await membersOf(ctx, [household.householdNo], { seq: ledger.cutSeq })).flatMap(
          ({ members }) => members,
        )
  const houses = await findDwellings(ctx, await dwellingsOwnedBy(ctx.tx, people))
  const apart = (await livingApart(ctx, disasterId, [personRef])).has(personRef)
  const person = await linksOf(ctx, disasterId, occupantOf(personRef))
  return {
    ...{ suppressed: false, apart, person },
    household: apart ? person : household && (await linksOf(ctx, disasterId, household)),
    owned: await dwellingRows(ctx, [...houses.values()]),
  }
}

async function linksOf(ctx: Ctx, disasterId: DisasterId, occupant: Occupant): Promise<Links> {
  const keys = await ctx.keys()
  const key = occupantKey(occupant)
  const links = await occupancies.listOccupancies(ctx.tx, disasterId, key)
  const words = await occupancies.wordsOf(ctx.tx, keys, disasterId, key)
  const found = await findDwellings(
    ctx,
    links.flatMap(({ dwellingId }) => dwellingId ?? []),
  )
  const ids = [...found.keys()]
  const rows = await dwellingRows(ctx, [...found.values()])
  return {
    seenNo: links[0]?.occupancyNo ?? 0,
    links: links.map((link) => ({
      dwelling: link.dwellingId === null ? null : rows[ids.indexOf(link.dwellingId)]!,
      reason: link.reasonCode,
      words: words.get(link.occupancyNo) ?? null,
      at: link.at.toISOString(),
      by: link.label,
    })),
  }
}

async function householdOccupant(
  ctx: Ctx,
  ledger: Ledger,
  personRef: PersonRef,
): Promise<Extract<Occupant, { kind: 'household' }> | null> {
  const who = personOf(personRef)
  if (who.kind !== 'resident') return null
  const household = await householdOf(ctx, who.residentNo, { seq: ledger.cutSeq })
  return household?.householdNo ? { kind: 'household', householdNo: household.householdNo } : null
}

/** Says by hand where somebody lived, or that it is not known any more. The house is told to nobody under 支援措置. */
export async function linkOccupant(
  ctx: Ctx,
  input: InputOf<typeof contract.linkOccupant>,
): Promise<OutputOf<typeof contract.linkOccupant>> {
  const { disasterId, personRef, dwellingId, words } = input
  const ledger = await ledgers.getLedger(ctx, disasterId)
  const found = await ledgers.getPerson(ctx, ledger, personRef)
  if (dwellingId !== null && (await getDwelling(ctx, dwellingId)).dwelling.state === 'gone')
    throw new Problem(problems.goneHouse)
  const household = await householdOccupant(ctx, ledger, personRef)
  // Who lived apart from the household of the register is linked with those who went out with them, each by the own link.
  const apart = input.scope === 'household' ? await apartWith(ctx, disasterId, personRef) : []
  if (input.scope === 'household' && household === null && apart.length === 0)
    throw new Problem(problems.noHousehold)
  const own = input.scope === 'person' || apart.length > 0
  const occupant = own ? occupantOf(personRef) : household!
  const given = { dwellingId, words, bulkId: null, confidence: null, reasonCode: 'by-hand' as const }
  const link = async (who: Occupant, seenNo: number): Promise<void> => {
    const one = { ...given, occupant: who, seenNo }
    if (!(await occupancies.insertOccupancy(ctx.tx, await ctx.keys(), disasterId, one, written(ctx))))
      throw new Problem(problems.alreadyLinked)
  }
  await link(occupant, input.seenNo ?? (await presentNo(ctx, disasterId, occupant)))
  const others = apart.filter((ref) => ref !== personRef)
  for (const other of others.map(occupantOf)) await link(other, await presentNo(ctx, disasterId, other))
  for (const ref of [personRef, ...others]) await tellLink(ctx, input, ref, found.person.suppressed)
  return { linked: dwellingId !== null }
}

async function tellLink(
  ctx: Ctx,
  { disasterId, dwellingId, scope, words }: InputOf<typeof contract.linkOccupant>,
  personRef: PersonRef,
  suppressed: boolean,
): Promise<void> {
  const entryId = await ledgers.openEntry(ctx, disasterId, personOf(personRef))
  const kind = dwellingId === null ? 'dwellings.unlinked' : 'dwellings.linked'
  // Not the house: what is told to the ledger outlives a protection that begins later.
  await ledgers.recordFact(ctx, entryId, { kind, codes: { scope }, words })
  await audit(ctx, dwellingId === null ? events.unlinked : events.linked, {
    subjects: [
      { kind: 'ledger-entry', id: entryId },
      ...(dwellingId === null || suppressed ? [] : [{ kind: 'dwelling' as const, id: dwellingId as string }]),
    ],
    facts: { scope },
  })
}

/** Everybody of a household of the ledger that lived apart from that of the register; nobody of any other household. */
async function apartWith(ctx: Ctx, disasterId: DisasterId, personRef: PersonRef): Promise<PersonRef[]> {
  const apart = await livingApart(ctx, disasterId, null)
  const household = apart.get(personRef)
  return household === undefined ? [] : [...apart].flatMap(([ref, id]) => (id === household ? ref : []))
}

/** Of somebody under 支援措置 no clerk sees the number: the newest is gone on from. */
async function presentNo(ctx: Ctx, disasterId: DisasterId, occupant: Occupant): Promise<number> {
  const [present] = await occupancies.findOccupancy(ctx.tx, disasterId, [occupantKey(occupant)])
  return present?.occupancyNo ?? 0
}
