import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { listNonDwellings } from '../non-dwellings.contract.ts'
import { nonDwellingsFacts } from '../non-dwellings.messages.ts'
import { damageWords, nonDwellingKinds, type DamageWord, type NonDwellingKind } from '../non-dwellings.ts'
import { NonDwellingsPanel } from './NonDwellingsPanel.tsx'

const ListPage = lazyRouteComponent(() => import('./NonDwellingsPage.tsx'), 'NonDwellingsPage')
const OwnersPage = lazyRouteComponent(() => import('./OwnersPage.tsx'), 'OwnersPage')
const NewPage = lazyRouteComponent(() => import('./NonDwellingForms.tsx'), 'NewNonDwellingPage')
const ChangePage = lazyRouteComponent(() => import('./NonDwellingForms.tsx'), 'ChangeNonDwellingPage')
const OnePage = lazyRouteComponent(() => import('./NonDwellingPage.tsx'), 'NonDwellingPage')

const pages = [
  ['/non-dwellings', ListPage],
  ['/non-dwellings/new', NewPage],
  ['/non-dwellings/owners', OwnersPage],
  ['/non-dwellings/$nonDwellingId', OnePage],
  ['/non-dwellings/$nonDwellingId/change', ChangePage],
] as const

export const staffScreens: StaffScreens = {
  routes: (root) =>
    pages.map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
  menu: [
    {
      label: '被災非住家管理',
      to: '/non-dwellings',
      group: '罹災証明・被災証明',
      order: 32,
      needs: listNonDwellings,
    },
  ],
  tiles: [
    {
      title: '被災非住家管理',
      to: '/non-dwellings',
      description:
        '倉庫・店舗・工場・農業施設・車など、住家でない物の被害を物件ごとに登録し、写真と被害を残します。',
      group: '罹災証明・被災証明',
      order: 32,
      needs: listNonDwellings,
    },
  ],
  panels: {
    facts: Object.fromEntries(
      Object.entries(nonDwellingsFacts).map(([kind, label]) => [
        kind,
        {
          label,
          describe: (codes: Readonly<Record<string, unknown>>) =>
            [
              labelOf(nonDwellingKinds, codes['kind'] as NonDwellingKind),
              labelOf(damageWords, codes['result'] as DamageWord | null),
            ]
              .filter((word) => word !== '')
              .join('：'),
        },
      ]),
    ),
    victimPage: [
      {
        key: 'non-dwellings',
        title: '被災非住家',
        order: 12,
        Panel: NonDwellingsPanel,
        needs: listNonDwellings,
      },
    ],
  },
}
