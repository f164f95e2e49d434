import type { Job } from '@open-bcl/platform/jobs.ts'
import type { Runtime } from '@open-bcl/platform/runtime.ts'
import type { Spool } from '@open-bcl/platform/spool.ts'
import { doRun, MANUAL_RUN } from './runs.actions.ts'

/**
 * Tries and loads by hand, in the queue that survives a killed process. They write as the role `linkage`, on connections
 * of that pool; the job's own transaction does nothing.
 */
export function manualJobs(linkage: Runtime, spool: () => Promise<Spool>): readonly Job[] {
  return [
    {
      task: MANUAL_RUN,
      async run(ctx, { runId }) {
        await doRun(linkage, await spool(), ctx, runId!)
      },
    },
  ]
}
