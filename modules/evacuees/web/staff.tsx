import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listArrivals } from '../arrivals.contract.ts'
import { listTransfers, listTransfersOf } from '../evacuees.contract.ts'
import { evacueesFacts } from '../evacuees.messages.ts'
import { TransfersPanel } from './TransfersPanel.tsx'

const TransfersPage = lazyRouteComponent(() => import('./TransfersPage.tsx'), 'TransfersPage')
const NewTransferPage = lazyRouteComponent(() => import('./NewTransferPage.tsx'), 'NewTransferPage')
const TransferPage = lazyRouteComponent(() => import('./TransferPage.tsx'), 'TransferPage')
const ArrivalsPage = lazyRouteComponent(() => import('./ArrivalsPage.tsx'), 'ArrivalsPage')
const ArrivalPage = lazyRouteComponent(() => import('./ArrivalPage.tsx'), 'ArrivalPage')
const TownsPage = lazyRouteComponent(() => import('./TownsPage.tsx'), 'TownsPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/evacuees', component: TransfersPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/evacuees/new/$personRef',
      component: NewTransferPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/evacuees/transfers/$transferId',
      component: TransferPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/evacuees/arrivals', component: ArrivalsPage }),
    createRoute({
      getParentRoute: () => root,
      path: '/evacuees/arrivals/$transferId',
      component: ArrivalPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/evacuees/towns', component: TownsPage }),
  ],
  menu: [
    {
      label: '広域避難者の引継ぎ',
      to: '/evacuees',
      group: '被災者台帳',
      order: 25,
      needs: listTransfers,
    },
    {
      label: '他市町村からの引継ぎ',
      to: '/evacuees/arrivals',
      group: '被災者台帳',
      order: 26,
      needs: listArrivals,
    },
  ],
  tiles: [
    {
      title: '広域避難者の引継ぎ',
      to: '/evacuees',
      description: '町の外へ避難した世帯を、本人の同意を得て、避難先の市町村へ引き継ぎます。',
      group: '被災者台帳',
      order: 25,
      needs: listTransfers,
    },
    {
      title: '他市町村からの引継ぎ',
      to: '/evacuees/arrivals',
      description: 'ほかの市町村から避難してきた世帯を引き継ぎ、避難元へ様子を知らせます。',
      group: '被災者台帳',
      order: 26,
      needs: listArrivals,
    },
  ],
  panels: {
    victimPage: [
      {
        key: 'evacuees',
        title: '広域避難（町の外での避難生活）',
        order: 85,
        Panel: TransfersPanel,
        needs: listTransfersOf,
      },
    ],
    facts: Object.fromEntries(Object.entries(evacueesFacts).map(([kind, label]) => [kind, { label }])),
  },
}
