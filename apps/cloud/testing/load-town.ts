import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { DemoTown } from '@open-bcl/demo/town.ts'
import { businesses, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { linkReceipt } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { insertFile, setWatermark, setWord } from '@open-bcl/modules/linkage/linkage.store.ts'
import { loadResidents } from '@open-bcl/modules/residents/testing/load.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import type { TestCloud } from './town.ts'

/**
 * Puts a demonstration town's people straight into the store: tests of what lies above the link begin here.
 * @param also businesses of which a file has come too, so that certificates are made of them
 */
export async function loadTown(
  cloud: TestCloud,
  town: DemoTown,
  also: readonly Business[] = [],
): Promise<void> {
  const { code } = town.municipality
  await withCtx(
    { ...cloud.runtime, pool: cloud.database.linkage },
    { actor: { kind: 'job', task: 'test' }, municipality: code, traceId: 'test' },
    async (ctx) => {
      const { seq } = await loadResidents(ctx, 'full', [
        ...town.history.map((record) => ({ record, latest: false })),
        ...town.residents.map((record) => ({ record, latest: true })),
      ])
      const { tx } = ctx
      const newest = new Map(town.suppressions.map((one) => [one.residentNo, one.historyNo]))
      for (const one of town.suppressions) {
        await tx.sql(
          `insert into access.suppression
           (municipality_code, resident_no, history_no, from_seq, starts_on, ends_on, category, lifted, latest)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [
            code,
            one.residentNo,
            one.historyNo,
            seq,
            one.startsOn,
            one.endsOn,
            one.categoryCode,
            one.ended,
            newest.get(one.residentNo) === one.historyNo,
          ],
        )
      }
      await sayFresh(ctx, seq, also)
    },
  )
}

/** As if the agent had sent these files and said that it has no more: certificates are issued from them by now. */
async function sayFresh(ctx: Ctx, seq: bigint, also: readonly Business[]): Promise<void> {
  const { tx, now } = ctx
  for (const business of ['residents', 'suppressions', ...also] as const) {
    const fileId = uuidv7(now.getTime())
    const counts = { rows: 0, inserted: 0, updated: 0, deleted: 0, unchanged: 0, refused: 0 }
    const receipt = linkReceipt.parse({
      fileId,
      business,
      fileNo: 1,
      mode: 'full',
      sha256: '0'.repeat(64),
      state: 'applied',
      seq: String(seq),
      counts,
      notes: [],
      errors: [],
      moreErrors: false,
      receivedAt: now.toISOString(),
    })
    await insertFile(tx, receipt, 'test', now)
    await setWatermark(tx, { business, fileNo: 1, fileId, seq, now })
  }
  await setWord(
    tx,
    uuidv7(now.getTime()),
    businesses.map((business) => ({ business, unsent: 0, clear: true })),
    { signedAt: now, clearAt: now },
  )
}
