import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './linkage.actions.ts'
import * as contract from './linkage.contract.ts'

/** For staff. What the agent speaks is in `gateway.routes.ts`, on listeners of its own. */
export const linkageRoutes: readonly Route[] = [
  route(contract.listLinkFiles, actions.listLinkFiles),
  route(contract.getLinkFileErrors, actions.getLinkFileErrors),
  route(contract.createEnrolmentCode, actions.createEnrolmentCode),
  route(contract.listAgents, actions.listAgents),
  route(contract.revokeAgent, actions.revokeAgent),
]
