import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './my-numbers.actions.ts'
import * as contract from './my-numbers.contract.ts'

export const myNumberRoutes: readonly Route[] = [
  route(contract.revealMyNumber, actions.revealMyNumber, { refused: actions.noteNotAllowed }),
  route(contract.listMyNumberLog, actions.listMyNumberLog),
]
