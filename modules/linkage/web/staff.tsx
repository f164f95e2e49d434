import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listLinkFiles } from '../linkage.contract.ts'

const LinkagePage = lazyRouteComponent(() => import('./LinkagePage.tsx'), 'LinkagePage')
const LinkErrorsPage = lazyRouteComponent(() => import('./LinkErrorsPage.tsx'), 'LinkErrorsPage')
const NewAgentPage = lazyRouteComponent(() => import('./NewAgentPage.tsx'), 'NewAgentPage')
const AlarmsPage = lazyRouteComponent(() => import('./AlarmsPage.tsx'), 'AlarmsPage')
const BadRowsPage = lazyRouteComponent(() => import('./BadRowsPage.tsx'), 'BadRowsPage')
const BusinessPage = lazyRouteComponent(() => import('./BusinessPage.tsx'), 'BusinessPage')
const PausePage = lazyRouteComponent(() => import('./BusinessForms.tsx'), 'PausePage')
const EndPage = lazyRouteComponent(() => import('./BusinessForms.tsx'), 'EndPage')
const ResendPage = lazyRouteComponent(() => import('./BusinessForms.tsx'), 'ResendPage')
const OverridePage = lazyRouteComponent(() => import('./TownForms.tsx'), 'OverridePage')
const OpeningPage = lazyRouteComponent(() => import('./TownForms.tsx'), 'OpeningPage')
const NewContactPage = lazyRouteComponent(() => import('./TownForms.tsx'), 'NewContactPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/linkage', component: LinkagePage }),
    createRoute({ getParentRoute: () => root, path: '/linkage/alarms', component: AlarmsPage }),
    createRoute({ getParentRoute: () => root, path: '/linkage/bad-rows', component: BadRowsPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/linkage/businesses/$business',
      component: BusinessPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/linkage/businesses/$business/pause',
      component: PausePage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/linkage/businesses/$business/end',
      component: EndPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/linkage/businesses/$business/resend',
      component: ResendPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/linkage/files/$fileId', component: LinkErrorsPage }),
    createRoute({ getParentRoute: () => root, path: '/linkage/override', component: OverridePage }),
    createRoute({ getParentRoute: () => root, path: '/linkage/opening', component: OpeningPage }),
    createRoute({ getParentRoute: () => root, path: '/linkage/contacts/new', component: NewContactPage }),
    createRoute({ getParentRoute: () => root, path: '/linkage/agents/new', component: NewAgentPage }),
  ],
  menu: [{ label: '連携状況', to: '/linkage', group: 'システム管理', order: 900, needs: listLinkFiles }],
  tiles: [
    {
      title: '連携状況',
      to: '/linkage',
      description: '業務システムから届いた住民情報などの反映状況、警報、証明書の交付の可否を確かめます。',
      group: 'システム管理',
      order: 900,
      needs: listLinkFiles,
    },
  ],
}
