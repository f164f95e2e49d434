import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { Guarded, reveal, test } from '../access/guarded.ts'
import { findResident } from '../residents/residents.actions.ts'
import { addressLine, displayName, type ResidentRecord } from '../residents/residents.ts'
import type * as contract from './items.contract.ts'
import { insertDecision, listDecisions } from './items.store.ts'
import { findEntry, getLedger, getPerson, openEntry, recordFact } from './ledger.actions.ts'
import { ledgerProblems as problems } from './ledger.messages.ts'
import {
  changeNotes,
  changesSince,
  personOf,
  type ChangeNote,
  type EntryId,
  type PersonRef,
} from './ledger.ts'

type Difference = OutputOf<typeof contract.listDifferences>['differences'][number]

/** Differences of the register since the cut, found without opening anybody. */
export async function notesOn(ctx: Ctx, cut: Guarded<ResidentRecord>): Promise<ChangeNote[]> {
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

const stateWords: Readonly<Record<ResidentRecord['state'], string>> = {
  resident: '住民登録あり',
  'moved-out': '転出',
  dead: '死亡',
  removed: '消除',
}

/** What a record says on the matter of a note; `null` = the row is gone. */
function saidBy(note: ChangeNote, record: ResidentRecord | null): string {
  if (record === null) return '住民記録にありません'
  if (note === 'moved') return addressLine(record.address)
  if (note === 'name-changed') return displayName(record.name)
  if (note === 'household-changed') return `続柄：${record.relationText || '不明'}`
  const day = record.state === 'resident' ? null : (record.changedOn.text ?? record.changedOn.on)
  return `${stateWords[record.state]}${day === null ? '' : `（${day}）`}${record.addressAfter}`
}

async function differencesOf(
  ctx: Ctx,
  cut: Guarded<ResidentRecord>,
  entryId: EntryId | null,
): Promise<Difference[]> {
  const notes = await notesOn(ctx, cut)
  if (notes.length === 0) return []
  const found = await findResident(ctx, cut.subject.id as ResidentNo, { seq: null })
  // Whoever is protected by now was not when the ledger was cut: both come without what tells where.
  const before = await reveal(ctx, found?.suppressed ? Guarded.concealed(cut) : cut, 'view')
  const after =
    found === null ? null : await reveal(ctx, cut.suppressed ? Guarded.concealed(found) : found, 'view')
  const concealed = cut.suppressed || found?.suppressed === true
  const decisions = entryId === null ? [] : await listDecisions(ctx.tx, await ctx.keys(), entryId)
  return notes.map((note) => {
    const said = { before: saidBy(note, before), after: saidBy(note, after) }
    const last = decisions.find((one) => one.note === note)
    const stands = last?.words.after === said.after
    return {
      note,
      ...said,
      decided:
        last && stands
          ? {
              outcome: last.outcome,
              reason: concealed ? '' : last.words.reason,
              at: last.at.toISOString(),
              by: last.by,
            }
          : null,
      decisionNo: last?.decisionNo ?? 0,
    }
  })
}

async function registered(
  ctx: Ctx,
  input: {
    readonly disasterId: InputOf<typeof contract.listDifferences>['disasterId']
    personRef: PersonRef
  },
): Promise<Guarded<ResidentRecord> | null> {
  const found = await getPerson(ctx, await getLedger(ctx, input.disasterId), input.personRef)
  return found.kind === 'resident' ? found.person : null
}

/** Offered, never applied: the ledger stays as cut, and what staff decided about a difference stands beside it. */
export async function listDifferences(
  ctx: Ctx,
  input: InputOf<typeof contract.listDifferences>,
): Promise<OutputOf<typeof contract.listDifferences>> {
  const cut = await registered(ctx, input)
  if (cut === null) return { differences: [] }
  const entryId = await findEntry(ctx, input.disasterId, personOf(input.personRef))
  return { differences: await differencesOf(ctx, cut, entryId) }
}

/** Takes a difference over into the ledger as a fact, or leaves the ledger as it is; either is appended. */
export async function decideDifference(
  ctx: Ctx,
  input: InputOf<typeof contract.decideDifference>,
): Promise<OutputOf<typeof contract.decideDifference>> {
  const { disasterId, personRef, note, outcome, reason } = input
  const cut = await registered(ctx, input)
  if (cut === null) throw new Problem(problems.noDifference)
  const entryId = await openEntry(ctx, disasterId, personOf(personRef))
  const difference = (await differencesOf(ctx, cut, entryId)).find((one) => one.note === note)
  if (!difference) throw new Problem(problems.noDifference)
  if (difference.after !== input.after || difference.decisionNo !== input.decisionNo)
    throw new Problem(platformProblems.changedByOther)
  const { before, after } = difference
  const decisionNo = input.decisionNo + 1
  const written = await insertDecision(
    ctx.tx,
    await ctx.keys(),
    entryId,
    { note, decisionNo, outcome, words: { before, after, reason } },
    {
      at: ctx.now,
      actor: actorName(ctx.actor),
      by: ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム',
    },
  )
  if (!written) throw new Problem(platformProblems.changedByOther)
  await recordFact(ctx, entryId, {
    kind: outcome === 'accepted' ? 'ledger.difference-accepted' : 'ledger.difference-kept',
    codes: { note, decisionNo },
    words: [`${before} → ${after}`, reason].filter((part) => part !== '').join('　'),
  })
  return { decisionNo }
}
