import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { getMunicipalitySettings } from '../municipalities.contract.ts'

const SettingsPage = lazyRouteComponent(() => import('./SettingsPage.tsx'), 'SettingsPage')
const SettingPage = lazyRouteComponent(() => import('./SettingPage.tsx'), 'SettingPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/municipality', component: SettingsPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/municipality/settings/$key',
      component: SettingPage,
    }),
  ],
  menu: [
    {
      label: '団体の設定',
      to: '/municipality',
      group: 'システム管理',
      order: 910,
      needs: getMunicipalitySettings,
    },
  ],
  tiles: [
    {
      title: '団体の設定',
      to: '/municipality',
      description: '首長の職名・氏名、公印、手数料、サービス時間、参加パターンを設定します。',
      group: 'システム管理',
      order: 910,
      needs: getMunicipalitySettings,
    },
  ],
}
