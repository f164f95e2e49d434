import { randomBytes } from 'node:crypto'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import type * as contract from './batch.contract.ts'
import { batchEvents, batchProblems as problems } from './batch.messages.ts'
import * as store from './batch.store.ts'
import * as bundles from './bundle.store.ts'
import {
  batchMoves,
  batchStates,
  canMoveBatch,
  isUnderWay,
  leftOutWords,
  MOST_IN_BATCH,
  STANDS_AFTER_MS,
  type BatchMove,
  type BatchSource,
} from './batch.ts'
import { standstill, type Issuing } from './before-freezing.actions.ts'
import { allowKind } from './certificates.actions.ts'
import { certificatesProblems } from './certificates.messages.ts'
import { findIssue, listStates } from './certificates.store.ts'
import { moveIssue } from './issuing.actions.ts'
import { refusals, refusalWords } from './refusals.ts'

/** What 一括印刷 stands on; compose makes it once. */
export type Batching = { readonly issuing: Issuing; readonly sources: readonly BatchSource<Ctx>[] }

export const BATCH_TASK = 'certificates.batch'
const APART_SHOWN = 200

function sourceOf(ctx: Ctx, { issuing, sources }: Batching, code: CertificateKindCode): BatchSource<Ctx> {
  allowKind(ctx, issuing, code)
  const source = sources.find(({ kind }) => kind === code)
  if (!source) throw new Problem(certificatesProblems.notHere)
  return source
}

/** The batch, for whom may issue its kind. */
export async function getOwnBatch(ctx: Ctx, batching: Batching, batchId: string): Promise<store.Batch> {
  const batch = await store.findBatch(ctx.tx, batchId)
  if (!batch) throw new Problem(problems.notFound)
  sourceOf(ctx, batching, batch.kind)
  return batch
}

async function choose(ctx: Ctx, source: BatchSource<Ctx>, scopeId: string) {
  const all = await source.candidates(ctx, scopeId)
  const apart = all.filter(({ suppressed }) => suppressed)
  const open = all.filter(({ suppressed }) => !suppressed).map(({ subjectId }) => subjectId)
  const taken = new Map(
    (await store.listTaken(ctx.tx, source.kind, open)).map((one) => [one.subjectId, one.printed]),
  )
  return { apart, taken, ready: open.filter((subjectId) => !taken.has(subjectId)) }
}

export async function previewBatch(
  ctx: Ctx,
  batching: Batching,
  { kind, scopeId }: InputOf<typeof contract.previewBatch>,
): Promise<OutputOf<typeof contract.previewBatch>> {
  const source = sourceOf(ctx, batching, kind)
  const { apart, taken, ready } = await choose(ctx, source, scopeId)
  const shown = apart.slice(0, APART_SHOWN).map(({ subjectId }) => subjectId)
  const printed = [...taken.values()].filter(Boolean).length
  return {
    ready: ready.length,
    mostInBatch: MOST_IN_BATCH,
    printed,
    inBatch: taken.size - printed,
    suppressed: apart.length,
    apart: [...(await source.references(ctx, shown)).values()].map((one) => ({ ...one })),
  }
}

/** Takes in all that may be printed, in the order of posting; a job makes them. */
export async function startBatch(
  ctx: Ctx,
  batching: Batching,
  { kind, scopeId, withSheets, bundleSize }: InputOf<typeof contract.startBatch>,
): Promise<OutputOf<typeof contract.startBatch>> {
  const source = sourceOf(ctx, batching, kind)
  if ((await standstill(ctx, batching.issuing, kind)) !== null)
    throw new Problem(certificatesProblems.stopped)
  const { feesYen } = await getMunicipality(ctx)
  if (allowKind(ctx, batching.issuing, kind).feeYen(feesYen[kind] ?? null) > 0)
    throw new Problem(problems.feeCharged)
  const { ready } = await choose(ctx, source, scopeId)
  const ordered = (await source.inOrder(ctx, ready)).slice(0, MOST_IN_BATCH)
  const batchId = uuidv7(ctx.now.getTime())
  const actor = actorName(ctx.actor)
  const askedBy = ctx.actor.kind === 'staff' ? ctx.actor.displayName : actor
  const batch = { batchId, kind, scopeId, withSheets, bundleSize, askedAt: ctx.now, askedBy }
  await store.insertBatch(ctx.tx, batch, actor)
  const count = await store.insertItems(
    ctx.tx,
    batchId,
    ordered.map(({ subjectId, copies }, i) => ({
      ...{ position: i + 1, subjectId, copies },
      transactionId: randomBytes(16).toString('hex'),
    })),
  )
  if (count === 0) throw new Problem(problems.nothingToPrint)
  await store.appendState(ctx.tx, batchId, 0, { state: 'running', at: ctx.now, actor })
  await audit(ctx, batchEvents.asked, { facts: { batchId, kind, scopeId, count, withSheets, bundleSize } })
  await ctx.enqueue(BATCH_TASK, { batchId })
  return { batchId, count }
}

export async function listBatches(
  ctx: Ctx,
  batching: Batching,
  { kind, scopeId }: InputOf<typeof contract.listBatches>,
): Promise<OutputOf<typeof contract.listBatches>> {
  sourceOf(ctx, batching, kind)
  return { batches: await viewsOf(ctx, await store.listBatches(ctx.tx, kind, scopeId)) }
}

type View = OutputOf<typeof contract.listBatches>['batches'][number]

async function viewsOf(ctx: Ctx, batches: readonly store.Batch[]): Promise<View[]> {
  const counted = await store.countItems(
    ctx.tx,
    batches.map(({ batchId }) => batchId),
  )
  const standing = await listStanding(ctx, batches)
  return batches.map(
    ({ batchId, kind, withSheets, bundleSize, askedAt, askedBy, state, version, stopCode }) => {
      const sum = (of: (one: (typeof counted)[number]) => boolean): number =>
        counted.reduce((all, one) => (one.batchId === batchId && of(one) ? all + one.count : all), 0)
      return {
        ...{ batchId, kind, withSheets, bundleSize, askedBy, state, version },
        askedAt: askedAt.toISOString(),
        stands: standing.has(batchId),
        stopWords: stopCode === null ? null : stopWords(stopCode),
        counts: {
          all: sum(() => true),
          waiting: sum((one) => one.state === 'waiting'),
          made: sum((one) => one.state === 'built' || one.state === 'bundled'),
          printed: sum((one) => one.state === 'printed'),
          leftOut: sum((one) => one.state === 'left-out'),
          suppressed: sum((one) => one.state === 'left-out' && one.code === 302),
        },
      }
    },
  )
}

/** Batches that are under way, and on which nobody is at work. What is free stays free until our transaction ends. */
async function listStanding(ctx: Ctx, batches: readonly store.Batch[]): Promise<ReadonlySet<string>> {
  const long = batches.filter(
    ({ state, saidAt }) => isUnderWay(state) && ctx.now.getTime() - saidAt.getTime() >= STANDS_AFTER_MS,
  )
  if (long.length === 0) return new Set()
  return new Set(
    await store.listFree(
      ctx.tx,
      long.map(({ batchId }) => batchId),
    ),
  )
}

function stopWords(code: NonNullable<store.Batch['stopCode']>): string {
  if (refusals[code] === 'integrity')
    return '作成した書類が内容と一致しませんでした。責任者が原因を確かめ、確認を記録してから再開してください。'
  return code === 507
    ? '作成の途中で失敗しました。除いた証明書があれば理由を確かめ、「再開」を押してください。くり返すときは「打ち切る」を押し、BCLの運用者に連絡してください。'
    : refusalWords(code)
}

export async function getBatch(
  ctx: Ctx,
  batching: Batching,
  { batchId }: InputOf<typeof contract.getBatch>,
): Promise<OutputOf<typeof contract.getBatch>> {
  const batch = await getOwnBatch(ctx, batching, batchId)
  const [view] = await viewsOf(ctx, [batch])
  const made = await bundles.listBundles(ctx.tx, batchId)
  return {
    ...view!,
    bundles: made.map(({ madeAt, endedAt, pages, ...bundle }) => ({
      ...bundle,
      pages: pages + (batch.withSheets ? bundle.places - bundle.leftOut : 0),
      madeAt: madeAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    })),
  }
}

export async function listBatchLeftOut(
  ctx: Ctx,
  batching: Batching,
  { batchId }: InputOf<typeof contract.listBatchLeftOut>,
): Promise<OutputOf<typeof contract.listBatchLeftOut>> {
  const batch = await getOwnBatch(ctx, batching, batchId)
  const items = await store.listLeftOut(ctx.tx, await ctx.keys(), batchId)
  const references = await sourceOf(ctx, batching, batch.kind).references(
    ctx,
    items.map(({ subjectId }) => subjectId),
  )
  return {
    items: items.map(({ position, bundleNo, bundlePlace, code, subjectId, reasons }) => ({
      ...{ position, bundleNo, bundlePlace },
      ...(references.get(subjectId) ?? { label: '', page: '' }),
      suppressed: code === 302,
      reasons: reasons.length > 0 ? [...reasons] : [leftOutWords(code)],
    })),
  }
}

async function moveBatch(
  ctx: Ctx,
  batching: Batching,
  { batchId, version }: { readonly batchId: string; readonly version: number },
  move: BatchMove,
): Promise<OutputOf<typeof contract.pauseBatch>> {
  const batch = await getOwnBatch(ctx, batching, batchId)
  const { to } = batchMoves[move]
  const stands = (await listStanding(ctx, [batch])).has(batchId)
  const actor = actorName(ctx.actor)
  const said =
    canMoveBatch(move, batch.state, stands) &&
    batch.version === version &&
    (await store.appendState(ctx.tx, batchId, version, { state: to, at: ctx.now, actor }))
  if (!said) throw await refused(ctx, batchId, version)
  await audit(ctx, batchEvents.moved, { facts: { batchId, state: to, stood: stands } })
  return { state: to, version: version + 1 }
}

async function refused(ctx: Ctx, batchId: string, version: number): Promise<Problem> {
  const now = await store.findBatch(ctx.tx, batchId)
  const label = batchStates.find(({ value }) => value === now?.state)?.label ?? ''
  return new Problem(now?.version === version ? problems.wrongState : platformProblems.changedByOther, [
    { pointer: '/state', message: `現在の状態：${label}` },
  ])
}

type Move = InputOf<typeof contract.pauseBatch>
type Moved = OutputOf<typeof contract.pauseBatch>

export async function pauseBatch(ctx: Ctx, batching: Batching, input: Move): Promise<Moved> {
  return await moveBatch(ctx, batching, input, 'pause')
}

export async function resumeBatch(ctx: Ctx, batching: Batching, input: Move): Promise<Moved> {
  const moved = await moveBatch(ctx, batching, input, 'resume')
  await ctx.enqueue(BATCH_TASK, { batchId: input.batchId })
  return moved
}

export async function endBatch(ctx: Ctx, batching: Batching, input: Move): Promise<Moved> {
  const moved = await moveBatch(ctx, batching, input, 'end')
  await giveUp(ctx, await store.leaveOutRest(ctx.tx, input.batchId), 'batch-ended')
  return moved
}

/** Void: aborted on its way, or withdrawn. */
export async function isOver(ctx: Ctx, transactionId: string): Promise<boolean> {
  const state = (await listStates(ctx.tx, transactionId)).at(-1)?.state
  return state === 'aborted' || state === 'withdrawn'
}

/** What was made and is not to be printed can leave no more. */
export async function giveUp(ctx: Ctx, transactionIds: readonly string[], reason: string): Promise<void> {
  for (const transactionId of transactionIds) {
    const issue = await findIssue(ctx.tx, transactionId)
    if (issue) await moveIssue(ctx, issue, 'aborted', { reason })
  }
}

/** 印刷の確認, or that a bundle is given up. */
export async function endBundle(
  ctx: Ctx,
  batching: Batching,
  { batchId, bundleNo, printed }: InputOf<typeof contract.endBundle>,
): Promise<OutputOf<typeof contract.endBundle>> {
  await getOwnBatch(ctx, batching, batchId)
  const items = await bundles.listBundleItems(ctx.tx, batchId, bundleNo)
  if (items.length === 0) throw new Problem(problems.notFound)
  const bundled = items.filter(({ state }) => state === 'bundled')
  const actor = actorName(ctx.actor)
  const label = ctx.actor.kind === 'staff' ? ctx.actor.displayName : actor
  const said = await bundles.insertBundleEnd(ctx.tx, batchId, bundleNo, {
    ...{ printed, actor, label },
    at: ctx.now,
  })
  if (!said) throw new Problem(problems.wrongState)
  const done: number[] = []
  const out: store.LeftOut[] = []
  for (const { position, transactionId } of bundled) {
    const issue = await findIssue(ctx.tx, transactionId)
    if (!issue) throw new Error('a bundled certificate without its issue')
    const detail = printed ? {} : { reason: 'bundle-given-up' }
    const moved = await moveIssue(ctx, issue, printed ? 'printed' : 'aborted', detail)
    if (moved.kind === 'standing' && printed) done.push(position)
    else if (moved.kind === 'standing') out.push({ position, code: null, reasons: [] })
    // Void since: the certificate was withdrawn between the printer and this word.
    else if (await isOver(ctx, transactionId)) out.push({ position, code: 309, reasons: [] })
    else throw new Problem(problems.notDelivered)
  }
  await store.setPrinted(ctx.tx, batchId, done)
  await store.leaveOut(ctx.tx, await ctx.keys(), batchId, out, ['bundled'])
  await audit(ctx, batchEvents.bundleEnded, {
    subjects: bundled.map(({ transactionId }) => ({ kind: 'issue', id: transactionId })),
    facts: { batchId, bundleNo, printed, count: done.length, leftOut: out.length },
  })
  return { printed: done.length, leftOut: out.length }
}
