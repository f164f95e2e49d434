import type { Pool } from '@open-bcl/platform/db/pool.ts'
import { errorFields, type Log } from '@open-bcl/platform/log.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { cardCheck, loadTrust } from './card-check.actions.ts'
import type { Centre } from './center.actions.ts'
import type { CenterCalendar } from './center.ts'
import type { MessageName } from './answer-check.ts'
import { centerLogCodes } from './center.messages.ts'
import { issuersOf } from './issuers.actions.ts'
import { deadlinesMs, noteLateAnswer } from './relay.actions.ts'

export { claimEnvironment } from './environment.actions.ts'

export type CentreOptions = {
  readonly pool: Pool
  readonly log: Log
  now(): Date
  readonly origin: string
  readonly calendar: CenterCalendar
  readonly jpki: {
    /** Folder or URL of the CA certificates. */
    readonly trust: string
    readonly ocspUrl: string
    readonly crlUrl: string | null
    readonly policies: readonly string[]
  }
  readonly identity: MachineIdentity
  /** A session nobody touches for so long is ended, ms. */
  readonly sessionIdleMs: number
  readonly makeBackPage?: Centre['makeBackPage']
  /** How long an answer of an issuing server may take, ms, where it is not as `deadlinesMs` says. */
  readonly deadlinesMs?: Partial<Record<MessageName, number>>
}

/** Makes the centre: JPKI check and connections to issuing servers. `close` ends the connections. */
export async function openCentre(
  options: CentreOptions,
): Promise<{ readonly centre: Centre; close(): void }> {
  const { pool, log, now, origin, calendar, jpki, identity, sessionIdleMs } = options
  const issuers = issuersOf(
    identity,
    now,
    (name) => options.deadlinesMs?.[name] ?? deadlinesMs[name],
    (endpoint, name, question, elapsedMs) =>
      void noteLateAnswer(centre, endpoint, name, question, elapsedMs).catch((error: unknown) =>
        log(centerLogCodes.sweepFailed, errorFields(error)),
      ),
  )
  const centre: Centre = {
    pool,
    log,
    now,
    origin,
    calendar,
    sessionIdleMs,
    issuerAt: (endpoint) => issuers.at(endpoint),
    checkCard: cardCheck({ ...jpki, trust: await loadTrust(jpki.trust), now }),
    makeBackPage: options.makeBackPage ?? null,
  }
  return { centre, close: () => issuers.close() }
}
