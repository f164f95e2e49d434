import { matchesFolded } from '@open-bcl/core/ja/fold.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { revealMany, test, type Purpose } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { findResidents } from '../residents/residents.actions.ts'
import { concealSharedMany, getLedger } from './ledger.actions.ts'
import * as store from './ledger.store.ts'
import { personOf, type Ledger, type PersonRef } from './ledger.ts'
import { nonResidentRow, residentRow, type PersonRow } from './person-row.ts'

/**
 * Many people of a ledger as lists show them, in the order asked for; one audit row names them all. Of somebody the
 * ledger does not hold the row says so instead of a name.
 */
export async function rowsOf(
  ctx: Ctx,
  disasterId: DisasterId,
  refs: readonly PersonRef[],
  purpose: Purpose = 'view',
): Promise<PersonRow[]> {
  if (refs.length === 0) return []
  const ledger = await getLedger(ctx, disasterId)
  const numbers = refs.map(personOf).flatMap((who) => (who.kind === 'resident' ? [who.residentNo] : []))
  const ids = refs.map(personOf).flatMap((who) => (who.kind === 'resident' ? [] : [who.nonResidentId]))
  const keys = await ctx.keys()
  const residents = await concealSharedMany(ctx, await findResidents(ctx, numbers, { seq: ledger.cutSeq }))
  const others = await concealSharedMany(ctx, await store.listNonResidents(ctx.tx, keys, disasterId, ids))
  const entries = await store.entriesOfResidents(ctx.tx, disasterId, numbers)
  const otherEntries = await store.entriesOfNonResidents(ctx.tx, disasterId, ids)
  const rows = new Map<string, PersonRow>()
  const records = await revealMany(ctx, residents, purpose)
  for (const [i, record] of records.entries())
    rows.set(
      `R-${record.residentNo}`,
      residentRow(record, residents[i]!.suppressed, entries.get(record.residentNo) ?? null),
    )
  const persons = await revealMany(ctx, others, purpose)
  for (const [i, person] of persons.entries())
    rows.set(
      `N-${person.nonResidentId}`,
      nonResidentRow(person, others[i]!.suppressed, otherEntries.get(person.nonResidentId) ?? null),
    )
  return refs.map((ref) => rows.get(ref) ?? absent(ref))
}

/** Which 住登外者 live where the words say; nobody does who is protected. */
export async function othersLivingAt(
  ctx: Ctx,
  { disasterId }: Ledger,
  refs: readonly PersonRef[],
  area: string,
): Promise<PersonRef[]> {
  const ids = refs.map(personOf).flatMap((who) => (who.kind === 'resident' ? [] : [who.nonResidentId]))
  const found = await store.listNonResidents(ctx.tx, await ctx.keys(), disasterId, ids)
  const people = await concealSharedMany(ctx, found)
  return people
    .filter((person) => !person.suppressed && test(person, ({ address }) => matchesFolded(address, area)))
    .map(({ subject }) => `N-${subject.id}` as PersonRef)
}

function absent(ref: PersonRef): PersonRow {
  return {
    personRef: ref,
    entryId: null,
    residentNo: null,
    name: '（台帳にありません）',
    kana: '',
    birth: { on: null, uncertain: false, text: null },
    sex: '3',
    address: null,
    suppressed: false,
  }
}

/** The entries of a resident in the ledgers of all disasters. */
export async function entriesOfPerson(ctx: Ctx, residentNo: string): Promise<string[]> {
  return await store.entryIdsOfResident(ctx.tx, residentNo)
}
