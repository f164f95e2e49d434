import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { centerCtx } from '@open-bcl/platform/http/serve-center.ts'
import type { GrantState } from '../certificates/exchange.contract.ts'
import { accessGrantEvents as events } from './access-grants.messages.ts'
import * as store from './access-grants.store.ts'
import { askAgainAfter } from './access-grants.ts'
import type { AnswerTo } from './answer-check.ts'
import { recordAct } from './center-audit.store.ts'
import type { Centre } from './center.actions.ts'
import { centerProblems } from './center.messages.ts'
import { askIssuer } from './relay.actions.ts'
import { listAllRoutes, listRoutes } from './towns.store.ts'

/** Acts are told again from a while before the newest: one that began earlier may have been finished later. */
const AGAIN_MS = 120_000

/** Where BCL is reached for a town, also for one whose certificates come from its own server; `null` = nowhere. */
export async function bclOf(centre: Centre, municipalityCode: MunicipalityCode): Promise<string | null> {
  const today = todayInJapan(centre.now())
  const ofBcl = ({ issuer }: { readonly issuer: string }): boolean => issuer === 'bcl'
  return await inCenter(centre.pool, async (tx) => {
    const own = (await listRoutes(tx, municipalityCode, today)).find(ofBcl)
    return (own ?? (await listAllRoutes(tx, today)).find(ofBcl))?.endpoint ?? null
  })
}

/**
 * Tells the town's cloud of an approved grant and takes over how it stands there: whether somebody entered, what they did, that the
 * town ended it, the town's review. The same until both reviews are there.
 */
export async function tellGrant(centre: Centre, grant: store.GrantRow): Promise<GrantState> {
  const { approvedBy, approvedAt, untilAt, municipalityCode } = grant
  const endpoint = await bclOf(centre, municipalityCode)
  if (endpoint === null || approvedBy === null || approvedAt === null || untilAt === null)
    throw new Problem(centerProblems.issuerUnreachable)
  const answer = await askIssuer(centre, endpoint, 'setAccessGrant', {
    ...{ municipalityCode, grantId: grant.grantId, grantNo: grant.grantNo, purpose: grant.purpose },
    ...{ reason: grant.reason, ticket: grant.ticket },
    askedBy: { id: grant.askedBy, name: grant.askedByName },
    approvedBy: { id: approvedBy, name: grant.approvedByName ?? '' },
    ...{ approvedAt: approvedAt.toISOString(), untilAt: untilAt.toISOString() },
    codeSha256: grant.codeSha?.toString('hex') ?? null,
    ...{ open: grant.endedAt === null, endedBy: grant.endedByName },
    review:
      grant.reviewAt === null
        ? null
        : { at: grant.reviewAt.toISOString(), by: grant.reviewByName ?? '', note: grant.reviewNote ?? '' },
    actsFrom: grant.actsUntil === null ? null : new Date(grant.actsUntil.getTime() - AGAIN_MS).toISOString(),
  })
  await takeOver(centre, grant, answer)
  return answer.state
}

async function takeOver(
  centre: Centre,
  { grantId, reviewAt }: store.GrantRow,
  { enteredAt, ended, townReview, acts }: AnswerTo<'setAccessGrant'>,
): Promise<void> {
  const { pool, log, now } = centre
  await centerCtx({ pool, log, now, production: true }).separately(async (ctx) => {
    const before = await store.hold(ctx.tx, grantId)
    if (!before) return
    const subject = { kind: 'access-grant', id: grantId }
    const { grantNo, askedByName } = before
    if (before.toldAt === null) await recordAct(ctx, events.told, subject, { grantNo })
    for (const act of acts) {
      const { at, words, people } = act
      if (await store.insertAct(ctx.tx, grantId, { ...act, at: new Date(at) }))
        await recordAct(ctx, events.act, subject, { grantNo, by: askedByName, at, words, people })
    }
    if (before.overAt === null && ended !== null)
      await recordAct(ctx, events.over, subject, { grantNo, ...ended })
    if (before.townReviewAt === null && townReview !== null)
      await recordAct(ctx, events.townReviewed, subject, { grantNo, ...townReview })
    // What was told: a review written while the answer was on its way is told the next time.
    const settled = ended !== null && townReview !== null && reviewAt !== null
    await store.setStanding(ctx.tx, grantId, {
      ...{ toldAt: ctx.now, enteredAt: enteredAt === null ? null : new Date(enteredAt) },
      askAgainAt: settled ? null : new Date(ctx.now.getTime() + askAgainAfter(ended !== null)),
      over: ended && { ...ended, at: new Date(ended.at) },
      townReview: townReview && { ...townReview, at: new Date(townReview.at) },
      settledAt: settled ? ctx.now : null,
    })
  })
}
