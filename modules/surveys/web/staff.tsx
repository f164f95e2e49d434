import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listDisasters } from '../../disasters/disasters.contract.ts'

const RulesPage = lazyRouteComponent(() => import('./RulesPage.tsx'), 'RulesPage')

const pages = [['/surveys/rules', RulesPage]] as const

export const staffScreens: StaffScreens = {
  routes: (root) =>
    pages.map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
  menu: [
    {
      label: '被害認定の基準',
      to: '/surveys/rules',
      group: '被災者支援システム',
      order: 29,
      needs: listDisasters,
    },
  ],
  tiles: [],
}
