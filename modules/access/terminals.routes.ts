import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './terminals.actions.ts'
import * as contract from './terminals.contract.ts'

export const terminalRoutes: readonly Route[] = [
  route(contract.listTerminals, actions.listTerminals),
  route(contract.registerTerminal, actions.registerTerminal),
  route(contract.revokeTerminal, actions.revokeTerminal),
  route(contract.listMyNumberHolders, actions.listMyNumberHolders),
  route(contract.assignMyNumberHolder, actions.assignMyNumberHolder),
  route(contract.endMyNumberHolder, actions.endMyNumberHolder),
]
