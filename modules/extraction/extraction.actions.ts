import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { getLedger, openEntry, recordFact } from '../ledger/ledger.actions.ts'
import { personOf, type Ledger, type PersonRef } from '../ledger/ledger.ts'
import { othersLivingAt, rowsOf } from '../ledger/people.actions.ts'
import { addressTokens, findResidents, livesAt } from '../residents/residents.actions.ts'
import type * as contract from './extraction.contract.ts'
import { extractionEvents, extractionProblems as problems } from './extraction.messages.ts'
import * as store from './extraction.store.ts'
import { acts, birthsOf, itemStates, tellsPlace, type Conditions } from './extraction.ts'

const PAGE = 50
/** Somewhat more than the largest city has residents. */
const MOST = 4_000_000
/** Opened at once to look at their addresses. */
const BATCH = 2_000

function isBare(conditions: Conditions): boolean {
  return Object.values(conditions).every(
    (value) =>
      value === null || value === false || value === '' || (Array.isArray(value) && value.length === 0),
  )
}

/** Who meets the conditions now. Nobody is opened but to compare an address. */
async function matches(
  ctx: Ctx,
  disasterId: DisasterId,
  conditions: Conditions,
): Promise<readonly store.Match[]> {
  if (isBare(conditions)) throw new Problem(problems.noCondition)
  const ledger = await getLedger(ctx, disasterId)
  const { occurredOn } = await getDisaster(ctx, disasterId)
  const area = conditions.area
  const tokens = area === '' ? [] : await addressTokens(ctx, area)
  // Words without a letter or figure find nobody.
  if (area !== '' && tokens.some(({ length }) => length === 0)) return []
  const found = await store.match(ctx.tx, {
    disasterId,
    cutSeq: ledger.cutSeq,
    conditions,
    ...birthsOf(conditions, occurredOn),
    elderlyUntil: birthsOf({ ageFrom: 65, ageTo: null }, occurredOn).bornUntil!,
    tokens,
  })
  return area === '' ? found : await thoseWhoLive(ctx, ledger, found, area)
}

async function thoseWhoLive(
  ctx: Ctx,
  ledger: Ledger,
  found: readonly store.Match[],
  area: string,
): Promise<store.Match[]> {
  const there = new Set<PersonRef>()
  const numbers = found.flatMap(({ ref }) => {
    const who = personOf(ref)
    return who.kind === 'resident' ? [who.residentNo] : []
  })
  for (let i = 0; i < numbers.length; i += BATCH) {
    const people = await findResidents(ctx, numbers.slice(i, i + BATCH), { seq: ledger.cutSeq })
    for (const person of people) if (livesAt(person, area)) there.add(`R-${person.subject.id}` as PersonRef)
  }
  const others = found.flatMap(({ ref }) => (personOf(ref).kind === 'resident' ? [] : [ref]))
  for (const ref of await othersLivingAt(ctx, ledger, others, area)) there.add(ref)
  return found.filter(({ ref }) => there.has(ref))
}

export async function countExtraction(
  ctx: Ctx,
  { disasterId, conditions }: InputOf<typeof contract.countExtraction>,
): Promise<OutputOf<typeof contract.countExtraction>> {
  const found = await matches(ctx, disasterId, conditions)
  const suppressed = found.filter((one) => one.suppressed).length
  await audit(ctx, extractionEvents.counted, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { conditions: namesOf(conditions), count: found.length, suppressed },
  })
  return { count: found.length, suppressed }
}

/** Which conditions were given; never what was typed. */
function namesOf(conditions: Conditions): string {
  return Object.entries(conditions)
    .filter(([name]) => !isBare({ ...nothing, [name]: conditions[name as keyof Conditions] } as Conditions))
    .map(([name]) => name)
    .join(' ')
}

const nothing = {} as Conditions

/** Keeps a list as it is now, for people to work off. */
export async function saveExtraction(
  ctx: Ctx,
  { disasterId, name, conditions }: InputOf<typeof contract.saveExtraction>,
): Promise<OutputOf<typeof contract.saveExtraction>> {
  const found = await matches(ctx, disasterId, conditions)
  if (found.length === 0) throw new Problem(problems.nobody)
  if (found.length > MOST) throw new Problem(problems.tooMany)
  const listId = uuidv7(ctx.now.getTime())
  await store.insertList(
    ctx.tx,
    await ctx.keys(),
    {
      listId,
      disasterId,
      name,
      conditions,
      people: found.length,
      madeAt: ctx.now,
      by: ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム',
    },
    found.map(({ ref }) => ref),
    actorName(ctx.actor),
  )
  await audit(ctx, extractionEvents.listMade, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { listId, conditions: namesOf(conditions), people: found.length },
  })
  return { listId, people: found.length }
}

function listView(list: store.ListedList): OutputOf<typeof contract.listExtractions>['lists'][number] {
  const { listId, name, madeAt, by, people, done, skipped, mine } = list
  return { listId, name, madeAt: madeAt.toISOString(), by, people, done, skipped, mine }
}

export async function listExtractions(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.listExtractions>,
): Promise<OutputOf<typeof contract.listExtractions>> {
  await getLedger(ctx, disasterId)
  const lists = await store.listLists(ctx.tx, await ctx.keys(), { disasterId }, actorName(ctx.actor))
  return { lists: lists.map(listView) }
}

export async function getList(ctx: Ctx, listId: string): Promise<store.ListedList> {
  const [list] = await store.listLists(ctx.tx, await ctx.keys(), { listId }, actorName(ctx.actor))
  if (!list) throw new Problem(problems.notFound)
  return list
}

/**
 * A page of a list. Whoever came under 支援措置 since a list of a place was made is left out of it: being on it would tell
 * where the person is.
 */
export async function getExtraction(
  ctx: Ctx,
  { listId, state, only, after }: InputOf<typeof contract.getExtraction>,
): Promise<OutputOf<typeof contract.getExtraction>> {
  const list = await getList(ctx, listId)
  const me = actorName(ctx.actor)
  const items = await store.listItems(ctx.tx, listId, {
    state: state ?? null,
    mine: only === 'mine' ? me : null,
    after: after ?? 0,
    limit: PAGE,
  })
  const rows = await rowsOf(
    ctx,
    list.disasterId,
    items.map(({ ref }) => ref),
  )
  const byPlace = tellsPlace(list.conditions)
  const conditions = list.conditions as OutputOf<typeof contract.getExtraction>['conditions']
  return {
    ...listView(list),
    disasterId: list.disasterId,
    conditions,
    items: items.flatMap((item, i) => {
      const row = rows[i]!
      if (byPlace && row.suppressed) return []
      const { position, version, changedAt, assigneeLabel } = item
      return [
        {
          ...row,
          position,
          state: item.state,
          version,
          assignee: assigneeLabel,
          mine: item.assignee === me,
          changedAt: changedAt.toISOString(),
        },
      ]
    }),
    next: items.length < PAGE ? null : items.at(-1)!.position,
  }
}

function who(ctx: Ctx): { assignee: string; assigneeLabel: string } {
  return {
    assignee: actorName(ctx.actor),
    assigneeLabel: ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム',
  }
}

function afterAct({ position, state, version, ref }: store.ListItem): OutputOf<typeof contract.actOnItem> {
  return { position, state, version, personRef: ref }
}

export async function takeNextItem(
  ctx: Ctx,
  { listId }: InputOf<typeof contract.takeNextItem>,
): Promise<OutputOf<typeof contract.takeNextItem>> {
  const { conditions } = await getList(ctx, listId)
  const item = await store.takeNext(ctx.tx, listId, who(ctx), ctx.now, tellsPlace(conditions))
  return { item: item === null ? null : afterAct(item) }
}

/** What whoever asks was given to do about a person: the queue goes on from the person's own page. */
export async function listItemsOf(
  ctx: Ctx,
  { disasterId, personRef }: InputOf<typeof contract.listItemsOf>,
): Promise<OutputOf<typeof contract.listItemsOf>> {
  await getLedger(ctx, disasterId)
  const items = []
  for (const item of await store.listOpenOf(ctx.tx, disasterId, personRef, actorName(ctx.actor))) {
    const { name, conditions, people, done, skipped } = await getList(ctx, item.listId)
    if (item.suppressed && tellsPlace(conditions)) continue
    const { listId, position, version } = item
    items.push({ listId, position, version, name, people, worked: done + skipped })
  }
  return { items }
}

/** 済み and 見送り are facts of the person; who works on somebody is told to colleagues alone. */
export async function actOnItem(
  ctx: Ctx,
  input: InputOf<typeof contract.actOnItem>,
): Promise<OutputOf<typeof contract.actOnItem>> {
  const { listId, position, version, act, note } = input
  const list = await getList(ctx, listId)
  const before = await store.findItem(ctx.tx, listId, position)
  // On a list of a place nobody protected is shown; by a guessed position they are not found either.
  if (!before || (before.suppressed && tellsPlace(list.conditions))) throw new Problem(problems.notFound)
  if (act === 'skip' && note === '')
    throw new Problem(problems.reasonMissing, [{ pointer: '/note', message: problems.reasonMissing.remedy }])
  const { from, to } = acts[act]
  const kept = { assignee: before.assignee, assigneeLabel: before.assigneeLabel }
  const nobody = { assignee: null, assigneeLabel: null }
  const given = act === 'take' ? who(ctx) : act === 'release' ? nobody : kept
  const moved = await store.moveItem(
    ctx.tx,
    { listId, position, version },
    { from, to, ...given, at: ctx.now },
  )
  if (!moved) {
    const label = itemStates.find(({ value }) => value === before.state)?.label ?? before.state
    throw new Problem(before.version === version ? problems.wrongState : platformProblems.changedByOther, [
      { pointer: '/state', message: `現在の状態：${label}` },
    ])
  }
  const kind = { done: 'extraction.done', skip: 'extraction.skipped', reopen: 'extraction.reopened' } as const
  if (act !== 'take' && act !== 'release') {
    const entryId = await openEntry(ctx, list.disasterId, personOf(moved.ref))
    await recordFact(ctx, entryId, {
      kind: kind[act],
      codes: { listId, position },
      words: [`「${list.name}」`, note].filter((part) => part !== '').join('　'),
    })
  }
  return afterAct(moved)
}
