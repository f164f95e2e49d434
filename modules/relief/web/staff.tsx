import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listHelperPasses, listNotes } from '../relief.contract.ts'

const HelpersPage = lazyRouteComponent(() => import('./HelpersPage.tsx'), 'HelpersPage')
const HandoverPage = lazyRouteComponent(() => import('./HandoverPage.tsx'), 'HandoverPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/helpers', component: HelpersPage }),
    createRoute({ getParentRoute: () => root, path: '/handover', component: HandoverPage }),
  ],
  menu: [
    { label: '引継ぎ', to: '/handover', group: '災害対応', order: 12, needs: listNotes },
    { label: '応援職員', to: '/helpers', group: '災害対応', order: 13, needs: listHelperPasses },
  ],
  tiles: [
    {
      title: '引継ぎ',
      to: '/handover',
      description: '勤務の終わりに次の人へ伝えることを書き、対応が必要なものを確かめます。',
      group: '災害対応',
      order: 12,
      needs: listNotes,
    },
    {
      title: '応援職員',
      to: '/helpers',
      description: 'ほかの団体から来た職員に、業務・災害・期間を限った利用証を渡し、取り消します。',
      group: '災害対応',
      order: 13,
      needs: listHelperPasses,
    },
  ],
}
