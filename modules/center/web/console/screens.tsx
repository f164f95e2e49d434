import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listAccessGrants } from '../../access-grants.contract.ts'
import { listAnnouncements } from '../../announcements.contract.ts'
import { getOverview, listTransactions } from '../../console.contract.ts'
import { listIncidents } from '../../incidents.contract.ts'
import {
  listContacts,
  listKiosks,
  listOperators,
  listRegistryTowns,
  listStores,
} from '../../registry.contract.ts'
import { listCalendars, listLedgerOpenings, listMaintenance, listStops } from '../../service.contract.ts'
import { listStageTests } from '../../stages.contract.ts'
import { listAudit, listStaff } from '../../staff.contract.ts'

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

const TownsPage = lazyRouteComponent(() => import('./TownsPage.tsx'), 'TownsPage')
const NewTownPage = lazyRouteComponent(() => import('./TownForms.tsx'), 'NewTownPage')
const EditTownPage = lazyRouteComponent(() => import('./TownForms.tsx'), 'EditTownPage')
const NewRoutePage = lazyRouteComponent(() => import('./TownForms.tsx'), 'NewRoutePage')
const OperatorsPage = lazyRouteComponent(() => import('./OperatorsPage.tsx'), 'OperatorsPage')
const OperatorPage = lazyRouteComponent(() => import('./OperatorPage.tsx'), 'OperatorPage')
const NewOperatorPage = lazyRouteComponent(() => import('./OperatorForms.tsx'), 'NewOperatorPage')
const EditOperatorPage = lazyRouteComponent(() => import('./OperatorForms.tsx'), 'EditOperatorPage')
const StoresPage = lazyRouteComponent(() => import('./StoresPage.tsx'), 'StoresPage')
const StorePage = lazyRouteComponent(() => import('./StoreForms.tsx'), 'StorePage')
const NewStorePage = lazyRouteComponent(() => import('./StoreForms.tsx'), 'NewStorePage')
const KioskPage = lazyRouteComponent(() => import('./KioskPage.tsx'), 'KioskPage')
const NewKioskPage = lazyRouteComponent(() => import('./KioskForms.tsx'), 'NewKioskPage')
const EditKioskPage = lazyRouteComponent(() => import('./KioskForms.tsx'), 'EditKioskPage')
const CalendarsPage = lazyRouteComponent(() => import('./CalendarsPage.tsx'), 'CalendarsPage')
const NewCalendarPage = lazyRouteComponent(() => import('./CalendarForm.tsx'), 'NewCalendarPage')
const LedgerOpeningsPage = lazyRouteComponent(() => import('./LedgerOpeningsPage.tsx'), 'LedgerOpeningsPage')
const NewLedgerOpeningPage = lazyRouteComponent(
  () => import('./LedgerOpeningsPage.tsx'),
  'NewLedgerOpeningPage',
)
const AccessGrantsPage = lazyRouteComponent(() => import('./AccessGrantsPage.tsx'), 'AccessGrantsPage')
const NewAccessGrantPage = lazyRouteComponent(() => import('./AccessGrantsPage.tsx'), 'NewAccessGrantPage')
const AccessGrantPage = lazyRouteComponent(() => import('./AccessGrantPage.tsx'), 'AccessGrantPage')
const StagesPage = lazyRouteComponent(() => import('./StagesPage.tsx'), 'StagesPage')
const RunStagePage = lazyRouteComponent(() => import('./RunStagePage.tsx'), 'RunStagePage')
const StaffPage = lazyRouteComponent(() => import('./StaffPage.tsx'), 'StaffPage')

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
    createRoute({ getParentRoute: () => root, path: '/registry/towns', component: TownsPage }),
    createRoute({ getParentRoute: () => root, path: '/registry/towns/new', component: NewTownPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/registry/towns/$municipalityCode/edit',
      component: EditTownPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/registry/towns/$municipalityCode/routes/new',
      component: NewRoutePage,
    }),
    createRoute({ getParentRoute: () => root, path: '/registry/operators', component: OperatorsPage }),
    createRoute({ getParentRoute: () => root, path: '/registry/operators/new', component: NewOperatorPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/registry/operators/$operatorId',
      component: OperatorPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/registry/operators/$operatorId/edit',
      component: EditOperatorPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/registry/stores', component: StoresPage }),
    createRoute({ getParentRoute: () => root, path: '/registry/stores/new', component: NewStorePage }),
    createRoute({ getParentRoute: () => root, path: '/registry/stores/$storeId', component: StorePage }),
    createRoute({ getParentRoute: () => root, path: '/kiosks/new', component: NewKioskPage }),
    createRoute({ getParentRoute: () => root, path: '/kiosks/$kioskId', component: KioskPage }),
    createRoute({ getParentRoute: () => root, path: '/kiosks/$kioskId/edit', component: EditKioskPage }),
    createRoute({ getParentRoute: () => root, path: '/calendars', component: CalendarsPage }),
    createRoute({ getParentRoute: () => root, path: '/calendars/new', component: NewCalendarPage }),
    createRoute({ getParentRoute: () => root, path: '/ledger-openings', component: LedgerOpeningsPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/ledger-openings/new',
      component: NewLedgerOpeningPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/access-grants', component: AccessGrantsPage }),
    createRoute({ getParentRoute: () => root, path: '/access-grants/new', component: NewAccessGrantPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/access-grants/$grantId',
      component: AccessGrantPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/stages', component: StagesPage }),
    createRoute({ getParentRoute: () => root, path: '/stages/run', component: RunStagePage }),
    createRoute({ getParentRoute: () => root, path: '/staff', component: StaffPage }),
  ],
  menu: [
    { label: '全国の状況', to: '/', group: now, order: 100, needs: getOverview },
    { label: '事案', to: '/incidents', group: now, order: 110, needs: listIncidents },
    { label: '取引', to: '/transactions', group: now, order: 120, needs: listTransactions },
    { label: '端末', to: '/kiosks', group: now, order: 130, needs: listKiosks },
    { label: '停止と再開', to: '/stops', group: service, order: 200, needs: listStops },
    { label: '保守の予定', to: '/maintenance', group: service, order: 220, needs: listMaintenance },
    { label: 'サービス時間', to: '/calendars', group: service, order: 230, needs: listCalendars },
    { label: '周知と確認', to: '/announcements', group: service, order: 240, needs: listAnnouncements },
    {
      ...{ label: '被災者支援の時間外利用', to: '/ledger-openings', group: service, order: 245 },
      needs: listLedgerOpenings,
    },
    { label: '緊急閲覧', to: '/access-grants', group: service, order: 250, needs: listAccessGrants },
    { label: '市区町村', to: '/registry/towns', group: records, order: 300, needs: listRegistryTowns },
    { label: '事業者', to: '/registry/operators', group: records, order: 310, needs: listOperators },
    { label: '設置場所', to: '/registry/stores', group: records, order: 320, needs: listStores },
    { label: '連絡先', to: '/contacts', group: records, order: 330, needs: listContacts },
    { label: '接続試験（工程2・3）', to: '/stages', group: records, order: 340, needs: listStageTests },
    { label: '運用者のアカウント', to: '/staff', group: records, order: 350, needs: listStaff },
    { label: '運用の記録', to: '/audit', group: records, order: 360, needs: listAudit },
  ],
  tiles: [],
}
