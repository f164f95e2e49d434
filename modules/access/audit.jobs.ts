import { OPERATOR_REALM, type MunicipalityCode } from '@open-bcl/core/brand.ts'
import { errorFields } from '@open-bcl/platform/log.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { linkActs } from './audit-chain.actions.ts'
import { disposeStep } from './audit-disposal.actions.ts'
import { auditLogs } from './audit-trail.messages.ts'

const EVERY_MS = 60_000

/** In every town what has no link yet gets one, and what was approved for disposal goes. Twice at once does no harm. */
export async function linkEverywhere(runtime: Runtime): Promise<void> {
  const call = { actor: { kind: 'job', task: 'access.link-acts' }, traceId: 'access-link-acts' } as const
  const towns = await withCtx(runtime, { ...call, municipality: OPERATOR_REALM }, (ctx) =>
    ctx.tx.sql<{ code: MunicipalityCode }>('select code from app.towns_with_keys() as t (code)'),
  )
  for (const { code } of towns) {
    try {
      while (await withCtx(runtime, { ...call, municipality: code }, (ctx) => linkActs(ctx)));
    } catch (error) {
      // One town's trouble is not the next one's.
      runtime.log(auditLogs.linkingFailed, { municipalityCode: code, ...errorFields(error) })
    }
    try {
      while (await withCtx(runtime, { ...call, municipality: code }, (ctx) => disposeStep(ctx)));
    } catch (error) {
      runtime.log(auditLogs.disposingFailed, { municipalityCode: code, ...errorFields(error) })
    }
  }
}

/** Each minute, and now. */
export function startLinking(runtime: Runtime): { close(): Promise<void> } {
  let linking: Promise<void> | null = null
  const link = (): void => {
    linking ??= linkEverywhere(runtime)
      .catch((error: unknown) => runtime.log(auditLogs.linkingFailed, errorFields(error)))
      .finally(() => {
        linking = null
      })
  }
  link()
  const timer = setInterval(link, EVERY_MS)
  timer.unref()
  return {
    async close() {
      clearInterval(timer)
      await linking
    },
  }
}
