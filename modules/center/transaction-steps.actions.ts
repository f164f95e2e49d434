import { Problem } from '@open-bcl/core/problem.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { AnswerTo, Question } from './answer-check.ts'
import { inSessionWith, seeSession, type Centre } from './center.actions.ts'
import { judgeMove, type Kiosk, type TransactionState } from './center.ts'
import { centerLogCodes, centerProblems as problems } from './center.messages.ts'
import { outOfTime, spokenRefusal } from './codes.ts'
import { tellStops } from './incident-stops.actions.ts'
import * as incidents from './incidents.store.ts'
import type { Refusal } from './kiosk.contract.ts'
import { askIssuer, DeadlinePassed, MixedUp } from './relay.actions.ts'
import { abandon, tellQuietly } from './settle.actions.ts'
import * as transactions from './transactions.store.ts'

export type Where = { readonly sessionId: string; readonly transactionId: string }

/** Lends a transaction of this session, which is locked; another session's, even of the same machine, is not found. */
export async function inTransaction<T, Also>(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId, transactionId }: Where,
  also: (tx: Tx) => Promise<Also>,
  work: (tx: Tx, standing: transactions.Standing, also: Also) => Promise<T>,
): Promise<T> {
  const asked = (tx: Tx) =>
    tx.together(
      () => transactions.findStanding(tx, transactionId),
      () => also(tx),
    )
  return await inSessionWith(centre, kiosk, sessionId, asked, async (tx, _session, [standing, known]) => {
    requireOf(sessionId, standing)
    return await work(tx, standing, known)
  })
}

function requireOf(
  sessionId: string,
  standing: transactions.Standing | undefined,
): asserts standing is transactions.Standing {
  if (standing?.sessionId !== sessionId) throw new Problem(platformProblems.notFound)
}

const nothing = async (): Promise<void> => undefined

/** The transaction, if it may go on to `to` or has been there, and whether an incident has stopped its town. */
export async function look(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId, transactionId }: Where,
  to: TransactionState,
): Promise<{ readonly standing: transactions.Standing; readonly stopped: boolean }> {
  const asked = (tx: Tx) =>
    tx.together(
      () => transactions.findStanding(tx, transactionId),
      () => incidents.isStoppedFor(tx, transactionId),
    )
  return await seeSession(centre, kiosk, sessionId, asked, async (_tx, _session, [standing, stopped]) => {
    requireOf(sessionId, standing)
    assertMove(standing, to)
    return { standing, stopped }
  })
}

function assertMove(standing: transactions.Standing, to: TransactionState): 'allowed' | 'repeated' {
  const move = judgeMove(standing.passed, to, standing.quote?.totalYen ?? 0)
  if (move === 'refused') throw new Problem(problems.wrongStep)
  return move
}

/** Takes the transaction one state on, once; judged again under the session's lock, since time has passed. */
export async function step(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId, transactionId }: Where,
  to: TransactionState,
  options: {
    readonly pdfSha256?: string
    readonly toTell?: boolean
    /** One statement at most, written with the state. */
    readonly with?: (tx: Tx) => Promise<void>
  } = {},
): Promise<void> {
  await inTransaction(centre, kiosk, { sessionId, transactionId }, nothing, async (tx, standing) => {
    if (assertMove(standing, to) === 'repeated') return
    const row = {
      state: to,
      at: centre.now(),
      toTell: options.toTell ?? false,
      ...(options.pdfSha256 === undefined ? {} : { pdfSha256: options.pdfSha256 }),
    }
    await tx.lastly(
      () => options.with?.(tx) ?? nothing(),
      () => transactions.appendState(tx, transactionId, row),
    )
    centre.log(centerLogCodes.moved, { transactionId, kioskId: kiosk.kioskId, reason: to })
  })
}

export async function drop(centre: Centre, kiosk: Kiosk, where: Where, reason: string): Promise<void> {
  await inTransaction(centre, kiosk, where, nothing, async (tx) =>
    abandon(centre, tx, where.transactionId, reason),
  )
  await tellQuietly(centre, where.transactionId)
}

/** The transaction ends here, and the person reads the words of the code. */
export async function stop(centre: Centre, kiosk: Kiosk, where: Where, code: number): Promise<Refusal> {
  await drop(centre, kiosk, where, 'other')
  return spokenRefusal(code)
}

type Asked = 'quoteIssue' | 'buildIssue' | 'deliverIssue' | 'confirmPaid'

/**
 * One message about a transaction. A refusal ends it, and so does a deadline: what comes late finds nobody. An answer to
 * another question ends it, too, and its town has stopped.
 */
export async function ask<Name extends Asked>(
  centre: Centre,
  kiosk: Kiosk,
  where: Where,
  endpoint: string,
  name: Name,
  question: Question<Name>,
): Promise<Exclude<AnswerTo<Name>, { kind: 'refused' }> | Refusal> {
  try {
    const answer = await askIssuer(centre, endpoint, name, question)
    return answer.kind === 'refused'
      ? await stop(centre, kiosk, where, answer.code)
      : (answer as Exclude<AnswerTo<Name>, { kind: 'refused' }>)
  } catch (error) {
    if (error instanceof DeadlinePassed) {
      await drop(centre, kiosk, where, 'timeout')
      return outOfTime
    }
    if (error instanceof MixedUp) {
      await drop(centre, kiosk, where, 'unreadable')
      await tellStops(centre)
    }
    throw error
  }
}
