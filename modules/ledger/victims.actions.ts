import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { reveal, revealMany, test, type Guarded } from '../access/guarded.ts'
import { findResident, listHousehold } from '../residents/residents.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import * as ledgers from './ledger.actions.ts'
import type * as contract from './ledger.contract.ts'
import {
  belongsToLedger,
  changeNotes,
  changesSince,
  personOf,
  type ChangeNote,
  type Ledger,
} from './ledger.ts'
import { nonResidentRow, residentRow } from './person-row.ts'
import * as store from './ledger.store.ts'

type Victim = OutputOf<typeof contract.getVictim>

/** The page of one person: who it is, the household as cut, what changed since, and everything that was told. */
export async function getVictim(ctx: Ctx, input: InputOf<typeof contract.getVictim>): Promise<Victim> {
  const ledger = await ledgers.getLedger(ctx, input.disasterId)
  const found = await ledgers.getPerson(ctx, ledger, input.personRef)
  const entryId = await ledgers.findEntry(ctx, ledger.disasterId, personOf(input.personRef))
  const facts = (await ledgers.listFacts(ctx, entryId, found.person.suppressed)).map((fact) => ({
    ...fact,
    codes: { ...fact.codes },
    at: fact.at.toISOString(),
  }))
  if (found.kind === 'non-resident') {
    const person = await reveal(ctx, found.person, 'view')
    const { nonResidentId, version, suppressed } = person
    return {
      person: nonResidentRow(person, entryId),
      relation: '',
      notes: [],
      household: [],
      nonResident: {
        nonResidentId,
        version,
        phone: suppressed ? null : person.phone,
        reason: suppressed ? null : person.reason,
      },
      facts,
    }
  }
  const record = await reveal(ctx, found.person, 'view')
  return {
    person: residentRow(record, found.person.suppressed, entryId),
    relation: record.relationText,
    notes: await notesOn(ctx, found.person),
    household: await householdOf(ctx, ledger, record, found.person),
    nonResident: null,
    facts,
  }
}

/** People of the household as cut, closed; the person alone where the register gives no household. */
export async function listHouseholdAsCut(
  ctx: Ctx,
  ledger: Ledger,
  person: Guarded<ResidentRecord>,
  householdNo: ResidentRecord['householdNo'],
): Promise<Guarded<ResidentRecord>[]> {
  if (householdNo === null) return [person]
  const people = await listHousehold(ctx, householdNo, { seq: ledger.cutSeq })
  return people.filter((member) => test(member, belongsToLedger))
}

async function householdOf(
  ctx: Ctx,
  ledger: Ledger,
  record: ResidentRecord,
  person: Guarded<ResidentRecord>,
): Promise<Victim['household']> {
  const people = await listHouseholdAsCut(ctx, ledger, person, record.householdNo)
  const records = await revealMany(ctx, people, 'view')
  const entries = await store.entriesOfResidents(
    ctx.tx,
    ledger.disasterId,
    records.map((member) => member.residentNo),
  )
  const members: Victim['household'] = []
  for (const [i, member] of records.entries()) {
    members.push({
      ...residentRow(member, people[i]!.suppressed, entries.get(member.residentNo) ?? null),
      relation: member.relationText,
      notes: await notesOn(ctx, people[i]!),
    })
  }
  return members
}

/** Differences of the register since the cut, found without opening anybody. */
async function notesOn(ctx: Ctx, cut: Guarded<ResidentRecord>): Promise<ChangeNote[]> {
  const now = await findResident(ctx, cut.subject.id as ResidentNo, { seq: null })
  const suppressed = cut.suppressed || now?.suppressed === true
  const differs = (note: ChangeNote) =>
    test(cut, (before) =>
      now === null
        ? changesSince(before, null, suppressed).includes(note)
        : test(now, (after) => changesSince(before, after, suppressed).includes(note)),
    )
  return changeNotes.map((note) => note.value).filter(differs)
}
