import { errorFields } from '@open-bcl/platform/log.ts'
import type { Closable } from '@open-bcl/platform/program.ts'
import type { Centre } from './center.actions.ts'
import { centerLogCodes } from './center.messages.ts'
import { forgetOldMessages } from './enrolment.actions.ts'
import { sweep } from './settle.actions.ts'

/**
 * Settles abandoned sessions and tells issuing servers what they have not heard, at once (a restart may have left
 * something) and then every `everyMs`. `close` waits for the round that runs.
 */
export function startSweeping(centre: Centre, everyMs: number): Closable {
  let round: Promise<void> = Promise.resolve()
  let busy = false
  const run = (): void => {
    if (busy) return
    busy = true
    round = (async () => {
      try {
        await sweep(centre)
        await forgetOldMessages(centre)
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
