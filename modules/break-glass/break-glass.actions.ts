import { createHash } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { foldCode } from '@open-bcl/core/one-time-code.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx, type CtxOutside } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { openGuest, startGuest } from '../access/guests.actions.ts'
import { OPERATORS_LOGIN } from '../access/staff.ts'
import type * as contract from './break-glass.contract.ts'
import { breakGlassEvents as events, breakGlassProblems as problems } from './break-glass.messages.ts'
import * as store from './break-glass.store.ts'
import { grantState } from './break-glass.ts'
import { actsOf, endGrant, OPERATORS_ROLE, wordsOfAct } from './grants.actions.ts'

const MOST_ACTS = 200

/**
 * The code opens the town for one browser, once. It becomes an account in the name of the operator's person with the grant's
 * number, which stands beside each of its acts; nobody has its password.
 */
export async function enterBreakGlass(
  ctx: CtxOutside,
  { code }: InputOf<typeof contract.enterBreakGlass>,
): Promise<OutputOf<typeof contract.enterBreakGlass>> {
  const codeSha = createHash('sha256').update(foldCode(code)).digest()
  const started = await ctx.separately((own) => enter(own, codeSha))
  if (started === null) throw new Problem(problems.codeUnknown)
  ctx.cookie?.start(started.token)
  return { session: started.view }
}

async function enter(ctx: Ctx, codeSha: Buffer): Promise<Awaited<ReturnType<typeof startGuest>>> {
  const grant = await store.holdByCode(ctx.tx, codeSha)
  if (!grant) return null
  const { grantId, grantNo, askedBy, codeUntil, untilAt } = grant
  const open = grantState(grant, ctx.now) === 'waiting' && codeUntil !== null && codeUntil > ctx.now
  if (!open) {
    // A code that was one: the town learns that it was tried.
    await audit(ctx, events.codeRefused, { facts: { grantId, grantNo } })
    return null
  }
  const staffId = await openGuest(ctx, {
    loginId: `${OPERATORS_LOGIN}${grantNo}-${grantId.slice(-12)}`,
    displayName: `運用者　${askedBy}（緊急閲覧 第${grantNo}号）`,
    ...{ department: 'BCL運用者', role: OPERATORS_ROLE, disasterId: null, areas: null },
    ...{ fromOn: todayInJapan(ctx.now), untilOn: todayInJapan(untilAt) },
  })
  if (staffId === null || !(await store.enter(ctx.tx, grantId, staffId, ctx.now)))
    throw new Problem(problems.codeUnknown)
  await audit(ctx, events.entered, {
    subjects: [{ kind: 'staff', id: staffId }],
    facts: { grantId, grantNo },
  })
  const started = await startGuest(ctx, staffId, 'operator', untilAt)
  // A town that may not be signed in to at all: nothing of this happened.
  if (started === null) throw new Problem(problems.codeUnknown)
  return started
}

export async function listOpenBreakGlass(ctx: Ctx): Promise<OutputOf<typeof contract.listOpenBreakGlass>> {
  const { open, toReview } = await store.listOpen(ctx.tx, ctx.now)
  const reviews = ctx.actor.kind === 'staff' && ctx.actor.permissions.has('break-glass.end')
  return {
    open: open.map(({ grantNo, askedBy, purpose, untilAt, enteredAt }) => ({
      ...{ grantNo, askedBy, purpose, untilAt: untilAt.toISOString(), inside: enteredAt !== null },
    })),
    toReview: reviews ? toReview : 0,
  }
}

export async function listBreakGlass(ctx: Ctx): Promise<OutputOf<typeof contract.listBreakGlass>> {
  return { grants: (await store.list(ctx.tx)).map((row) => viewOf(row, ctx.now)) }
}

type View = OutputOf<typeof contract.listBreakGlass>['grants'][number]

function viewOf(row: store.GrantRow, now: Date): View {
  const { grantId, grantNo, askedBy, approvedBy, purpose, reason, ticket } = row
  const { approvedAt, untilAt, enteredAt, endedAt, endKind, endedBy } = row
  const state = grantState(row, now)
  const over = endedAt ?? (state === 'ended' ? untilAt : null)
  return {
    ...{ grantId, grantNo, state, askedBy, approvedBy, purpose, reason, ticket },
    ...{ approvedAt: approvedAt.toISOString(), untilAt: untilAt.toISOString() },
    enteredAt: enteredAt?.toISOString() ?? null,
    ended: over === null ? null : { at: over.toISOString(), kind: endKind ?? 'time', by: endedBy ?? '時間' },
    operatorReview: noted(row.operatorNotedAt, row.operatorNotedBy, row.operatorNote),
    townReview: noted(row.townNotedAt, row.townNotedLabel, row.townNote),
  }
}

function noted(at: Date | null, by: string | null, note: string | null): View['townReview'] {
  return at === null ? null : { at: at.toISOString(), by: by ?? '', note: note ?? '' }
}

export async function getBreakGlass(
  ctx: Ctx,
  { grantId }: InputOf<typeof contract.getBreakGlass>,
): Promise<OutputOf<typeof contract.getBreakGlass>> {
  const row = await store.find(ctx.tx, grantId)
  if (!row) throw new Problem(problems.notFound)
  const acts = await actsOf(ctx, row)
  await audit(ctx, events.shown, { facts: { grantId, grantNo: row.grantNo } })
  return {
    ...viewOf(row, ctx.now),
    staffId: row.staffId,
    acts: acts.slice(0, MOST_ACTS).map((act) => ({
      ...{ at: act.at.toISOString(), words: wordsOfAct(act), people: act.people },
      residentNos: [...act.residentNos],
    })),
    moreActs: acts.length > MOST_ACTS,
  }
}

export async function endBreakGlass(
  ctx: Ctx,
  { grantId }: InputOf<typeof contract.endBreakGlass>,
): Promise<{ ended: true }> {
  const held = await requireGrant(ctx, grantId)
  if (held.untilAt <= ctx.now) await endGrant(ctx, held, 'time', '時間')
  else await endGrant(ctx, held, 'town', labelOf(ctx))
  return { ended: true }
}

export async function reviewBreakGlass(
  ctx: Ctx,
  { grantId, note }: InputOf<typeof contract.reviewBreakGlass>,
): Promise<{ reviewed: true }> {
  const held = await requireGrant(ctx, grantId)
  if (grantState(held, ctx.now) !== 'ended') throw new Problem(problems.stillOpen)
  await endGrant(ctx, held, 'time', '時間')
  const by = actorName(ctx.actor)
  if (!(await store.noteByTown(ctx.tx, grantId, { note, by, at: ctx.now, label: labelOf(ctx) })))
    throw new Problem(problems.reviewed)
  await audit(ctx, events.townReviewed, { facts: { grantId, grantNo: held.grantNo } })
  return { reviewed: true }
}

async function requireGrant(ctx: Ctx, grantId: string): Promise<store.GrantRow> {
  const held = await store.hold(ctx.tx, grantId)
  if (!held) throw new Problem(problems.notFound)
  return held
}

function labelOf(ctx: Ctx): string {
  return ctx.actor.kind === 'staff' ? ctx.actor.displayName : actorName(ctx.actor)
}
