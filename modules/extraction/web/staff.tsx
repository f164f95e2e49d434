import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listExtractions, listItemsOf } from '../extraction.contract.ts'
import { extractionFacts } from '../extraction.messages.ts'
import { QueuePanel } from './QueuePanel.tsx'

const ExtractionsPage = lazyRouteComponent(() => import('./ExtractionsPage.tsx'), 'ExtractionsPage')
const NewExtractionPage = lazyRouteComponent(() => import('./NewExtractionPage.tsx'), 'NewExtractionPage')
const ExtractionPage = lazyRouteComponent(() => import('./ExtractionPage.tsx'), 'ExtractionPage')

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/extraction', component: ExtractionsPage }),
    createRoute({ getParentRoute: () => root, path: '/extraction/new', component: NewExtractionPage }),
    createRoute({ getParentRoute: () => root, path: '/extraction/$listId', component: ExtractionPage }),
  ],
  menu: [
    {
      label: '援護対象者抽出',
      to: '/extraction',
      group: '被災者台帳',
      order: 21,
      needs: listExtractions,
    },
  ],
  tiles: [
    {
      title: '援護対象者抽出',
      to: '/extraction',
      description: '年齢、世帯、被害、配慮などの条件で被災者を選び、一覧にして、順に対応します。',
      group: '被災者台帳',
      order: 21,
      needs: listExtractions,
    },
  ],
  panels: {
    victimPage: [
      { key: 'extraction', title: null, order: 1, first: true, Panel: QueuePanel, needs: listItemsOf },
    ],
    facts: Object.fromEntries(Object.entries(extractionFacts).map(([kind, label]) => [kind, { label }])),
  },
}
