import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { beginEmergencyList } from '../emergency.contract.ts'
import { listMyNumberLog, revealMyNumber } from '../my-numbers.contract.ts'
import { listVersions } from '../versions.contract.ts'

const FindVersionsPage = lazyRouteComponent(() => import('./FindVersionsPage.tsx'), 'FindVersionsPage')
const VersionsPage = lazyRouteComponent(() => import('./VersionsPage.tsx'), 'VersionsPage')
const EmergencyListPage = lazyRouteComponent(() => import('./EmergencyListPage.tsx'), 'EmergencyListPage')
const MyNumberPage = lazyRouteComponent(() => import('./MyNumberPage.tsx'), 'MyNumberPage')
const MyNumberLogPage = lazyRouteComponent(() => import('./MyNumberLogPage.tsx'), 'MyNumberLogPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/emergency-list', component: EmergencyListPage }),
    createRoute({ getParentRoute: () => root, path: '/residents', component: FindVersionsPage }),
    createRoute({ getParentRoute: () => root, path: '/residents/$residentNo', component: VersionsPage }),
    createRoute({ getParentRoute: () => root, path: '/my-number', component: MyNumberPage }),
    createRoute({ getParentRoute: () => root, path: '/my-number/log', component: MyNumberLogPage }),
  ],
  menu: [
    {
      label: '緊急名簿',
      to: '/emergency-list',
      group: '被災者台帳',
      order: 60,
      needs: beginEmergencyList,
    },
    { label: '中間DB参照', to: '/residents', group: 'システム管理', order: 920, needs: listVersions },
    { label: '個人番号の照会', to: '/my-number', group: 'システム管理', order: 940, needs: revealMyNumber },
    {
      label: '個人番号の取扱記録',
      to: '/my-number/log',
      group: 'システム管理',
      order: 950,
      needs: listMyNumberLog,
    },
  ],
  tiles: [
    {
      title: '緊急名簿',
      to: '/emergency-list',
      description: '庁舎が使えないときに、全住民・町字・地区の名簿を作り、印刷します。作った記録が残ります。',
      group: '被災者台帳',
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
    {
      title: '個人番号の照会',
      to: '/my-number',
      description: '登録した端末で、一人の個人番号を1分間だけ表示します。表示した記録が残ります。',
      group: 'システム管理',
      order: 940,
      needs: revealMyNumber,
    },
    {
      title: '個人番号の取扱記録',
      to: '/my-number/log',
      description: '個人番号をいつ・誰が・どの端末で表示したか、断られたか、保存・消去したかを確かめます。',
      group: 'システム管理',
      order: 950,
      needs: listMyNumberLog,
    },
  ],
}
