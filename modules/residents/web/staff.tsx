import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { beginEmergencyList } from '../emergency.contract.ts'
import { listVersions } from '../versions.contract.ts'

const FindVersionsPage = lazyRouteComponent(() => import('./FindVersionsPage.tsx'), 'FindVersionsPage')
const VersionsPage = lazyRouteComponent(() => import('./VersionsPage.tsx'), 'VersionsPage')
const EmergencyListPage = lazyRouteComponent(() => import('./EmergencyListPage.tsx'), 'EmergencyListPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/emergency-list', component: EmergencyListPage }),
    createRoute({ getParentRoute: () => root, path: '/residents', component: FindVersionsPage }),
    createRoute({ getParentRoute: () => root, path: '/residents/$residentNo', component: VersionsPage }),
  ],
  menu: [
    {
      label: '緊急名簿',
      to: '/emergency-list',
      group: '被災者支援システム',
      order: 60,
      needs: beginEmergencyList,
    },
    { label: '中間DB参照', to: '/residents', group: 'システム管理', order: 920, needs: listVersions },
  ],
  tiles: [
    {
      title: '緊急名簿',
      to: '/emergency-list',
      description: '庁舎が使えないときに、全住民・町字・地区の名簿を作り、印刷します。作った記録が残ります。',
      group: '被災者支援システム',
      order: 60,
      needs: beginEmergencyList,
    },
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
