import { centerRoute, type CenterRoute } from '@open-bcl/platform/http/serve-center.ts'
import * as actions from './access-grants.actions.ts'
import * as contract from './access-grants.contract.ts'
import type { Centre } from './center.actions.ts'

/** 運用者による緊急閲覧. */
export function accessGrantRoutes({ centre }: { readonly centre: Centre }): readonly CenterRoute[] {
  return [
    centerRoute(contract.listAccessGrants, actions.listAccessGrants),
    centerRoute(contract.getAccessGrant, actions.getAccessGrant),
    centerRoute(contract.askAccess, actions.askAccess),
    centerRoute(contract.approveAccess, actions.approveAccess),
    centerRoute(contract.declineAccess, actions.declineAccess),
    centerRoute(contract.endAccess, actions.endAccess),
    centerRoute(contract.drawAccessCode, (ctx, input) => actions.drawAccessCode(ctx, centre, input)),
    centerRoute(contract.reviewAccess, actions.reviewAccess),
  ]
}
