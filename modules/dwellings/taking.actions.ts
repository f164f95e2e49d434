import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { readHouseRows } from '../registers/houses.actions.ts'
import type * as contract from './dwellings.contract.ts'
import { dwellingsEvents as events, dwellingsProblems as problems } from './dwellings.messages.ts'
import * as store from './dwellings.store.ts'
import { findDwellings } from './dwellings.actions.ts'
import { concealWords, houseAddress, type DwellingId, type HouseFacts, type HouseWords } from './dwellings.ts'
import { written } from './houses.actions.ts'
import { housesOf, type RegisterHouse } from './register-rows.ts'
import { endRun, insertRun, newestRun, type Run } from './runs.store.ts'
import { dwellingRows } from './views.actions.ts'

export const RUN_TASK = 'dwellings.run'

/** Asks for work over the whole town, unless the last one still waits. */
export async function askFor(
  ctx: Ctx,
  kind: Run['kind'],
  disasterId: Run['disasterId'],
): Promise<{ runId: string }> {
  const last = await newestRun(ctx.tx, kind, disasterId)
  if (last?.state === 'waiting') throw new Problem(problems.runUnderWay)
  const runId = uuidv7(ctx.now.getTime())
  const { by, label } = written(ctx)
  await insertRun(ctx.tx, {
    ...{ runId, kind, disasterId, state: 'waiting', counts: {} },
    ...{ askedAt: ctx.now, askedBy: by, askedLabel: label },
  })
  await ctx.enqueue(RUN_TASK, { runId })
  return { runId }
}

export async function takeNewHouses(ctx: Ctx): Promise<OutputOf<typeof contract.takeNewHouses>> {
  const counts = await store.countDifferences(ctx.tx)
  const { runId } = await askFor(ctx, 'take', null)
  return { runId, houses: counts.find(({ kind }) => kind === 'new')?.count ?? 0 }
}

/** Houses of one reading and one writing. */
const BATCH = 5_000

/** Takes every new house over. In one transaction: taken twice or half it is not. */
export async function takeHouses(ctx: Ctx, run: Run): Promise<void> {
  const keys = await ctx.keys()
  let taken = 0
  let after: string | null = null
  for (;;) {
    const batch: store.Difference[] = await store.listDifferences(ctx.tx, {
      kinds: ['new'],
      after,
      limit: BATCH,
    })
    if (batch.length === 0) break
    after = batch.at(-1)!.propertyNo
    const seqs = new Map(batch.map(({ propertyNo, newest }) => [propertyNo, newest]))
    const rows = await readHouseRows(ctx, [...seqs.keys()])
    const houses = housesOf(rows, ctx.municipality).map((house) => ({
      ...house,
      dwellingId: uuidv7(ctx.now.getTime()) as DwellingId,
    }))
    const made = await store.insertDwellings(ctx.tx, houses, ctx.now)
    const list = houses
      .filter(({ dwellingId }) => made.has(dwellingId))
      .map(({ dwellingId, propertyNo, facts, words }) => ({
        ...facts,
        ...{
          dwellingId,
          version: 1,
          source: 'register' as const,
          registerSeq: seqs.get(propertyNo) ?? null,
          words,
        },
      }))
    await store.insertDescriptions(ctx.tx, keys, list, {
      at: ctx.now,
      by: run.askedBy,
      label: run.askedLabel,
    })
    taken += list.length
  }
  await endRun(ctx.tx, run.runId, { taken }, ctx.now)
  await audit(ctx, events.taken, { facts: { runId: run.runId, taken } })
}

type Differences = OutputOf<typeof contract.listHouseDifferences>
type Side = Differences['differences'][number]['ours']

const PAGE = 50

/** What 家屋課税台帳 has otherwise by now, side by side. */
export async function listHouseDifferences(
  ctx: Ctx,
  input: InputOf<typeof contract.listHouseDifferences>,
): Promise<Differences> {
  const listed = await store.listDifferences(ctx.tx, {
    kinds: ['changed', 'removed'],
    after: input.after ?? null,
    limit: PAGE + 1,
  })
  const page = listed.slice(0, PAGE)
  const found = await findDwellings(
    ctx,
    page.map((one) => one.dwellingId!),
  )
  const houses = page.map((one) => found.get(one.dwellingId!)!)
  const rows = await dwellingRows(ctx, houses)
  const theirs = new Map(
    (
      await registerHouses(
        ctx,
        page.map(({ propertyNo }) => propertyNo),
      )
    ).map((one) => [one.propertyNo, one]),
  )
  const differences = []
  for (const [i, one] of page.entries()) {
    const { dwelling } = houses[i]!
    const ours: Side = {
      address: houseAddress(dwelling.place),
      ...factsOf(dwelling),
      owners: namesOf(rows[i]!.owners),
    }
    const house = theirs.get(one.propertyNo)
    differences.push({
      ...{ propertyNo: one.propertyNo, dwellingId: one.dwellingId!, version: one.version! },
      kind: one.kind as 'changed' | 'removed',
      ours,
      theirs: house === undefined ? null : await sideOf(ctx, house, houses[i]!),
    })
  }
  return { differences, next: listed.length > PAGE ? page.at(-1)!.propertyNo : null }
}

async function registerHouses(ctx: Ctx, propertyNos: readonly string[]): Promise<RegisterHouse[]> {
  return propertyNos.length === 0 ? [] : housesOf(await readHouseRows(ctx, propertyNos), ctx.municipality)
}

/** What the register has, its owners closed as those of the house are. */
async function sideOf(ctx: Ctx, house: RegisterHouse, like: store.FoundDwelling): Promise<Side> {
  const { dwelling, concealed } = like
  const owners = concealed ? [] : await store.closeOwners(ctx.tx, dwelling.dwellingId, house.words.owners)
  const [row] = await dwellingRows(ctx, [{ dwelling, owners, concealed }])
  const { place } = concealed ? concealWords(house.words) : house.words
  return {
    address: houseAddress(place),
    ...factsOf(house.facts),
    owners: namesOf(row!.owners),
  }
}

function factsOf({
  useCode,
  structureCode,
  storeys,
  floorArea,
  state,
}: HouseFacts): Omit<Side, 'address' | 'owners'> {
  return { useCode, structureCode, storeys, floorArea, state }
}

function namesOf(owners: readonly { name: string; share: string }[]): string {
  return owners.map(({ name, share }) => (share === '' ? name : `${name}（${share}）`)).join('、')
}

const kept = '家屋課税台帳との違いを確かめ、記載はそのままとした'
const taken = '家屋課税台帳に合わせた'

/** Takes over, or keeps: both append a version, so that who decided is seen. What somebody changed since is passed over. */
export async function settleDifferences(
  ctx: Ctx,
  { act, houses }: InputOf<typeof contract.settleDifferences>,
): Promise<OutputOf<typeof contract.settleDifferences>> {
  const keys = await ctx.keys()
  const open = new Map<string, store.Difference>()
  for (const one of await store.listDifferences(ctx.tx, {
    kinds: ['changed', 'removed'],
    after: null,
    limit: null,
  }))
    open.set(one.dwellingId!, one)
  const seen = houses.filter(({ dwellingId, version }) => open.get(dwellingId)?.version === version)
  const theirs = new Map(
    (
      await registerHouses(
        ctx,
        seen.map(({ dwellingId }) => open.get(dwellingId)!.propertyNo),
      )
    ).map((one) => [one.propertyNo, one]),
  )
  const ended = await store.endDescriptions(ctx.tx, seen)
  const list: store.NewDescription[] = []
  for (const one of seen.filter(({ dwellingId }) => ended.has(dwellingId))) {
    const { propertyNo, newest } = open.get(one.dwellingId)!
    const before = await store.storedDescription(ctx.tx, keys, one)
    const next = { dwellingId: one.dwellingId, version: one.version + 1, registerSeq: newest }
    const house = theirs.get(propertyNo)
    if (act === 'keep') list.push({ ...before!, ...next, words: { ...before!.words, reason: kept } })
    else if (house === undefined)
      list.push({
        ...before!,
        ...next,
        state: 'gone',
        words: { ...before!.words, reason: '家屋課税台帳から無くなった' },
      })
    else list.push({ ...house.facts, ...next, source: 'register', words: merged(house.words, before!.words) })
  }
  if (list.length > 0) await store.insertDescriptions(ctx.tx, keys, list, written(ctx))
  await audit(ctx, events.changed, {
    subjects: list.map(({ dwellingId }) => ({ kind: 'dwelling' as const, id: dwellingId })),
    facts: { act, count: list.length },
  })
  return { settled: list.length, passedOver: houses.length - list.length }
}

/** A position that somebody set on the map is not lost to a register that has none, or a coarser one. */
function merged(theirs: HouseWords, ours: HouseWords): HouseWords {
  const position = ours.position?.source === 'hand' ? ours.position : theirs.position
  return { ...theirs, position, reason: taken }
}
