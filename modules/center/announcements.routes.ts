import { centerRoute, type CenterRoute } from '@open-bcl/platform/http/serve-center.ts'
import * as actions from './announcements.actions.ts'
import * as contract from './announcements.contract.ts'

export const announcementRoutes: readonly CenterRoute[] = [
  centerRoute(contract.listAnnouncements, actions.listAnnouncements),
  centerRoute(contract.getAnnouncement, actions.getAnnouncement),
  centerRoute(contract.recordHeard, actions.recordHeard),
  centerRoute(contract.readNotice, actions.readNotice),
  centerRoute(contract.acknowledgeNotice, actions.acknowledgeNotice),
]
