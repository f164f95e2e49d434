import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { Comparison } from './comparison.store.ts'
import { FirstLoad, isEmpty, prepareIndex, RepeatedKey, settleIndex, type IntakeOf } from './intake.store.ts'
import * as store from './residents.store.ts'
import { insertApplied } from './versions.store.ts'
import type { AppliedChange } from './versions.ts'

/** Whether nothing of 住民情報 was ever loaded for the town, so that there is nothing to compare with. */
export async function isFirstLoad(ctx: Ctx): Promise<boolean> {
  return await isEmpty(ctx.tx)
}

/**
 * Takes in 住民情報 inside one transaction of the role `linkage`, which alone can write versions: a town's first rows at the
 * speed of COPY. A key that comes twice throws `isRepeat`; then the file is taken in by `openComparison`, which names it.
 */
export async function openFirstLoad(ctx: Ctx, of: IntakeOf): Promise<FirstLoad> {
  await prepareIndex(ctx.tx)
  return new FirstLoad(ctx.tx, await ctx.keys(), of)
}

/** The same for a town that has rows: compared first, so that only what changed is sealed and written. */
export async function openComparison(ctx: Ctx, of: IntakeOf): Promise<Comparison> {
  await prepareIndex(ctx.tx)
  const comparison = new Comparison(ctx.tx, await ctx.keys(), of)
  await comparison.open()
  return comparison
}

/** A unique index said that a key, or a person's latest row, is in the file twice. */
export function isRepeat(error: unknown): boolean {
  if (error instanceof RepeatedKey) return true
  const { code, constraint } = error as { code?: unknown; constraint?: unknown }
  return code === '23505' && typeof constraint === 'string' && constraint.startsWith('version_')
}

/** To be called when a file is written: what it brought stands in the search index, and nothing waits to be sorted in. */
export async function settleSearch(ctx: Ctx): Promise<void> {
  await settleIndex(ctx.tx)
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
