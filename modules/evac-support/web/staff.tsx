import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { searchEvacSupport } from '../evac-support.contract.ts'
import { listEvacProvisions } from '../provisions.contract.ts'

const ListPage = lazyRouteComponent(() => import('./ListPage.tsx'), 'ListPage')
const AddPage = lazyRouteComponent(() => import('./AddPage.tsx'), 'AddPage')
const PersonPage = lazyRouteComponent(() => import('./PersonPage.tsx'), 'PersonPage')
const OffersPage = lazyRouteComponent(() => import('./OffersPage.tsx'), 'OffersPage')
const SettingsPage = lazyRouteComponent(() => import('./SettingsPage.tsx'), 'SettingsPage')
const RecipientsPage = lazyRouteComponent(() => import('./RecipientsPage.tsx'), 'RecipientsPage')
const RecipientPage = lazyRouteComponent(() => import('./RecipientPage.tsx'), 'RecipientPage')
const ProvisionsPage = lazyRouteComponent(() => import('./ProvisionsPage.tsx'), 'ProvisionsPage')
const NewProvisionPage = lazyRouteComponent(() => import('./NewProvisionPage.tsx'), 'NewProvisionPage')
const ProvisionPage = lazyRouteComponent(() => import('./ProvisionPage.tsx'), 'ProvisionPage')

const group = '避難行動要支援者'

export const staffScreens: StaffScreens = {
  routes: (root) => {
    const at = (path: string, component: typeof ListPage) =>
      createRoute({ getParentRoute: () => root, path, component })
    return [
      at('/evac-support', ListPage),
      at('/evac-support/add', AddPage),
      at('/evac-support/offers', OffersPage),
      at('/evac-support/settings', SettingsPage),
      at('/evac-support/recipients', RecipientsPage),
      at('/evac-support/recipients/$recipientId', RecipientPage),
      at('/evac-support/people/$residentNo', PersonPage),
      at('/evac-provisions', ProvisionsPage),
      at('/evac-provisions/new', NewProvisionPage),
      at('/evac-provisions/$provisionId', ProvisionPage),
    ]
  },
  menu: [
    { label: '避難行動要支援者名簿', to: '/evac-support', group, order: 15, needs: searchEvacSupport },
    { label: '名簿の提供', to: '/evac-provisions', group, order: 16, needs: listEvacProvisions },
  ],
  tiles: [
    {
      title: '避難行動要支援者名簿',
      to: '/evac-support',
      description: '避難に支援が要る方の名簿を、町の要件で作り、同意を記録します。',
      group,
      order: 15,
      needs: searchEvacSupport,
    },
    {
      title: '名簿の提供',
      to: '/evac-provisions',
      description: '消防・警察・民生委員などへの提供を申請し、別の人が承認し、記録に残します。',
      group,
      order: 16,
      needs: listEvacProvisions,
    },
  ],
}
