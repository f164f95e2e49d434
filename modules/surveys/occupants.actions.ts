import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { test, type Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { placesIn } from '../dwellings/dwellings.actions.ts'
import { everyNonResident } from '../ledger/identities.actions.ts'
import { getLedger } from '../ledger/ledger.actions.ts'
import type { NonResidentId } from '../ledger/ledger.ts'
import { currentSeq, everybodyNear } from '../residents/residents.actions.ts'
import { houseKey, houseKeyOf, mayBeOneHouse, tailOf, type HouseKey } from './house-key.ts'
import * as store from './surveys.store.ts'
import { areaNameOf, type TaskId } from './surveys.ts'

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
  await store.addHouses(ctx.tx, houses)
  const people = await peopleAt(ctx, disasterId, byTail, at)
  for (const [taskId, behind] of people) await store.addPeople(ctx.tx, taskId, behind)
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
