import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { getLedger, getPerson, openEntry, recordFact } from '../ledger/ledger.actions.ts'
import { personOf, type PersonRef } from '../ledger/ledger.ts'
import { addNonResident } from '../ledger/non-residents.actions.ts'
import { rowsOf } from '../ledger/people.actions.ts'
import { stateOf, viewsOf } from './lists.actions.ts'
import { tellLinked } from './match.actions.ts'
import type * as contract from './matching.contract.ts'
import { matchingEvents, matchingProblems as problems } from './matching.messages.ts'
import { concealListed, isOpen, type ListedPerson, type OutcomeKind } from './matching.ts'
import * as store from './matching.store.ts'

const PAGE = 100

export async function listRows(
  ctx: Ctx,
  input: InputOf<typeof contract.listMatchingRows>,
): Promise<OutputOf<typeof contract.listMatchingRows>> {
  const { listId, state, after = 0 } = input
  const keys = await ctx.keys()
  const list = await requireList(ctx, listId)
  const kinds = state === undefined ? null : [state]
  const rows = await store.listRows(ctx.tx, keys, { listId, kinds, after, limit: PAGE + 1 })
  const shown = rows.slice(0, PAGE)
  await audit(ctx, matchingEvents.shown, {
    subjects: [{ kind: 'disaster', id: list.disasterId }],
    facts: { listId, rows: shown.length },
  })
  const [view] = await viewsOf(ctx, [list])
  return {
    list: view!,
    rows: shown.map(({ rowId, line, row, kind, personRef, automatic }) => ({
      ...{ rowId, line, personRef, automatic, state: stateOf(kind) },
      ...who(row),
    })),
    next: rows.length > PAGE ? shown.at(-1)!.line : null,
    open: await store.nextOpen(ctx.tx, listId, 0, NOBODY),
  }
}

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Who is on the list, without where they are. */
function who(row: ListedPerson) {
  const { name, kana, birthOn, birthText, age, sex } = row
  const text = birthText === '' ? null : birthText
  return { name, kana, age, sex, birth: { on: birthOn, uncertain: text !== null, text } }
}

async function requireList(ctx: Ctx, listId: string): Promise<store.List> {
  const list = await store.findList(ctx.tx, await ctx.keys(), listId)
  if (!list) throw new Problem(problems.notFound)
  return list
}

async function requireRow(ctx: Ctx, rowId: string): Promise<store.Row & store.Present> {
  const row = await store.findRow(ctx.tx, await ctx.keys(), rowId)
  if (!row) throw new Problem(problems.notFound)
  return row
}

/** The row beside its candidates. Where one of them is protected, nothing of the row tells a place either. */
export async function getRow(
  ctx: Ctx,
  input: InputOf<typeof contract.getMatchingRow>,
): Promise<OutputOf<typeof contract.getMatchingRow>> {
  const found = await requireRow(ctx, input.rowId)
  const { rowId, listId, disasterId, line, step, kind, personRef } = found
  const list = await requireList(ctx, listId)
  const candidates = await store.listCandidates(ctx.tx, rowId)
  const refs = [...new Set([...(personRef ? [personRef] : []), ...candidates.map((one) => one.personRef)])]
  const people = await rowsOf(ctx, disasterId, refs)
  const concealed = people.some(({ suppressed }) => suppressed)
  const row = concealed ? concealListed(found.row) : found.row
  await audit(ctx, matchingEvents.shown, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { listId, rowId, rows: 1 },
  })
  const { address, phone, household, place, note } = row
  const history = await store.listOutcomes(ctx.tx, await ctx.keys(), rowId)
  return {
    ...{
      rowId,
      listId,
      disasterId,
      line,
      step,
      personRef,
      concealed,
      title: list.title,
      source: list.source,
    },
    state: stateOf(kind),
    row: { ...who(row), address, phone, household, place, note },
    candidates: people.map((person, i) => {
      const scored = candidates.find((one) => one.personRef === refs[i])
      return {
        ...person,
        score: scored?.score ?? 0,
        reasons: [...(scored?.reasons ?? [])],
        linked: refs[i] === personRef,
      }
    }),
    history: history.map(({ rowId: _, at, reason, ...one }) => ({
      ...one,
      reason: concealed ? null : reason,
      at: at.toISOString(),
    })),
    next: await store.nextOpen(ctx.tx, listId, line, rowId),
  }
}

type Input = InputOf<typeof contract.decideMatchingRow>
type Decided = { readonly kind: OutcomeKind; readonly personRef: PersonRef | null }

/** Decides a row, or takes a link back. Appended: what was undone stays to be read, here and in the ledger. */
export async function decideRow(
  ctx: Ctx,
  input: Input,
): Promise<OutputOf<typeof contract.decideMatchingRow>> {
  const row = await requireRow(ctx, input.rowId)
  const { rowId, listId, line } = row
  if (row.step !== input.step) throw new Problem(platformProblems.changedByOther)
  const decided = await acts[input.act](ctx, row, input)
  const step = row.step + 1
  const written = await store.insertOutcomes(
    ctx.tx,
    await ctx.keys(),
    [{ rowId, step, ...decided, automatic: false, reason: input.reason === '' ? null : input.reason }],
    {
      at: ctx.now,
      actor: actorName(ctx.actor),
      label: ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム',
    },
  )
  if (written.size === 0) throw new Problem(platformProblems.changedByOther)
  return {
    ...{ step, state: decided.kind, personRef: decided.personRef },
    next: await store.nextOpen(ctx.tx, listId, line, rowId),
  }
}

type Act = (ctx: Ctx, row: store.Row & store.Present, input: Input) => Promise<Decided>

function requireOpen({ kind }: store.Present): void {
  if (kind === null || !isOpen(kind)) throw new Problem(problems.wrongState)
}

const link: Act = async (ctx, row, { personRef }) => {
  requireOpen(row)
  if (personRef === null) throw new Problem(problems.personMissing)
  const list = await requireList(ctx, row.listId)
  await getPerson(ctx, await getLedger(ctx, row.disasterId), personRef)
  await tellLinked(ctx, list, row, personRef, 'matching.linked')
  await audited(ctx, row, matchingEvents.linked, personRef)
  return { kind: 'linked', personRef }
}

const add: Act = async (ctx, row, { person }) => {
  requireOpen(row)
  if (person === null) throw new Problem(problems.personMissing)
  const list = await requireList(ctx, row.listId)
  const { disasterId } = row
  const added = await addNonResident(ctx, { disasterId, ...person })
  const personRef = added.personRef as PersonRef
  await tellLinked(ctx, list, row, personRef, 'matching.linked')
  await audited(ctx, row, matchingEvents.added, personRef)
  return { kind: 'added', personRef }
}

const later: Act = async (ctx, row) => {
  requireOpen(row)
  await audited(ctx, row, matchingEvents.later, null)
  return { kind: 'later', personRef: null }
}

/** The row waits again, the person keeps the fact that it was linked and gets one that it was undone. */
const undo: Act = async (ctx, row, { reason }) => {
  const { kind, personRef, disasterId, listId, rowId } = row
  if ((kind !== 'linked' && kind !== 'added') || personRef === null) throw new Problem(problems.wrongState)
  if (reason === '') throw new Problem(problems.reasonMissing)
  const entryId = await openEntry(ctx, disasterId, personOf(personRef))
  await recordFact(ctx, entryId, { kind: 'matching.undone', codes: { listId, rowId }, words: reason })
  await audited(ctx, row, matchingEvents.undone, personRef)
  return { kind: 'undone', personRef: null }
}

const acts: Readonly<Record<Input['act'], Act>> = { link, add, later, undo }

async function audited(
  ctx: Ctx,
  { rowId, listId, disasterId, personRef: before }: store.Row & store.Present,
  event: (typeof matchingEvents)[keyof typeof matchingEvents],
  personRef: PersonRef | null,
): Promise<void> {
  const person = personRef === null ? null : personOf(personRef)
  await audit(ctx, event, {
    subjects: [
      { kind: 'disaster', id: disasterId },
      ...(person === null
        ? []
        : person.kind === 'resident'
          ? [{ kind: 'resident', id: person.residentNo } as const]
          : [{ kind: 'non-resident', id: person.nonResidentId } as const]),
    ],
    facts: { listId, rowId, before: before === null ? '' : 'linked' },
  })
}
