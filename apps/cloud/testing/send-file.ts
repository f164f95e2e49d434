import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { applyFile } from '@open-bcl/modules/linkage/intake.actions.ts'
import type { LinkReceipt } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { insertFile } from '@open-bcl/modules/linkage/linkage.store.ts'
import { nextSeq } from '@open-bcl/modules/residents/intake.actions.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import type { TestCloud } from './town.ts'

/** Runs `work` with the rights of the link. */
export async function onLink<T>(
  cloud: TestCloud,
  municipality: MunicipalityCode,
  work: (ctx: Ctx) => Promise<T>,
): Promise<T> {
  const call = { actor: { kind: 'machine', name: 'link' }, municipality, traceId: 'test' } as const
  return await withCtx({ ...cloud.runtime, pool: cloud.database.linkage }, call, work)
}

export type SentFile = {
  readonly business: Business
  readonly bytes: Buffer
  readonly fileNo: number
  readonly mode: 'full' | 'delta'
}

/** Applies a file without a wrong row as the gateway does, and keeps its receipt. */
export async function sendFile(
  cloud: TestCloud,
  municipality: MunicipalityCode,
  { business, bytes, fileNo, mode }: SentFile,
): Promise<{ readonly seq: bigint; readonly counts: LinkReceipt['counts'] }> {
  return await onLink(cloud, municipality, async (ctx) => {
    const seq = await nextSeq(ctx, { business, fileNo, origin: 'link' })
    const applied = await applyFile(ctx, { business, mode, origin: 'link', seq, open: () => chunksOf(bytes) })
    if (applied.state !== 'applied' || applied.badRows > 0)
      throw new Error(`${business}: not applied: ${JSON.stringify(applied.errors[0])}`)
    const receipt: LinkReceipt = {
      ...{
        fileId: uuidv7(),
        business,
        fileNo,
        mode,
        sha256: '0'.repeat(64),
        state: 'applied',
        seq: String(seq),
      },
      counts: { parked: 0, blocked: 0, ...applied.counts, rows: applied.rows, refused: 0 },
      ...{ hashTotal: applied.hashTotal, notes: [], errors: [], moreErrors: false },
      receivedAt: ctx.now.toISOString(),
    }
    await insertFile(ctx.tx, receipt, 'test', ctx.now)
    return { seq, counts: receipt.counts }
  })
}

export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}

export async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}
