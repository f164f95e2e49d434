import { centerRoute, type CenterRoute } from '@open-bcl/platform/http/serve-center.ts'
import * as actions from './console.actions.ts'
import * as contract from './console.contract.ts'

export const consoleRoutes: readonly CenterRoute[] = [
  centerRoute(contract.getOverview, actions.getOverview),
  centerRoute(contract.listTransactions, actions.listTransactions),
  centerRoute(contract.getTransaction, actions.getTransaction),
]
