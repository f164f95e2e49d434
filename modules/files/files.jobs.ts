import { errorFields } from '@open-bcl/platform/log.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { sweepFiles, type FileShelf } from './files.actions.ts'
import { filesLog } from './files.messages.ts'

const SWEEP_MS = 3_600_000

/** Removes what was left of every town: pieces nobody came back to, files without a row. Each hour, and now. */
export function startFileSweeping(runtime: Runtime, shelf: FileShelf): { close(): Promise<void> } {
  let sweeping: Promise<void> = Promise.resolve()
  const sweep = (): void => {
    sweeping = sweeping
      .then(() => sweepTowns(runtime, shelf))
      .catch((error: unknown) => runtime.log(filesLog.sweepFailed, errorFields(error)))
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

async function sweepTowns(runtime: Runtime, shelf: FileShelf): Promise<void> {
  const towns = new Set([...(await shelf.vault.towns()), ...(await shelf.spool.towns())])
  for (const municipality of towns) {
    const call = {
      actor: { kind: 'job', task: 'files.sweep' },
      municipality,
      traceId: 'files-sweep',
    } as const
    // One town's trouble is not the next one's.
    await withCtx(runtime, call, (ctx) => sweepFiles(ctx, shelf)).catch((error: unknown) =>
      runtime.log(filesLog.sweepFailed, { municipalityCode: municipality, ...errorFields(error) }),
    )
  }
}
