import { errorFields } from '@open-bcl/platform/log.ts'
import type { Closable } from '@open-bcl/platform/program.ts'
import type { Centre } from './center.actions.ts'
import { centerLogCodes } from './center.messages.ts'
import { forgetOldMessages } from './enrolment.actions.ts'
import { tellStops } from './incident-stops.actions.ts'
import { sweep } from './settle.actions.ts'
import { tellOthers } from './telling.actions.ts'
import { watch } from './watch.actions.ts'

/** How often issuing servers are asked whether they are there, and what is overdue is looked for. */
const watchEveryMs = 60_000

/**
 * Settles abandoned sessions and tells issuing servers what they have not heard, at once (a restart may have left
 * something) and then every `everyMs`; looks after servers and overdue things every minute. `close` waits for the round that runs.
 */
export function startSweeping(centre: Centre, everyMs: number): Closable {
  let round: Promise<void> = Promise.resolve()
  let busy = false
  let watchedAt = 0
  const run = (): void => {
    if (busy) return
    busy = true
    round = (async () => {
      try {
        await sweep(centre)
        await tellStops(centre)
        await tellOthers(centre)
        await forgetOldMessages(centre)
        if (centre.now().getTime() - watchedAt >= watchEveryMs) {
          watchedAt = centre.now().getTime()
          await watch(centre)
        }
      } catch (error) {
        centre.log(centerLogCodes.sweepFailed, errorFields(error))
      } finally {
        busy = false
      }
    })()
  }
  run()
  const timer = setInterval(run, everyMs)
  return {
    async close() {
      clearInterval(timer)
      await round
    },
  }
}
