import { OPERATOR_REALM, type MunicipalityCode } from '@open-bcl/core/brand.ts'
import { errorFields } from '@open-bcl/platform/log.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { certificatesLogs } from './certificates.messages.ts'
import { disposeOfOld } from './disposal.actions.ts'

const EVERY_MS = 86_400_000
const call = {
  actor: { kind: 'job', task: 'certificates.dispose' },
  traceId: 'certificates-dispose',
} as const

/** In every town what has been kept for its time is deleted. Twice at once does no harm. */
export async function disposeEverywhere(runtime: Runtime, archiveDays: number): Promise<void> {
  const towns = await withCtx(runtime, { ...call, municipality: OPERATOR_REALM }, (ctx) =>
    ctx.tx.sql<{ code: MunicipalityCode }>('select code from app.towns_with_keys() as t (code)'),
  )
  for (const { code } of towns) {
    try {
      const once = () =>
        withCtx(runtime, { ...call, municipality: code }, (ctx) => disposeOfOld(ctx, archiveDays))
      while (await once());
    } catch (error) {
      // One town's trouble is not the next one's.
      runtime.log(certificatesLogs.disposalFailed, { municipalityCode: code, ...errorFields(error) })
    }
  }
}

/** Each day, and now. */
export function startDisposing(runtime: Runtime, archiveDays: number): { close(): Promise<void> } {
  let disposing: Promise<void> = Promise.resolve()
  const dispose = (): void => {
    disposing = disposing
      .then(() => disposeEverywhere(runtime, archiveDays))
      .catch((error: unknown) => runtime.log(certificatesLogs.disposalFailed, errorFields(error)))
  }
  dispose()
  const timer = setInterval(dispose, EVERY_MS)
  timer.unref()
  return {
    async close() {
      clearInterval(timer)
      await disposing
    },
  }
}
