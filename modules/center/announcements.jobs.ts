import { errorFields } from '@open-bcl/platform/log.ts'
import type { Mailer } from '@open-bcl/platform/mail.ts'
import type { Closable } from '@open-bcl/platform/program.ts'
import { announcementLogCodes } from './announcements.messages.ts'
import { announceChanges, mailWaiting } from './announcing.actions.ts'
import type { Centre } from './center.actions.ts'

/**
 * Tells the contacts of towns and operators what changed, every `everyMs`; apart from the sweep, which must not wait for a
 * mail relay. `close` waits for the round that runs.
 * @param test 試験環境: every mail says so
 */
export function startAnnouncing(centre: Centre, mailer: Mailer, everyMs: number, test: boolean): Closable {
  let round: Promise<void> = Promise.resolve()
  let busy = false
  const run = (): void => {
    if (busy) return
    busy = true
    round = (async () => {
      try {
        await announceChanges(centre)
        await mailWaiting(centre, mailer, test)
      } catch (error) {
        centre.log(announcementLogCodes.failed, errorFields(error))
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
