import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { getDamageReport } from '../damage.contract.ts'
import { countWork } from '../situation.contract.ts'

const ControlRoomPage = lazyRouteComponent(() => import('./ControlRoomPage.tsx'), 'ControlRoomPage')
const WorkPage = lazyRouteComponent(() => import('./WorkPage.tsx'), 'WorkPage')

const DamagePage = lazyRouteComponent(() => import('./DamagePage.tsx'), 'DamagePage')
const DamageRowsPage = lazyRouteComponent(() => import('./DamageRowsPage.tsx'), 'DamageRowsPage')

const pages = [
  ['/situation', ControlRoomPage],
  ['/situation/work/$work', WorkPage],
  ['/situation/reports', DamagePage],
  ['/situation/reports/rows', DamageRowsPage],
] as const

export const staffScreens: StaffScreens = {
  routes: (root) =>
    pages.map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
  menu: [
    { label: '災害対応の状況', to: '/situation', group: '災害対応', order: 5, needs: countWork },
    { label: '被害状況報告', to: '/situation/reports', group: '災害対応', order: 6, needs: getDamageReport },
  ],
  tiles: [
    {
      title: '災害対応の状況',
      to: '/situation',
      description: 'いま何をすればよいか、誰の仕事か、何が遅れているかを1枚で見ます。',
      group: '災害対応',
      order: 5,
      needs: countWork,
    },
  ],
}
