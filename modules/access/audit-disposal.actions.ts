import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { namesOfActors } from './access.actions.ts'
import { audit } from './audit.ts'
import { takeHead } from './audit-chain.actions.ts'
import { lastHead } from './audit-chain.store.ts'
import type * as contract from './audit-keeping.contract.ts'
import * as store from './audit-disposal.store.ts'
import { lastStamp } from './audit-stamps.store.ts'
import { auditEvents, auditProblems } from './audit-trail.messages.ts'

/** Acts that go in one transaction. */
const STEP = 5_000
/** Stands where the one who asked took the request back. */
const WITHDRAWN = 'withdrawn'

export async function getAuditKeeping(ctx: Ctx): Promise<OutputOf<typeof contract.getAuditKeeping>> {
  const setting = await store.findSetting(ctx.tx)
  const disposals = await store.listDisposals(ctx.tx)
  const head = await lastHead(ctx.tx)
  const stamp = await lastStamp(ctx.tx)
  const nameOf = await namesOfActors(ctx, [
    ...(setting.actor === null ? [] : [setting.actor]),
    ...disposals.flatMap(({ requestedBy, decidedBy }) => [requestedBy, decidedBy ?? '']),
  ])
  return {
    setting: {
      ...setting,
      at: setting.at?.toISOString() ?? null,
      actor: setting.actor === null ? null : nameOf(setting.actor),
    },
    head: head === undefined ? null : { position: head.position, signedAt: head.signedAt.toISOString() },
    stamp: stamp === undefined ? null : { position: stamp.position, at: stamp.stampedAt.toISOString() },
    disposals: disposals.map(({ throughPosition, ...one }) => ({
      ...one,
      beforeAt: one.beforeAt.toISOString(),
      requestedAt: one.requestedAt.toISOString(),
      decidedAt: one.decidedAt?.toISOString() ?? null,
      finishedAt: one.finishedAt?.toISOString() ?? null,
      requestedBy: nameOf(one.requestedBy),
      decidedBy:
        one.decidedBy === null ? null : one.decidedBy === WITHDRAWN ? '申請した職員' : nameOf(one.decidedBy),
      mine: one.requestedBy === actorName(ctx.actor),
      state:
        one.approved === null
          ? 'requested'
          : !one.approved
            ? 'refused'
            : one.finishedAt === null
              ? 'running'
              : 'finished',
    })),
  }
}

export async function setAuditSetting(
  ctx: Ctx,
  { settingNo, ...setting }: InputOf<typeof contract.setAuditSetting>,
): Promise<OutputOf<typeof contract.setAuditSetting>> {
  const before = await store.findSetting(ctx.tx)
  if (before.settingNo !== settingNo) throw new Problem(auditProblems.settingStale)
  const next = { ...setting, settingNo: settingNo + 1, at: ctx.now, actor: actorName(ctx.actor) }
  if (!(await store.insertSetting(ctx.tx, next))) throw new Problem(auditProblems.settingStale)
  const { retentionSource: _, ...told } = setting
  const facts = Object.fromEntries(
    Object.entries(told).flatMap(([name, value]) => [
      [name, value],
      [`${name}Before`, before[name as keyof typeof told]],
    ]),
  )
  await audit(ctx, auditEvents.settingChanged, { facts })
  return { settingNo: settingNo + 1 }
}

/** The day from which acts are still kept. */
function cutoffOf(ctx: Ctx, years: number): Date {
  const today = todayInJapan(ctx.now)
  const year = Number(today.slice(0, 4)) - years
  // 29 February has no sister in most years: one day more is kept.
  const day = today.slice(5) === '02-29' ? '02-28' : today.slice(5)
  return new Date(`${year}-${day}T00:00:00+09:00`)
}

export async function requestAuditDisposal(
  ctx: Ctx,
): Promise<OutputOf<typeof contract.requestAuditDisposal>> {
  const { retentionYears, retentionSource } = await store.findSetting(ctx.tx)
  if (retentionYears === null) throw new Problem(auditProblems.noRetention)
  const beforeAt = cutoffOf(ctx, retentionYears)
  const throughPosition = await store.lastDisposable(ctx.tx, beforeAt)
  if (throughPosition === null) throw new Problem(auditProblems.nothingOld)
  const acts = await store.countThrough(ctx.tx, throughPosition)
  const disposalId = uuidv7(ctx.now.getTime())
  const made = await store.insertDisposal(ctx.tx, {
    ...{ disposalId, beforeAt, throughPosition, acts, retentionYears, retentionSource },
    ...{ requestedAt: ctx.now, requestedBy: actorName(ctx.actor) },
  })
  if (!made) throw new Problem(auditProblems.disposalOpen)
  await audit(ctx, auditEvents.disposalRequested, {
    facts: { disposalId, before: beforeAt.toISOString(), throughPosition, acts, retentionYears },
  })
  return { disposalId, acts }
}

/** By another person than the one who asked. What is approved is deleted piece by piece by a job. */
export async function decideAuditDisposal(
  ctx: Ctx,
  { disposalId, approved }: InputOf<typeof contract.decideAuditDisposal>,
): Promise<OutputOf<typeof contract.decideAuditDisposal>> {
  const disposal = await store.holdDisposal(ctx.tx, disposalId)
  if (!disposal) throw new Problem(platformProblems.notFound)
  // Taking one's own request back needs nobody else.
  if (approved && disposal.requestedBy === actorName(ctx.actor)) throw new Problem(auditProblems.ownDisposal)
  const withdrawn = disposal.requestedBy === actorName(ctx.actor)
  const by = withdrawn ? WITHDRAWN : actorName(ctx.actor)
  const decided = await store.decideDisposal(ctx.tx, disposalId, { at: ctx.now, by, approved })
  if (!decided) throw new Problem(auditProblems.disposalDecided)
  await audit(ctx, auditEvents.disposalDecided, { facts: { disposalId, approved, withdrawn } })
  return { approved }
}

/**
 * Deletes the next acts of the approved disposal, leaving a tombstone and an act that tells of it in the same transaction.
 * False when nothing is left to delete.
 */
export async function disposeStep(ctx: Ctx, most: number = STEP): Promise<boolean> {
  const disposalId = await store.findApproved(ctx.tx)
  const disposal = disposalId === null ? undefined : await store.holdDisposal(ctx.tx, disposalId)
  if (!disposal || disposal.approved !== true || disposal.finishedAt !== null) return false
  const going = await store.nextToGo(ctx.tx, disposal.throughPosition, most)
  if (!going) {
    await store.deletePairs(ctx.tx, todayInJapan(disposal.beforeAt))
    await store.finishDisposal(ctx.tx, disposal.disposalId, ctx.now)
    return false
  }
  const { acts, subjects } = await store.deleteThrough(ctx.tx, going.to)
  const { from, to, hash, firstAt, lastAt } = going
  const stone = { from, to, acts, subjects, firstAt, lastAt, hash, disposedAt: ctx.now }
  await store.insertTombstone(ctx.tx, { ...stone, disposalId: disposal.disposalId })
  await audit(ctx, auditEvents.disposed, {
    facts: {
      ...{ disposalId: disposal.disposalId, from, to, hash: hash.toString('hex'), acts, subjects },
      ...{ firstOn: todayInJapan(firstAt), lastOn: todayInJapan(lastAt) },
    },
  })
  return true
}

export async function takeAuditHead(ctx: Ctx): Promise<OutputOf<typeof contract.takeAuditHead>> {
  const head = await takeHead(ctx)
  if (head === null) throw new Problem(auditProblems.whole)
  return head
}
