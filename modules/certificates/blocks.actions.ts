import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { namesOfActors } from '../access/access.actions.ts'
import { audit, type Subject } from '../access/audit.ts'
import { requireOtherHand } from '../access/duties.actions.ts'
import { reveal, revealMany, test } from '../access/guarded.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import { findResident, getResident } from '../residents/residents.actions.ts'
import { displayName, type ResidentRecord } from '../residents/residents.ts'
import type * as contract from './blocks.contract.ts'
import * as store from './blocks.store.ts'
import { blockReasons, blockState, mayFollow, type Block, type BlockAct } from './blocks.ts'
import type { Channel } from './certificates.ts'
import { certificatesEvents as events, certificatesProblems as problems } from './certificates.messages.ts'

/**
 * 発行禁止 that the town's staff set and that stand in the way of a kind now, on any of these people or on a household one
 * of them is in: words for staff. Independent of what the town's own system sends; either forbids.
 * A 一時解除 opens the counter alone: at a kiosk nobody stands who could see whom it was meant for.
 */
export async function forbiddingWords(
  ctx: Ctx,
  kind: CertificateKindCode,
  channel: Channel,
  people: readonly ResidentNo[],
): Promise<string[]> {
  const at = { today: todayInJapan(ctx.now), now: ctx.now, pauses: channel === 'counter' }
  const forbidding = await store.listForbidding(ctx.tx, kind, people, at)
  const words = []
  const ofHouseholds = forbidding.filter((one) => one.scope === 'household')
  for (const one of forbidding) if (one.scope === 'person') words.push(`発行禁止（個人）：${reasonText(one)}`)
  if (ofHouseholds.length === 0) return words
  for (const residentNo of new Set(people)) {
    const person = await findResident(ctx, residentNo, { seq: null })
    for (const one of ofHouseholds) {
      if (person !== null && test(person, ({ householdNo }) => householdNo === one.targetNo))
        words.push(`発行禁止（世帯）：${reasonText(one)}`)
    }
  }
  return [...new Set(words)]
}

function reasonText({ reason }: Pick<Block, 'reason'>): string {
  return blockReasons.find(({ value }) => value === reason)?.label ?? 'その他'
}

export async function listBlocks(
  ctx: Ctx,
  { residentNo, lifted }: InputOf<typeof contract.listBlocks>,
): Promise<OutputOf<typeof contract.listBlocks>> {
  const person =
    residentNo === undefined
      ? null
      : await reveal(ctx, await getResident(ctx, residentNo, { seq: null }), 'view')
  const blocks = await store.listBlocks(ctx.tx, await ctx.keys(), {
    targets: person && { personNo: person.residentNo, householdNo: person.householdNo },
    lifted,
  })
  const names = await namesOf(ctx, blocks, person)
  const actorOf = await namesOfActors(
    ctx,
    blocks.flatMap(({ setBy, acts }) => [setBy, ...acts.map((one) => one.actor)]),
  )
  await audit(ctx, events.blocksListed, {
    subjects: subjectsOf(residentNo),
    facts: { count: blocks.length },
  })
  return {
    blocks: blocks.map((block) => viewOf(ctx, block, names, actorOf)),
    person: person && {
      residentNo: person.residentNo,
      name: displayName(person.name),
      householdNo: person.householdNo,
    },
  }
}

function subjectsOf(residentNo: string | undefined): Subject[] {
  return residentNo === undefined ? [] : [{ kind: 'resident', id: residentNo }]
}

/** Names of the persons in a list; one audit row for all. */
async function namesOf(
  ctx: Ctx,
  blocks: readonly Block[],
  known: ResidentRecord | null,
): Promise<ReadonlyMap<string, string>> {
  if (known !== null) return new Map([[known.residentNo, displayName(known.name)]])
  const numbers = new Set(blocks.filter((one) => one.scope === 'person').map((one) => one.targetNo))
  const people = []
  for (const number of numbers) {
    const person = await findResident(ctx, number as ResidentNo, { seq: null })
    if (person !== null) people.push(person)
  }
  const records = await revealMany(ctx, people, 'view')
  return new Map(records.map((record) => [record.residentNo, displayName(record.name)]))
}

function viewOf(
  ctx: Ctx,
  { acts, setAt, kinds, ...block }: Block,
  names: ReadonlyMap<string, string>,
  actorOf: (actor: string) => string,
): OutputOf<typeof contract.listBlocks>['blocks'][number] {
  const state = blockState({ ...block, acts }, todayInJapan(ctx.now), ctx.now)
  return {
    ...block,
    kinds: kinds && [...kinds],
    name: block.scope === 'person' ? (names.get(block.targetNo) ?? null) : null,
    setAt: setAt.toISOString(),
    setBy: actorOf(block.setBy),
    state,
    untilAt: state === 'paused' ? (acts.at(-1)?.untilAt?.toISOString() ?? null) : null,
    acts: acts.map(({ at, untilAt, actor, ...act }) => ({
      ...act,
      actor: actorOf(actor),
      at: at.toISOString(),
      untilAt: untilAt?.toISOString() ?? null,
    })),
  }
}

export async function setBlock(
  ctx: Ctx,
  { residentNo, scope, ...input }: InputOf<typeof contract.setBlock>,
): Promise<OutputOf<typeof contract.setBlock>> {
  if (input.endsOn !== null && input.endsOn < input.startsOn) throw new Problem(problems.badPeriod)
  const person = await getResident(ctx, residentNo, { seq: null })
  const targetNo = scope === 'person' ? residentNo : (await reveal(ctx, person, 'view')).householdNo
  if (targetNo === null) throw new Problem(problems.noHousehold)
  const blockId = uuidv7(ctx.now.getTime())
  const setBy = actorName(ctx.actor)
  const kinds = input.kinds && [...new Set(input.kinds)]
  await store.insertBlock(ctx.tx, await ctx.keys(), {
    ...input,
    kinds,
    blockId,
    scope,
    targetNo,
    setAt: ctx.now,
    setBy,
  })
  await audit(ctx, events.blockSet, {
    subjects: [{ kind: 'resident', id: residentNo }],
    facts: {
      blockId,
      scope,
      kinds: kinds?.join(' ') ?? 'all',
      reason: input.reason,
      startsOn: input.startsOn,
    },
  })
  return { blockId }
}

export async function liftBlock(
  ctx: Ctx,
  { blockId, note }: InputOf<typeof contract.liftBlock>,
): Promise<OutputOf<typeof contract.liftBlock>> {
  const block = await act(ctx, blockId, { act: 'lift', untilAt: null, note })
  await audit(ctx, events.blockLifted, { subjects: whom(block), facts: { blockId } })
  return { lifted: true }
}

export async function pauseBlock(
  ctx: Ctx,
  { blockId, minutes, note }: InputOf<typeof contract.pauseBlock>,
): Promise<OutputOf<typeof contract.pauseBlock>> {
  const untilAt = new Date(ctx.now.getTime() + minutes * 60_000)
  const block = await act(ctx, blockId, { act: 'pause', untilAt, note })
  await audit(ctx, events.blockPaused, { subjects: whom(block), facts: { blockId, minutes } })
  return { untilAt: untilAt.toISOString() }
}

export async function returnBlock(
  ctx: Ctx,
  { blockId }: InputOf<typeof contract.returnBlock>,
): Promise<OutputOf<typeof contract.returnBlock>> {
  const block = await act(ctx, blockId, { act: 'return', untilAt: null, note: '' })
  await audit(ctx, events.blockReturned, { subjects: whom(block), facts: { blockId } })
  return { returned: true }
}

async function act(
  ctx: Ctx,
  blockId: string,
  next: Pick<BlockAct, 'act' | 'untilAt' | 'note'>,
): Promise<Block> {
  const keys = await ctx.keys()
  const block = await store.findBlock(ctx.tx, keys, blockId)
  if (!block) throw new Problem(platformProblems.notFound)
  if (next.act === 'lift') await requireOtherHand(ctx, 'block-lift', block.setBy)
  if (next.act === 'pause') await requireOtherHand(ctx, 'block-pause', block.setBy)
  const state = blockState(block, todayInJapan(ctx.now), ctx.now)
  const row = { ...next, at: ctx.now, actor: actorName(ctx.actor) }
  if (!mayFollow(next.act, state) || !(await store.insertAct(ctx.tx, keys, block, row)))
    throw new Problem(problems.blockMovedOn)
  return block
}

function whom({ scope, targetNo }: Block): Subject[] {
  return scope === 'person' ? [{ kind: 'resident', id: targetNo }] : []
}
