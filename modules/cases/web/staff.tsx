import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listCases, listCasesOf } from '../cases.contract.ts'
import { casesFacts } from '../cases.messages.ts'
import {
  agencies,
  closeReasons,
  methods,
  results,
  type Agency,
  type CloseReason,
  type Method,
  type Result,
} from '../cases.ts'
import { CasesPanel } from './CasesPanel.tsx'

const CasesPage = lazyRouteComponent(() => import('./CasesPage.tsx'), 'CasesPage')
const CasePage = lazyRouteComponent(() => import('./CasePage.tsx'), 'CasePage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/cases', component: CasesPage }),
    createRoute({ getParentRoute: () => root, path: '/cases/$caseId', component: CasePage }),
  ],
  menu: [
    {
      label: '災害ケースマネジメント',
      to: '/cases',
      group: '被災者台帳',
      order: 24,
      needs: listCases,
    },
  ],
  tiles: [
    {
      title: '災害ケースマネジメント',
      to: '/cases',
      description: '世帯ごとに訪問と支援計画を記録し、予定日を過ぎた世帯から順に対応します。',
      group: '被災者台帳',
      order: 24,
      needs: listCases,
    },
  ],
  panels: {
    victimPage: [
      {
        key: 'cases',
        title: '災害ケースマネジメント（世帯の支援）',
        order: 80,
        Panel: CasesPanel,
        needs: listCasesOf,
      },
    ],
    facts: Object.fromEntries(
      Object.entries(casesFacts).map(([kind, label]) => [
        kind,
        {
          label,
          describe: (codes) =>
            [
              labelOf(methods, codes['method'] as Method | null),
              labelOf(results, codes['result'] as Result | null),
              labelOf(agencies, codes['agency'] as Agency | null),
              labelOf(closeReasons, codes['closeReason'] as CloseReason | null),
            ]
              .filter((word) => word !== '')
              .join('：'),
        },
      ]),
    ),
  },
}
