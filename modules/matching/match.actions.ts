import { realTownOf } from '@open-bcl/core/practice-town.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { test, type Guarded } from '../access/guarded.ts'
import { concealSharedMany, getLedger, openEntry, recordFact } from '../ledger/ledger.actions.ts'
import { everyNonResident } from '../ledger/identities.actions.ts'
import { belongsToLedger, personOf, type Ledger, type NonResident, type PersonRef } from '../ledger/ledger.ts'
import { listNation } from '../municipalities/municipalities.actions.ts'
import { askNumbers, bornOn, type Question } from '../residents/candidates.actions.ts'
import { findResidents, householdNumbersOf } from '../residents/residents.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import {
  askedOf,
  CERTAIN,
  householdReason,
  knownOfNonResident,
  knownOfResident,
  LEAD,
  mayLinkItself,
  namesOf,
  reasonsFor,
  scoreOf,
  UNSURE,
  verdictOf,
  type Asked,
  type Scored,
} from './compare.ts'
import { wordsOf, type ListedPerson, type ListId, type RowId } from './matching.ts'
import { matchingEvents, type MatchingFactKind } from './matching.messages.ts'
import * as store from './matching.store.ts'

export const MATCH_TASK = 'matching.match'
/** Rows of one transaction: people who are opened stay in memory only so long. */
const SLICE = 500
/** Candidates that a person can look at. */
const SHOWN = 8
/** A name that more people have says too little without a birth date. */
const MOST_NAMESAKES = 300

type Work = { readonly rowId: RowId; readonly line: number; readonly row: ListedPerson }

/** Compares the rows of a list that wait, a slice at a time: the queue calls again until none is left. */
export async function matchTask(ctx: Ctx, listId: string | undefined): Promise<void> {
  if (listId === undefined) return
  const keys = await ctx.keys()
  const list = await store.findList(ctx.tx, keys, listId)
  if (!list) return
  const work = await store.waitingRows(ctx.tx, keys, listId, SLICE)
  if (work.length === 0) return
  const ledger = await getLedger(ctx, list.disasterId)
  const found = await candidatesOf(ctx, ledger, work)
  await save(ctx, list, work, found)
  if (work.length === SLICE) await ctx.enqueue(MATCH_TASK, { listId })
}

/** Who each row may be, the best first. */
export async function candidatesOf(
  ctx: Ctx,
  ledger: Ledger,
  work: readonly Work[],
): Promise<Map<RowId, Scored[]>> {
  const town = listNation().get(realTownOf(ctx.municipality))?.fullName ?? ''
  const year = Number(ctx.now.toISOString().slice(0, 4))
  const asked = work.map(({ row }) => askedOf(row, town, year))
  const numbers = await numbersFor(ctx, ledger, work, asked)
  const others = await everyNonResident(ctx, ledger.disasterId)
  const found = await scoreAll(ctx, ledger, work, asked, numbers, others, town)
  const left = work.filter(({ rowId }) => (found.get(rowId)?.[0]?.score ?? 0) < CERTAIN)
  if (left.length > 0) {
    // Who took another name, or whose name is written wrong: looked for by a part of the name and the place.
    const places = new Map(work.map(({ rowId }, i) => [rowId, asked[i]!]))
    const again = left.map(({ rowId }) => places.get(rowId)!)
    const more = await numbersByPlace(ctx, ledger, again)
    const better = await scoreAll(ctx, ledger, left, again, more, [], town)
    for (const [rowId, list] of better) {
      const known = found.get(rowId) ?? []
      const fresh = list.filter((one) => !known.some(({ personRef }) => personRef === one.personRef))
      found.set(rowId, inOrder([...known, ...fresh]))
    }
  }
  await addHouseholds(ctx, ledger, work, found)
  return found
}

const inOrder = (list: readonly Scored[]): Scored[] =>
  list.toSorted((a, b) => b.score - a.score || (a.personRef < b.personRef ? -1 : 1)).slice(0, SHOWN)

/** Whom to look at: everybody of the same name or kana, and everybody born that day. */
async function numbersFor(
  ctx: Ctx,
  ledger: Ledger,
  work: readonly Work[],
  asked: readonly Asked[],
): Promise<Set<string>[]> {
  const byName = await askNumbers(
    ctx,
    questions(asked, ({ name }) => (name.length >= 3 ? { name } : null)),
    ledger.cutSeq,
  )
  const byKana = await askNumbers(
    ctx,
    questions(asked, ({ kana }) => (kana.length >= 4 ? { kana } : null)),
    ledger.cutSeq,
  )
  const days = [...new Set(work.flatMap(({ row }) => row.birthOn ?? []))]
  const byDay = await bornOn(ctx, days, ledger.cutSeq)
  return work.map(({ row }, i) => {
    const numbers = new Set<string>(row.birthOn === null ? [] : byDay.get(row.birthOn))
    for (const named of [byName.get(i), byKana.get(i)])
      if (named && (named.size <= MOST_NAMESAKES || row.birthOn === null))
        for (const one of [...named].slice(0, MOST_NAMESAKES)) numbers.add(one)
    return numbers
  })
}

function questions(asked: readonly Asked[], words: (one: Asked) => Omit<Question, 'at'> | null): Question[] {
  return asked.flatMap((one, at) => {
    const wanted = words(one)
    return wanted === null ? [] : [{ at, ...wanted }]
  })
}

/** By the place and a part of the name; of protected people the tokens of a place are not asked (`scoreAll`). */
async function numbersByPlace(ctx: Ctx, ledger: Ledger, asked: readonly Asked[]): Promise<Set<string>[]> {
  const given = await askNumbers(
    ctx,
    questions(asked, (one) => {
      const tail = one.given || [...one.name].slice(-2).join('')
      return one.block.length >= 2 && tail.length >= 2 ? { name: tail, address: one.block } : null
    }),
    ledger.cutSeq,
  )
  const family = await askNumbers(
    ctx,
    questions(asked, (one) => {
      const head = one.family || [...one.name].slice(0, 2).join('')
      return one.block.length >= 2 && head.length >= 2 ? { name: head, address: one.block } : null
    }),
    ledger.cutSeq,
  )
  const kana = await askNumbers(
    ctx,
    questions(asked, (one) => {
      const tail = one.kanaGiven || [...one.kana].slice(-3).join('')
      return one.block.length >= 2 && tail.length >= 2 ? { kana: tail, address: one.block } : null
    }),
    ledger.cutSeq,
  )
  return asked.map((_, i) => {
    const numbers = new Set<string>()
    for (const found of [given.get(i), family.get(i), kana.get(i)])
      if (found && found.size <= MOST_NAMESAKES) for (const one of found) numbers.add(one)
    return numbers
  })
}

async function scoreAll(
  ctx: Ctx,
  ledger: Ledger,
  work: readonly Work[],
  asked: readonly Asked[],
  numbers: readonly Set<string>[],
  others: readonly Guarded<NonResident>[],
  town: string,
): Promise<Map<RowId, Scored[]>> {
  const wanted = [...new Set(numbers.flatMap((set) => [...set]))]
  const people = await concealSharedMany(ctx, await findResidents(ctx, wanted, { seq: ledger.cutSeq }))
  const byNumber = new Map(
    people.filter((person) => test(person, belongsToLedger)).map((person) => [person.subject.id, person]),
  )
  const found = new Map<RowId, Scored[]>()
  for (const [i, { rowId }] of work.entries()) {
    const row = asked[i]!
    const list: Scored[] = []
    for (const number of numbers[i]!) {
      const person = byNumber.get(number)
      if (person) list.push(...scored(`R-${number}`, person, row, knownOfResident))
    }
    for (const person of others)
      list.push(...scored(`N-${person.subject.id}`, person, row, (one) => knownOfNonResident(one, town)))
    found.set(rowId, inOrder(list))
  }
  return found
}

function scored<T extends ResidentRecord | NonResident>(
  personRef: string,
  person: Guarded<T>,
  row: Asked,
  knownOf: (value: T) => ReturnType<typeof knownOfResident>,
): Scored[] {
  const { suppressed } = person
  const reasons = reasonsFor(suppressed, (holds) => test(person, (value) => holds(row, knownOf(value))))
  const score = scoreOf(reasons)
  return score < UNSURE ? [] : [{ personRef, suppressed, score, reasons }]
}

/** People of one household come together: where one of them is found, the others are likelier. */
async function addHouseholds(
  ctx: Ctx,
  ledger: Ledger,
  work: readonly Work[],
  found: Map<RowId, Scored[]>,
): Promise<void> {
  const groups = new Map<string, RowId[]>()
  for (const { rowId, row } of work) {
    const together = row.household || row.address || row.phone
    if (together !== '') groups.set(together, [...(groups.get(together) ?? []), rowId])
  }
  const several = [...groups.values()].filter((rows) => rows.length > 1)
  if (several.length === 0) return
  const numbers = several.flat().flatMap((rowId) =>
    (found.get(rowId) ?? []).flatMap(({ personRef }) => {
      const who = personOf(personRef as PersonRef)
      return who.kind === 'resident' ? [who.residentNo] : []
    }),
  )
  const byNumber = await householdNumbersOf(ctx, [...new Set(numbers)], { seq: ledger.cutSeq })
  const households = new Map([...byNumber].map(([number, household]) => [`R-${number}`, household]))
  for (const rows of several) {
    const sure = new Map<RowId, string>()
    for (const rowId of rows) {
      const [best] = found.get(rowId) ?? []
      const household =
        best && !best.suppressed && best.score >= CERTAIN - LEAD ? households.get(best.personRef) : null
      if (household) sure.set(rowId, household)
    }
    for (const rowId of rows) {
      const mates = new Set([...sure].flatMap(([other, household]) => (other === rowId ? [] : [household])))
      const list = (found.get(rowId) ?? []).map((one) => {
        const household = one.suppressed ? null : households.get(one.personRef)
        if (!household || !mates.has(household)) return one
        const reasons = [...one.reasons, householdReason.code]
        return { ...one, reasons, score: scoreOf(reasons) }
      })
      found.set(rowId, inOrder(list))
    }
  }
}

async function save(
  ctx: Ctx,
  list: store.List,
  work: readonly Work[],
  found: ReadonlyMap<RowId, readonly Scored[]>,
): Promise<void> {
  const linked = await store.linkedOf(ctx.tx, list.listId)
  const outcomes: store.Outcome[] = []
  const candidates: store.Candidate[] = []
  for (const { rowId, row } of work) {
    const scores = found.get(rowId) ?? []
    for (const { personRef, score, reasons } of scores)
      candidates.push({ rowId, personRef: personRef as PersonRef, score, reasons })
    const best = scores[0]
    // Two rows of one list are two people: the second one is for a person to look at.
    const itself = list.automatic && mayLinkItself(scores, namesOf(row)) && !linked.has(best!.personRef)
    if (itself) linked.add(best!.personRef)
    outcomes.push({
      ...{ rowId, step: 1, kind: itself ? 'linked' : verdictOf(scores), automatic: itself, reason: null },
      personRef: itself ? (best!.personRef as PersonRef) : null,
    })
  }
  const keys = await ctx.keys()
  const who = { at: ctx.now, actor: actorName(ctx.actor), label: '自動照合' }
  const written = await store.insertOutcomes(ctx.tx, keys, outcomes, who)
  await store.insertCandidates(
    ctx.tx,
    candidates.filter(({ rowId }) => written.has(rowId)),
  )
  const rows = new Map(work.map((one) => [one.rowId, one]))
  for (const { rowId, personRef } of outcomes)
    if (personRef !== null && written.has(rowId))
      await tellLinked(ctx, list, rows.get(rowId)!, personRef, 'matching.linked-itself')
  await audit(ctx, matchingEvents.matched, {
    subjects: [{ kind: 'disaster', id: list.disasterId }],
    facts: {
      listId: list.listId,
      rows: written.size,
      linked: outcomes.filter(({ rowId, personRef }) => personRef !== null && written.has(rowId)).length,
    },
  })
}

/** A link is a fact of the person, with what the list said. */
export async function tellLinked(
  ctx: Ctx,
  { disasterId, listId, title, source }: Pick<store.List, 'disasterId' | 'listId' | 'title' | 'source'>,
  { rowId, line, row }: Work,
  personRef: PersonRef,
  kind: MatchingFactKind,
): Promise<void> {
  const entryId = await openEntry(ctx, disasterId as Ledger['disasterId'], personOf(personRef))
  await recordFact(ctx, entryId, {
    kind,
    codes: { source, listId: listId as ListId, rowId },
    words: wordsOf(title, line, row),
  })
}
