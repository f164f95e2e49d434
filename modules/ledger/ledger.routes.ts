import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './ledger.actions.ts'
import * as contract from './ledger.contract.ts'
import { addNonResident, changeNonResident } from './non-residents.actions.ts'
import { changeHousehold } from './households.actions.ts'
import * as households from './households.contract.ts'
import { decideDifference, listDifferences } from './differences.actions.ts'
import * as disclosureActions from './disclosures.actions.ts'
import * as disclosures from './disclosures.contract.ts'
import * as itemActions from './items.actions.ts'
import * as items from './items.contract.ts'
import * as itemNameActions from './item-names.actions.ts'
import * as itemNames from './item-names.contract.ts'
import { getIdentity, tellIdentity } from './identities.actions.ts'
import * as identities from './identities.contract.ts'
import { getVictim } from './victims.actions.ts'

/** Lent to the audit trail, which stands above. */
export { entriesOfPerson } from './people.actions.ts'

export const ledgerRoutes: readonly Route[] = [
  route(contract.registerDisaster, actions.registerDisaster),
  route(contract.getLedger, actions.viewLedger),
  route(contract.searchLedger, actions.searchLedger),
  route(contract.getVictim, getVictim),
  route(contract.addNonResident, addNonResident),
  route(contract.changeNonResident, changeNonResident),
  route(households.changeHousehold, changeHousehold),
  route(identities.getIdentity, getIdentity),
  route(identities.tellIdentity, tellIdentity),
  route(items.getItemSheet, itemActions.getItemSheet),
  route(items.changeItemSheet, itemActions.changeItemSheet),
  route(itemNames.getItemNames, itemNameActions.getItemNames),
  route(itemNames.changeItemNames, itemNameActions.changeItemNames),
  route(items.listItems, itemActions.listItems),
  route(items.getItem, itemActions.getItem),
  route(items.setItem, itemActions.setItem),
  route(items.listDifferences, listDifferences),
  route(items.decideDifference, decideDifference),
  route(disclosures.receiveDisclosure, disclosureActions.receiveDisclosure),
  route(disclosures.listDisclosures, disclosureActions.listDisclosures),
  route(disclosures.getDisclosure, disclosureActions.getDisclosure),
  route(disclosures.decideDisclosure, disclosureActions.decideDisclosure),
  route(disclosures.provideDisclosure, disclosureActions.provideDisclosure),
  route(disclosures.listProvisions, disclosureActions.listProvisions),
]
