import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './disasters.actions.ts'
import * as contract from './disasters.contract.ts'

/** `registerDisaster` is the ledger's endpoint: one act registers the disaster and opens its ledger. */
export const disastersRoutes: readonly Route[] = [
  route(contract.listDisasters, actions.listDisasters),
  route(contract.getDisaster, actions.viewDisaster),
]
