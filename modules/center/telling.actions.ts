import { todayInJapan } from '@open-bcl/core/dates.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { errorFields } from '@open-bcl/platform/log.ts'
import * as grants from './access-grants.store.ts'
import { bclOf, tellGrant } from './access-telling.actions.ts'
import type { Centre } from './center.actions.ts'
import { centerLogCodes } from './center.messages.ts'
import * as openings from './ledger-openings.store.ts'
import { askIssuer } from './relay.actions.ts'
import * as stops from './stops.store.ts'
import { listRoutes } from './towns.store.ts'

/**
 * Tells others what operators decided here and they have not acknowledged: issuing servers the stops of their towns, BCL the
 * ledgers that are open outside their hours and 緊急閲覧. Asked again by each sweep until they answer. Never throws.
 */
export async function tellOthers(centre: Centre): Promise<void> {
  const waiting = await inCenter(centre.pool, async (tx) => ({
    stops: await stops.listUntold(tx),
    openings: await openings.listUntold(tx, centre.now()),
    grants: await grants.listToTell(tx, centre.now()),
  }))
  await Promise.all([
    ...waiting.stops.map((stop) => quietly(centre, () => tellStop(centre, stop))),
    ...waiting.openings.map((opening) => quietly(centre, () => tellOpening(centre, opening))),
    ...waiting.grants.map((grant) => quietly(centre, () => tellGrant(centre, grant))),
  ])
}

async function quietly(centre: Centre, tell: () => Promise<unknown>): Promise<void> {
  try {
    await tell()
  } catch (error) {
    // A server that is away has its line in the log already.
    if (!(error instanceof Problem)) centre.log(centerLogCodes.sweepFailed, errorFields(error))
  }
}

/** Every issuing server that has a route of the town today; a stop counts as told when all of them know it. */
async function tellStop(centre: Centre, stop: stops.UntoldStop): Promise<void> {
  const { municipalityCode, stopId, stopped, reason } = stop
  const routes = await inCenter(centre.pool, (tx) =>
    listRoutes(tx, municipalityCode, todayInJapan(centre.now())),
  )
  const message = { municipalityCode, stopId, stopped, reason }
  for (const endpoint of new Set(routes.map((route) => route.endpoint)))
    await askIssuer(centre, endpoint, 'setMaintenance', message)
  await inCenter(centre.pool, (tx) => stops.setTold(tx, stop, centre.now()))
}

/** The ledger is BCL's alone, also for a town whose certificates come from its own server. */
async function tellOpening(centre: Centre, opening: openings.LedgerOpening): Promise<void> {
  const { openingId, municipalityCode, fromAt, untilAt, endedAt } = opening
  const endpoint = await bclOf(centre, municipalityCode)
  if (endpoint === null) return
  await askIssuer(centre, endpoint, 'setLedgerOpening', {
    ...{ municipalityCode, openingId, open: endedAt === null },
    ...{ fromAt: fromAt.toISOString(), untilAt: untilAt.toISOString() },
  })
  await inCenter(centre.pool, (tx) => openings.setTold(tx, openingId, endedAt !== null, centre.now()))
}
