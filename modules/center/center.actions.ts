import { Problem } from '@open-bcl/core/problem.ts'
import { inCenter, type Tx } from '@open-bcl/platform/db/tx.ts'
import type { Pool } from '@open-bcl/platform/db/pool.ts'
import type { Log } from '@open-bcl/platform/log.ts'
import { RemoteProblem, RemoteUnreachable } from '@open-bcl/platform/machine-client.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { ExchangeClient } from '../certificates/exchange.contract.ts'
import type { CenterCalendar, Kiosk } from './center.ts'
import { centerLogCodes, centerProblems as problems } from './center.messages.ts'
import type { Challenge } from './challenge.ts'
import type { JpkiResult, Presented } from './jpki.ts'
import * as sessions from './sessions.store.ts'

/** What the centre's process holds. Slow calls to others (JPKI, issuing servers) run between transactions, never inside. */
export type Centre = {
  readonly pool: Pool
  readonly log: Log
  now(): Date
  /** Our origin as kiosks see it; messages and challenges are signed for it. */
  readonly origin: string
  readonly calendar: CenterCalendar
  /** A session nobody touches for so long is ended, ms. The page says it is there far more often. */
  readonly sessionIdleMs: number
  /** The exchange protocol to the issuing server at that origin. */
  issuerAt(endpoint: string): ExchangeClient
  checkCard(
    presented: Presented,
    useChallenge: (challenge: Challenge) => Promise<boolean>,
  ): Promise<JpkiResult>
}

/**
 * Lends the session of this kiosk, its row locked; of two messages about one session the second waits. Another
 * kiosk's session is not found (404), an ended or forgotten one is gone (410).
 */
export async function inSession<T>(
  centre: Centre,
  kiosk: Kiosk,
  sessionId: string,
  work: (tx: Tx, session: sessions.Session) => Promise<T>,
): Promise<T> {
  return await inCenter(centre.pool, async (tx) => {
    const session = await sessions.lockSession(tx, sessionId)
    if (session?.kioskId !== kiosk.kioskId) throw new Problem(platformProblems.notFound)
    const now = centre.now()
    const forgotten = now.getTime() - session.lastSeenAt.getTime() > centre.sessionIdleMs
    // A forgotten one is the sweep's: it may be ending it at this moment.
    if (session.endedAt !== null || forgotten) throw new Problem(problems.sessionEnded)
    await sessions.touchSession(tx, sessionId, now)
    return await work(tx, session)
  })
}

/**
 * One message to an issuing server. All messages of the protocol may be repeated, so silence is tried once more.
 * @throws Problem `issuerUnreachable` when nobody knows whether it arrived, `issuerFault` when it was refused as a message.
 */
export async function callIssuer<T>(
  centre: Centre,
  endpoint: string,
  call: (client: ExchangeClient) => Promise<T>,
  transactionId?: string,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call(centre.issuerAt(endpoint))
    } catch (error) {
      if (error instanceof RemoteUnreachable && error.code !== 'TIMEOUT' && tries < 2) continue
      centre.log(centerLogCodes.issuerFailed, {
        ...(transactionId === undefined ? {} : { transactionId }),
        errorName: error instanceof Error ? error.name : 'unknown',
        ...(error instanceof RemoteProblem ? { status: error.status, problem: error.code } : {}),
        ...(error instanceof RemoteUnreachable ? { errorCode: error.code } : {}),
      })
      const silent =
        error instanceof RemoteUnreachable || (error instanceof RemoteProblem && error.status === 503)
      if (silent) throw new Problem(problems.issuerUnreachable)
      if (error instanceof RemoteProblem && error.status === 404) throw new UnknownAtIssuer()
      throw new Problem(problems.issuerFault)
    }
  }
}

/** The issuing server has never heard of that transaction or town. Seen by a kiosk as `issuerFault`. */
export class UnknownAtIssuer extends Problem {
  constructor() {
    super(problems.issuerFault)
  }
}
