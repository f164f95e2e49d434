import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import { listLists, takeInList } from './lists.actions.ts'
import * as contract from './matching.contract.ts'
import { decideRow, getRow, listRows } from './rows.actions.ts'

export const matchingRoutes: readonly Route[] = [
  route(contract.takeInList, takeInList),
  route(contract.listMatchingLists, listLists),
  route(contract.listMatchingRows, listRows),
  route(contract.getMatchingRow, getRow),
  route(contract.decideMatchingRow, decideRow),
]
