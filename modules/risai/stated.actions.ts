import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { personOf, type PersonRef } from '../ledger/ledger.ts'
import * as store from './stated.store.ts'

/** What the applications say of the houses these people lived in; `people` null = of everybody of the disaster. */
export async function statedOf(
  ctx: Ctx,
  disasterId: DisasterId,
  people: readonly PersonRef[] | null,
): Promise<store.Stated[]> {
  const who = people?.map(personOf)
  return await store.listStated(
    ctx.tx,
    await ctx.keys(),
    disasterId,
    who === undefined
      ? null
      : {
          residentNos: who.flatMap((one) => (one.kind === 'resident' ? one.residentNo : [])),
          nonResidentIds: who.flatMap((one) => (one.kind === 'resident' ? [] : one.nonResidentId)),
        },
  )
}
