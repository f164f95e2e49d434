import { OPERATOR_REALM, type MunicipalityCode } from '@open-bcl/core/brand.ts'
import { errorFields } from '@open-bcl/platform/log.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { withCtx, type Call, type Runtime } from '@open-bcl/platform/runtime.ts'
import { linkActs } from './audit-chain.actions.ts'
import { isStampLate, stampHead, type StampSite } from './audit-stamps.actions.ts'
import { disposeStep } from './audit-disposal.actions.ts'
import { auditLogs } from './audit-trail.messages.ts'

const EVERY_MS = 60_000
const STAMP_EVERY_MS = 600_000

type Loop = { close(): Promise<void> }

/** In every town what has no link yet gets one, and what was approved for disposal goes. Twice at once does no harm. */
export async function linkEverywhere(runtime: Runtime): Promise<void> {
  const call = { actor: { kind: 'job', task: 'access.link-acts' }, traceId: 'access-link-acts' } as const
  for (const code of await townsOf(runtime, call)) {
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

type JobCall = Pick<Call, 'actor' | 'traceId'>

async function townsOf(runtime: Runtime, call: JobCall): Promise<MunicipalityCode[]> {
  const rows = await withCtx(runtime, { ...call, municipality: OPERATOR_REALM }, (ctx) =>
    ctx.tx.sql<{ code: MunicipalityCode }>('select code from app.towns_with_keys() as t (code)'),
  )
  return rows.map(({ code }) => code)
}

/** Has the newest signed head of every town stamped where it is time. Answers in how many towns heads wait for too long. */
export async function stampEverywhere(runtime: Runtime, site: StampSite): Promise<number> {
  const call = { actor: { kind: 'job', task: 'access.stamp-heads' }, traceId: 'access-stamp-heads' } as const
  let away = false
  let late = 0
  for (const municipality of await townsOf(runtime, call)) {
    const inTown = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> =>
      withCtx(runtime, { ...call, municipality }, work)
    try {
      // Whoever did not answer for one town is not waited for by each of the others.
      const outcome = away ? null : await stampHead(inTown, site)
      if (outcome?.kind === 'away') {
        away = true
        runtime.log(auditLogs.stampAway)
      }
      if (outcome?.kind === 'refused')
        runtime.log(auditLogs.stampRefused, { municipalityCode: municipality, reason: outcome.reason })
      if (await inTown((ctx) => isStampLate(ctx, site))) {
        late++
        runtime.log(auditLogs.stampLate, { municipalityCode: municipality })
      }
    } catch (error) {
      runtime.log(auditLogs.stampFailed, { municipalityCode: municipality, ...errorFields(error) })
    }
  }
  return late
}

/** Each ten minutes, and now. */
export function startStamping(runtime: Runtime, site: StampSite): Loop & { readonly lateTowns: number } {
  let lateTowns = 0
  const loop = startLoop(STAMP_EVERY_MS, async () => {
    lateTowns = await stampEverywhere(runtime, site).catch((error: unknown) => {
      runtime.log(auditLogs.stampFailed, errorFields(error))
      return lateTowns
    })
  })
  return {
    ...loop,
    get lateTowns() {
      return lateTowns
    },
  }
}

/** Each minute, and now. */
export function startLinking(runtime: Runtime): Loop {
  return startLoop(EVERY_MS, () =>
    linkEverywhere(runtime).catch((error: unknown) =>
      runtime.log(auditLogs.linkingFailed, errorFields(error)),
    ),
  )
}

/** One at a time; a turn that comes while one runs is left out. */
function startLoop(everyMs: number, work: () => Promise<void>): Loop {
  let running: Promise<void> | null = null
  const turn = (): void => {
    running ??= work().finally(() => {
      running = null
    })
  }
  turn()
  const timer = setInterval(turn, everyMs)
  timer.unref()
  return {
    async close() {
      clearInterval(timer)
      await running
    },
  }
}
