import type { z } from 'zod'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { LinkMessage } from '@open-bcl/platform/http/link-message.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { receiptView } from './external-link.actions.ts'
import { MOST_BYTES } from './external-link.ts'
import { acknowledgeFile, disasterOf, nextFile, readFile } from './handover.actions.ts'
import {
  acknowledgeRequest,
  externalLinkPaths as paths,
  fileRequest,
  nextRequest,
  resultsRequest,
} from './link.contract.ts'
import { takeResults } from './results.actions.ts'

/** For the gateway, which proves who asks. `runtime`: of role `app`, since the gateway's own reads no applications. */
export function externalLinkMessages(runtime: Runtime): readonly LinkMessage[] {
  const message = <S extends z.ZodType<{ disasterCode: string }>>(
    path: string,
    schema: S,
    work: (ctx: Ctx, disasterId: DisasterId, request: z.output<S>) => Promise<object>,
    bodyLimit?: number,
  ): LinkMessage => ({
    path,
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    answer: async (call, body) => {
      const parsed = schema.safeParse(body)
      if (!parsed.success) throw new Problem(platformProblems.invalidInput)
      return await withCtx(runtime, call, async (ctx) =>
        work(ctx, await disasterOf(ctx, parsed.data.disasterCode), parsed.data),
      )
    },
  })
  return [
    message(paths.next, nextRequest, async (ctx, disasterId, { kind }) => {
      const file = await nextFile(ctx, disasterId, kind)
      return { file: file && (await readFile(ctx, disasterId, kind, file.fileNo)) }
    }),
    message(paths.file, fileRequest, async (ctx, disasterId, { kind, fileNo }) => ({
      file: await readFile(ctx, disasterId, kind, fileNo),
    })),
    message(paths.acknowledge, acknowledgeRequest, async (ctx, disasterId, { kind, fileNo }) => {
      const { acknowledgedAt } = await acknowledgeFile(ctx, disasterId, kind, fileNo)
      return { fileNo, acknowledgedAt: acknowledgedAt.toISOString() }
    }),
    message(
      paths.results,
      resultsRequest,
      async (ctx, disasterId, { mode, csv }) => ({
        receipt: receiptView(await takeResults(ctx, { disasterId, mode, bytes: Buffer.from(csv) })),
      }),
      2 * MOST_BYTES,
    ),
  ]
}
