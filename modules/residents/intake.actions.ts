import type { Ctx } from '@open-bcl/platform/ctx.ts'
import * as store from './residents.store.ts'
import { insertApplied } from './versions.store.ts'
import type { AppliedChange } from './versions.ts'

/**
 * Takes in 住民情報 inside one transaction: `write` checked rows, `finish`, then `apply` whole or throw. Only the link
 * (role `linkage`) may: no other role can write versions.
 */
export async function openResidentIntake(ctx: Ctx): Promise<{
  write(rows: readonly store.IncomingVersion[]): Promise<void>
  /** Lines whose key, or whose 最新フラグ for a person, stands in the file twice. */
  finish(): Promise<{ readonly line: number; readonly firstLine: number; readonly what: 'key' | 'latest' }[]>
  apply(mode: 'full' | 'delta', seq: bigint): Promise<store.AppliedCounts>
}> {
  const staged = await store.stageResidents(ctx.tx, await ctx.keys())
  return {
    write: staged.write,
    async finish() {
      await staged.finish()
      return await store.listStagedDuplicates(ctx.tx)
    },
    apply: (mode, seq) => store.applyStaged(ctx.tx, mode, seq),
  }
}

/**
 * The next number of the town's data, whatever the business, and what it was given for. Holds the town's row until the
 * transaction ends, so that one change applies at a time.
 */
export async function nextSeq(ctx: Ctx, change: AppliedChange = noFile): Promise<bigint> {
  const seq = await store.nextSeq(ctx.tx)
  await insertApplied(ctx.tx, { ...change, seq, at: ctx.now })
  return seq
}

const noFile: AppliedChange = { business: null, fileNo: null, origin: 'link' }
