import { createHash, randomBytes } from 'node:crypto'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { newCode } from '@open-bcl/core/one-time-code.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { CenterCtx, CenterCtxOutside } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { CODE_MS } from '../certificates/exchange.contract.ts'
import type * as contract from './access-grants.contract.ts'
import { accessGrantEvents as events, accessGrantProblems as problems } from './access-grants.messages.ts'
import * as store from './access-grants.store.ts'
import { ASK_MS, FRESH_MS, stageOf, type GrantStage } from './access-grants.ts'
import { tellGrant } from './access-telling.actions.ts'
import { recordAct, type ActSubject } from './center-audit.store.ts'
import type { Centre } from './center.actions.ts'
import { signedIn } from './staff-sessions.actions.ts'
import { findRegistered } from './towns.store.ts'

/** 運用者による緊急閲覧, as the operator's people ask, approve, end and review it. Telling the town: `access-telling.actions.ts`. */

type View = OutputOf<typeof contract.listAccessGrants>['grants'][number]

export async function listAccessGrants(ctx: CenterCtx): Promise<OutputOf<typeof contract.listAccessGrants>> {
  return { grants: (await store.list(ctx.tx)).map((line) => viewOf(ctx, line)) }
}

export async function getAccessGrant(
  ctx: CenterCtx,
  { grantId }: InputOf<typeof contract.getAccessGrant>,
): Promise<OutputOf<typeof contract.getAccessGrant>> {
  const line = await store.find(ctx.tx, grantId)
  if (!line) throw new Problem(problems.notFound)
  const acts = await store.listActs(ctx.tx, grantId)
  return {
    ...viewOf(ctx, line),
    acts: acts.map(({ at, words, people }) => ({ at: at.toISOString(), words, people })),
  }
}

function viewOf(ctx: CenterCtx, line: store.GrantLine): View {
  const { grantId, grantNo, municipalityCode, town, purpose, ticket, reason, minutes, contacts } = line
  const said = (at: Date | null, by: string | null): View['approved'] =>
    at === null ? null : { at: at.toISOString(), by: by ?? '' }
  const noted = (at: Date | null, by: string | null, note: string | null): View['review'] =>
    at === null ? null : { at: at.toISOString(), by: by ?? '', note: note ?? '' }
  return {
    ...{ grantId, grantNo, municipalityCode, town, purpose, ticket, reason, minutes, contacts },
    stage: stageOf(line, ctx.now),
    asked: { at: line.askedAt.toISOString(), by: line.askedByName },
    isOwn: ctx.staff?.staffId === line.askedBy,
    approved: said(line.approvedAt, line.approvedByName),
    untilAt: line.untilAt?.toISOString() ?? null,
    declined: noted(line.declinedAt, line.declinedByName, line.declineNote),
    toldAt: line.toldAt?.toISOString() ?? null,
    enteredAt: line.enteredAt?.toISOString() ?? null,
    over: overOf(line, ctx.now),
    review: noted(line.reviewAt, line.reviewByName, line.reviewNote),
    townReview: noted(line.townReviewAt, line.townReviewBy, line.townReviewNote),
  }
}

function overOf(row: store.GrantRow, now: Date): View['over'] {
  const { overAt, overKind, overBy, endedAt, endedByName, untilAt } = row
  if (overAt !== null) return { at: overAt.toISOString(), kind: overKind ?? 'time', by: overBy ?? '' }
  if (endedAt !== null) return { at: endedAt.toISOString(), kind: 'operator', by: endedByName ?? '' }
  return untilAt !== null && untilAt <= now ? { at: untilAt.toISOString(), kind: 'time', by: '時間' } : null
}

export async function askAccess(
  ctx: CenterCtx,
  input: InputOf<typeof contract.askAccess>,
): Promise<OutputOf<typeof contract.askAccess>> {
  await requireFresh(ctx)
  if (!(await findRegistered(ctx.tx, input.municipalityCode))) throw new Problem(platformProblems.notFound)
  const { staffId, displayName } = signedIn(ctx)
  const grantId = randomBytes(16).toString('hex')
  const asked = { ...input, grantId, askedBy: staffId, askedByName: displayName, askedAt: ctx.now }
  const grantNo = await store.insert(ctx.tx, asked)
  if (grantNo === null) throw new Problem(platformProblems.changedByOther)
  await recordAct(ctx, events.asked, subjectOf(grantId), { ...input, grantNo })
  return { grantId, grantNo }
}

export async function approveAccess(
  ctx: CenterCtx,
  { grantId }: InputOf<typeof contract.approveAccess>,
): Promise<OutputOf<typeof contract.approveAccess>> {
  await requireFresh(ctx)
  const grant = await requireStage(ctx, grantId, ['asked'])
  const { staffId, displayName } = await requireAnother(ctx, grant)
  const by = {
    ...{ staffId, name: displayName, at: ctx.now },
    askedAfter: new Date(ctx.now.getTime() - ASK_MS),
  }
  if (!(await store.approve(ctx.tx, grantId, by))) throw new Problem(problems.wrongStage)
  const untilAt = new Date(ctx.now.getTime() + grant.minutes * 60_000).toISOString()
  await recordAct(ctx, events.approved, subjectOf(grantId), { grantNo: grant.grantNo, untilAt })
  return { untilAt }
}

export async function declineAccess(
  ctx: CenterCtx,
  { grantId, note }: InputOf<typeof contract.declineAccess>,
): Promise<{ declined: true }> {
  const grant = await requireStage(ctx, grantId, ['asked'])
  const { displayName } = await requireAnother(ctx, grant)
  await store.decline(ctx.tx, grantId, displayName, ctx.now, note)
  await recordAct(ctx, events.declined, subjectOf(grantId), { grantNo: grant.grantNo, note })
  return { declined: true }
}

export async function endAccess(
  ctx: CenterCtx,
  { grantId }: InputOf<typeof contract.endAccess>,
): Promise<{ ended: true }> {
  const grant = await requireStage(ctx, grantId, ['asked', 'telling', 'waiting', 'inside'])
  await store.end(ctx.tx, grantId, signedIn(ctx).displayName, ctx.now)
  await recordAct(ctx, events.ended, subjectOf(grantId), { grantNo: grant.grantNo })
  return { ended: true }
}

/**
 * A code counts once the town's cloud has its digest; only then it is shown. What could not be told is forgotten, and nobody has
 * seen it.
 */
export async function drawAccessCode(
  ctx: CenterCtxOutside,
  centre: Centre,
  { grantId }: InputOf<typeof contract.drawAccessCode>,
): Promise<OutputOf<typeof contract.drawAccessCode>> {
  const code = newCode()
  const codeSha = createHash('sha256').update(code).digest()
  const { staff } = ctx
  const grant = await ctx.separately(async (inner) => {
    const own = { ...inner, staff }
    await requireFresh(own)
    const held = await requireStage(own, grantId, ['telling', 'waiting'])
    if (held.askedBy !== signedIn(own).staffId) throw new Problem(problems.otherPerson)
    if (held.toldAt === null) throw new Problem(problems.notTold)
    await store.setCode(own.tx, grantId, codeSha, own.now)
    return { ...held, codeSha }
  })
  try {
    if ((await tellGrant(centre, grant)) !== 'waiting') throw new Problem(problems.wrongStage)
  } catch (error) {
    await ctx.separately((own) => store.setCode(own.tx, grantId, null, own.now))
    if (error instanceof Problem && error.kind.code === problems.wrongStage.code) throw error
    throw error instanceof Problem ? new Problem(problems.notTold) : error
  }
  await ctx.separately((own) =>
    recordAct({ ...own, staff }, events.codeDrawn, subjectOf(grantId), { grantNo: grant.grantNo }),
  )
  return { code, municipalityCode: grant.municipalityCode, minutes: CODE_MS / 60_000 }
}

export async function reviewAccess(
  ctx: CenterCtx,
  { grantId, note }: InputOf<typeof contract.reviewAccess>,
): Promise<{ reviewed: true }> {
  const grant = await requireStage(ctx, grantId, ['review'])
  const { displayName } = await requireAnother(ctx, grant)
  if (!(await store.review(ctx.tx, grantId, displayName, ctx.now, note)))
    throw new Problem(problems.wrongStage)
  await recordAct(ctx, events.reviewed, subjectOf(grantId), { grantNo: grant.grantNo, note })
  return { reviewed: true }
}

/** On the first page: what waits for somebody. */
export async function countAccess(ctx: CenterCtx): Promise<Awaited<ReturnType<typeof store.countOpen>>> {
  return await store.countOpen(ctx.tx, ctx.now, new Date(ctx.now.getTime() - ASK_MS))
}

async function requireStage(
  ctx: CenterCtx,
  grantId: string,
  stages: readonly GrantStage[],
): Promise<store.GrantRow> {
  const grant = await store.hold(ctx.tx, grantId)
  if (!grant) throw new Problem(problems.notFound)
  if (!stages.includes(stageOf(grant, ctx.now))) throw new Problem(problems.wrongStage)
  return grant
}

/** Whoever asked neither approves nor reviews. */
async function requireAnother(
  ctx: CenterCtx,
  grant: store.GrantRow,
): Promise<{ readonly staffId: string; readonly displayName: string }> {
  const staff = signedIn(ctx)
  if (staff.staffId === grant.askedBy) throw new Problem(problems.ownGrant)
  return staff
}

/** Signing in takes the second factor, always in production: who did so just now is here, and is who they say. */
async function requireFresh(ctx: CenterCtx): Promise<void> {
  const since = await store.signedInAt(ctx.tx, signedIn(ctx).sessionId)
  if (since === null || ctx.now.getTime() - since.getTime() > FRESH_MS)
    throw new Problem(problems.signInAgain)
}

function subjectOf(grantId: string): ActSubject {
  return { kind: 'access-grant', id: grantId }
}
