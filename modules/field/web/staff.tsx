import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listPasses } from '../field.contract.ts'

const PhonesPage = lazyRouteComponent(() => import('./PhonesPage.tsx'), 'PhonesPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/field-phones', component: PhonesPage }),
  ],
  menu: [{ label: '調査端末', to: '/field-phones', group: '住家と調査', order: 27, needs: listPasses }],
  tiles: [
    {
      title: '調査端末',
      to: '/field-phones',
      description:
        '圏外でも使える調査員のスマートフォンを登録し、未送信の件数を確かめ、取り消します。保留を確認します。',
      group: '住家と調査',
      order: 27,
      needs: listPasses,
    },
  ],
}
