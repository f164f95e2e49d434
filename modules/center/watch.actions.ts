import { todayInJapan } from '@open-bcl/core/dates.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { inCenter, type Tx } from '@open-bcl/platform/db/tx.ts'
import type { Centre } from './center.actions.ts'
import { recordIncident } from './incidents.actions.ts'
import type { IncidentKind } from './incidents.ts'
import * as incidents from './incidents.store.ts'
import { askIssuer } from './relay.actions.ts'
import * as store from './watch.store.ts'

/** A server is silent when it has not answered for so long: one lost heartbeat is none of anybody's business. */
const silentAfterMs = 90_000
/** Messages are refused from 60 s on; somebody should know before. */
const skewMs = 30_000
const untoldAfterMs = 10 * 60_000
const unpaidAfterMs = 15 * 60_000
/** Asked at once. */
const abreast = 20

/** Every minute: are the issuing servers there, is their clock right, what is overdue. What is well again says so. */
export async function watch(centre: Centre): Promise<void> {
  const endpoints = await inCenter(centre.pool, (tx) => store.listIssuers(tx, todayInJapan(centre.now())))
  for (let i = 0; i < endpoints.length; i += abreast)
    await Promise.all(endpoints.slice(i, i + abreast).map((endpoint) => beat(centre, endpoint)))
  await inCenter(centre.pool, async (tx) => {
    const now = centre.now().getTime()
    const untold = await store.listOverdueTold(tx, new Date(now - untoldAfterMs))
    await compare(centre, tx, 'untold-state', 'endpoint', untold)
    const unpaid = await store.listOverduePayouts(tx, new Date(now - unpaidAfterMs))
    await compare(centre, tx, 'unpaid-payout', 'kioskId', unpaid)
  })
}

async function beat(centre: Centre, endpoint: string): Promise<void> {
  const answer = await heartbeat(centre, endpoint)
  await inCenter(centre.pool, async (tx) => {
    const askedAt = centre.now()
    const failingSince = await store.saveHeartbeat(tx, { endpoint, askedAt, answer })
    if (answer === null) {
      const silentMs = failingSince === null ? 0 : askedAt.getTime() - failingSince.getTime()
      if (silentMs >= silentAfterMs) await open(centre, tx, 'silent-issuer', { endpoint }, {})
      return
    }
    const skewed = Math.abs(answer.clockAheadMs) > skewMs
    if (skewed) await open(centre, tx, 'clock-skew', { endpoint }, { milliseconds: answer.clockAheadMs })
    const well: IncidentKind[] = [
      'silent-issuer',
      'refused-message',
      ...(skewed ? [] : ['clock-skew' as const]),
    ]
    await incidents.endIncidents(tx, well, { endpoint }, askedAt)
  })
}

async function heartbeat(centre: Centre, endpoint: string): Promise<store.Heartbeat['answer']> {
  try {
    const { at, build } = await askIssuer(centre, endpoint, 'heartbeat', {})
    return { clockAheadMs: new Date(at).getTime() - centre.now().getTime(), build }
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}

/** What is overdue opens an incident, what is not any more ends it. */
async function compare(
  centre: Centre,
  tx: Tx,
  kind: IncidentKind,
  by: 'endpoint' | 'kioskId',
  overdue: readonly store.Overdue[],
): Promise<void> {
  for (const { of, transactionId, since } of overdue) {
    const milliseconds = Math.min(centre.now().getTime() - since.getTime(), 2 ** 31 - 1)
    await open(centre, tx, kind, { [by]: of }, { transactionId, milliseconds })
  }
  for (const standing of await incidents.listStanding(tx, kind)) {
    const of = standing[by]
    if (of === null || overdue.some((one) => one.of === of)) continue
    await incidents.endIncidents(tx, [kind], { [by]: of }, centre.now())
  }
}

/** Of a trouble that lasts one event is enough, not one a minute. */
async function open(
  centre: Centre,
  tx: Tx,
  kind: IncidentKind,
  of: { readonly endpoint?: string; readonly kioskId?: string },
  event: { readonly transactionId?: string; readonly milliseconds?: number },
): Promise<void> {
  const standing = await incidents.listStanding(tx, kind)
  const known = standing.some(
    (one) => one.endpoint === (of.endpoint ?? null) && one.kioskId === (of.kioskId ?? null),
  )
  if (!known) await recordIncident(centre, tx, { kind, ...of, ...event })
}
