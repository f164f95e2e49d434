import type { HouseholdNo, ResidentNo } from '@open-bcl/core/brand.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { reveal, revealMany, test, type Guarded } from '../access/guarded.ts'
import { currentSeq, listHousehold, searchResidents } from './residents.actions.ts'
import { residentsEvents as events, residentsProblems as problems } from './residents.messages.ts'
import { addressLine, displayName, type ResidentRecord } from './residents.ts'
import type * as contract from './versions.contract.ts'
import * as store from './versions.store.ts'
import { compareItems, versionIdOf, versionKeyOf, type Item, type VersionKey } from './versions.ts'

type Found = OutputOf<typeof contract.searchVersions>['people'][number]

/** 中間DB参照: people who match all of what was typed, sealed unless a purpose is given. */
export async function searchVersions(
  ctx: Ctx,
  { purpose, ...typed }: InputOf<typeof contract.searchVersions>,
): Promise<OutputOf<typeof contract.searchVersions>> {
  const given = Object.entries(typed).filter(([, words]) => words !== undefined && words !== '')
  if (given.length === 0) throw new Problem(problems.tooVague)
  const { people, more } = await searchResidents(ctx, Object.fromEntries(given), { seq: null })
  const numbers = people.map(({ subject }) => subject.id)
  // Somebody whom the town deleted is found by number alone.
  if (numbers.length === 0 && given.length === 1 && typed.residentNo) numbers.push(typed.residentNo)
  const summaries = new Map(
    (await store.summariesOf(ctx.tx, numbers)).map((summary) => [summary.residentNo, summary]),
  )
  await audit(ctx, events.versionsSearched, {
    subjects: typed.residentNo ? [{ kind: 'resident', id: typed.residentNo }] : [],
    facts: { fields: given.map(([field]) => field).join(' '), count: summaries.size },
  })
  const known = purpose === undefined ? new Map() : await peopleOf(ctx, people, purpose)
  return {
    people: numbers.flatMap((residentNo) => {
      const summary = summaries.get(residentNo)
      return summary ? [{ ...summary, person: known.get(residentNo) ?? null }] : []
    }),
    more,
  }
}

async function peopleOf(
  ctx: Ctx,
  people: readonly Guarded<ResidentRecord>[],
  purpose: NonNullable<InputOf<typeof contract.searchVersions>['purpose']>,
): Promise<Map<string, Found['person']>> {
  const records = await revealMany(ctx, people, purpose)
  return new Map(
    records.map((record, i) => [
      record.residentNo,
      { ...whoIs(record), address: people[i]!.suppressed ? null : addressLine(record.address) },
    ]),
  )
}

function whoIs({ name, birth, sex }: ResidentRecord): Omit<NonNullable<Found['person']>, 'address'> {
  const kana = name.preference === '2' ? name.aliasKana : name.kana
  return { name: displayName(name), kana, birth: { ...birth }, sex }
}

/** Numbers, times and states of every version of a person; nothing is opened. */
export async function listVersions(
  ctx: Ctx,
  { residentNo }: InputOf<typeof contract.listVersions>,
): Promise<OutputOf<typeof contract.listVersions>> {
  const versions = await store.listVersions(ctx.tx, residentNo)
  const [summary] = await store.summariesOf(ctx.tx, [residentNo])
  if (!summary) throw new Problem(problems.neverRegistered)
  await audit(ctx, events.versionsListed, {
    subjects: [{ kind: 'resident', id: residentNo }],
    facts: { count: versions.length },
  })
  return {
    residentNo,
    currentSeq: String(await currentSeq(ctx)),
    suppressed: summary.suppressed,
    versions: versions.map((version) => ({
      ...version,
      versionId: versionIdOf(version),
      fromSeq: String(version.fromSeq),
      toSeq: version.toSeq === null ? null : String(version.toSeq),
      appliedAt: version.appliedAt?.toISOString() ?? null,
      endedAt: version.endedAt?.toISOString() ?? null,
    })),
  }
}

/** The items of one version, or of two beside each other. */
export async function revealVersions(
  ctx: Ctx,
  { residentNo, versionId, olderId, purpose }: InputOf<typeof contract.revealVersions>,
): Promise<OutputOf<typeof contract.revealVersions>> {
  const newer = await getItems(ctx, residentNo, versionId)
  const older = olderId === undefined ? null : await getItems(ctx, residentNo, olderId)
  const [shown, before] = await revealMany(ctx, older === null ? [newer] : [newer, older], purpose)
  const concealed = newer.suppressed || older?.suppressed === true
  if (before === undefined) {
    return {
      concealed,
      items: shown!.map(({ name, value }) => ({ name, older: null, newer: value, changed: false })),
    }
  }
  // An item that only one of the two may show would look like a change.
  const [left, right] = [shown!, before].map((items) => new Set(items.map(({ name }) => name)))
  return {
    concealed,
    items: compareItems(before, shown!).filter(
      ({ name }) => !concealed || (left!.has(name) && right!.has(name)),
    ),
  }
}

async function getItems(ctx: Ctx, residentNo: ResidentNo, versionId: string): Promise<Guarded<Item[]>> {
  const key: VersionKey | null = versionKeyOf(versionId)
  const found = key && (await store.findItems(ctx.tx, await ctx.keys(), residentNo, key))
  if (!found) throw new Problem(problems.versionNotFound)
  return found
}

/** @throws neverRegistered where the town's 中間DB has never held this number: another town's, or a slip. */
export async function requireEverRegistered(ctx: Ctx, residentNo: ResidentNo): Promise<void> {
  if ((await store.summariesOf(ctx.tx, [residentNo])).length === 0)
    throw new Problem(problems.neverRegistered)
}

/** The person and the household as the 中間DB held them as of a number or a moment. */
export async function revealAsOf(
  ctx: Ctx,
  input: InputOf<typeof contract.revealAsOf>,
): Promise<OutputOf<typeof contract.revealAsOf>> {
  const { residentNo, purpose } = input
  await requireEverRegistered(ctx, residentNo)
  const seq = await seqOf(ctx, input)
  const found = await store.findItemsAsOf(ctx.tx, await ctx.keys(), residentNo, seq)
  const appliedAt = (await store.appliedAt(ctx.tx, seq))?.toISOString() ?? null
  if (found === null) {
    return { seq: String(seq), appliedAt, concealed: false, versionId: null, items: null, household: [] }
  }
  return {
    seq: String(seq),
    appliedAt,
    concealed: found.items.suppressed,
    versionId: versionIdOf(found.key),
    items: await reveal(ctx, found.items, purpose),
    household: await householdAsOf(ctx, found.householdNo as HouseholdNo | null, seq, purpose),
  }
}

async function seqOf(
  ctx: Ctx,
  { seq, at }: Pick<InputOf<typeof contract.revealAsOf>, 'seq' | 'at'>,
): Promise<bigint> {
  const now = await currentSeq(ctx)
  if (seq !== undefined) return BigInt(seq) < now ? BigInt(seq) : now
  if (at === undefined) return now
  const then = await store.seqAt(ctx.tx, new Date(at))
  if (then === null) throw new Problem(problems.nothingYet)
  return then
}

async function householdAsOf(
  ctx: Ctx,
  householdNo: HouseholdNo | null,
  seq: bigint,
  purpose: InputOf<typeof contract.revealAsOf>['purpose'],
): Promise<OutputOf<typeof contract.revealAsOf>['household']> {
  if (householdNo === null) return []
  const members = await listHousehold(ctx, householdNo, { seq })
  const living = members.filter((member) => test(member, ({ state }) => state === 'resident'))
  const records = await revealMany(ctx, living, purpose)
  return records.map((record, i) => ({
    residentNo: record.residentNo,
    ...whoIs(record),
    relation: record.relationText,
    state: record.state,
    suppressed: living[i]!.suppressed,
  }))
}
