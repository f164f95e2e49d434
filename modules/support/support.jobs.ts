import type { Job } from '@open-bcl/platform/jobs.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { runMatch } from './matcher.actions.ts'

/** Judges all households of a ledger; safe to repeat, since only changes are written. */
export const supportJobs: readonly Job[] = [
  {
    task: 'support.match',
    async run(ctx, { disasterId }) {
      await runMatch(ctx, disasterId as DisasterId)
    },
  },
]
