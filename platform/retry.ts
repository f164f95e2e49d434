import { setTimeout as delay } from 'node:timers/promises'
import { Problem } from '@open-bcl/core/problem.ts'
import { isRetryable } from './db/pool.ts'
import { errorFields, logCodes, type Log, type LogFields } from './log.ts'
import { platformProblems } from './messages.ts'

export type RetryOptions = {
  readonly log: Log
  /** What is tried, for the log. */
  readonly fields: LogFields
  /** No further try begins later than this after the first, ms; 0 = there is one try. */
  readonly withinMs: number
}

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000

/**
 * Tries again, with growing pauses, what failed for want of the database or by a conflict (`isRetryable`), and at last
 * answers that we are busy. Whatever `attempt` does must be undone when it throws, or be safe to do twice.
 */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { log, fields } = options
  const until = performance.now() + options.withinMs
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (!isRetryable(error)) throw error
      const said = { ...fields, attempt: tries, ...errorFields(error) }
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS)
      if (performance.now() + pauseMs > until) {
        log(logCodes.databaseAway, said)
        throw new Problem(platformProblems.busy)
      }
      log(logCodes.retried, said)
      await delay(pauseMs)
    }
  }
}
