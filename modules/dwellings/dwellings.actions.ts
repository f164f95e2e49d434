import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { getLedger } from '../ledger/ledger.actions.ts'
import { livingApart } from '../ledger/households.actions.ts'
import { personOf, refOf, type PersonRef } from '../ledger/ledger.ts'
import { hiddenPlaces, householdOf, membersOf } from '../residents/households.actions.ts'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { blockOf } from './blocks.ts'
import { dwellingsProblems as problems } from './dwellings.messages.ts'
import * as store from './dwellings.store.ts'
import { occupantKey, occupantOf, type Dwelling, type DwellingId, type HousePlace } from './dwellings.ts'
import * as occupancies from './occupancy.store.ts'

/** Houses by their id, as everybody may see them. */
export async function findDwellings(
  ctx: Ctx,
  ids: readonly string[],
): Promise<Map<DwellingId, store.FoundDwelling>> {
  return await store.findDwellings(ctx.tx, await ctx.keys(), await hiddenPlaces(ctx), ids)
}

/** The house of this town, its owners closed; 404 when there is none. */
export async function getDwelling(ctx: Ctx, dwellingId: string): Promise<store.FoundDwelling> {
  const found = (await findDwellings(ctx, [dwellingId])).get(dwellingId as DwellingId)
  if (!found) throw new Problem(problems.notFound)
  return found
}

/**
 * In which house somebody of the ledger lived when the disaster came: by the own link, else by the household's. `null` = not
 * linked, or protected: then not even that there is a house may be told.
 */
export async function dwellingOf(
  ctx: Ctx,
  disasterId: DisasterId,
  personRef: PersonRef,
): Promise<{ readonly dwellingId: DwellingId; readonly by: 'person' | 'household' } | null> {
  const { cutSeq } = await getLedger(ctx, disasterId)
  const who = personOf(personRef)
  const own = occupantKey(occupantOf(personRef))
  const keys = [own]
  // Who lived apart from the household of the register did not live in its house.
  const apart = (await livingApart(ctx, disasterId, [personRef])).has(personRef)
  if (who.kind === 'resident') {
    const household = await householdOf(ctx, who.residentNo, { seq: cutSeq })
    if (household === null || household.suppressed) return null
    if ((await occupancies.concealedAmong(ctx.tx, [who.residentNo])).size > 0) return null
    if (household.householdNo !== null && !apart)
      keys.push(occupantKey({ kind: 'household', householdNo: household.householdNo }))
  }
  const links = await occupancies.findOccupancy(ctx.tx, disasterId, keys)
  for (const key of keys) {
    const link = links.find((one) => one.occupant === key)
    if (link === undefined || link.dwellingId === null) continue
    if (link.suppressed) return null
    return { dwellingId: link.dwellingId, by: key === own ? 'person' : 'household' }
  }
  return null
}

/** Where the houses of these 町字 stand; of the whole town where the open data does not know one of them. */
export async function* placesIn(
  ctx: Ctx,
  towns: readonly string[],
): AsyncGenerator<{ readonly dwellingId: DwellingId; readonly place: HousePlace }[]> {
  const codes = towns.map((town) => blockOf(ctx.tx.municipality, town))
  yield* store.streamPlaces(ctx.tx, await ctx.keys(), codes.includes('') ? null : codes)
}

/** Houses that stand where `inside` says, as everybody may see them: none in which somebody protected lives alone. */
export async function housesWhere(
  ctx: Ctx,
  inside: (point: { readonly latitude: number; readonly longitude: number }) => boolean,
): Promise<Dwelling[]> {
  const ids: DwellingId[] = []
  for await (const batch of store.streamPositions(ctx.tx, await ctx.keys()))
    for (const one of batch) if (inside(one)) ids.push(one.dwellingId)
  if (ids.length === 0) return []
  return [...(await findDwellings(ctx, ids)).values()].flatMap(({ dwelling, concealed }) =>
    concealed || dwelling.position === null ? [] : [dwelling],
  )
}

/** People of the register as the ledger names them. */
export function refsOf(residentNos: readonly string[]): PersonRef[] {
  return residentNos.map((residentNo) => refOf({ kind: 'resident', residentNo: residentNo as ResidentNo }))
}

/** Who lived in a house when the disaster came, one item a household or a person apart; nobody who is protected. */
export type Occupants = {
  /** `null` = one person alone. */
  readonly householdNo: string | null
  /** People of the ledger, the oldest first. */
  readonly members: readonly PersonRef[]
}

export async function occupantsOf(
  ctx: Ctx,
  dwellingId: DwellingId,
  disasterId: DisasterId,
): Promise<Occupants[]> {
  return (await occupantsOfAll(ctx, [dwellingId], disasterId)).get(dwellingId) ?? []
}

/** `occupantsOf` of many houses at once; houses without anybody are not in the answer. */
export async function occupantsOfAll(
  ctx: Ctx,
  dwellingIds: readonly DwellingId[],
  disasterId: DisasterId,
): Promise<Map<DwellingId, Occupants[]>> {
  const { cutSeq } = await getLedger(ctx, disasterId)
  const links = await occupancies.occupantsOf(ctx.tx, disasterId, dwellingIds)
  const householdNos = links.flatMap(({ householdNo }) => householdNo ?? [])
  const households = new Map(
    (householdNos.length === 0 ? [] : await membersOf(ctx, householdNos, { seq: cutSeq })).map((one) => [
      one.householdNo,
      one,
    ]),
  )
  // Who is linked apart from the household is not counted with it, unless to the very same house.
  const members = [...households.values()].flatMap((one) => one.members)
  const own = new Map(
    (members.length === 0
      ? []
      : await occupancies.findOccupancy(
          ctx.tx,
          disasterId,
          members.map((residentNo) => occupantKey({ kind: 'resident', residentNo })),
        )
    ).flatMap(({ residentNo, dwellingId }) =>
      residentNo === null || dwellingId === null ? [] : [[residentNo, dwellingId] as const],
    ),
  )
  const concealed = await occupancies.concealedAmong(ctx.tx, members)
  const apartRefs = await livingApart(ctx, disasterId, refsOf(members))
  const homeOf = (no: string, household: DwellingId): DwellingId | null =>
    own.get(no) ?? (apartRefs.has(refsOf([no])[0]!) ? null : household)
  const counted = new Set<string>()
  const result = new Map<DwellingId, Occupants[]>()
  const add = (dwellingId: DwellingId, occupants: Occupants) =>
    result.set(dwellingId, [...(result.get(dwellingId) ?? []), occupants])
  const apart = []
  for (const link of links) {
    if (link.householdNo === null) {
      apart.push(link)
      continue
    }
    const household = households.get(link.householdNo)
    if (household === undefined || household.suppressed) continue
    if (household.members.some((no) => concealed.has(no))) continue
    const here = household.members.filter((no) => homeOf(no, link.dwellingId) === link.dwellingId)
    for (const residentNo of here) counted.add(residentNo)
    if (here.length > 0)
      add(link.dwellingId, {
        householdNo: link.householdNo,
        members: refsOf(here),
      })
  }
  for (const { dwellingId, residentNo, occupant } of apart)
    if (residentNo === null || !counted.has(residentNo))
      add(dwellingId, { householdNo: null, members: [occupant as PersonRef] })
  return result
}
