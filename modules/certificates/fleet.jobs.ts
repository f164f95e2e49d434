import { OPERATOR_REALM } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { RendererBuild } from '@open-bcl/platform/pdf/typst.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { nodeBuild, reportNode } from './fleet.actions.ts'

/** At the start of a server: tells that it runs and what, and answers its build. */
export async function reportBuild(runtime: Runtime, renderer: RendererBuild): Promise<string> {
  const build = await nodeBuild(renderer)
  const actor = { kind: 'job', task: 'start' } as const
  await withCtx(runtime, { actor, municipality: OPERATOR_REALM, traceId: uuidv7() }, (ctx) =>
    reportNode(ctx, build),
  )
  return build
}
