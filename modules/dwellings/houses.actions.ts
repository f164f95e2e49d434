import { addressKey } from '@open-bcl/core/ja/address-key.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { getLedger } from '../ledger/ledger.actions.ts'
import { hiddenPlaces } from '../residents/households.actions.ts'
import { blockOf, townMap } from './blocks.ts'
import { getDwelling as findHouse, occupantsOfAll } from './dwellings.actions.ts'
import type * as contract from './dwellings.contract.ts'
import { dwellingsEvents as events, dwellingsProblems as problems } from './dwellings.messages.ts'
import * as store from './dwellings.store.ts'
import {
  dwellingStates,
  structures,
  uses,
  type Dwelling,
  type DwellingId,
  type HouseWords,
} from './dwellings.ts'
import { newestRun } from './runs.store.ts'
import { dwellingRows, householdsIn } from './views.actions.ts'

export async function listBlocks(ctx: Ctx): Promise<OutputOf<typeof contract.listDwellingBlocks>> {
  const { blocks, outline, credit } = townMap(ctx.municipality)
  const known = new Map(blocks.map((block) => [block.blockCode, block]))
  const counted = await store.countBlocks(ctx.tx, await ctx.keys())
  const differences = { new: 0, changed: 0, removed: 0 }
  for (const { kind, count } of await store.countDifferences(ctx.tx)) differences[kind] = count
  const run = await newestRun(ctx.tx, 'take', null)
  return {
    blocks: counted
      .map(({ blockCode, town, standing }) => {
        const block = known.get(blockCode)
        return {
          blockCode,
          name: block?.name ?? (blockCode === '' ? '（町字が分からない家屋）' : town),
          latitude: block?.latitude ?? null,
          longitude: block?.longitude ?? null,
          standing,
        }
      })
      .toSorted((a, b) => a.name.localeCompare(b.name, 'ja')),
    outline: outline.map((ring) => ring.map(([x, y]) => [x, y] as [number, number])),
    credit,
    differences,
    run: run && {
      state: run.state,
      askedAt: run.askedAt.toISOString(),
      by: run.askedLabel,
      taken: run.counts['taken'] ?? 0,
    },
  }
}

const PAGE = 100
const inOrder = new Intl.Collator('ja', { numeric: true })

/** Houses of a 町字 in the order of their addresses. Sealed addresses are looked at one 町字 at a time. */
async function inBlock(
  ctx: Ctx,
  input: Pick<InputOf<typeof contract.searchDwellings>, 'blockCode' | 'number' | 'only' | 'disasterId'>,
): Promise<store.FoundDwelling[]> {
  const wanted = addressKey('', input.number).numbers
  let found = await store.listBlock(ctx.tx, await ctx.keys(), await hiddenPlaces(ctx), input.blockCode)
  found = found.filter(({ dwelling: { place } }) => {
    const { numbers } = addressKey('', place.number)
    return wanted.every((part, i) => numbers[i] === part)
  })
  if (input.only === 'no-position') found = found.filter(({ dwelling }) => dwelling.position === null)
  else if (input.only !== 'all' && input.disasterId) {
    const ids = found.map(({ dwelling }) => dwelling.dwellingId)
    const lived = await occupantsOfAll(ctx, ids, input.disasterId)
    found = found.filter(({ dwelling }) => lived.has(dwelling.dwellingId) === (input.only === 'linked'))
  }
  return found.toSorted((a, b) => inOrder.compare(addressOf(a.dwelling), addressOf(b.dwelling)))
}

/** To sort by: 「１－１」 and 「1-1」 are neighbours, and of two houses there the lower 物件番号 comes first. */
function addressOf({ place, propertyNo }: Dwelling): string {
  const { numbers } = addressKey(place.town, place.number)
  return `${place.town.normalize('NFKC')} ${numbers.join('-')} ${propertyNo ?? ''}`
}

export async function searchDwellings(
  ctx: Ctx,
  input: InputOf<typeof contract.searchDwellings>,
): Promise<OutputOf<typeof contract.searchDwellings>> {
  const found = await inBlock(ctx, input)
  const page = found.slice(0, PAGE)
  const households = await householdsIn(ctx, page, input.disasterId ?? null)
  const rows = await dwellingRows(ctx, page)
  return {
    dwellings: rows.map((row) => ({
      ...row,
      households: households.get(row.dwellingId as DwellingId) ?? [],
    })),
    more: found.length > PAGE,
  }
}

export async function getDwelling(
  ctx: Ctx,
  input: InputOf<typeof contract.getDwelling>,
): Promise<OutputOf<typeof contract.getDwelling>> {
  const found = await findHouse(ctx, input.dwellingId)
  const households = await householdsIn(ctx, [found], input.disasterId ?? null)
  const [dwelling] = await dwellingRows(ctx, [found])
  const versions = await store.listVersions(
    ctx.tx,
    await ctx.keys(),
    await hiddenPlaces(ctx),
    input.dwellingId,
  )
  return {
    dwelling: dwelling!,
    households: households.get(input.dwellingId) ?? [],
    difference: await store.differenceOf(ctx.tx, input.dwellingId),
    versions: versions.map(({ dwelling: one }) => ({
      version: one.version,
      source: one.source,
      reason: one.reason,
      at: one.writtenAt.toISOString(),
      by: one.writtenLabel,
    })),
  }
}

export async function addDwelling(
  ctx: Ctx,
  input: InputOf<typeof contract.addDwelling>,
): Promise<OutputOf<typeof contract.addDwelling>> {
  const { town, number, building, reason, useCode, structureCode, storeys } = input
  const dwellingId = uuidv7(ctx.now.getTime()) as DwellingId
  await store.insertDwellings(ctx.tx, [{ dwellingId, propertyNo: null }], ctx.now)
  await store.insertDescriptions(
    ctx.tx,
    await ctx.keys(),
    [
      {
        ...{ dwellingId, version: 1, source: 'hand', registerSeq: null, state: 'standing' },
        ...{ useCode, structureCode, storeys, floorArea: null },
        blockCode: input.blockCode || blockOf(ctx.municipality, town),
        words: { place: { town, number, building, houseNumber: '' }, position: null, owners: [], reason },
      },
    ],
    written(ctx),
  )
  await audit(ctx, events.added, { subjects: [{ kind: 'dwelling', id: dwellingId }] })
  return { dwellingId, version: 1 }
}

export async function changeDwelling(
  ctx: Ctx,
  input: InputOf<typeof contract.changeDwelling>,
): Promise<OutputOf<typeof contract.changeDwelling>> {
  const { town, number, building, reason, state, useCode, structureCode, storeys } = input
  const { concealed } = await findHouse(ctx, input.dwellingId)
  const changed = await change(ctx, input, (before, words) => ({
    ...before,
    ...{ state, useCode, structureCode, storeys, source: 'hand' },
    // What a clerk may not see is not overwritten by what stands in its place on the screen.
    ...(concealed
      ? { words: { ...words, reason } }
      : {
          blockCode: input.blockCode || blockOf(ctx.municipality, town),
          words: { ...words, place: { ...words.place, town, number, building }, reason },
        }),
  }))
  await audit(ctx, events.changed, {
    subjects: [{ kind: 'dwelling', id: input.dwellingId }],
    facts: { version: changed.version },
  })
  return changed
}

export async function positionDwelling(
  ctx: Ctx,
  input: InputOf<typeof contract.positionDwelling>,
): Promise<OutputOf<typeof contract.positionDwelling>> {
  const { latitude, longitude } = input
  const { label } = written(ctx)
  if ((await findHouse(ctx, input.dwellingId)).concealed) throw new Problem(problems.concealed)
  const changed = await change(ctx, input, (before, words) => ({
    ...before,
    source: 'hand',
    words: {
      ...words,
      position: { latitude, longitude, source: 'hand', by: label, at: ctx.now.toISOString() },
      reason: '位置を地図で決めた',
    },
  }))
  await audit(ctx, events.positioned, {
    subjects: [{ kind: 'dwelling', id: input.dwellingId }],
    facts: { version: changed.version },
  })
  return changed
}

type Next = Omit<store.NewDescription, 'dwellingId' | 'version'>

/** Appends the next version of a house, if nobody did since the clerk looked. */
async function change(
  ctx: Ctx,
  seen: { readonly dwellingId: DwellingId; readonly version: number },
  next: (before: Omit<Next, 'words'>, words: HouseWords) => Next,
): Promise<{ dwellingId: string; version: number }> {
  const keys = await ctx.keys()
  const before = await store.storedDescription(ctx.tx, keys, await present(ctx, seen))
  const ended = await store.endDescriptions(ctx.tx, [seen])
  if (!ended.has(seen.dwellingId) || before === null) throw new Problem(platformProblems.changedByOther)
  const { words, ...facts } = before
  const version = seen.version + 1
  const description = { ...next(facts, words), dwellingId: seen.dwellingId, version }
  await store.insertDescriptions(ctx.tx, keys, [description], written(ctx))
  return { dwellingId: seen.dwellingId, version }
}

/** The version that the clerk saw, if it still is the present one; 404 when there is no such house. */
async function present(
  ctx: Ctx,
  seen: { readonly dwellingId: DwellingId; readonly version: number },
): Promise<{ readonly dwellingId: DwellingId; readonly version: number }> {
  const { dwelling } = await findHouse(ctx, seen.dwellingId)
  if (dwelling.version !== seen.version)
    throw new Problem(platformProblems.changedByOther, [
      { pointer: '/version', message: `${dwelling.writtenLabel}さんが変更しました` },
    ])
  return seen
}

export function written(ctx: Ctx): { at: Date; by: string; label: string } {
  const label = ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム'
  return { at: ctx.now, by: actorName(ctx.actor), label }
}

/** Houses of one 町字 as a spreadsheet opens them. Who is protected is in no cell. */
export async function exportDwellings(
  ctx: Ctx,
  { blockCode, disasterId }: InputOf<typeof contract.exportDwellings>,
): Promise<{ bytes: Uint8Array; fileName: string }> {
  if (disasterId) await getLedger(ctx, disasterId)
  const found = await inBlock(ctx, { blockCode, number: '', only: 'all', disasterId: disasterId ?? null })
  const households = await householdsIn(ctx, found, disasterId ?? null)
  const rows = await dwellingRows(ctx, found)
  await audit(ctx, events.exported, { facts: { blockCode, count: rows.length } })
  const label = (list: readonly { value: string; label: string }[], value: string) =>
    list.find((one) => one.value === value)?.label ?? value
  const head = [
    ...['物件番号', '町字', '番地', '方書', '家屋番号', '状態', '用途', '構造', '階数', '延べ床面積'],
    ...['所有者', '緯度', '経度', '居住世帯', '居住者の所有'],
  ]
  const lines = rows.map((row) => {
    const lived = households.get(row.dwellingId as DwellingId) ?? []
    return [
      row.propertyNo ?? '（手で追加）',
      ...[row.town, row.number, row.building, row.houseNumber],
      label(dwellingStates, row.state),
      label(uses, row.useCode),
      label(structures, row.structureCode),
      ...[row.storeys ?? '', row.floorArea ?? ''],
      row.owners.map(({ name, share }) => (share === '' ? name : `${name}（${share}）`)).join('、'),
      ...[row.position?.latitude ?? '', row.position?.longitude ?? ''],
      lived.map(({ name, size }) => `${name}（${size}人）`).join('、'),
      lived.length === 0 ? '' : lived.some(({ owns }) => owns) ? 'はい' : 'いいえ',
    ]
  })
  return { bytes: Buffer.from(spreadsheetCsv([head, ...lines])), fileName: '家屋一覧.csv' }
}
