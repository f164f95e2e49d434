import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import * as store from './findings.store.ts'

/** What the surveys that applications asked for found beside a grade: yes, no, or not asked. No words, no places. */
export async function sheetFindings(
  ctx: Ctx,
  disasterId: DisasterId,
  originRefs: readonly string[] | null,
): Promise<store.SheetFindings[]> {
  return await store.listSheetFindings(ctx.tx, await ctx.keys(), disasterId, originRefs)
}
