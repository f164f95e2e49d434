import type { HouseholdPlace } from '../residents/households.ts'
import { isResidential, type DwellingId, type LinkReason } from './dwellings.ts'

/** A house as the comparison sees it: tokens and numbers, nobody's words. */
export type ComparedHouse = {
  readonly dwellingId: DwellingId
  readonly blockCode: string
  readonly useCode: string
  /** `placeTokens` of its address. */
  readonly places: readonly bigint[]
  readonly ownerNos: readonly string[]
}

export type Proposal = {
  readonly householdNo: string
  readonly dwellingId: DwellingId
  readonly reasons: readonly LinkReason[]
  /** 1–100: how sure, for sorting and for accepting in bulk. Ours, by judgement, not by law. */
  readonly confidence: number
}

/**
 * How sure each finding is. An address alone is surer than an owner alone: houses are let, and people own several. Tests
 * hold the order; the figures themselves mean nothing more than it.
 */
export const sureness = {
  addressAndOwner: 99,
  address: 90,
  parentAndOwner: 85,
  addressSeveral: 60,
  ownerSameBlock: 55,
  parent: 50,
} as const

/** Houses sorted for the comparison: by place, and by owner. */
export type HouseIndex = {
  readonly byPlace: ReadonlyMap<bigint, readonly ComparedHouse[]>
  readonly byOwner: ReadonlyMap<string, readonly ComparedHouse[]>
}

/** Only houses people are expected to live in; whoever lives in another one is linked by hand. */
export function indexOf(houses: Iterable<ComparedHouse>): HouseIndex {
  const byPlace = new Map<bigint, ComparedHouse[]>()
  const byOwner = new Map<string, ComparedHouse[]>()
  const add = <K>(map: Map<K, ComparedHouse[]>, key: K, house: ComparedHouse) => {
    const list = map.get(key)
    if (list === undefined) map.set(key, [house])
    else list.push(house)
  }
  for (const house of houses) {
    if (!isResidential(house.useCode)) continue
    const [place] = house.places
    if (place !== undefined) add(byPlace, place, house)
    for (const owner of house.ownerNos) add(byOwner, owner, house)
  }
  return { byPlace, byOwner }
}

/** No more than so many houses are proposed for one household: longer lists nobody reads. */
const MOST = 5

/** The houses in which a household may live, the surest first. */
export function proposalsFor(household: HouseholdPlace, { byPlace, byOwner }: HouseIndex): Proposal[] {
  const [place, parent] = household.places
  const here = place === undefined ? [] : (byPlace.get(place) ?? [])
  // 「1-2-301」 may be a room of 「1-2」. Only the last number is left off: two would be another house.
  const above =
    here.length > 0 || parent === undefined || household.places.length < 2 ? [] : (byPlace.get(parent) ?? [])
  const owned = new Set<ComparedHouse>()
  for (const member of household.members) for (const house of byOwner.get(member) ?? []) owned.add(house)
  const found = new Map<DwellingId, Proposal>()
  const add = (house: ComparedHouse, reasons: readonly LinkReason[], confidence: number) =>
    found.set(house.dwellingId, {
      householdNo: household.householdNo,
      dwellingId: house.dwellingId,
      reasons,
      confidence,
    })
  const ownedHere = here.filter((house) => owned.has(house)).length
  for (const house of here) {
    const owns = owned.has(house)
    if (owns && ownedHere === 1) add(house, ['same-address', 'owner-lives-here'], sureness.addressAndOwner)
    else if (here.length === 1) add(house, ['same-address'], sureness.address)
    else
      add(
        house,
        owns ? ['same-address-several', 'owner-lives-here'] : ['same-address-several'],
        sureness.addressSeveral,
      )
  }
  for (const house of above) {
    if (owned.has(house)) add(house, ['parent-address', 'owner-lives-here'], sureness.parentAndOwner)
    else add(house, ['parent-address'], sureness.parent)
  }
  // Only where the address led nowhere: else every owner of two houses would be asked about.
  if (found.size === 0)
    for (const house of owned)
      if (house.blockCode !== '' && house.blockCode === household.blockCode)
        add(house, ['owner-same-block'], sureness.ownerSameBlock)
  return [...found.values()]
    .toSorted((a, b) => b.confidence - a.confidence || (a.dwellingId < b.dwellingId ? -1 : 1))
    .slice(0, MOST)
}
