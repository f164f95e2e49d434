import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listDwellingBlocks } from '../dwellings.contract.ts'
import { dwellingsFacts } from '../dwellings.messages.ts'
import { countLinks, getOccupancy } from '../occupancy.contract.ts'
import { OccupancyPanel } from './OccupancyPanel.tsx'

const DwellingsPage = lazyRouteComponent(() => import('./DwellingsPage.tsx'), 'DwellingsPage')
const NewDwellingPage = lazyRouteComponent(() => import('./DwellingForms.tsx'), 'NewDwellingPage')
const ChangeDwellingPage = lazyRouteComponent(() => import('./DwellingForms.tsx'), 'ChangeDwellingPage')
const DwellingPage = lazyRouteComponent(() => import('./DwellingPage.tsx'), 'DwellingPage')
const DifferencesPage = lazyRouteComponent(() => import('./DifferencesPage.tsx'), 'DifferencesPage')
const LinksPage = lazyRouteComponent(() => import('./LinksPage.tsx'), 'LinksPage')
const UnlinkedPage = lazyRouteComponent(() => import('./UnlinkedPage.tsx'), 'UnlinkedPage')

const pages = [
  ['/dwellings', DwellingsPage],
  ['/dwellings/new', NewDwellingPage],
  ['/dwellings/differences', DifferencesPage],
  ['/dwellings/links', LinksPage],
  ['/dwellings/unlinked', UnlinkedPage],
  ['/dwellings/$dwellingId', DwellingPage],
  ['/dwellings/$dwellingId/change', ChangeDwellingPage],
] as const

export const staffScreens: StaffScreens = {
  routes: (root) =>
    pages.map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
  menu: [
    {
      label: '家屋（地図）',
      to: '/dwellings',
      group: '住家と調査',
      order: 25,
      needs: listDwellingBlocks,
    },
    {
      label: '世帯と住家',
      to: '/dwellings/links',
      group: '住家と調査',
      order: 26,
      needs: countLinks,
    },
  ],
  tiles: [
    {
      title: '家屋（地図）',
      to: '/dwellings',
      description:
        '家屋課税台帳の家屋を地図と一覧で見ます。位置を決めたり、台帳に無い家屋を追加したりできます。',
      group: '住家と調査',
      order: 25,
      needs: listDwellingBlocks,
    },
    {
      title: '世帯と住家',
      to: '/dwellings/links',
      description: 'どの世帯がどの家屋に住んでいたかを、候補から確かめて結び付けます。',
      group: '住家と調査',
      order: 26,
      needs: countLinks,
    },
  ],
  panels: {
    facts: Object.fromEntries(Object.entries(dwellingsFacts).map(([kind, label]) => [kind, { label }])),
    victimPage: [
      { key: 'dwellings', title: '住んでいた家屋', order: 5, Panel: OccupancyPanel, needs: getOccupancy },
    ],
  },
}
