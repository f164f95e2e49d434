import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './versions.actions.ts'
import * as contract from './versions.contract.ts'

/** Lent to the audit trail, which stands above. */
export { namesForAudit } from './audited-names.actions.ts'

/** 中間DB参照. */
export const versionsRoutes: readonly Route[] = [
  route(contract.searchVersions, actions.searchVersions),
  route(contract.listVersions, actions.listVersions),
  route(contract.revealVersions, actions.revealVersions),
  route(contract.revealAsOf, actions.revealAsOf),
]
