import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './disasters.actions.ts'
import * as contract from './disasters.contract.ts'
import * as place from './ledger-place.actions.ts'
import * as placeContract from './ledger-place.contract.ts'

/** `registerDisaster` is the ledger's endpoint: one act registers the disaster and opens its ledger. */
export const disastersRoutes: readonly Route[] = [
  route(contract.listDisasters, actions.listDisasters),
  route(contract.getDisaster, actions.viewDisaster),
  route(placeContract.getLedgerPlace, place.getLedgerPlace),
  route(placeContract.setLedgerPlace, place.setLedgerPlace),
]

/** For modules above this one: what may be chosen from. */
export async function disasterNames(ctx: Ctx): Promise<readonly { disasterId: string; name: string }[]> {
  return (await actions.listDisasters(ctx)).disasters
}
