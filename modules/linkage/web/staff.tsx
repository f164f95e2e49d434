import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listLinkFiles } from '../linkage.contract.ts'

const LinkagePage = lazyRouteComponent(() => import('./LinkagePage.tsx'), 'LinkagePage')
const LinkErrorsPage = lazyRouteComponent(() => import('./LinkErrorsPage.tsx'), 'LinkErrorsPage')
const NewAgentPage = lazyRouteComponent(() => import('./NewAgentPage.tsx'), 'NewAgentPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/linkage', component: LinkagePage }),
    createRoute({ getParentRoute: () => root, path: '/linkage/files/$fileId', component: LinkErrorsPage }),
    createRoute({ getParentRoute: () => root, path: '/linkage/agents/new', component: NewAgentPage }),
  ],
  menu: [{ label: '連携状況', to: '/linkage', group: 'システム管理', order: 900, needs: listLinkFiles }],
  tiles: [
    {
      title: '連携状況',
      to: '/linkage',
      description: '業務システムから届いた住民情報などの反映状況と、誤りの一覧を確かめます。',
      group: 'システム管理',
      order: 900,
      needs: listLinkFiles,
    },
  ],
}
