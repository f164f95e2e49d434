import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { getIdentity } from '../../ledger/identities.contract.ts'
import { listMatchingLists } from '../matching.contract.ts'
import { matchingFacts } from '../matching.messages.ts'
import { sources, type Source } from '../matching.ts'
import { IdentityPanel } from './IdentityPanel.tsx'

const MatchingPage = lazyRouteComponent(() => import('./MatchingPage.tsx'), 'MatchingPage')
const NewListPage = lazyRouteComponent(() => import('./NewListPage.tsx'), 'NewListPage')
const ListPage = lazyRouteComponent(() => import('./ListPage.tsx'), 'ListPage')
const RowPage = lazyRouteComponent(() => import('./RowPage.tsx'), 'RowPage')

const pages = [
  ['/matching', MatchingPage],
  ['/matching/new', NewListPage],
  ['/matching/$listId', ListPage],
  ['/matching/rows/$rowId', RowPage],
] as const

export const staffScreens: StaffScreens = {
  routes: (root) =>
    pages.map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
  menu: [{ label: '名寄せ', to: '/matching', group: '被災者台帳', order: 23, needs: listMatchingLists }],
  tiles: [
    {
      title: '名寄せ',
      to: '/matching',
      description: '避難所や宿泊先、福祉などの名簿を取り込み、台帳のだれなのかを確かめて、一人にまとめます。',
      group: '被災者台帳',
      order: 23,
      needs: listMatchingLists,
    },
  ],
  panels: {
    victimPage: [
      { key: 'identity', title: '同じ人の記載', order: 90, Panel: IdentityPanel, needs: getIdentity },
    ],
    facts: Object.fromEntries(
      Object.entries(matchingFacts).map(([kind, label]) => [
        kind,
        { label, describe: ({ source }) => labelOf(sources, source as Source | null) },
      ]),
    ),
  },
}
