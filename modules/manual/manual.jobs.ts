import type { Job } from '@open-bcl/platform/jobs.ts'
import { errorFields } from '@open-bcl/platform/log.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import type { Spool } from '@open-bcl/platform/spool.ts'
import { manualLog } from './manual.messages.ts'
import { doRun, MANUAL_RUN } from './runs.actions.ts'
import { sweepUploads } from './uploads.actions.ts'

const SWEEP_MS = 3_600_000

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

/** Removes what was left in this process's spool, of whichever town: one whose staff never come back, too. */
export async function sweepSpool(runtime: Runtime, spool: Spool): Promise<void> {
  for (const municipality of await spool.towns()) {
    const call = {
      actor: { kind: 'job', task: 'manual.sweep' },
      municipality,
      traceId: 'manual-sweep',
    } as const
    // One town's trouble is not the next one's.
    await withCtx(runtime, call, (ctx) => sweepUploads(ctx, spool)).catch((error: unknown) =>
      runtime.log(manualLog.sweepFailed, { municipalityCode: municipality, ...errorFields(error) }),
    )
  }
}

/** Each hour, and now. */
export function startSweeping(runtime: Runtime, spool: Spool): { close(): Promise<void> } {
  let sweeping: Promise<void> = Promise.resolve()
  const sweep = (): void => {
    sweeping = sweeping
      .then(() => sweepSpool(runtime, spool))
      .catch((error: unknown) => runtime.log(manualLog.sweepFailed, errorFields(error)))
  }
  sweep()
  const timer = setInterval(sweep, SWEEP_MS)
  timer.unref()
  return {
    async close() {
      clearInterval(timer)
      await sweeping
    },
  }
}
