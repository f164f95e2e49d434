import type { HouseholdNo, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { grams, matchesFolded } from '@open-bcl/core/ja/fold.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { oldestFirst, type KeyedWords } from '@open-bcl/platform/seal.ts'
import { test, type Guarded } from '../access/guarded.ts'
import { residentsProblems } from './residents.messages.ts'
import * as store from './residents.store.ts'
import type { ResidentRecord } from './residents.ts'

/** `null` = now. */
export type AsOf = { readonly seq: bigint | null }

export type ResidentSearch = {
  readonly name?: string
  readonly kana?: string
  readonly birthOn?: PlainDate
  readonly residentNo?: string
  readonly address?: string
}

/** A search shows this many people, in order of 宛名番号, and says whether there are more. */
export const SEARCH_SHOWN = 50
/**
 * No more are opened and looked at for one search. Grams do not keep order: 「1-1-1」 has the same ones as 「11-1」, which
 * half a town may have. They seldom mislead, though: a few are looked at first, and all of these only where that was not
 * enough (whether somebody is protected costs more than to find them).
 */
const CANDIDATES = 2_000
const FIRST_CANDIDATES = 64
/**
 * What many people have in common is found sooner by walking along than by the index. Whether they do, the first people of
 * the walk tell; how far it goes then follows from them. `WALK_CANDIDATES` leaves room for some that the words rule out.
 */
const WALKED_FIRST = 2_000
const FREQUENT = 8
const WALKED = 20_000
const WALK_CANDIDATES = 64

/**
 * People whose sealed names, kana or address hold the searched words, in any spelling (`core/ja/fold.ts`). All conditions
 * hold at once. Protected persons are found by name and birth date, never by address.
 */
export async function searchResidents(
  ctx: Ctx,
  search: ResidentSearch,
  asOf: AsOf,
): Promise<{ people: Guarded<ResidentRecord>[]; more: boolean }> {
  const keys = await ctx.keys()
  const seq = asOf.seq ?? (await store.currentSeq(ctx.tx))
  if (search.residentNo) {
    const found = await store.findVersion(ctx.tx, keys, search.residentNo as ResidentNo, seq)
    return { people: found && matches(found, { ...search, residentNo: '' }) ? [found] : [], more: false }
  }
  const asked = oldestFirst(keys).map((key) => ({
    asOf: seq,
    tokens: tokensOf(key, search),
    birthOn: search.birthOn ?? null,
    byAddress: grams(search.address ?? '').length > 0,
  }))
  // Without words it is the same question under any key.
  if (asked[0]!.tokens.length === 0) asked.length = 1
  if (asked[0]!.tokens.length === 0 && !search.birthOn) throw new Problem(residentsProblems.tooVague)
  // Grams can match out of order; the words themselves decide.
  const exactly = (candidates: readonly Guarded<ResidentRecord>[]): Guarded<ResidentRecord>[] =>
    candidates.filter((candidate) => matches(candidate, search))
  const walk = async (examined: number): Promise<Guarded<ResidentRecord>[]> => {
    const near: Guarded<ResidentRecord>[] = []
    for (const one of asked)
      near.push(...exactly(await store.walkCandidates(ctx.tx, keys, one, examined, WALK_CANDIDATES)))
    return inOrder(near)
  }
  if (!search.birthOn) {
    let near = await walk(WALKED_FIRST)
    if (near.length >= FREQUENT && near.length <= SEARCH_SHOWN)
      near = await walk(Math.min(WALKED, Math.ceil((WALKED_FIRST * SEARCH_SHOWN * 1.5) / near.length)))
    if (near.length > SEARCH_SHOWN) return { people: near.slice(0, SEARCH_SHOWN), more: true }
  }
  const look = async (most: number): Promise<{ people: Guarded<ResidentRecord>[]; cut: boolean }> => {
    const lists = []
    for (const one of asked) lists.push(await store.searchCandidates(ctx.tx, keys, one, most))
    return { people: exactly(inOrder(lists.flat())), cut: lists.some(({ length }) => length === most) }
  }
  let found = await look(FIRST_CANDIDATES)
  if (found.cut && found.people.length <= SEARCH_SHOWN) found = await look(CANDIDATES)
  return {
    people: found.people.slice(0, SEARCH_SHOWN),
    more: found.cut || found.people.length > SEARCH_SHOWN,
  }
}

function tokensOf(key: KeyedWords, { name = '', kana = '', address = '' }: ResidentSearch): bigint[] {
  return [
    ...grams(name).map((gram) => key.token('name', gram)),
    ...grams(kana).map((gram) => key.token('kana', gram)),
    ...grams(address).map((gram) => key.token('address', gram)),
  ]
}

/** What was found under two keys, each list in order of 宛名番号, as one. */
function inOrder(people: readonly Guarded<ResidentRecord>[]): Guarded<ResidentRecord>[] {
  const byNumber = new Map(people.map((person) => [person.subject.id, person]))
  if (
    byNumber.size === people.length &&
    people.every((one, i) => i === 0 || people[i - 1]!.subject.id < one.subject.id)
  )
    return [...people]
  return [...byNumber.values()].sort((a, b) => (a.subject.id < b.subject.id ? -1 : 1))
}

function matches(person: Guarded<ResidentRecord>, search: ResidentSearch): boolean {
  if (search.address && person.suppressed) return false
  return test(person, ({ name, birth, address }) => {
    const names = [name.full, name.latin, name.kanji, name.former, name.alias]
    const kanas = [name.kana, name.formerKana, name.aliasKana]
    const place = `${address.town}${address.number} ${address.building}`
    return (
      (!search.name || names.some((text) => matchesFolded(text, search.name!))) &&
      (!search.kana || kanas.some((text) => matchesFolded(text, search.kana!))) &&
      (!search.address || matchesFolded(place, search.address)) &&
      (!search.birthOn || birth.on === search.birthOn)
    )
  })
}

/** The person as of `seq`, or `null` when the register has none of that number. */
export async function findResident(
  ctx: Ctx,
  residentNo: ResidentNo,
  asOf: AsOf,
): Promise<Guarded<ResidentRecord> | null> {
  const [seq, keys] = await ctx.tx.together(
    async () => asOf.seq ?? (await store.currentSeq(ctx.tx)),
    () => ctx.keys(),
  )
  return await ctx.tx.once(`resident ${residentNo} ${seq}`, () =>
    store.findVersion(ctx.tx, keys, residentNo, seq),
  )
}

/** Many people as of `seq`, in order of 宛名番号; who is not in the register is left out. */
export async function findResidents(
  ctx: Ctx,
  residentNos: readonly string[],
  asOf: AsOf,
): Promise<Guarded<ResidentRecord>[]> {
  const seq = asOf.seq ?? (await store.currentSeq(ctx.tx))
  return await store.listVersions(ctx.tx, await ctx.keys(), residentNos, seq)
}

/** Tokens of the words of an address under each key of the town, to ask `residents.numbers_of_tokens` with. */
export async function addressTokens(ctx: Ctx, address: string): Promise<bigint[][]> {
  return oldestFirst(await ctx.keys()).map((key) => tokensOf(key, { address }))
}

/**
 * Everybody whose address may hold these characters, closed, people in hiding among them: for minding them, which only
 * `test` can ask. Never for finding or showing anybody.
 */
export async function everybodyNear(ctx: Ctx, words: string, asOf: AsOf): Promise<Guarded<ResidentRecord>[]> {
  const seq = asOf.seq ?? (await store.currentSeq(ctx.tx))
  const numbers = new Set<string>()
  for (const wanted of await addressTokens(ctx, words))
    if (wanted.length > 0)
      for (const number of await store.numbersOfTokens(ctx.tx, seq, wanted)) numbers.add(number)
  return numbers.size === 0 ? [] : await findResidents(ctx, [...numbers], { seq })
}

/** Whether somebody lives where the words say. Nobody does who is protected. */
export function livesAt(person: Guarded<ResidentRecord>, address: string): boolean {
  return matches(person, { address })
}

/** Whether one of these is protected now (支援措置), herself or through her household; also of who is in the register no more. */
export async function anyProtected(ctx: Ctx, residentNos: readonly string[]): Promise<boolean> {
  return residentNos.length > 0 && (await store.anyProtected(ctx.tx, residentNos))
}

/** The person as of `seq`; 404 when the register has none of that number. */
export async function getResident(
  ctx: Ctx,
  residentNo: ResidentNo,
  asOf: AsOf,
): Promise<Guarded<ResidentRecord>> {
  const found = await findResident(ctx, residentNo, asOf)
  if (!found) throw new Problem(residentsProblems.notFound)
  return found
}

/** Everybody of a household as of `seq`, the oldest first. */
export async function listHousehold(
  ctx: Ctx,
  householdNo: HouseholdNo,
  asOf: AsOf,
): Promise<Guarded<ResidentRecord>[]> {
  const seq = asOf.seq ?? (await store.currentSeq(ctx.tx))
  return await store.listHousehold(ctx.tx, await ctx.keys(), householdNo, seq)
}

/** Everybody of the household a person is in as of `seq`, the oldest first; the person alone where the register gives none. */
export async function listHouseholdOf(
  ctx: Ctx,
  residentNo: ResidentNo,
  asOf: AsOf,
): Promise<Guarded<ResidentRecord>[]> {
  const seq = asOf.seq ?? (await store.currentSeq(ctx.tx))
  const householdNo = await store.findHouseholdNo(ctx.tx, residentNo, seq)
  if (householdNo !== null) return await listHousehold(ctx, householdNo, { seq })
  const alone = await findResident(ctx, residentNo, { seq })
  return alone === null ? [] : [alone]
}

/** Which household everybody is registered in as of `seq`: numbers alone, for reckoning over a whole town. */
export async function listHouseholdNumbers(
  ctx: Ctx,
  asOf: AsOf,
): Promise<{ residentNo: ResidentNo; householdNo: HouseholdNo | null }[]> {
  return await store.listHouseholdNumbers(ctx.tx, asOf.seq ?? (await store.currentSeq(ctx.tx)))
}

/** The same of some people; who is in no household is left out. */
export async function householdNumbersOf(
  ctx: Ctx,
  residentNos: readonly string[],
  asOf: AsOf,
): Promise<ReadonlyMap<string, HouseholdNo>> {
  const seq = asOf.seq ?? (await store.currentSeq(ctx.tx))
  return await store.householdNumbersOf(ctx.tx, residentNos, seq)
}

/** Number of the last applied change of the town's data; 0 before the first. */
export async function currentSeq(ctx: Ctx): Promise<bigint> {
  return await store.currentSeq(ctx.tx)
}
