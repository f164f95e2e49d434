import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { currentSeq, type AsOf } from './residents.actions.ts'
import type { HouseholdPlace, IsHiddenPlace } from './households.ts'
import * as store from './households.store.ts'

/** Every household that is not protected, with its place in tokens (`placeTokens`), in batches. */
export async function* streamHouseholdPlaces(ctx: Ctx, asOf: AsOf): AsyncGenerator<HouseholdPlace[]> {
  yield* store.streamHouseholdPlaces(ctx.tx, await ctx.keys(), asOf.seq ?? (await currentSeq(ctx)))
}

/** Tokens of another place, to compare with those of the households. */
export async function placeTokens(
  ctx: Ctx,
  place: { readonly town: string; readonly number: string },
): Promise<readonly bigint[]> {
  return store.placeTokens(await ctx.keys(), place)
}

/** To keep from showing a house that stands where somebody hides. */
export async function hiddenPlaces(ctx: Ctx): Promise<IsHiddenPlace> {
  const keys = await ctx.keys()
  const hidden = await store.hiddenPlaces(ctx.tx, keys)
  return (place) => {
    const [whole] = store.placeTokens(keys, place)
    return whole !== undefined && hidden.has(whole)
  }
}

/** Members (宛名番号, the oldest first) of households, without opening anybody. */
export async function membersOf(
  ctx: Ctx,
  householdNos: readonly string[],
  asOf: AsOf,
): Promise<
  { readonly householdNo: string; readonly members: readonly string[]; readonly suppressed: boolean }[]
> {
  return await store.membersOf(ctx.tx, householdNos, asOf.seq ?? (await currentSeq(ctx)))
}

/** In which household somebody was, without opening the person; `null` = not in the register. */
export async function householdOf(
  ctx: Ctx,
  residentNo: string,
  asOf: AsOf,
): Promise<{ readonly householdNo: string | null; readonly suppressed: boolean } | null> {
  return await store.householdOf(ctx.tx, residentNo, asOf.seq ?? (await currentSeq(ctx)))
}
