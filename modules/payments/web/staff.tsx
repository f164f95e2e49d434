import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listRuns } from '../payments.contract.ts'
import { paymentsFacts } from '../payments.messages.ts'
import { paymentFactText } from './payments-text.ts'

const PaymentsPage = lazyRouteComponent(() => import('./PaymentsPage.tsx'), 'PaymentsPage')
const RunPage = lazyRouteComponent(() => import('./RunPage.tsx'), 'RunPage')
const AccountPage = lazyRouteComponent(() => import('./AccountPage.tsx'), 'AccountPage')
const RemitterPage = lazyRouteComponent(() => import('./AccountPage.tsx'), 'RemitterPage')

const pages = [
  ['/payments', PaymentsPage],
  ['/payments/runs/$paymentRunId', RunPage],
  ['/payments/accounts/$supportId', AccountPage],
  ['/payments/remitter', RemitterPage],
] as const

export const staffScreens: StaffScreens = {
  routes: (root) =>
    pages.map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
  menu: [{ label: '支払', to: '/payments', group: '支援と支払', order: 55, needs: listRuns }],
  tiles: [
    {
      title: '支払',
      to: '/payments',
      description:
        '決定した支援金の口座の確認、支払の試算・承認、振込データの出力、振込不能と返還を扱います。',
      group: '支援と支払',
      order: 55,
      needs: listRuns,
    },
  ],
  panels: {
    facts: Object.fromEntries(
      Object.entries(paymentsFacts).map(([kind, label]) => [kind, { label, describe: paymentFactText }]),
    ),
  },
}
