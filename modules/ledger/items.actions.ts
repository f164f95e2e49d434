import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { revealMany } from '../access/guarded.ts'
import type * as contract from './items.contract.ts'
import { faultOfSheet, fits, itemsOf, plainSheet, valueText, type SheetLine } from './items.ts'
import * as store from './items.store.ts'
import { findEntry, getLedger, getPerson, openEntry, recordFact } from './ledger.actions.ts'
import { ledgerEvents as events, ledgerProblems as problems } from './ledger.messages.ts'
import { personOf, type EntryId } from './ledger.ts'

type Item = ReturnType<typeof itemsOf>[number]
type Told = OutputOf<typeof contract.getItem>['history'][number]

async function sheetOf(ctx: Ctx): Promise<{ version: number; lines: readonly SheetLine[] }> {
  return (await store.findSheet(ctx.tx, 'ledger')) ?? { version: 0, lines: plainSheet }
}

export async function getItemSheet(ctx: Ctx): Promise<OutputOf<typeof contract.getItemSheet>> {
  const { version, lines } = await sheetOf(ctx)
  return { version, items: itemsOf(lines).map(viewOf), lines: linesOf(lines) }
}

function linesOf(lines: readonly SheetLine[]): OutputOf<typeof contract.getItemSheet>['lines'] {
  return itemsOf(lines)
    .filter(({ statutory }) => !statutory)
    .map(({ key, name, shown }) => {
      const own = lines.find((line) => line.key === key)?.own ?? null
      return { key, name, shown, own: own === null ? null : { ...own, choices: [...own.choices] } }
    })
}

function viewOf({ choices, ...item }: Item): OutputOf<typeof contract.getItemSheet>['items'][number] {
  return { ...item, ...(choices ? { choices: choices.map((one) => ({ ...one })) } : {}) }
}

/** Appends the town's sheet of items. */
export async function changeItemSheet(
  ctx: Ctx,
  { version, lines }: InputOf<typeof contract.changeItemSheet>,
): Promise<OutputOf<typeof contract.changeItemSheet>> {
  const before = await sheetOf(ctx)
  if (before.version !== version) throw new Problem(platformProblems.changedByOther)
  const fault = faultOfSheet(linesOf(before.lines), lines)
  if (fault !== null) throw new Problem(problems.sheetImpossible, [{ pointer: '/lines', message: fault }])
  const written = await store.insertSheet(ctx.tx, 'ledger', version + 1, lines, ctx.now, actorName(ctx.actor))
  if (!written) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, events.itemSheetChanged, { facts: { version: version + 1, items: lines.length } })
  return { version: version + 1 }
}

/** The entry of a person of this ledger, and whether the person is protected; 404 when the ledger has nobody so. */
async function personIn(
  ctx: Ctx,
  { disasterId, personRef }: Pick<InputOf<typeof contract.listItems>, 'disasterId' | 'personRef'>,
): Promise<{ entryId: EntryId | null; suppressed: boolean }> {
  const ledger = await getLedger(ctx, disasterId)
  const { person } = await getPerson(ctx, ledger, personRef)
  return {
    entryId: await findEntry(ctx, disasterId, personOf(personRef)),
    suppressed: person.suppressed,
  }
}

/** What was told, in words; the reading of each is audited. */
async function wordsOf(ctx: Ctx, items: readonly Item[], told: readonly store.ToldItem[]): Promise<Told[]> {
  const opened = await revealMany(
    ctx,
    told.map(({ value }) => value),
    'view',
  )
  return told.map(({ key, version, source, at, by }, i) => {
    const { value } = opened[i]!
    const item = items.find((one) => one.key === key)
    return {
      version,
      source,
      text: value === null || !item ? null : valueText(item, value),
      at: at.toISOString(),
      by,
    }
  })
}

export async function listItems(
  ctx: Ctx,
  input: InputOf<typeof contract.listItems>,
): Promise<OutputOf<typeof contract.listItems>> {
  const { entryId, suppressed } = await personIn(ctx, input)
  const items = itemsOf((await sheetOf(ctx)).lines).filter(({ shown }) => shown)
  const told =
    entryId === null ? [] : await store.listPresentItems(ctx.tx, await ctx.keys(), entryId, suppressed)
  const words = await wordsOf(ctx, items, told)
  return {
    items: items.map((item) => {
      const i = told.findIndex(({ key }) => key === item.key)
      return { ...viewOf(item), told: words[i] ?? null }
    }),
  }
}

async function itemOf(ctx: Ctx, itemKey: string): Promise<Item> {
  const item = itemsOf((await sheetOf(ctx)).lines).find(({ key }) => key === itemKey)
  if (!item || item.type === 'derived') throw new Problem(problems.itemNotFound)
  return item
}

export async function getItem(
  ctx: Ctx,
  input: InputOf<typeof contract.getItem>,
): Promise<OutputOf<typeof contract.getItem>> {
  const { entryId, suppressed } = await personIn(ctx, input)
  const item = await itemOf(ctx, input.itemKey)
  const history =
    entryId === null
      ? []
      : await store.listItemHistory(ctx.tx, await ctx.keys(), entryId, item.key, suppressed)
  const [present] = history
  const value = present ? (await revealMany(ctx, [present.value], 'view'))[0]!.value : null
  return {
    item: viewOf(item),
    value: suppressed ? null : value,
    version: present?.version ?? 0,
    history: await wordsOf(ctx, [item], history),
  }
}

/** Tells an item of a person: the next version of it, and a fact on the time line. What stood before stays. */
export async function setItem(
  ctx: Ctx,
  input: InputOf<typeof contract.setItem>,
): Promise<OutputOf<typeof contract.setItem>> {
  const { disasterId, personRef, value, source } = input
  await getPerson(ctx, await getLedger(ctx, disasterId), personRef)
  const item = await itemOf(ctx, input.itemKey)
  if (!fits(item, value))
    throw new Problem(problems.valueImpossible, [
      { pointer: '/value', message: '選択肢から選ぶか、値を入力してください' },
    ])
  const entryId = await openEntry(ctx, disasterId, personOf(personRef))
  const version = input.version + 1
  const text = valueText(item, value)
  const factId = await recordFact(ctx, entryId, {
    kind: 'ledger.item-told',
    codes: { item: item.key, version, source },
    words: item.own ? `${item.name}：${text}` : text,
  })
  const written = await store.insertItem(
    ctx.tx,
    await ctx.keys(),
    entryId,
    { key: item.key, version, factId, source, value },
    {
      at: ctx.now,
      actor: actorName(ctx.actor),
      by: ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム',
    },
  )
  if (!written) throw new Problem(platformProblems.changedByOther)
  return { version }
}
