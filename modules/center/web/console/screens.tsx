import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listAnnouncements } from '../../announcements.contract.ts'
import { getOverview, listTransactions } from '../../console.contract.ts'
import { listIncidents } from '../../incidents.contract.ts'
import { listContacts, listKiosks } from '../../registry.contract.ts'
import { listMaintenance, listStops } from '../../service.contract.ts'
import { listAudit } from '../../staff.contract.ts'

const OverviewPage = lazyRouteComponent(() => import('./OverviewPage.tsx'), 'OverviewPage')
const TownPage = lazyRouteComponent(() => import('./TownPage.tsx'), 'TownPage')
const KiosksPage = lazyRouteComponent(() => import('./KiosksPage.tsx'), 'KiosksPage')
const IncidentsPage = lazyRouteComponent(() => import('./IncidentsPage.tsx'), 'IncidentsPage')
const IncidentPage = lazyRouteComponent(() => import('./IncidentPage.tsx'), 'IncidentPage')
const TransactionsPage = lazyRouteComponent(() => import('./TransactionsPage.tsx'), 'TransactionsPage')
const TransactionPage = lazyRouteComponent(() => import('./TransactionPage.tsx'), 'TransactionPage')
const MaintenancePage = lazyRouteComponent(() => import('./MaintenancePage.tsx'), 'MaintenancePage')
const NewMaintenancePage = lazyRouteComponent(() => import('./ServiceForms.tsx'), 'NewMaintenancePage')
const StopsPage = lazyRouteComponent(() => import('./StopsPage.tsx'), 'StopsPage')
const NewStopPage = lazyRouteComponent(() => import('./ServiceForms.tsx'), 'NewStopPage')
const AnnouncementsPage = lazyRouteComponent(() => import('./AnnouncementsPage.tsx'), 'AnnouncementsPage')
const AnnouncementPage = lazyRouteComponent(() => import('./AnnouncementPage.tsx'), 'AnnouncementPage')
const ContactsPage = lazyRouteComponent(() => import('./ContactsPage.tsx'), 'ContactsPage')
const AuditPage = lazyRouteComponent(() => import('./AuditPage.tsx'), 'AuditPage')

const now = '監視'
const service = '運用'
const records = '台帳と記録'

/** 証明書交付センターの運用者の画面. */
export const consoleScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/', component: OverviewPage }),
    createRoute({ getParentRoute: () => root, path: '/towns/$municipalityCode', component: TownPage }),
    createRoute({ getParentRoute: () => root, path: '/kiosks', component: KiosksPage }),
    createRoute({ getParentRoute: () => root, path: '/incidents', component: IncidentsPage }),
    createRoute({ getParentRoute: () => root, path: '/incidents/$incidentId', component: IncidentPage }),
    createRoute({ getParentRoute: () => root, path: '/transactions', component: TransactionsPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/transactions/$transactionId',
      component: TransactionPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/maintenance', component: MaintenancePage }),
    createRoute({ getParentRoute: () => root, path: '/maintenance/new', component: NewMaintenancePage }),
    createRoute({ getParentRoute: () => root, path: '/stops', component: StopsPage }),
    createRoute({ getParentRoute: () => root, path: '/stops/new', component: NewStopPage }),
    createRoute({ getParentRoute: () => root, path: '/announcements', component: AnnouncementsPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/announcements/$announcementId',
      component: AnnouncementPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/contacts', component: ContactsPage }),
    createRoute({ getParentRoute: () => root, path: '/audit', component: AuditPage }),
  ],
  menu: [
    { label: '全国の状況', to: '/', group: now, order: 100, needs: getOverview },
    { label: '事案', to: '/incidents', group: now, order: 110, needs: listIncidents },
    { label: '取引', to: '/transactions', group: now, order: 120, needs: listTransactions },
    { label: '端末', to: '/kiosks', group: now, order: 130, needs: listKiosks },
    { label: '停止と再開', to: '/stops', group: service, order: 200, needs: listStops },
    { label: '保守の予定', to: '/maintenance', group: service, order: 220, needs: listMaintenance },
    { label: '周知と確認', to: '/announcements', group: service, order: 240, needs: listAnnouncements },
    { label: '連絡先', to: '/contacts', group: records, order: 300, needs: listContacts },
    { label: '運用の記録', to: '/audit', group: records, order: 310, needs: listAudit },
  ],
  tiles: [],
}
