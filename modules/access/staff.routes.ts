import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as dutiesActions from './duties.actions.ts'
import * as dutiesContract from './duties.contract.ts'
import * as importing from './staff-import.actions.ts'
import * as actions from './staff.actions.ts'
import * as contract from './staff.contract.ts'
import * as rolesActions from './town-roles.actions.ts'
import * as rolesContract from './town-roles.contract.ts'

/** `endpoints`: all there are, for what each permission opens. */
export const staffRoutes = (
  disasters: actions.Disasters,
  endpoints: () => readonly Endpoint[],
): readonly Route[] => [
  route(contract.searchStaff, actions.searchStaff),
  route(contract.listAssignable, (ctx) => actions.listAssignable(ctx, disasters)),
  route(contract.registerStaff, actions.registerStaff, { shownOnce: true }),
  route(contract.checkStaffImport, importing.checkStaffImport),
  route(contract.applyStaffImport, importing.applyStaffImport, { shownOnce: true }),
  route(contract.getStaff, (ctx, input) => actions.getStaff(ctx, disasters, input)),
  route(contract.changeStaff, actions.changeStaff),
  route(contract.suspendStaff, actions.suspendStaff),
  route(contract.resumeStaff, actions.resumeStaff),
  route(contract.retireStaff, actions.retireStaff),
  route(contract.renewInitialPassword, actions.renewInitialPassword, { shownOnce: true }),
  route(contract.logOutStaff, actions.logOutStaff),
  route(contract.assignStaffRole, (ctx, input) => actions.assignStaffRole(ctx, disasters, input)),
  route(contract.endStaffRole, actions.endStaffRole),
  route(rolesContract.listRoles, (ctx) => rolesActions.listRoles(ctx, endpoints())),
  route(rolesContract.shapeRole, rolesActions.shapeRole),
  route(rolesContract.closeRole, rolesActions.closeRole),
  route(dutiesContract.listDuties, dutiesActions.listDuties),
  route(dutiesContract.setDuty, dutiesActions.setDuty),
]
