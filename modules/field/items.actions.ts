import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { unframe } from '@open-bcl/core/framed.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { FileShelf } from '../files/files.actions.ts'
import { keepPhoto } from '../surveys/photos.actions.ts'
import { recordSheet } from '../surveys/sheets.actions.ts'
import { getHead, labelOf } from '../surveys/surveys.actions.ts'
import { surveysProblems } from '../surveys/surveys.messages.ts'
import { claimTask } from '../surveys/tasks.actions.ts'
import { openEnvelope } from './envelope.ts'
import type * as contract from './field.contract.ts'
import { fieldEvents, fieldProblems as problems } from './field.messages.ts'
import * as store from './field.store.ts'
import { passStateOf, type ItemId, type KeyId, type ParkedReason, type Pass } from './field.ts'
import { actorOf, clockOffOf, getPass, noteContact, ownPass } from './passes.actions.ts'
import { Item, type sendItem as sendItemEndpoint } from './phone.contract.ts'

export type { FileShelf }

const MOST_LISTED = 500

type Arrived = {
  readonly itemId: ItemId
  readonly keyId: KeyId
  readonly envelope: Buffer
  readonly sentAt: Date
}
type Outcome = Pick<OutputOf<typeof sendItemEndpoint>, 'state' | 'why' | 'conflict'>

/** Takes what a phone recorded: into the survey, or to the side for staff. It is thrown away in no case. */
export async function sendItem(
  ctx: Ctx,
  shelf: FileShelf,
  input: Omit<InputOf<typeof sendItemEndpoint>, 'base64'> & Pick<Arrived, 'envelope'>,
): Promise<OutputOf<typeof sendItemEndpoint>> {
  const pass = await ownPass(ctx)
  const outcome = await receive(ctx, shelf, pass, {
    itemId: input.itemId,
    keyId: input.keyId as KeyId,
    envelope: input.envelope,
    sentAt: new Date(ctx.now.getTime() + clockOffOf(ctx, input.sentAt) * 1_000),
  })
  // Last: its row is held until the commit, and a phone sends several items at once.
  await noteContact(ctx, pass, input)
  return { ...outcome, passState: passStateOf(pass, ctx.now) }
}

async function receive(ctx: Ctx, shelf: FileShelf, pass: Pass, arrived: Arrived): Promise<Outcome> {
  const known = await outcomeOf(ctx, pass, arrived.itemId)
  if (known) return known
  const opened = await open(ctx, arrived)
  if (typeof opened === 'string') return await park(ctx, pass, arrived, null, opened)
  const why = await reasonToPark(ctx, pass, opened.item)
  if (why !== null) return await park(ctx, pass, arrived, opened.item, why)
  try {
    return await store.orUndo(ctx.tx, async () => {
      // First: the same item at the same time waits here for the other one's end, and is answered as that one.
      const accepted = { state: 'accepted', why: null, problem: '' } as const
      if (!(await keep(ctx, pass, arrived, opened.item, accepted)))
        return (await outcomeOf(ctx, pass, arrived.itemId))!
      const conflict = await apply(ctx, shelf, pass, opened, arrived)
      return { state: 'accepted', why: null, conflict }
    })
  } catch (error) {
    // Ours to wait for: the phone comes again.
    if (!(error instanceof Problem) || error.kind.status >= 500) throw error
    return await park(ctx, pass, arrived, opened.item, 'refused', error.kind.code)
  }
}

/** What became of an item when it came before; `null` = it never did. */
async function outcomeOf(ctx: Ctx, pass: Pass, itemId: ItemId): Promise<Outcome | null> {
  const known = await store.findItem(ctx.tx, itemId)
  if (known && known.passId !== pass.passId) throw new Problem(problems.numberTaken)
  return known && { state: known.state, why: known.why, conflict: false }
}

type Opened = { readonly item: Item; readonly picture: Buffer }

async function open(
  ctx: Ctx,
  arrived: Pick<Arrived, 'itemId' | 'keyId' | 'envelope'>,
): Promise<Opened | 'unopened' | 'unreadable'> {
  const secret = await store.privateKey(ctx.tx, await ctx.keys(), arrived.keyId)
  if (secret === null) throw new Problem(problems.cannotOpen)
  let packed
  try {
    const key = new Uint8Array(Buffer.from(secret, 'base64'))
    packed = await openEnvelope(key, arrived.itemId, new Uint8Array(arrived.envelope))
  } catch {
    return 'unopened'
  }
  try {
    const { said, bytes } = unframe(packed)
    const item = Item.safeParse(said)
    return item.success
      ? { item: item.data, picture: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) }
      : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

async function reasonToPark(ctx: Ctx, pass: Pass, item: Item): Promise<ParkedReason | null> {
  const state = passStateOf(pass, ctx.now)
  if (state === 'revoked' || state === 'expired' || state === 'early') return state
  try {
    const head = await getHead(ctx, item.taskId)
    if (head.disasterId !== pass.disasterId) return 'no-task'
    return head.teamId === pass.teamId ? null : 'other-team'
  } catch (error) {
    if (error instanceof Problem && error.kind === surveysProblems.taskNotFound) return 'no-task'
    throw error
  }
}

/** Writes what was recorded in the phone's name. True = another sheet about the same house is there. */
async function apply(
  ctx: Ctx,
  shelf: FileShelf,
  pass: Pass,
  { item, picture }: Opened,
  { sentAt }: Pick<Arrived, 'sentAt'>,
): Promise<boolean> {
  const own: Ctx = { ...ctx, actor: actorOf(ctx, pass) }
  const { taskId, recordedAt } = item
  switch (item.kind) {
    case 'sheet': {
      const done = await recordSheet(own, {
        ...item.sheet,
        taskId,
        recordedAt,
        sentAt: sentAt.toISOString(),
        device: pass.passId,
      })
      return done.conflict
    }
    case 'photo': {
      const { photoId, sheetId, part, finding, note } = item
      const photo = { taskId, photoId, part, finding, note, recordedAt, fileName: '' }
      await keepPhoto(own, shelf, { ...photo, sheetId: sheetId as never }, async () => picture)
      return false
    }
    case 'claim': {
      const head = await getHead(own, taskId)
      // Late or twice it says nothing new: whoever was there first has the house.
      if (head.state === 'waiting') await claimTask(own, { taskId, version: head.version })
      return false
    }
  }
}

async function park(
  ctx: Ctx,
  pass: Pass,
  arrived: Arrived,
  item: Item | null,
  why: ParkedReason,
  problem = '',
): Promise<Outcome> {
  if (!(await keep(ctx, pass, arrived, item, { state: 'parked', why, problem })))
    return (await outcomeOf(ctx, pass, arrived.itemId))!
  await audit(ctx, fieldEvents.parked, {
    ...(item === null ? {} : { subjects: [{ kind: 'survey-task', id: item.taskId }] }),
    facts: { passId: pass.passId, itemId: arrived.itemId, kind: item?.kind ?? 'unknown', why },
  })
  return { state: 'parked', why, conflict: false }
}

/** False when the item is there already. */
async function keep(
  ctx: Ctx,
  pass: Pass,
  arrived: Arrived,
  item: Item | null,
  outcome: Pick<store.KeptItem, 'state' | 'why' | 'problem'>,
): Promise<boolean> {
  return await store.insertItem(ctx.tx, {
    ...outcome,
    itemId: arrived.itemId,
    passId: pass.passId,
    keyId: arrived.keyId,
    kind: item?.kind ?? 'unknown',
    taskId: item?.taskId ?? null,
    recordedAt: item === null ? null : new Date(item.recordedAt),
    sentAt: arrived.sentAt,
    receivedAt: ctx.now,
    envelope: outcome.state === 'accepted' ? null : arrived.envelope,
  })
}

/** The queue of a phone that nobody can open, from the file that it wrote. */
export async function takeQueueItem(
  ctx: Ctx,
  shelf: FileShelf,
  input: InputOf<typeof contract.takeQueueItem>,
): Promise<OutputOf<typeof contract.takeQueueItem>> {
  const pass = await getPass(ctx, input.passId)
  const { state } = await receive(ctx, shelf, pass, {
    itemId: input.itemId,
    keyId: input.keyId as KeyId,
    envelope: Buffer.from(input.base64, 'base64'),
    // When the phone would have sent it, nobody knows.
    sentAt: ctx.now,
  })
  return { itemId: input.itemId, state }
}

export async function listParked(
  ctx: Ctx,
  input: InputOf<typeof contract.listParked>,
): Promise<OutputOf<typeof contract.listParked>> {
  await getDisaster(ctx, input.disasterId)
  const found = await store.listParked(ctx.tx, input.disasterId, MOST_LISTED + 1)
  return {
    items: found.slice(0, MOST_LISTED).map((one) => ({
      itemId: one.itemId,
      passId: one.passId,
      passName: one.passName,
      kind: one.kind,
      taskId: one.taskNo === null ? null : one.taskId,
      taskNo: one.taskNo ?? '',
      why: one.why ?? 'refused',
      problem: refusalTexts.get(one.problem) ?? '',
      recordedAt: one.recordedAt?.toISOString() ?? null,
      receivedAt: one.receivedAt.toISOString(),
    })),
    more: found.length > MOST_LISTED,
  }
}

const refusalTexts: ReadonlyMap<string, string> = new Map(
  Object.values(surveysProblems).map(({ code, title }) => [code, title]),
)

export async function decideParked(
  ctx: Ctx,
  shelf: FileShelf,
  input: InputOf<typeof contract.decideParked>,
): Promise<OutputOf<typeof contract.decideParked>> {
  const { itemId, decision, reason } = input
  const parked = await store.holdParked(ctx.tx, itemId)
  if (!parked?.envelope) {
    const known = await store.findItem(ctx.tx, itemId)
    throw new Problem(known ? problems.wrongState : problems.itemNotFound)
  }
  if (decision === 'refuse' && reason === '') throw new Problem(problems.reasonMissing, reasonField)
  const { taskId, passId, sentAt, envelope } = parked
  if (decision === 'accept') {
    const opened = await open(ctx, { ...parked, envelope })
    if (typeof opened === 'string') throw new Problem(problems.cannotOpen)
    await apply(ctx, shelf, await getPass(ctx, passId), opened, {
      // As far off as it was when it came.
      sentAt: new Date(ctx.now.getTime() + (sentAt.getTime() - parked.receivedAt.getTime())),
    })
  }
  const state = decision === 'accept' ? 'accepted' : 'refused'
  const decided = { state, reason, label: labelOf(ctx), at: ctx.now } as const
  await store.decideItem(ctx.tx, await ctx.keys(), itemId, decided)
  await audit(ctx, decision === 'accept' ? fieldEvents.accepted : fieldEvents.refused, {
    ...(taskId === null ? {} : { subjects: [{ kind: 'survey-task', id: taskId }] }),
    facts: { passId, itemId, kind: parked.kind },
  })
  return { itemId, state }
}

const reasonField = [{ pointer: '/reason', message: problems.reasonMissing.title }]
