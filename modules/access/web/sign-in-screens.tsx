import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'
import { listRecoveries } from '../recovery.contract.ts'
import { getSignInSettings } from '../sign-in-settings.contract.ts'

const SecondFactorPage = lazyRouteComponent(() => import('./SecondFactorPage.tsx'), 'SecondFactorPage')
const SessionsPage = lazyRouteComponent(() => import('./SessionsPage.tsx'), 'SessionsPage')
const RecoveriesPage = lazyRouteComponent(() => import('./RecoveriesPage.tsx'), 'RecoveriesPage')
const NewRecoveryPage = lazyRouteComponent(() => import('./RecoveriesPage.tsx'), 'NewRecoveryPage')
const SignInSettingsPage = lazyRouteComponent(() => import('./SignInSettingsPage.tsx'), 'SignInSettingsPage')
const SignInSettingPage = lazyRouteComponent(() => import('./SignInSettingsPage.tsx'), 'SignInSettingPage')

const recoveryRoutes: StaffScreens['routes'] = (root) => [
  createRoute({ getParentRoute: () => root, path: '/recoveries', component: RecoveriesPage }),
  createRoute({ getParentRoute: () => root, path: '/recoveries/new', component: NewRecoveryPage }),
]

/** One's own second factor and sessions (the operators' console has these alone), and what administrators do. */
const ownSignInScreens: StaffScreens = {
  routes: (root) => [
    createRoute({
      getParentRoute: () => root,
      path: '/second-factor',
      validateSearch: (search: Record<string, unknown>): { returnTo?: string } =>
        typeof search['returnTo'] === 'string' ? { returnTo: search['returnTo'] } : {},
      component: SecondFactorPage,
    }),
    createRoute({ getParentRoute: () => root, path: '/sessions', component: SessionsPage }),
  ],
  menu: [],
  tiles: [],
}

/** The operators' console: no settings, since its operator decides them (configuration). */
export const operatorSignInScreens: StaffScreens = {
  routes: (root) => [...ownSignInScreens.routes(root), ...recoveryRoutes(root)],
  menu: [
    {
      label: '2段階認証の復旧',
      to: '/recoveries',
      group: '台帳と記録',
      order: 355,
      needs: listRecoveries,
    },
  ],
  tiles: [],
}

export const signInScreens: StaffScreens = {
  routes: (root) => [
    ...ownSignInScreens.routes(root),
    ...recoveryRoutes(root),
    createRoute({ getParentRoute: () => root, path: '/sign-in-settings', component: SignInSettingsPage }),
    createRoute({ getParentRoute: () => root, path: '/sign-in-settings/$key', component: SignInSettingPage }),
  ],
  menu: [
    {
      label: '2段階認証の復旧',
      to: '/recoveries',
      group: 'システム管理',
      order: 940,
      needs: listRecoveries,
    },
    {
      label: 'ログインの設定',
      to: '/sign-in-settings',
      group: 'システム管理',
      order: 950,
      needs: getSignInSettings,
    },
  ],
  tiles: [
    {
      title: '2段階認証の復旧',
      to: '/recoveries',
      description: '端末をなくした職員が、2段階認証を登録し直せるようにします。管理者2人で行います。',
      group: 'システム管理',
      order: 940,
      needs: listRecoveries,
    },
    {
      title: 'ログインの設定',
      to: '/sign-in-settings',
      description: '2段階認証を必須とする職員、パスワードの有効日数、団体の認証基盤でのログインを決めます。',
      group: 'システム管理',
      order: 950,
      needs: getSignInSettings,
    },
  ],
}
