import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listTerminals } from '../terminals.contract.ts'

const TerminalsPage = lazyRouteComponent(() => import('./TerminalsPage.tsx'), 'TerminalsPage')
const NewTerminalPage = lazyRouteComponent(() => import('./TerminalsForms.tsx'), 'NewTerminalPage')
const NewHolderPage = lazyRouteComponent(() => import('./TerminalsForms.tsx'), 'NewHolderPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/terminals', component: TerminalsPage }),
    createRoute({ getParentRoute: () => root, path: '/terminals/new', component: NewTerminalPage }),
    createRoute({ getParentRoute: () => root, path: '/terminals/holders/new', component: NewHolderPage }),
  ],
  menu: [
    {
      label: '個人番号の端末と実施者',
      to: '/terminals',
      group: 'システム管理',
      order: 930,
      needs: listTerminals,
    },
  ],
  tiles: [
    {
      title: '個人番号の端末と実施者',
      to: '/terminals',
      description: '個人番号を表示できる端末を登録し、表示できる職員を期限を決めて指定します。',
      group: 'システム管理',
      order: 930,
      needs: listTerminals,
    },
  ],
}
