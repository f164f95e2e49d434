import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { searchLedger } from '../ledger.contract.ts'
import { ledgerFacts } from '../ledger.messages.ts'

const LedgerPage = lazyRouteComponent(() => import('./LedgerPage.tsx'), 'LedgerPage')
const VictimPage = lazyRouteComponent(() => import('./VictimPage.tsx'), 'VictimPage')
const AddNonResidentPage = lazyRouteComponent(() => import('./AddNonResidentPage.tsx'), 'AddNonResidentPage')
const ChangeNonResidentPage = lazyRouteComponent(
  () => import('./ChangeNonResidentPage.tsx'),
  'ChangeNonResidentPage',
)
const RegisterDisasterPage = lazyRouteComponent(
  () => import('./RegisterDisasterPage.tsx'),
  'RegisterDisasterPage',
)

export const staffScreens: StaffScreens = {
  routes: (root) => [
    // Registering a disaster opens its ledger, so the page stands here; the list of disasters leads to it.
    createRoute({ getParentRoute: () => root, path: '/disasters/new', component: RegisterDisasterPage }),
    createRoute({ getParentRoute: () => root, path: '/ledger', component: LedgerPage }),
    createRoute({ getParentRoute: () => root, path: '/ledger/new', component: AddNonResidentPage }),
    createRoute({ getParentRoute: () => root, path: '/ledger/$personRef', component: VictimPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/ledger/$personRef/edit',
      component: ChangeNonResidentPage,
    }),
  ],
  menu: [{ label: '被災者台帳', to: '/ledger', group: '被災者支援システム', order: 20, needs: searchLedger }],
  tiles: [
    {
      title: '被災者台帳',
      to: '/ledger',
      description: '被災者を探し、本人と世帯、申請や認定の経過を確かめます。住登外者も追加できます。',
      group: '被災者支援システム',
      order: 20,
      needs: searchLedger,
    },
  ],
  panels: {
    facts: Object.fromEntries(Object.entries(ledgerFacts).map(([kind, label]) => [kind, { label }])),
  },
}
