import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listUnprintable } from '../characters.contract.ts'

const CharactersPage = lazyRouteComponent(() => import('./CharactersPage.tsx'), 'CharactersPage')
const entry = {
  to: '/certificates/characters',
  group: '証明発行',
  order: 470,
  needs: listUnprintable,
}

export const characterScreens: StaffScreens = {
  routes: (root) => [
    createRoute({
      getParentRoute: () => root,
      path: '/certificates/characters',
      component: CharactersPage,
      validateSearch: (search: Record<string, unknown>): { all?: boolean } =>
        search['all'] === true ? { all: true } : {},
    }),
  ],
  menu: [{ label: '印字できない文字の一覧', ...entry }],
  tiles: [
    {
      title: '印字できない文字の一覧',
      description: '書体にない文字や欄に収まらない項目のために作れなかった証明書を確かめ、対応を記録します。',
      ...entry,
    },
  ],
}
