import { plainDate, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { namesOfActors } from '../access/access.actions.ts'
import { audit } from '../access/audit.ts'
import type { Issuing } from './before-freezing.actions.ts'
import { allowIssue, problemOf } from './certificates.actions.ts'
import { certificatesEvents, certificatesProblems as problems } from './certificates.messages.ts'
import { totalYen } from './certificates.ts'
import { moveIssue, standingOf } from './issuing.actions.ts'
import type * as contract from './slips.contract.ts'
import * as store from './slips.store.ts'
import { measureHandOvers, SLIP_MINUTES, slipNumber } from './slips.ts'

/** An issue that staff will hand over: since when its person has been at the terminal. */
export async function beginSlip(ctx: Ctx, transactionId: string, startedAt: Date): Promise<void> {
  await store.insertSlip(ctx.tx, transactionId, startedAt)
}

/** What the terminal prints on the 受付票, the same whenever it asks; `null` = nobody hands this one over. */
export async function takeSlip(
  ctx: Ctx,
  transactionId: string,
): Promise<{ number: string; until: string } | null> {
  const standing = await store.slipStanding(ctx.tx, transactionId)
  if (standing === 'none') return null
  if (standing === 'unnumbered' && (await store.lockUnnumbered(ctx.tx, transactionId))) {
    const onDate = todayInJapan(ctx.now)
    const slipNo = await store.takeNumber(ctx.tx, onDate)
    const untilAt = new Date(ctx.now.getTime() + SLIP_MINUTES * 60_000)
    await store.setNumber(ctx.tx, transactionId, { slipNo, onDate, acceptedAt: ctx.now, untilAt })
  }
  const slip = await store.findSlip(ctx.tx, transactionId)
  return slip ? { number: slipNumber(slip.slipNo), until: slip.untilAt.toISOString() } : null
}

/** The terminal's printer inside has put the paper out: it is not handed over yet. False = no paper for the counter. */
export async function noteInside(ctx: Ctx, transactionId: string): Promise<boolean> {
  if (!(await store.findSlip(ctx.tx, transactionId))) return false
  await store.setInside(ctx.tx, transactionId, ctx.now)
  return true
}

const secondsBetween = (from: Date, to: Date): number =>
  Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000))

export async function listSlips(ctx: Ctx): Promise<OutputOf<typeof contract.listSlips>> {
  const today = todayInJapan(ctx.now)
  const rows = await store.listSlips(ctx.tx, today)
  const nameOf = await namesOfActors(
    ctx,
    rows.map(({ actor }) => actor),
  )
  const slips = rows.map((row) => {
    const ended = row.state === 'printed' || row.state === 'aborted'
    const expired = row.untilAt < ctx.now
    const handed = row.state === 'printed'
    return {
      transactionId: row.transactionId,
      number: slipNumber(row.slipNo),
      onDate: row.onDate,
      kind: row.kind,
      kioskId: row.kioskId,
      copies: row.copies,
      pages: row.pages,
      totalYen: row.feeYen * row.copies,
      acceptedAt: row.acceptedAt.toISOString(),
      insideAt: row.insideAt?.toISOString() ?? null,
      untilAt: row.untilAt.toISOString(),
      standing: ended
        ? handed
          ? ('handed' as const)
          : ('disposed' as const)
        : expired
          ? ('expired' as const)
          : ('waiting' as const),
      endedAt: ended ? row.stateAt.toISOString() : null,
      endedBy: ended ? nameOf(row.actor) : null,
      reason: row.reason,
      seconds: handed ? secondsBetween(row.startedAt, row.stateAt) : null,
    }
  })
  const measured = slips.flatMap((slip) =>
    slip.seconds === null || plainDate(slip.onDate) !== today ? [] : [slip.seconds],
  )
  return { slips, today: measureHandOvers(measured) }
}

async function getSlip(ctx: Ctx, transactionId: string): Promise<store.Slip> {
  const slip = await store.findSlip(ctx.tx, transactionId)
  if (!slip) throw new Problem(platformProblems.notFound)
  return slip
}

/** The fee is taken and the paper handed over against the slip: now the issue counts. */
export async function handOverSlip(
  ctx: Ctx,
  issuing: Issuing,
  { transactionId, receivedYen }: InputOf<typeof contract.handOverSlip>,
): Promise<OutputOf<typeof contract.handOverSlip>> {
  const issue = await allowIssue(ctx, issuing, transactionId)
  const slip = await getSlip(ctx, transactionId)
  const { state, passed } = await standingOf(ctx, issue)
  const again = state === 'printed'
  if (!again && slip.untilAt < ctx.now) throw new Problem(problems.slipExpired)
  if (receivedYen !== totalYen(issue)) throw new Problem(problems.badAmount)
  // A paper that never left for the terminal is not in anybody's hand.
  if (!passed.includes('delivered')) throw new Problem(problems.badState)
  if (receivedYen > 0) {
    const paid = await moveIssue(ctx, issue, 'paid', { amountYen: receivedYen })
    if (paid.kind === 'refused') throw new Problem(problemOf(paid.code))
  }
  const printed = await moveIssue(ctx, issue, 'printed')
  if (printed.kind === 'refused') throw new Problem(problemOf(printed.code))
  const seconds = again ? null : secondsBetween(slip.startedAt, ctx.now)
  await audit(ctx, certificatesEvents.slipHandedOver, {
    subjects: [{ kind: 'issue', id: transactionId }],
    facts: { number: slipNumber(slip.slipNo), receivedYen, seconds },
  })
  return { standing: 'handed', seconds }
}

export async function disposeOfSlip(
  ctx: Ctx,
  issuing: Issuing,
  { transactionId, reason }: InputOf<typeof contract.disposeOfSlip>,
): Promise<OutputOf<typeof contract.disposeOfSlip>> {
  const issue = await allowIssue(ctx, issuing, transactionId)
  const slip = await getSlip(ctx, transactionId)
  const moved = await moveIssue(ctx, issue, 'aborted', { stage: 'print', reason })
  if (moved.kind === 'refused') throw new Problem(problemOf(moved.code))
  await audit(ctx, certificatesEvents.slipDisposedOf, {
    subjects: [{ kind: 'issue', id: transactionId }],
    facts: { number: slipNumber(slip.slipNo), reason },
  })
  return { standing: 'disposed', seconds: null }
}
