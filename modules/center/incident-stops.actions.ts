import { Problem } from '@open-bcl/core/problem.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { errorFields } from '@open-bcl/platform/log.ts'
import type { Centre } from './center.actions.ts'
import { centerLogCodes } from './center.messages.ts'
import * as store from './incidents.store.ts'
import { askIssuer } from './relay.actions.ts'

/**
 * Tells issuing servers the stops by incidents, and their ends, which they have not acknowledged. The town is stopped here
 * already: this makes it stop there, too. Never throws: what fails is told by the next sweep.
 */
export async function tellStops(centre: Centre): Promise<void> {
  const stops = await inCenter(centre.pool, (tx) => store.listUntoldStops(tx))
  await Promise.all(
    stops.map(async (stop) => {
      try {
        await tell(centre, stop)
      } catch (error) {
        if (error instanceof Problem) return
        centre.log(centerLogCodes.sweepFailed, errorFields(error))
      }
    }),
  )
}

async function tell(centre: Centre, stop: store.Stop): Promise<void> {
  const { municipalityCode, endpoint, stopId, liftedAt } = stop
  const stopped = liftedAt === null
  const message = { municipalityCode, stopId, stopped, reason: 'anomaly' } as const
  const { issuing } = await askIssuer(centre, endpoint, 'setMaintenance', message)
  await inCenter(centre.pool, async (tx) => {
    if (stopped) await store.setStopTold(tx, stopId, centre.now())
    else await store.setLiftTold(tx, stopId, issuing, centre.now())
  })
}
