import { centerRoute, type CenterRoute } from '@open-bcl/platform/http/serve-center.ts'
import type { Centre } from './center.actions.ts'
import { checkService, getGuideTown, listGuideStores, listGuideTowns } from './guide.actions.ts'
import * as guide from './guide.contract.ts'
import * as kiosks from './kiosk-registry.actions.ts'
import * as registry from './registry.actions.ts'
import * as contract from './registry.contract.ts'
import { getServiceMonth } from './service-month.actions.ts'
import * as service from './service.actions.ts'
import * as serviceContract from './service.contract.ts'
import * as stages from './stages.actions.ts'
import * as stagesContract from './stages.contract.ts'
import * as staff from './staff.actions.ts'
import * as staffContract from './staff.contract.ts'
import type { StaffSide } from './staff-sessions.actions.ts'

export type PeopleSide = StaffSide & {
  /** What calls issuing servers for a test, and whose hours the guide tells. */
  readonly centre: Centre
}

/** Accounts, registry, service, test stages and the public guide. */
export function registryRoutes({ centre, test }: PeopleSide): readonly CenterRoute[] {
  const side = { test }
  return [
    centerRoute(staffContract.listStaff, staff.listStaff),
    centerRoute(staffContract.createStaff, staff.createStaff, { shownOnce: true }),
    centerRoute(staffContract.disableStaff, staff.disableStaff),
    centerRoute(staffContract.enableStaff, staff.enableStaff),
    centerRoute(staffContract.resetStaffPassword, staff.resetStaffPassword, { shownOnce: true }),
    centerRoute(staffContract.listAudit, staff.listAudit),
    centerRoute(contract.listRegistryTowns, registry.listTowns),
    centerRoute(contract.getRegistryTown, registry.getTown),
    centerRoute(contract.saveRegistryTown, registry.saveTown),
    centerRoute(contract.addRoute, (ctx, input) => registry.addRoute(ctx, input, side)),
    centerRoute(contract.endRoute, registry.endRoute),
    centerRoute(contract.withdrawRoute, registry.withdrawRoute),
    centerRoute(contract.listOperators, registry.listOperators),
    centerRoute(contract.saveOperator, registry.saveOperator),
    centerRoute(contract.addOperatorKind, registry.addOperatorKind),
    centerRoute(contract.endOperatorKind, registry.endOperatorKind),
    centerRoute(contract.saveRelay, registry.saveRelay),
    centerRoute(contract.listStores, registry.listStores),
    centerRoute(contract.getStore, registry.getStore),
    centerRoute(contract.saveStore, registry.saveStore),
    centerRoute(contract.listKiosks, kiosks.listKiosks),
    centerRoute(contract.getKiosk, kiosks.getKiosk),
    centerRoute(contract.saveKiosk, kiosks.saveKiosk),
    centerRoute(contract.issueKioskCode, kiosks.issueKioskCode, { shownOnce: true }),
    centerRoute(contract.recordSecurityCheck, kiosks.recordSecurityCheck),
    centerRoute(contract.revokeKiosk, kiosks.revokeKiosk),
    centerRoute(contract.listContacts, registry.listContacts),
    centerRoute(contract.addContact, registry.addContact),
    centerRoute(contract.removeContact, registry.removeContact),
    centerRoute(serviceContract.listCalendars, service.listCalendars),
    centerRoute(serviceContract.setCalendar, service.setCalendar),
    centerRoute(serviceContract.listMaintenance, service.listMaintenance),
    centerRoute(serviceContract.planMaintenance, service.planMaintenance),
    centerRoute(serviceContract.cancelMaintenance, service.cancelMaintenance),
    centerRoute(serviceContract.listStops, service.listStops),
    centerRoute(serviceContract.setStop, service.setStop),
    centerRoute(serviceContract.liftStop, service.liftStop),
    centerRoute(serviceContract.openLedger, service.openLedger),
    centerRoute(serviceContract.endLedgerOpening, service.endLedgerOpening),
    centerRoute(serviceContract.listLedgerOpenings, service.listLedgerOpenings),
    centerRoute(serviceContract.checkService, (ctx, input) => checkService(ctx, input, centre.calendar)),
    centerRoute(serviceContract.getServiceMonth, (ctx, input) =>
      getServiceMonth(ctx, input, centre.calendar),
    ),
    centerRoute(stagesContract.listStageTests, stages.listStageTests),
    centerRoute(stagesContract.runStageTest, (ctx, input) => stages.runStageTest(ctx, input, centre, side)),
    centerRoute(stagesContract.reportStageTest, stages.reportStageTest),
    centerRoute(stagesContract.planStoreTest, stages.planStoreTest),
    centerRoute(stagesContract.listStoreTests, stages.listStoreTests),
    centerRoute(guide.listGuideTowns, listGuideTowns),
    centerRoute(guide.getGuideTown, (ctx, input) => getGuideTown(ctx, input, centre.calendar)),
    centerRoute(guide.listGuideStores, listGuideStores),
  ]
}
