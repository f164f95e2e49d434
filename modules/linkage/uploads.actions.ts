import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Spool } from '@open-bcl/platform/spool.ts'
import { placeOf } from './gateway.actions.ts'
import * as inbound from './inbound.store.ts'
import { linkageLog } from './linkage.messages.ts'
import * as store from './linkage.store.ts'

/** Uploads that nobody knows are swept after a day: another process may be about to write their row. */
const ORPHAN_MS = 24 * 3_600_000

/** Towns that the queue looks after; asked in nobody's scope. */
export async function townsOf(tx: Tx): Promise<MunicipalityCode[]> {
  return (await inbound.listTowns(tx)) as MunicipalityCode[]
}

/**
 * Takes a complete file for applying. `null` when another process has it, or when it is not yet to be tried again.
 * @returns how often it was taken
 */
export async function takeUp(
  ctx: Ctx,
  upload: inbound.Inbound,
  { leaseId, until }: { readonly leaseId: string; readonly until: Date },
): Promise<number | null> {
  return await inbound.lease(ctx.tx, upload.uploadId, { leaseId, now: ctx.now, until })
}

export async function sayProgress(
  ctx: Ctx,
  uploadId: string,
  said: { readonly leaseId: string; readonly until: Date; readonly rowsDone: number },
): Promise<void> {
  await inbound.renewLease(ctx.tx, uploadId, said)
}

export async function giveBack(
  ctx: Ctx,
  uploadId: string,
  { leaseId, retryAt }: { readonly leaseId: string; readonly retryAt: Date },
): Promise<void> {
  await inbound.giveBack(ctx.tx, uploadId, { leaseId, retryAt, now: ctx.now })
}

/** Another process applied this number while we held its file, or something else has the number now. */
export async function letGo(ctx: Ctx, upload: inbound.Inbound, leaseId: string): Promise<void> {
  const { uploadId } = upload
  const receipt = await store.findApplied(ctx.tx, upload.business, upload.fileNo)
  if (receipt) {
    await inbound.settle(
      ctx.tx,
      { uploadId, leaseId },
      { state: 'applied', fileId: receipt.fileId, now: ctx.now },
    )
    return
  }
  await inbound.giveBack(ctx.tx, upload.uploadId, { leaseId, retryAt: ctx.now, now: ctx.now })
}

/** The bytes are gone or were altered on the disk: the agent is told to send from the first one. */
export async function forget(ctx: Ctx, upload: inbound.Inbound): Promise<void> {
  if (!(await inbound.markLost(ctx.tx, upload.uploadId, ctx.now))) return
  ctx.log(linkageLog.spoolLost, {
    traceId: ctx.traceId,
    municipalityCode: ctx.municipality,
    business: upload.business,
    fileNo: upload.fileNo,
  })
}

/**
 * Says which uploads are at hand, notices those that are gone, ends those that nobody waits for, and sweeps what nobody
 * knows. Reading a spool may take minutes: no transaction stays open meanwhile.
 * @param scoped a transaction in the town's scope
 */
export async function lookAfter(
  scoped: <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T>,
  spool: Spool,
): Promise<void> {
  const mine = await scoped(async (ctx) => {
    await inbound.settlePassed(ctx.tx, ctx.now)
    const unfinished = await inbound.listUnfinished(ctx.tx, await ctx.keys())
    return unfinished
      .filter((upload) => upload.spoolId === spool.spoolId)
      .map((upload) => ({ upload, place: placeOf(ctx, upload) }))
  })
  const seen: string[] = []
  const gone: inbound.Inbound[] = []
  for (const { upload, place } of mine) {
    const received = await spool.received(place)
    if (upload.state === 'receiving' || received === upload.bytes) seen.push(upload.uploadId)
    else gone.push(upload)
  }
  const known = new Set(mine.map(({ upload }) => upload.uploadId))
  await scoped(async (ctx) => {
    for (const upload of gone) await forget(ctx, upload)
    await inbound.markSeen(ctx.tx, seen, ctx.now)
    const untouchedSince = new Date(ctx.now.getTime() - ORPHAN_MS)
    const swept = await spool.sweep(ctx.municipality, known, untouchedSince)
    if (swept > 0)
      ctx.log(linkageLog.swept, {
        traceId: ctx.traceId,
        municipalityCode: ctx.municipality,
        count: swept,
      })
  })
}
