import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listBreakGlass } from '../break-glass.contract.ts'
import { OpenBand } from './OpenBand.tsx'

const BreakGlassPage = lazyRouteComponent(() => import('./BreakGlassPage.tsx'), 'BreakGlassPage')
const OneBreakGlassPage = lazyRouteComponent(() => import('./OneBreakGlassPage.tsx'), 'OneBreakGlassPage')

const entry = { to: '/break-glass', group: 'システム管理', order: 985, needs: listBreakGlass } as const

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/break-glass', component: BreakGlassPage }),
    createRoute({ getParentRoute: () => root, path: '/break-glass/$grantId', component: OneBreakGlassPage }),
  ],
  menu: [{ ...entry, label: '運用者による緊急閲覧' }],
  tiles: [
    {
      ...entry,
      title: '運用者による緊急閲覧',
      description:
        'BCLの運用者が重大な障害のときに貴団体の情報を見た記録です。だれが・なぜ・いつまで・何を見たかを確かめ、終わらせ、事後確認を記録します。',
    },
  ],
  bands: [{ key: 'break-glass', Band: OpenBand }],
}
