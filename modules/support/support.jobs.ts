import type { Job } from '@open-bcl/platform/jobs.ts'
import { listDisasters } from '../disasters/disasters.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { runMatch } from './matcher.actions.ts'

/** Judges all households of a ledger; safe to repeat, since only changes are written. */
export const supportJobs: readonly Job[] = [
  {
    task: 'support.match',
    async run(ctx, { disasterId }) {
      const { disasters } = await listDisasters(ctx)
      // Of a disaster that the town has not, nothing is to be judged; trying again would not make one.
      if (!disasters.some((one) => one.disasterId === disasterId)) return
      await runMatch(ctx, disasterId as DisasterId)
    },
  },
]
