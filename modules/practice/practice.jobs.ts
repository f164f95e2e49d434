import type { Job } from '@open-bcl/platform/jobs.ts'
import type { Runtime } from '@open-bcl/platform/runtime.ts'
import { PREPARE } from './practice.actions.ts'
import { prepare } from './preparing.actions.ts'

/** `linkage`: the process's other hand, which alone may write registers. */
export function practiceJobs(linkage: Runtime): readonly Job[] {
  return [
    {
      task: PREPARE,
      run: async (ctx, { preparationNo }) => await prepare(ctx, linkage, Number(preparationNo)),
    },
  ]
}
