import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './evac-support.actions.ts'
import * as contract from './evac-support.contract.ts'
import { exportEvacProvisionCsv, exportEvacProvisionXlsx } from './export.actions.ts'
import * as offers from './offers.actions.ts'
import * as provisions from './provisions.actions.ts'
import * as provisionsContract from './provisions.contract.ts'

export const evacSupportRoutes: readonly Route[] = [
  route(contract.getEvacSettings, actions.getEvacSettings),
  route(contract.setEvacSettings, actions.setEvacSettings),
  route(contract.scanEvacSupport, offers.scanEvacSupport),
  route(contract.listEvacOffers, offers.listEvacOffers),
  route(contract.decideEvacOffers, offers.decideEvacOffers),
  route(contract.searchEvacSupport, actions.searchEvacSupport),
  route(contract.findEvacResident, actions.findEvacResident),
  route(contract.getEvacPerson, actions.getEvacPerson),
  route(contract.saveEvacPerson, actions.saveEvacPerson),
  route(contract.recordEvacConsent, actions.recordEvacConsent),
  route(provisionsContract.listEvacRecipients, provisions.listEvacRecipients),
  route(provisionsContract.saveEvacRecipient, provisions.saveEvacRecipient),
  route(provisionsContract.listEvacAreas, provisions.listEvacAreas),
  route(provisionsContract.countEvacProvision, provisions.countEvacProvision),
  route(provisionsContract.requestEvacProvision, provisions.requestEvacProvision),
  route(provisionsContract.listEvacProvisions, provisions.listEvacProvisions),
  route(provisionsContract.getEvacProvision, provisions.getEvacProvision),
  route(provisionsContract.decideEvacProvision, provisions.decideEvacProvision),
  route(provisionsContract.exportEvacProvisionCsv, exportEvacProvisionCsv),
  route(provisionsContract.exportEvacProvisionXlsx, exportEvacProvisionXlsx),
]
