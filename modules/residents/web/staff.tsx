import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listVersions } from '../versions.contract.ts'

const FindVersionsPage = lazyRouteComponent(() => import('./FindVersionsPage.tsx'), 'FindVersionsPage')
const VersionsPage = lazyRouteComponent(() => import('./VersionsPage.tsx'), 'VersionsPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/residents', component: FindVersionsPage }),
    createRoute({ getParentRoute: () => root, path: '/residents/$residentNo', component: VersionsPage }),
  ],
  menu: [{ label: '中間DB参照', to: '/residents', group: 'システム管理', order: 920, needs: listVersions }],
  tiles: [
    {
      title: '中間DB参照',
      to: '/residents',
      description: '届いた住民情報などが、いつ、どう変わったかを一人ずつ確かめます。見た記録が残ります。',
      group: 'システム管理',
      order: 920,
      needs: listVersions,
    },
  ],
}
