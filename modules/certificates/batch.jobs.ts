import type { Job } from '@open-bcl/platform/jobs.ts'
import type { Runtime } from '@open-bcl/platform/runtime.ts'
import { runBatch } from './batch-run.actions.ts'
import { BATCH_TASK, type Batching } from './batch.actions.ts'

/** Makes the certificates of a batch, in the queue that survives a killed process. */
export function batchJob(runtime: Runtime, batching: Batching): Job {
  return {
    task: BATCH_TASK,
    run: async (ctx, { batchId }) => await runBatch(runtime, batching, ctx, batchId),
  }
}
