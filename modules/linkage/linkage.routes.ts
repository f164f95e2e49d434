import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as alarms from './alarms.actions.ts'
import * as gate from './gate.actions.ts'
import * as actions from './linkage.actions.ts'
import * as contract from './linkage.contract.ts'

/** For staff. What the agent speaks is in `gateway.routes.ts`, on listeners of its own. */
export const linkageRoutes: readonly Route[] = [
  route(contract.listLinkFiles, actions.listLinkFiles),
  route(contract.getLinkFileErrors, actions.getLinkFileErrors),
  route(contract.downloadLinkFileErrors, actions.downloadLinkFileErrors),
  route(contract.listLinkBadRows, actions.listLinkBadRows),
  route(contract.pauseLink, actions.pauseLink),
  route(contract.resumeLink, actions.resumeLink),
  route(contract.endLink, actions.endLink),
  route(contract.takeUpLink, actions.takeUpLink),
  route(contract.askResend, actions.askResend),
  route(contract.openLink, actions.openLink),
  route(contract.listLinkAlarms, alarms.listLinkAlarms),
  route(contract.acknowledgeLinkAlarm, alarms.acknowledgeLinkAlarm),
  route(contract.listLinkContacts, alarms.listLinkContacts),
  route(contract.addLinkContact, alarms.addLinkContact),
  route(contract.removeLinkContact, alarms.removeLinkContact),
  route(contract.createEnrolmentCode, actions.createEnrolmentCode),
  route(contract.listAgents, actions.listAgents),
  route(contract.revokeAgent, actions.revokeAgent),
  route(contract.getGate, gate.getGate),
  route(contract.overrideGate, gate.overrideGate),
  route(contract.endOverride, gate.endOverride),
]
