import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { getPractice } from '../practice.contract.ts'

const PracticePage = lazyRouteComponent(() => import('./PracticePage.tsx'), 'PracticePage')

export const staffScreens: StaffScreens = {
  routes: (root) => [createRoute({ getParentRoute: () => root, path: '/practice', component: PracticePage })],
  menu: [{ label: '練習', to: '/practice', group: '災害対応', order: 14, needs: getPractice }],
  tiles: [
    {
      title: '練習',
      to: '/practice',
      description: '架空の住民の町で、ふだんの画面をそのまま試します。実際の情報には触れません。',
      group: '災害対応',
      order: 14,
      needs: getPractice,
    },
  ],
}
