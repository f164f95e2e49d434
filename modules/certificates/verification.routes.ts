import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './verification.actions.ts'
import * as contract from './verification.contract.ts'

/** What anybody may ask about a paper in their hand. */
export const verificationRoutes: readonly Route[] = [
  route(contract.getPaperKeys, actions.getPaperKeys),
  route(contract.checkPaper, actions.checkPaper),
]
