import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './emergency.actions.ts'
import * as contract from './emergency.contract.ts'

/** 緊急名簿 (庁舎被災時の業務継続). */
export const emergencyRoutes: readonly Route[] = [
  route(contract.countEmergencyAreas, actions.countEmergencyAreas),
  route(contract.beginEmergencyList, actions.beginEmergencyList),
  route(contract.readEmergencyList, actions.readEmergencyList),
]
