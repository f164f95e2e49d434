import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { test } from '../access/guarded.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'
import { getLedger, openEntry, recordFact } from './ledger.actions.ts'
import type * as contract from './ledger.contract.ts'
import { ledgerEvents, ledgerProblems as problems } from './ledger.messages.ts'
import * as store from './ledger.store.ts'
import { refOf, type LedgerPerson, type NonResident, type NonResidentId } from './ledger.ts'

/** Adds a victim who is not in the register; being added is the person's first fact. */
export async function addNonResident(
  ctx: Ctx,
  input: InputOf<typeof contract.addNonResident>,
): Promise<OutputOf<typeof contract.addNonResident>> {
  const { birthOn, birthText, ...fields } = input
  const ledger = await getLedger(ctx, input.disasterId)
  const person: NonResident = {
    ...fields,
    birth: birthOf(birthOn, birthText),
    nonResidentId: uuidv7(ctx.now.getTime()) as NonResidentId,
    version: 1,
  }
  const keys = await ctx.keys()
  await store.insertNonResident(ctx.tx, keys, person, ctx.now, actorName(ctx.actor))
  const who: LedgerPerson = { kind: 'non-resident', nonResidentId: person.nonResidentId }
  const entryId = await openEntry(ctx, ledger.disasterId, who)
  await recordFact(ctx, entryId, {
    kind: 'ledger.non-resident-added',
    codes: { version: 1, suppressed: person.suppressed },
    words: person.reason,
  })
  await audit(ctx, ledgerEvents.nonResidentAdded, {
    subjects: [
      { kind: 'non-resident', id: person.nonResidentId },
      { kind: 'ledger-entry', id: entryId },
    ],
    facts: { suppressed: person.suppressed },
  })
  return { personRef: refOf(who), entryId, version: 1 }
}

/** Writes a new version of a 住登外者. Whereabouts of a protected person stay as they are: the clerk cannot see them. */
export async function changeNonResident(
  ctx: Ctx,
  input: InputOf<typeof contract.changeNonResident>,
): Promise<OutputOf<typeof contract.changeNonResident>> {
  const { birthOn, birthText, version, ...fields } = input
  const ledger = await getLedger(ctx, input.disasterId)
  const keys = await ctx.keys()
  const known = await store.findNonResident(ctx.tx, keys, ledger.disasterId, input.nonResidentId)
  if (!known) throw new Problem(problems.personNotInLedger)
  if (!test(known, (person) => person.version === version)) throw new Problem(platformProblems.changedByOther)
  const person: NonResident = {
    ...fields,
    ...(known.suppressed ? await keptWhereabouts(ctx, input) : {}),
    birth: birthOf(birthOn, birthText),
    version: version + 1,
  }
  const written = await store.insertNonResident(ctx.tx, keys, person, ctx.now, actorName(ctx.actor))
  if (!written) throw new Problem(platformProblems.changedByOther)
  const who: LedgerPerson = { kind: 'non-resident', nonResidentId: person.nonResidentId }
  const entryId = await openEntry(ctx, ledger.disasterId, who)
  await recordFact(ctx, entryId, {
    kind: 'ledger.non-resident-changed',
    codes: { version: person.version, suppressed: person.suppressed },
    words: null,
  })
  await audit(ctx, ledgerEvents.nonResidentChanged, {
    subjects: [
      { kind: 'non-resident', id: person.nonResidentId },
      { kind: 'ledger-entry', id: entryId },
    ],
    facts: { version: person.version, suppressed: person.suppressed },
  })
  return { personRef: refOf(who), version: person.version }
}

/** Lifting the flag would show what it hides, so that is not done at this screen either. */
async function keptWhereabouts(
  ctx: Ctx,
  input: InputOf<typeof contract.changeNonResident>,
): Promise<Pick<NonResident, 'address' | 'phone' | 'reason'>> {
  if (input.address !== '' || input.phone !== '' || input.reason !== '' || !input.suppressed) {
    throw new Problem(problems.whereaboutsConcealed)
  }
  const keys = await ctx.keys()
  const stored = await store.storedNonResident(ctx.tx, keys, input.nonResidentId, input.version)
  if (!stored) throw new Problem(platformProblems.changedByOther)
  const { address, phone, reason } = stored
  return { address, phone, reason }
}

function birthOf(on: RegisterDate['on'], text: string | null): RegisterDate {
  const words = text === '' ? null : text
  return { on, uncertain: words !== null, text: words }
}
