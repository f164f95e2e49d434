import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './municipalities.actions.ts'
import * as contract from './municipalities.contract.ts'

export const municipalitiesRoutes: readonly Route[] = [
  route(contract.getMunicipalitySettings, actions.getMunicipalitySettings),
  route(contract.changeMunicipalitySetting, actions.changeMunicipalitySetting),
]
