import type { Job } from '@open-bcl/platform/jobs.ts'
import { MATCH_TASK, matchTask } from './match.actions.ts'

/** Comparing the rows of a list with the town, some hundreds a transaction. */
export const matchingJobs: readonly Job[] = [
  { task: MATCH_TASK, run: (ctx, { listId }) => matchTask(ctx, listId) },
]
