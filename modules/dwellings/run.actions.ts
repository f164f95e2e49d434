import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { makeProposals } from './linking.actions.ts'
import { holdWaitingRun } from './runs.store.ts'
import { takeHouses } from './taking.actions.ts'

/** Does what was asked for, once: a job that comes again finds it done. */
export async function runTask(ctx: Ctx, runId: string | undefined): Promise<void> {
  const run = runId === undefined ? null : await holdWaitingRun(ctx.tx, runId)
  if (run === null) return
  if (run.kind === 'take') await takeHouses(ctx, run)
  else if (run.disasterId !== null) await makeProposals(ctx, run, run.disasterId)
}
