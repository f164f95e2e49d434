import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import type { Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type * as contract from './identities.contract.ts'
import * as store from './identities.store.ts'
import {
  concealSharedMany,
  findEntry,
  getLedger,
  getPerson,
  listFacts,
  openEntry,
  recordFact,
} from './ledger.actions.ts'
import { ledgerEvents, ledgerProblems as problems, type LedgerFactKind } from './ledger.messages.ts'
import { listNonResidents } from './ledger.store.ts'
import {
  personOf,
  refOf,
  type LedgerPerson,
  type NonResident,
  type PersonRef,
  type RecordedFact,
} from './ledger.ts'
import { rowsOf } from './people.actions.ts'

/** 住登外者 of a ledger, all of them, closed. */
export async function everyNonResident(ctx: Ctx, disasterId: DisasterId): Promise<Guarded<NonResident>[]> {
  const ids = await store.listNonResidentIds(ctx.tx, disasterId)
  const found = ids.length === 0 ? [] : await listNonResidents(ctx.tx, await ctx.keys(), disasterId, ids)
  return await concealSharedMany(ctx, found)
}

/** Everybody in a ledger who is, at present, one and the same person: the one asked about first. */
export async function sameAs(ctx: Ctx, disasterId: DisasterId, ref: PersonRef): Promise<PersonRef[]> {
  const who = personOf(ref)
  let residentNo = who.kind === 'resident' ? who.residentNo : null
  if (who.kind === 'non-resident') {
    const [newest] = await store.listIdentities(ctx.tx, await ctx.keys(), disasterId, who.nonResidentId)
    if (!newest?.same) return [ref]
    residentNo = newest.residentNo
  }
  const others = await store.nonResidentsBeing(ctx.tx, disasterId, residentNo!)
  const refs = [
    refOf({ kind: 'resident', residentNo: residentNo! }),
    ...others.map((nonResidentId) => refOf({ kind: 'non-resident', nonResidentId })),
  ]
  return [ref, ...refs.filter((one) => one !== ref)]
}

/** What was told of a person under every number they have in a ledger, newest first. */
export async function factsOfAll(
  ctx: Ctx,
  disasterId: DisasterId,
  refs: readonly PersonRef[],
  suppressed: boolean,
): Promise<(RecordedFact & { from: PersonRef })[]> {
  const facts: (RecordedFact & { from: PersonRef })[] = []
  for (const ref of refs) {
    const entryId = await findEntry(ctx, disasterId, personOf(ref))
    for (const fact of await listFacts(ctx, entryId, suppressed)) facts.push({ ...fact, from: ref })
  }
  return facts.sort((a, b) => (a.factId < b.factId ? 1 : -1))
}

/**
 * Tells that a 住登外者 is somebody of the register, or takes that back. Nothing is moved: both keep their entry and facts,
 * and the page of either shows those of both for as long as they are one.
 */
export async function tellIdentity(
  ctx: Ctx,
  input: InputOf<typeof contract.tellIdentity>,
): Promise<OutputOf<typeof contract.tellIdentity>> {
  const { disasterId, nonResidentId, version, same, reason } = input
  const ledger = await getLedger(ctx, disasterId)
  const other: LedgerPerson = { kind: 'non-resident', nonResidentId }
  await getPerson(ctx, ledger, refOf(other))
  const [newest] = await store.listIdentities(ctx.tx, await ctx.keys(), disasterId, nonResidentId)
  if ((newest?.version ?? 0) !== version) throw new Problem(platformProblems.changedByOther)
  if ((newest?.same ?? false) === same) throw new Problem(problems.identityAsBefore)
  const who = same
    ? personOf(input.personRef ?? refOf(other))
    : personOf(`R-${newest!.residentNo}` as PersonRef)
  if (who.kind !== 'resident') throw new Problem(problems.identityNotResident)
  await getPerson(ctx, ledger, refOf(who))
  const written = await store.insertIdentity(
    ctx.tx,
    await ctx.keys(),
    disasterId,
    {
      ...{ nonResidentId, version: version + 1, residentNo: who.residentNo, same, reason },
      ...{ at: ctx.now, by: ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム' },
    },
    actorName(ctx.actor),
  )
  if (!written) throw new Problem(platformProblems.changedByOther)
  const kind: LedgerFactKind = same ? 'ledger.identified' : 'ledger.told-apart'
  const subjects = []
  for (const one of [who, other]) {
    const entryId = await openEntry(ctx, disasterId, one)
    await recordFact(ctx, entryId, {
      kind,
      codes: { residentNo: who.residentNo, nonResidentId, version: version + 1 },
      words: reason,
    })
    subjects.push({ kind: 'ledger-entry', id: entryId } as const)
  }
  await audit(ctx, same ? ledgerEvents.identified : ledgerEvents.toldApart, { subjects, facts: {} })
  return { version: version + 1 }
}

/** Who else of the ledger is this person, and what was told about it before. */
export async function getIdentity(
  ctx: Ctx,
  input: InputOf<typeof contract.getIdentity>,
): Promise<OutputOf<typeof contract.getIdentity>> {
  const { disasterId, personRef } = input
  const found = await getPerson(ctx, await getLedger(ctx, disasterId), personRef)
  const who = personOf(personRef)
  const [, ...others] = await sameAs(ctx, disasterId, personRef)
  const told =
    who.kind === 'non-resident'
      ? await store.listIdentities(ctx.tx, await ctx.keys(), disasterId, who.nonResidentId)
      : []
  return {
    same: await rowsOf(ctx, disasterId, others),
    version: told[0]?.version ?? 0,
    history: told.map(({ version, residentNo, same, reason, at, by }) => ({
      ...{ version, residentNo, same, by, at: at.toISOString() },
      reason: found.person.suppressed ? null : reason,
    })),
  }
}
