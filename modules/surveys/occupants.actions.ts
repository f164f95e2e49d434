import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { test, type Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { blockOf, townMap } from '../dwellings/blocks.ts'
import { dwellingOf, getDwelling, placesIn } from '../dwellings/dwellings.actions.ts'
import { everyNonResident } from '../ledger/identities.actions.ts'
import { getLedger } from '../ledger/ledger.actions.ts'
import { refOf, type NonResidentId, type PersonRef } from '../ledger/ledger.ts'
import { currentSeq, everybodyNear } from '../residents/residents.actions.ts'
import { houseKey, houseKeyOf, mayBeOneHouse, tailOf, type HouseKey } from './house-key.ts'
import * as store from './surveys.store.ts'
import { areaNameOf, type Point, type TaskId } from './surveys.ts'

/** A task, and where its house stands. */
export type PlacedTask = {
  readonly taskId: TaskId
  readonly dwellingId: string | null
  readonly address: string
}
type Keyed = PlacedTask & { readonly key: HouseKey }

/**
 * Ties to tasks whoever lives where they say, so that a place shows nowhere while one of them is protected: people of the
 * register as it is and as the ledger was cut, 住登外者, and the houses of the town's house register, whose links count from
 * then on. Whoever asked for the survey, and by whichever way, need not have known of them.
 */
export async function tieOccupants(
  ctx: Ctx,
  disasterId: DisasterId,
  tasks: readonly PlacedTask[],
): Promise<void> {
  const { houses, people } = await occupantsAt(ctx, disasterId, tasks)
  await store.addHouses(ctx.tx, houses)
  for (const [taskId, behind] of people) await store.addPeople(ctx.tx, taskId, behind)
}

/** Of tasks that are to be made, those behind which somebody is protected: no place may be found for them. */
export async function hiddenAmong(
  ctx: Ctx,
  disasterId: DisasterId,
  tasks: readonly PlacedTask[],
): Promise<Set<TaskId>> {
  const { houses, people } = await occupantsAt(ctx, disasterId, tasks)
  const behind = [...people].flatMap(([taskId, some]) => some.map((person) => ({ taskId, person })))
  return await store.hiddenOf(ctx.tx, disasterId, houses, behind)
}

async function occupantsAt(
  ctx: Ctx,
  disasterId: DisasterId,
  tasks: readonly PlacedTask[],
): Promise<{
  houses: { readonly taskId: TaskId; readonly dwellingId: string }[]
  people: Map<TaskId, store.TaskPerson[]>
}> {
  const houses = tasks.flatMap(({ taskId, dwellingId }) =>
    dwellingId === null ? [] : [{ taskId, dwellingId }],
  )
  const keyed = tasks.flatMap((task): Keyed[] => {
    const key = houseKeyOf(task.address)
    return key === null ? [] : [{ ...task, key }]
  })
  const byTail = Map.groupBy(keyed, ({ key }) => tailOf(key))
  const at = (key: HouseKey | null): readonly Keyed[] =>
    key === null ? [] : (byTail.get(tailOf(key)) ?? []).filter((task) => mayBeOneHouse(key, task.key))
  const towns = new Set(keyed.map(({ address }) => areaNameOf(address)))
  if (keyed.length > 0)
    for await (const found of placesIn(ctx, [...towns]))
      for (const { dwellingId, place } of found)
        for (const { taskId } of at(houseKey(place.town, place.number))) houses.push({ taskId, dwellingId })
  return { houses, people: await peopleAt(ctx, disasterId, byTail, at) }
}

async function peopleAt(
  ctx: Ctx,
  disasterId: DisasterId,
  byTail: ReadonlyMap<string, readonly Keyed[]>,
  at: (key: HouseKey | null) => readonly Keyed[],
): Promise<Map<TaskId, store.TaskPerson[]>> {
  const people = new Map<TaskId, Map<string, store.TaskPerson>>()
  const add = <T>(found: Guarded<T>, keyOf: (one: T) => HouseKey | null, behind: store.TaskPerson) => {
    // Most live elsewhere: they are asked once.
    if (!test(found, (one) => at(keyOf(one)).length > 0)) return
    for (const tasks of byTail.values())
      for (const task of tasks) {
        if (!test(found, (one) => at(keyOf(one)).includes(task))) continue
        const known = people.get(task.taskId) ?? new Map<string, store.TaskPerson>()
        people.set(task.taskId, known.set(found.subject.id, behind))
      }
  }
  if (byTail.size === 0) return new Map()
  const { cutSeq } = await getLedger(ctx, disasterId)
  for (const seq of new Set([await currentSeq(ctx), cutSeq]))
    for (const tail of byTail.keys())
      for (const person of await everybodyNear(ctx, tail, { seq })) {
        const residentNo = person.subject.id as ResidentNo
        const behind = { residentNo, householdNo: null, nonResidentId: null }
        add(person, ({ address }) => houseKey(address.town, address.number), behind)
      }
  for (const person of await everyNonResident(ctx, disasterId)) {
    const nonResidentId = person.subject.id as NonResidentId
    add(person, ({ address }) => houseKeyOf(address), { residentNo: null, householdNo: null, nonResidentId })
  }
  return new Map([...people].map(([taskId, behind]) => [taskId, [...behind.values()]]))
}

/**
 * The house that `dwellings` links to whoever asks, where it may be the one of the address, and its place on the map; else
 * the point of the 町字, which is a rough one. Of people in hiding there is no link.
 */
export async function placeOfHouse(
  ctx: Ctx,
  request: {
    readonly disasterId: DisasterId
    readonly people: readonly store.TaskPerson[]
    readonly dwellingId: string | null
    readonly words: { readonly address: string }
    readonly point: Point | null
  },
): Promise<{ dwellingId: string | null; point: Point | null; rough: boolean }> {
  const { disasterId, people, words, point } = request
  const dwellingId = request.dwellingId ?? (await linkedHouse(ctx, disasterId, people, words.address))
  if (point !== null) return { dwellingId, point, rough: false }
  const known = dwellingId === null ? null : (await getDwelling(ctx, dwellingId)).dwelling.position
  if (known !== null)
    return { dwellingId, point: { latitude: known.latitude, longitude: known.longitude }, rough: false }
  const { blocks } = townMap(ctx.tx.municipality)
  const code = blockOf(ctx.tx.municipality, areaNameOf(words.address))
  const block = code === '' ? undefined : blocks.find(({ blockCode }) => blockCode === code)
  if (block === undefined) return { dwellingId, point: null, rough: false }
  return { dwellingId, point: { latitude: block.latitude, longitude: block.longitude }, rough: true }
}

async function linkedHouse(
  ctx: Ctx,
  disasterId: DisasterId,
  people: readonly store.TaskPerson[],
  address: string,
): Promise<string | null> {
  const wanted = houseKeyOf(address)
  if (wanted === null) return null
  for (const { residentNo, nonResidentId } of people) {
    const refs: PersonRef[] = []
    if (residentNo !== null) refs.push(refOf({ kind: 'resident', residentNo }))
    else if (nonResidentId !== null) refs.push(refOf({ kind: 'non-resident', nonResidentId }))
    for (const ref of refs) {
      const link = await dwellingOf(ctx, disasterId, ref)
      if (link === null) continue
      const { place } = (await getDwelling(ctx, link.dwellingId)).dwelling
      const key = houseKey(place.town, place.number)
      // Somebody may ask for another house than the one of the link.
      if (key !== null && mayBeOneHouse(key, wanted)) return link.dwellingId
    }
  }
  return null
}
