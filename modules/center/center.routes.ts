import type { Pool } from '@open-bcl/platform/db/pool.ts'
import type { Log } from '@open-bcl/platform/log.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { cardCheck, loadTrust } from './card-check.actions.ts'
import type { Centre } from './center.actions.ts'
import type { CenterCalendar } from './center.ts'
import { issuersOf } from './issuers.actions.ts'

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
}

/** Makes the centre: JPKI check and connections to issuing servers. `close` ends the connections. */
export async function openCentre(
  options: CentreOptions,
): Promise<{ readonly centre: Centre; close(): void }> {
  const { pool, log, now, origin, calendar, jpki, identity, sessionIdleMs } = options
  const issuers = issuersOf(identity, now)
  const centre: Centre = {
    pool,
    log,
    now,
    origin,
    calendar,
    sessionIdleMs,
    issuerAt: (endpoint) => issuers.at(endpoint),
    checkCard: cardCheck({ ...jpki, trust: await loadTrust(jpki.trust), now }),
  }
  return { centre, close: () => issuers.close() }
}
