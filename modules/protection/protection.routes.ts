import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './protection.actions.ts'
import * as contract from './protection.contract.ts'

export const protectionRoutes: readonly Route[] = [
  route(contract.searchProtectionPeople, actions.searchProtectionPeople),
  route(contract.requestProtection, actions.requestProtection),
  route(contract.listProtections, actions.listProtections),
  route(contract.getProtection, actions.getProtection),
  route(contract.listProtectionsOf, actions.listProtectionsOf),
  route(contract.getProtectionCaution, actions.getProtectionCaution),
  route(contract.decideProtection, actions.decideProtection),
  route(contract.renewProtection, actions.renewProtection),
  route(contract.addProtectionPeople, actions.addProtectionPeople),
  route(contract.askProtectionRelease, actions.askProtectionRelease),
  route(contract.decideProtectionRelease, actions.decideProtectionRelease),
  route(contract.askProtectionLift, actions.askProtectionLift),
  route(contract.decideProtectionLift, actions.decideProtectionLift),
  route(contract.endProtectionLift, actions.endProtectionLift),
]
