import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './break-glass.actions.ts'
import * as contract from './break-glass.contract.ts'

/** 運用者による緊急閲覧, on the town's side. What the centre decides comes by the exchange protocol. */
export const breakGlassRoutes: readonly Route[] = [
  route(contract.enterBreakGlass, actions.enterBreakGlass),
  route(contract.listOpenBreakGlass, actions.listOpenBreakGlass),
  route(contract.listBreakGlass, actions.listBreakGlass),
  route(contract.getBreakGlass, actions.getBreakGlass),
  route(contract.endBreakGlass, actions.endBreakGlass),
  route(contract.reviewBreakGlass, actions.reviewBreakGlass),
]
