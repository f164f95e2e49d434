import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { getExternalLink } from '../external-link.contract.ts'
import { externalLinkFacts } from '../external-link.messages.ts'
import { factText } from './external-link-text.ts'

const ExternalLinkPage = lazyRouteComponent(() => import('./ExternalLinkPage.tsx'), 'ExternalLinkPage')
const LedgerPlacePage = lazyRouteComponent(() => import('./LedgerPlacePage.tsx'), 'LedgerPlacePage')
const UploadPage = lazyRouteComponent(() => import('./UploadPage.tsx'), 'UploadPage')
const ResultsPage = lazyRouteComponent(() => import('./ResultsPage.tsx'), 'ResultsPage')
const ResultPage = lazyRouteComponent(() => import('./ResultPage.tsx'), 'ResultPage')

const pages = [
  ['/external-link', ExternalLinkPage],
  ['/external-link/ledger-place', LedgerPlacePage],
  ['/external-link/uploads/$uploadNo', UploadPage],
  ['/external-link/results', ResultsPage],
  ['/external-link/results/$resultId', ResultPage],
] as const

export const staffScreens: StaffScreens = {
  routes: (root) =>
    pages.map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
  menu: [
    {
      label: '外部連携',
      to: '/external-link',
      group: '罹災証明・被災証明',
      order: 90,
      needs: getExternalLink,
    },
  ],
  tiles: [
    {
      title: '外部連携',
      to: '/external-link',
      description: '他社の被災者支援システムに申請を渡し、調査・決定の結果を取り込んで証明書を交付します。',
      group: '罹災証明・被災証明',
      order: 90,
      needs: getExternalLink,
    },
  ],
  panels: {
    facts: Object.fromEntries(
      Object.entries(externalLinkFacts).map(([kind, label]) => [kind, { label, describe: factText }]),
    ),
  },
}
