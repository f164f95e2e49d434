import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listProgrammes } from '../programmes.contract.ts'
import { getHouseholdSupport, listSupportApplications } from '../support.contract.ts'
import { supportFacts } from '../support.messages.ts'
import { factText } from './support-text.ts'
import { SupportPanel } from './SupportPanel.tsx'

const ProgrammesPage = lazyRouteComponent(() => import('./ProgrammesPage.tsx'), 'ProgrammesPage')
const UnappliedPage = lazyRouteComponent(() => import('./UnappliedPage.tsx'), 'UnappliedPage')
const HouseholdPage = lazyRouteComponent(() => import('./HouseholdPage.tsx'), 'HouseholdPage')
const CircumstancesPage = lazyRouteComponent(() => import('./CircumstancesPage.tsx'), 'CircumstancesPage')
const ApplicationsPage = lazyRouteComponent(() => import('./ApplicationsPage.tsx'), 'SupportApplicationsPage')
const ApplicationPage = lazyRouteComponent(() => import('./ApplicationPage.tsx'), 'SupportApplicationPage')
const DifferencesPage = lazyRouteComponent(() => import('./DifferencesPage.tsx'), 'DifferencesPage')

const pages = [
  ['/support', ProgrammesPage],
  ['/support/programmes/$programmeCode/unapplied', UnappliedPage],
  ['/support/households/$personRef', HouseholdPage],
  ['/support/households/$personRef/circumstances', CircumstancesPage],
  ['/support/applications', ApplicationsPage],
  ['/support/applications/$supportId', ApplicationPage],
  ['/support/differences', DifferencesPage],
] as const

export const staffScreens: StaffScreens = {
  routes: (root) =>
    pages.map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
  menu: [
    { label: '支援制度', to: '/support', group: '支援と支払', order: 50, needs: listProgrammes },
    {
      label: '支援の申請',
      to: '/support/applications',
      group: '支援と支払',
      order: 51,
      needs: listSupportApplications,
    },
  ],
  tiles: [
    {
      title: '支援制度・申請',
      to: '/support',
      description:
        '受けられる支援制度の判定、申請の受付・審査・決裁、未申請の世帯の一覧、支給額の過不足を扱います。',
      group: '支援と支払',
      order: 50,
      needs: listProgrammes,
    },
  ],
  panels: {
    facts: Object.fromEntries(
      Object.entries(supportFacts).map(([kind, label]) => [kind, { label, describe: factText }]),
    ),
    victimPage: [
      { key: 'support', title: '支援制度', order: 30, Panel: SupportPanel, needs: getHouseholdSupport },
    ],
  },
}
