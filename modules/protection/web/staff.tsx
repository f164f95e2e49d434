import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { getProtectionCaution, listProtections, requestProtection } from '../protection.contract.ts'
import { CautionPanel, ResidentCaution } from './CautionPanel.tsx'

const ProtectionsPage = lazyRouteComponent(() => import('./ProtectionsPage.tsx'), 'ProtectionsPage')
const ProtectionPage = lazyRouteComponent(() => import('./ProtectionPage.tsx'), 'ProtectionPage')
const NewProtectionPage = lazyRouteComponent(() => import('./NewProtectionPage.tsx'), 'NewProtectionPage')

const title = '支援措置（DV等）'

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/protections', component: ProtectionsPage }),
    createRoute({ getParentRoute: () => root, path: '/protections/new', component: NewProtectionPage }),
    createRoute({ getParentRoute: () => root, path: '/protections/$measureId', component: ProtectionPage }),
  ],
  menu: [
    { label: title, to: '/protections', group: '支援措置', order: 890, needs: listProtections },
    {
      label: '仮支援措置を始める',
      to: '/protections/new',
      group: '支援措置',
      order: 891,
      needs: requestProtection,
    },
  ],
  tiles: [
    {
      title,
      to: '/protections',
      description: '決定待ち、期限の近い支援措置を確かめ、延長や解除を2人で決定します。',
      group: '支援措置',
      order: 890,
      needs: listProtections,
    },
    {
      title: '仮支援措置を始める',
      to: '/protections/new',
      description: '申出を聞いたらすぐに登録します。その時から、住所や連絡先はどの画面にも出なくなります。',
      group: '支援措置',
      order: 891,
      needs: requestProtection,
    },
  ],
  panels: {
    victimPage: [
      {
        key: 'protection',
        title: '支援措置',
        order: 1,
        first: true,
        Panel: CautionPanel,
        needs: getProtectionCaution,
      },
    ],
    residentPage: [{ key: 'protection', order: 1, Panel: ResidentCaution, needs: getProtectionCaution }],
  },
}
