import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { FactWords, StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listDisclosures } from '../disclosures.contract.ts'
import { changeItemNames } from '../item-names.contract.ts'
import { changeItemSheet } from '../items.contract.ts'
import { standardItems } from '../items.ts'
import { searchLedger } from '../ledger.contract.ts'
import { ledgerFacts } from '../ledger.messages.ts'

const LedgerPage = lazyRouteComponent(() => import('./LedgerPage.tsx'), 'LedgerPage')
const VictimPage = lazyRouteComponent(() => import('./VictimPage.tsx'), 'VictimPage')
const AddNonResidentPage = lazyRouteComponent(() => import('./AddNonResidentPage.tsx'), 'AddNonResidentPage')
const ChangeNonResidentPage = lazyRouteComponent(
  () => import('./ChangeNonResidentPage.tsx'),
  'ChangeNonResidentPage',
)
const HouseholdPage = lazyRouteComponent(() => import('./HouseholdPage.tsx'), 'HouseholdPage')
const ItemPage = lazyRouteComponent(() => import('./ItemPage.tsx'), 'ItemPage')
const ItemSheetPage = lazyRouteComponent(() => import('./ItemSheetPage.tsx'), 'ItemSheetPage')
const ItemNamesPage = lazyRouteComponent(() => import('./ItemNamesPage.tsx'), 'ItemNamesPage')
const DisclosuresPage = lazyRouteComponent(() => import('./DisclosuresPage.tsx'), 'DisclosuresPage')
const DisclosurePage = lazyRouteComponent(() => import('./DisclosurePage.tsx'), 'DisclosurePage')
const NewDisclosurePage = lazyRouteComponent(() => import('./NewDisclosurePage.tsx'), 'NewDisclosurePage')
const RegisterDisasterPage = lazyRouteComponent(
  () => import('./RegisterDisasterPage.tsx'),
  'RegisterDisasterPage',
)

const pages = [
  // Registering a disaster opens its ledger, so the page stands here; the list of disasters leads to it.
  ['/disasters/new', RegisterDisasterPage],
  ['/ledger', LedgerPage],
  ['/ledger/new', AddNonResidentPage],
  ['/ledger/$personRef', VictimPage],
  ['/ledger/$personRef/edit', ChangeNonResidentPage],
  ['/ledger/$personRef/household', HouseholdPage],
  ['/ledger/$personRef/items/$itemKey', ItemPage],
  ['/ledger-items', ItemSheetPage],
  ['/item-names', ItemNamesPage],
  ['/disclosures', DisclosuresPage],
  ['/disclosures/new', NewDisclosurePage],
  ['/disclosures/$disclosureId', DisclosurePage],
] as const

/** What the codes of a fact say, where the words may be concealed: which item it was about. */
function factText(kind: string): FactWords['describe'] {
  if (kind !== 'ledger.item-told') return undefined
  return ({ item }) => standardItems.find(({ key }) => key === item)?.name ?? ''
}

export const staffScreens: StaffScreens = {
  routes: (root) =>
    pages.map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
  menu: [
    { label: '被災者台帳', to: '/ledger', group: '被災者台帳', order: 20, needs: searchLedger },
    {
      label: '台帳情報の提供',
      to: '/disclosures',
      group: '被災者台帳',
      order: 22,
      needs: listDisclosures,
    },
    {
      label: '台帳の項目の設定',
      to: '/ledger-items',
      group: 'システム管理',
      order: 905,
      needs: changeItemSheet,
    },
    {
      label: '業務の項目の設定',
      to: '/item-names',
      group: 'システム管理',
      order: 906,
      needs: changeItemNames,
    },
  ],
  tiles: [
    {
      title: '被災者台帳',
      to: '/ledger',
      description:
        '被災者を探し、本人と世帯、聞き取ったこと、申請や認定の経過を確かめます。住登外者も追加できます。',
      group: '被災者台帳',
      order: 20,
      needs: searchLedger,
    },
    {
      title: '台帳情報の提供',
      to: '/disclosures',
      description: '台帳の情報をほかへ渡す申請を受け付け、決定し、渡したことを記録します。',
      group: '被災者台帳',
      order: 22,
      needs: listDisclosures,
    },
  ],
  panels: {
    facts: Object.fromEntries(
      Object.entries(ledgerFacts).map(([kind, label]) => {
        const describe = factText(kind)
        return [kind, { label, ...(describe ? { describe } : {}) }]
      }),
    ),
  },
}
