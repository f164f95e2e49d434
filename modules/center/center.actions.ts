import { Problem } from '@open-bcl/core/problem.ts'
import { inCenter, inCenterEach, type Tx } from '@open-bcl/platform/db/tx.ts'
import type { Pool } from '@open-bcl/platform/db/pool.ts'
import type { Log } from '@open-bcl/platform/log.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { BackPages } from '../backpage/backpage.actions.ts'
import type { ExchangeClient } from '../certificates/exchange.contract.ts'
import type { CenterCalendar, Kiosk } from './center.ts'
import { centerProblems as problems } from './center.messages.ts'
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
  /** うら面, the second file of what a machine prints on both sides; `null` = this centre makes none. */
  readonly makeBackPage: BackPages['make'] | null
}

/** A person's messages come several a second; minutes are what counts. */
const touchEveryMs = 1_000

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
  return await inSessionWith(centre, kiosk, sessionId, async () => undefined, work)
}

/** @param also is asked with the lock, and sees what stands once it is held */
export async function inSessionWith<T, Also>(
  centre: Centre,
  kiosk: Kiosk,
  sessionId: string,
  also: (tx: Tx) => Promise<Also>,
  work: (tx: Tx, session: sessions.Session, also: Also) => Promise<T>,
): Promise<T> {
  return await inCenter(centre.pool, async (tx) => {
    const [session, known] = await tx.together(
      () => sessions.lockSession(tx, sessionId),
      () => also(tx),
    )
    requireOpen(centre, kiosk, session)
    const now = centre.now()
    if (Math.abs(now.getTime() - session.lastSeenAt.getTime()) >= touchEveryMs)
      await sessions.touchSession(tx, sessionId, now)
    return await work(tx, session, known)
  })
}

/** Refuses a session that is not this machine's (404), has ended or is forgotten (410). */
function requireOpen(
  centre: Centre,
  kiosk: Kiosk,
  session: sessions.Session | undefined,
): asserts session is sessions.Session {
  if (session?.kioskId !== kiosk.kioskId) throw new Problem(platformProblems.notFound)
  const forgotten = session.lastSeenAt < aliveSince(centre)
  // A forgotten one is the sweep's: it may be ending it at this moment.
  if (session.endedAt !== null || forgotten) throw new Problem(problems.sessionEnded)
}

/** A session that nobody has touched since then is forgotten. */
export function aliveSince(centre: Centre): Date {
  return new Date(centre.now().getTime() - centre.sessionIdleMs)
}

/**
 * Lends the session of this kiosk for looking: nothing is locked, and whatever is decided by it is judged again where it is
 * written. Each statement is by itself; the session and `also` are asked in one packet.
 */
export async function seeSession<T, Also>(
  centre: Centre,
  kiosk: Kiosk,
  sessionId: string,
  also: (tx: Tx) => Promise<Also>,
  work: (tx: Tx, session: sessions.Session, also: Also) => Promise<T>,
): Promise<T> {
  return await inCenterEach(centre.pool, async (tx) => {
    const now = centre.now()
    const touch = {
      ...{ kioskId: kiosk.kioskId, now, alive: aliveSince(centre) },
      touchedBefore: new Date(now.getTime() - touchEveryMs),
    }
    const [session, known] = await tx.together(
      () => sessions.seeSession(tx, sessionId, touch),
      () => also(tx),
    )
    requireOpen(centre, kiosk, session)
    return await work(tx, session, known)
  })
}
