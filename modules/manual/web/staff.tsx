import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listManualBusinesses } from '../manual.contract.ts'

const ManualPage = lazyRouteComponent(() => import('./ManualPage.tsx'), 'ManualPage')
const LoadPage = lazyRouteComponent(() => import('./LoadPage.tsx'), 'LoadPage')

const entry = {
  to: '/manual',
  group: 'システム管理',
  order: 910,
  needs: listManualBusinesses,
}

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/manual', component: ManualPage }),
    createRoute({ getParentRoute: () => root, path: '/manual/$business', component: LoadPage }),
  ],
  menu: [{ ...entry, label: '手作業取込（即日開始）' }],
  tiles: [
    {
      ...entry,
      title: '手作業取込（即日開始）',
      description: 'お手元のCSVやExcelから、住民情報などをその日のうちに取り込みます。',
    },
  ],
}
