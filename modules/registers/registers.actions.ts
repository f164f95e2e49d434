import type { HouseholdNo, ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Guarded } from '../access/guarded.ts'
import { streamSuppressions } from '../access/suppression.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import { fieldsOfVersionedRow } from '../interfaces/interfaces.fields.ts'
import { currentSeq, findResident, listHousehold, type AsOf } from '../residents/residents.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { findCardHolder as findHolder } from './card-serials.store.ts'
import {
  countEntries as countRows,
  findNonResident,
  hadEntries as hadRows,
  listEntries,
  streamCardSerials,
  streamEntries,
} from './entries.store.ts'
import type { Entry, EntryBusiness } from './entries.ts'
import { canonicalCard, type CardIdentity } from './registers.ts'

/**
 * The resident of this town whom a card's certificate stands for today; `null` when the town knows no such certificate,
 * or not as one in force. The caller refuses in neutral words: the answer tells who lives here.
 */
export async function findCardHolder(ctx: Ctx, card: CardIdentity): Promise<ResidentNo | null> {
  const known = canonicalCard(card)
  if (known === null) return null
  return await findHolder(ctx.tx, known.issuerSki, known.serial, todayInJapan(ctx.now))
}

/**
 * The latest rows of a person in one business as of `seq`, closed; none where the town knew nobody of that number then
 * (`countEntries` tells how many wait for their person). A person under 支援措置 comes without whereabouts.
 */
export async function findEntries(
  ctx: Ctx,
  business: EntryBusiness,
  residentNo: ResidentNo,
  asOf: AsOf,
): Promise<Guarded<Entry>[]> {
  const seq = asOf.seq ?? (await currentSeq(ctx))
  const person = await personOf(ctx, business, residentNo, seq)
  if (person === null) return []
  return await listEntries(ctx.tx, await ctx.keys(), business, { residentNo }, seq, person)
}

/** Whether a person ever had a row of a business up to `seq`: one that was taken away leaves its trace. */
export async function hadEntries(
  ctx: Ctx,
  business: EntryBusiness,
  residentNo: ResidentNo,
  asOf: AsOf,
): Promise<boolean> {
  return await hadRows(ctx.tx, business, residentNo, asOf.seq ?? (await currentSeq(ctx)))
}

type Person = { readonly residentNo: ResidentNo; readonly suppressed: boolean }

async function personOf(
  ctx: Ctx,
  business: EntryBusiness,
  residentNo: ResidentNo,
  seq: bigint,
): Promise<Person | null> {
  const resident = await findResident(ctx, residentNo, { seq })
  if (resident !== null) return { residentNo, suppressed: resident.suppressed }
  const nonResident = await findNonResident(ctx.tx, residentNo, seq)
  if (nonResident !== null) return { residentNo, ...nonResident }
  // What forbids does so before the person is known.
  return business === 'issue-blocks' ? { residentNo, suppressed: true } : null
}

/** A household as of `seq`: its own row, where the town sends 世帯, and its members, the oldest first. */
export async function findHousehold(
  ctx: Ctx,
  householdNo: HouseholdNo,
  asOf: AsOf,
): Promise<{ readonly household: Guarded<Entry> | null; readonly members: Guarded<ResidentRecord>[] }> {
  const seq = asOf.seq ?? (await currentSeq(ctx))
  const members = await listHousehold(ctx, householdNo, { seq })
  return { household: await householdRow(ctx, householdNo, members, { seq }), members }
}

/** The town's own row of a household whose members are known; `null` where it sends none. */
export async function householdRow(
  ctx: Ctx,
  householdNo: HouseholdNo,
  members: readonly Guarded<ResidentRecord>[],
  { seq }: { readonly seq: bigint },
): Promise<Guarded<Entry> | null> {
  if (members.length === 0) return null
  // Where one is in hiding, the household's address is the hidden one.
  const person = {
    residentNo: members[0]!.subject.id as ResidentNo,
    suppressed: members.some(({ suppressed }) => suppressed),
  }
  const [household] = await listEntries(
    ctx.tx,
    await ctx.keys(),
    'households',
    { scope: householdNo },
    seq,
    person,
  )
  return household ?? null
}

/** Latest rows of a business as they stand now, as of which `seq`, and how many more wait for a person the town does not know. */
export async function countEntries(
  ctx: Ctx,
  business: EntryBusiness,
): Promise<{ readonly seq: bigint; readonly entries: number; readonly parked: number }> {
  return { seq: await currentSeq(ctx), ...(await countRows(ctx.tx, business)) }
}

/** Rows that wait for their person: 住民情報 or 住登外者 with their 宛名番号 has not come yet, or is gone. */
export async function countParked(ctx: Ctx, business: EntryBusiness): Promise<number> {
  return (await countRows(ctx.tx, business)).parked
}

/**
 * All rows of a business as the town had them as of `seq`, opened, in the order of the interface with their flags; batches in
 * the order of the keys, memory flat. What the town no more has (`kept` 支援措置) is not among them. For recovery and
 * reconciliation, which audit themselves: nothing of it may reach a screen.
 */
export async function* streamRows(
  ctx: Ctx,
  business: Exclude<Business, 'residents'>,
  seq: bigint,
): AsyncGenerator<string[][]> {
  const keys = await ctx.keys()
  if (business === 'suppressions')
    for await (const rows of streamSuppressions(ctx, seq))
      yield rows.map(({ payload, latest }) =>
        fieldsOfVersionedRow(business, payload, { latest, deleted: false }),
      )
  else if (business === 'card-serials') yield* streamCardSerials(ctx.tx, keys, seq)
  else yield* streamEntries(ctx.tx, keys, business, seq)
}
