import type { Job } from '@open-bcl/platform/jobs.ts'
import { runTask } from './run.actions.ts'
import { RUN_TASK } from './taking.actions.ts'

/** Taking houses over and comparing them with the households: a whole town at once, in one transaction each. */
export const dwellingsJobs: readonly Job[] = [
  { task: RUN_TASK, run: (ctx, { runId }) => runTask(ctx, runId) },
]
