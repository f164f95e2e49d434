import { useQuery } from '@tanstack/react-query'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { q } from '@open-bcl/ui/api.ts'
import { useCan } from '@open-bcl/ui/session.tsx'
import type { DisasterChoice, StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listDisasters } from '../disasters.contract.ts'
import { registering } from './registering.ts'

const DisastersPage = lazyRouteComponent(() => import('./DisastersPage.tsx'), 'DisastersPage')

function useChoices(): readonly DisasterChoice[] | undefined {
  const enabled = useCan()(listDisasters).allowed
  const { data } = useQuery({ ...q(listDisasters, {}), enabled })
  return enabled ? data?.disasters : []
}

export const staffScreens: StaffScreens = {
  routes: (root) => [
    createRoute({ getParentRoute: () => root, path: '/disasters', component: DisastersPage }),
  ],
  menu: [{ label: '災害の一覧', to: '/disasters', group: '災害対応', order: 10, needs: listDisasters }],
  tiles: [
    {
      title: '災害の一覧',
      to: '/disasters',
      description: '災害を選びます。新しい災害を登録すると、被災者台帳を作成します。',
      group: '災害対応',
      order: 10,
      needs: listDisasters,
    },
  ],
  disasterSelector: { useChoices, newPath: registering.path, register: registering },
}
