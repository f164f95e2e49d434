import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { getParticipation, getStatistics, getYear, listStatements } from '../billing.contract.ts'

const SettlementPage = lazyRouteComponent(() => import('./SettlementPage.tsx'), 'SettlementPage')
const StatementPage = lazyRouteComponent(() => import('./StatementPage.tsx'), 'StatementPage')
const StatementRowsPage = lazyRouteComponent(() => import('./StatementRowsPage.tsx'), 'StatementRowsPage')
const YearPage = lazyRouteComponent(() => import('./YearPage.tsx'), 'YearPage')
const BillingTownPage = lazyRouteComponent(() => import('./BillingTownPage.tsx'), 'BillingTownPage')
const StatisticsPage = lazyRouteComponent(() => import('./StatisticsPage.tsx'), 'StatisticsPage')
const ParticipationPage = lazyRouteComponent(() => import('./ParticipationPage.tsx'), 'ParticipationPage')

const group = '精算と統計'

/** The screens billing lends to the operators' console. */
export const billingScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/settlement', component: SettlementPage }),
    createRoute({ getParentRoute: () => root, path: '/settlement/rows', component: StatementRowsPage }),
    createRoute({ getParentRoute: () => root, path: '/yearly', component: YearPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/yearly/$municipalityCode',
      component: BillingTownPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/settlement/$by/$id', component: StatementPage }),
    createRoute({ getParentRoute: () => root, path: '/statistics', component: StatisticsPage }),
    createRoute({ getParentRoute: () => root, path: '/participation', component: ParticipationPage }),
  ],
  menu: [
    { label: '月次の精算', to: '/settlement', group, order: 250, needs: listStatements },
    { label: '年度の精算', to: '/yearly', group, order: 260, needs: getYear },
    { label: '交付の統計', to: '/statistics', group, order: 270, needs: getStatistics },
    { label: '参加状況', to: '/participation', group, order: 280, needs: getParticipation },
  ],
  tiles: [],
}
