import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './cases.actions.ts'
import * as contract from './cases.contract.ts'

export const casesRoutes: readonly Route[] = [
  route(contract.openCase, actions.openCase),
  route(contract.listCases, actions.listCases),
  route(contract.listCasesOf, actions.listCasesOf),
  route(contract.getCase, actions.getCase),
  route(contract.recordCaseAct, actions.recordCaseAct),
]
