import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { reveal } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { listDifferences, notesOn } from './differences.actions.ts'
import type { Household } from './households.ts'
import { householdIn } from './households.actions.ts'
import { factsOfAll, sameAs } from './identities.actions.ts'
import { listChanges } from './households.store.ts'
import { askedItems } from './items.ts'
import { listToldKeys } from './items.store.ts'
import * as ledgers from './ledger.actions.ts'
import type * as contract from './ledger.contract.ts'
import { personOf, type Ledger, type PersonRef } from './ledger.ts'
import { listOtherEntries } from './ledger.store.ts'
import { nonResidentRow, residentRow } from './person-row.ts'

type Victim = OutputOf<typeof contract.getVictim>

/** The page of one person: who it is, the household, what changed since, and everything that was told. */
export async function getVictim(ctx: Ctx, input: InputOf<typeof contract.getVictim>): Promise<Victim> {
  const ledger = await ledgers.getLedger(ctx, input.disasterId)
  const found = await ledgers.getPerson(ctx, ledger, input.personRef)
  const { suppressed } = found.person
  const entryId = await ledgers.findEntry(ctx, ledger.disasterId, personOf(input.personRef))
  const facts = (
    await factsOfAll(
      ctx,
      ledger.disasterId,
      await sameAs(ctx, ledger.disasterId, input.personRef),
      suppressed,
    )
  ).map((fact) => ({
    ...fact,
    codes: { ...fact.codes },
    at: fact.at.toISOString(),
  }))
  const household = await householdIn(ctx, ledger, input.personRef)
  const { differences } = await listDifferences(ctx, input)
  const undecided = differences.filter(({ decided }) => decided === null).length
  const told = entryId === null ? [] : await listToldKeys(ctx.tx, entryId)
  const rest = {
    next: [
      ...(undecided > 0 ? ['decide-differences' as const] : []),
      ...(household.head === null ? ['choose-head' as const] : []),
      ...askedItems.filter((key) => !told.includes(key)),
    ],
    otherLedgers: await otherLedgersOf(ctx, ledger, input.personRef),
    household: await membersOf(ctx, ledger, household),
    householdState: await stateOf(ctx, household, suppressed),
    facts,
  }
  if (found.kind === 'non-resident') {
    const person = await reveal(ctx, found.person, 'view')
    const { nonResidentId, version } = person
    return {
      person: nonResidentRow(person, suppressed, entryId),
      relation: '',
      notes: [],
      nonResident: {
        nonResidentId,
        version,
        phone: suppressed ? null : person.phone,
        reason: suppressed ? null : person.reason,
      },
      ...rest,
    }
  }
  const record = await reveal(ctx, found.person, 'view')
  return {
    person: residentRow(record, suppressed, entryId),
    relation: record.relationText,
    notes: await notesOn(ctx, found.person),
    nonResident: null,
    ...rest,
  }
}

/** The same person in ledgers of other disasters, where something was told. */
async function otherLedgersOf(
  ctx: Ctx,
  { disasterId }: Ledger,
  personRef: PersonRef,
): Promise<Victim['otherLedgers']> {
  const entries = await listOtherEntries(ctx.tx, disasterId, personOf(personRef))
  const others: Victim['otherLedgers'] = []
  for (const { disasterId: other, facts } of entries)
    others.push({ disasterId: other, name: (await getDisaster(ctx, other)).name, facts })
  return others
}

/** The members of a household of the ledger, each opened and audited. */
async function membersOf(
  ctx: Ctx,
  ledger: Ledger,
  { members, head }: Household,
): Promise<Victim['household']> {
  const rows: Victim['household'] = []
  for (const ref of members) {
    const one = await ledgers.getPerson(ctx, ledger, ref)
    const entryId = await ledgers.findEntry(ctx, ledger.disasterId, personOf(ref))
    if (one.kind === 'resident') {
      const record = await reveal(ctx, one.person, 'view')
      rows.push({
        ...residentRow(record, one.person.suppressed, entryId),
        relation: record.relationText,
        head: ref === head,
        notes: await notesOn(ctx, one.person),
      })
    } else {
      const person = await reveal(ctx, one.person, 'view')
      const row = nonResidentRow(person, one.person.suppressed, entryId)
      rows.push({ ...row, relation: '', head: ref === head, notes: [] })
    }
  }
  return rows
}

async function stateOf(
  ctx: Ctx,
  { householdId, version }: Household,
  suppressed: boolean,
): Promise<Victim['householdState']> {
  const changes = version === 0 ? [] : await listChanges(ctx.tx, await ctx.keys(), householdId)
  return {
    householdId,
    version,
    changes: changes
      .filter(({ kind }) => kind !== 'cut')
      .map(({ at, reason, ...change }) => ({
        ...change,
        at: at.toISOString(),
        reason: suppressed ? null : reason,
      })),
  }
}
