import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { inCenter, inCenterOnce, type Tx } from '@open-bcl/platform/db/tx.ts'
import { errorFields } from '@open-bcl/platform/log.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { Centre } from './center.actions.ts'
import { abortReasonOf, giveUp, type SessionEnd, type Stage, type Kiosk } from './center.ts'
import { centerLogCodes } from './center.messages.ts'
import { openIncident } from './incidents.actions.ts'
import type { confirmPayout, PayoutView } from './kiosk.contract.ts'
import { askIssuer, UnknownAtIssuer } from './relay.actions.ts'
import * as sessions from './sessions.store.ts'
import * as transactions from './transactions.store.ts'

/**
 * Ends a session wherever it stands and settles what it began. Safe to repeat: an ended session stays as it ended.
 * First everything is decided and recorded here, then the issuing servers are told; what cannot be told now the
 * sweep tells later.
 * @param kioskId when given, another machine's session is not found (404)
 */
export async function finishSession(
  centre: Centre,
  sessionId: string,
  why: SessionEnd,
  kioskId?: string,
): Promise<void> {
  const ids = await inCenter(centre.pool, async (tx) => {
    const [session, listed] = await tx.together(
      () => sessions.lockSession(tx, sessionId),
      () => transactions.listTransactionIds(tx, sessionId),
    )
    if (!session || (kioskId !== undefined && session.kioskId !== kioskId)) {
      throw new Problem(platformProblems.notFound)
    }
    if (session.endedAt !== null) return []
    for (const id of listed) await abandon(centre, tx, id, abortReasonOf(why))
    await tx.lastly(() => sessions.endSession(tx, sessionId, why, centre.now()))
    return listed
  })
  for (const id of ids) await tellQuietly(centre, id)
}

/** Gives a transaction up in the caller's transaction, with the session's row locked. One that has ended stays. */
export async function abandon(centre: Centre, tx: Tx, transactionId: string, reason: string): Promise<void> {
  const standing = await transactions.findStanding(tx, transactionId)
  if (!standing) throw new Problem(platformProblems.notFound)
  const ending = giveUp(standing.state, standing.insertedYen, standing.quote?.totalYen ?? 0)
  if (ending === null) return
  const at = centre.now()
  for (const state of ending.states) {
    const { stage } = ending
    // The refund is told together with the abort it belongs to.
    const toTell = state === 'aborted'
    await transactions.appendState(tx, transactionId, { state, at, stage, reason, toTell })
  }
  if (ending.payout !== null) await transactions.insertPayout(tx, transactionId, ending.payout, at)
  centre.log(centerLogCodes.moved, { transactionId, kioskId: standing.kioskId, reason: ending.stage })
}

/**
 * Tells the issuing server what it has not acknowledged: of one transaction, or of all. Never throws: what fails is told by
 * the next sweep. A server that does not answer is asked once a round, and keeps no other waiting.
 */
export async function tellQuietly(centre: Centre, transactionId: string | null): Promise<void> {
  const untold = await inCenterOnce(centre.pool, (tx) => transactions.listUntold(tx, transactionId))
  const byServer = Map.groupBy(untold, (row) => row.endpoint)
  await Promise.all([...byServer.values()].map((rows) => tellOne(centre, rows)))
}

async function tellOne(centre: Centre, rows: readonly transactions.Untold[]): Promise<void> {
  for (const row of rows) {
    try {
      await tell(centre, row)
    } catch (error) {
      if (error instanceof Problem) return
      centre.log(centerLogCodes.sweepFailed, { transactionId: row.transactionId, ...errorFields(error) })
    }
  }
}

async function tell(centre: Centre, row: transactions.Untold): Promise<void> {
  const { transactionId, state } = row
  const standing = await inCenterOnce(centre.pool, (tx) => transactions.findStanding(tx, transactionId))
  if (!standing) return
  const answer =
    state === 'printed' ? await tellPrinted(centre, standing) : await tellAborted(centre, standing, row)
  if (answer.startsWith('refused')) {
    const { municipalityCode, endpoint } = standing
    const about = { municipalityCode, endpoint, transactionId, message: state, field: answer }
    await openIncident(centre, { kind: 'disputed-state', ...about })
  }
  await inCenterOnce(centre.pool, (tx) =>
    transactions.setTold(tx, transactionId, state, answer, centre.now()),
  )
}

/** The paper is out, whatever anybody answers. */
async function tellPrinted(centre: Centre, standing: transactions.Standing): Promise<string> {
  const { transactionId, municipalityCode, endpoint } = standing
  const moved = await askIssuer(centre, endpoint, 'confirmPrinted', { municipalityCode, transactionId })
  return moved.kind === 'standing' ? moved.state : `refused:${moved.code}`
}

/**
 * Aborted here means aborted there; whatever payment the issuing server noted (its answer to us may have been lost)
 * is noted as given back, since the person has it back.
 */
async function tellAborted(
  centre: Centre,
  standing: transactions.Standing,
  row: transactions.Untold,
): Promise<string> {
  const { transactionId, municipalityCode, endpoint } = standing
  const stage: Stage = row.stage ?? 'quote'
  const reason = reasons.find((known) => known === row.reason) ?? 'other'
  try {
    const about = { municipalityCode, transactionId }
    const aborted = await askIssuer(centre, endpoint, 'abortIssue', { ...about, stage, reason })
    const paidYen = aborted.kind === 'standing' ? aborted.paidYen : (standing.quote?.totalYen ?? null)
    if (aborted.kind === 'standing' && aborted.state === 'refunded') return 'refunded'
    if (aborted.kind === 'standing' && paidYen === null) return aborted.state
    // Also after a refusal: an issue that was refunded already cannot be aborted again, but says so when asked.
    const refund = { ...about, refundedYen: paidYen ?? 0 }
    const refunded = await askIssuer(centre, endpoint, 'refundIssue', refund)
    if (refunded.kind === 'standing') return refunded.state
    return `refused:${aborted.kind === 'refused' ? aborted.code : refunded.code}`
  } catch (error) {
    // It never heard of the transaction: our first word was lost, and there is nothing to undo.
    if (error instanceof UnknownAtIssuer) return 'unknown'
    throw error
  }
}

const reasons = ['user', 'timeout', 'machine', 'paper', 'unreadable', 'other'] as const

/** What the machine still has to give out. */
export async function owedTo(
  centre: Centre,
  of: { readonly kioskId: string; readonly sessionId?: string },
): Promise<PayoutView[]> {
  return await inCenterOnce(centre.pool, (tx) => transactions.listOwed(tx, of))
}

/** The machine gave it out. Told again, nothing changes. */
export async function handOut(
  centre: Centre,
  { kioskId }: Kiosk,
  { transactionId, reason }: InputOf<typeof confirmPayout>,
): Promise<OutputOf<typeof confirmPayout>> {
  const handed = await inCenter(centre.pool, (tx) =>
    transactions.setHanded(tx, { kioskId, transactionId, reason }, centre.now()),
  )
  if (!handed) throw new Problem(platformProblems.notFound)
  return { handed: true }
}

/** Ends what was left standing and tells what could not be told. Runs every few seconds; two at once do no harm. */
export async function sweep(centre: Centre): Promise<void> {
  const before = new Date(centre.now().getTime() - centre.sessionIdleMs)
  const abandoned = await inCenter(centre.pool, (tx) => sessions.listAbandoned(tx, before))
  for (const sessionId of abandoned) await finishSession(centre, sessionId, 'timeout')
  if (abandoned.length > 0) centre.log(centerLogCodes.swept, { count: abandoned.length })
  await tellQuietly(centre, null)
}
