import { centerRoute, type CenterRoute } from '@open-bcl/platform/http/serve-center.ts'
import * as actions from './incident-desk.actions.ts'
import * as contract from './incidents.contract.ts'

export const incidentRoutes: readonly CenterRoute[] = [
  centerRoute(contract.listIncidents, actions.listIncidents),
  centerRoute(contract.getIncident, actions.getIncident),
  centerRoute(contract.acknowledgeIncident, actions.acknowledgeIncident),
  centerRoute(contract.addIncidentNote, actions.addIncidentNote),
  centerRoute(contract.restartTown, actions.restartTown),
]
