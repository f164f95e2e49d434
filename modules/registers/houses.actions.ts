import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { currentSeq } from '../residents/residents.actions.ts'
import type { Entry } from './entries.ts'
import * as store from './houses.store.ts'

/**
 * Rows of 家屋課税台帳 for the house register, which seals them anew and shows no owner under 支援措置: nothing of it may reach
 * a screen from here.
 */
export async function readHouseRows(ctx: Ctx, propertyNos: readonly string[]): Promise<Entry[]> {
  return await store.listHouseRows(ctx.tx, await ctx.keys(), propertyNos, await currentSeq(ctx))
}
