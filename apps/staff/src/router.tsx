import { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { ApiProblem } from '@open-bcl/ui/api-problem.ts'
import { createStaffRoots } from '@open-bcl/ui/staff-screens.tsx'
import { Frame, Waiting } from './Frame.tsx'
import { FailedPage } from './pages/FailedPage.tsx'
import { MainMenuPage } from './pages/MainMenuPage.tsx'
import { NotFoundPage } from './pages/NotFoundPage.tsx'
import { SignInPage } from './pages/SignInPage.tsx'
import { SsoReturnPage } from './pages/SsoReturnPage.tsx'
import { screens } from './screens.ts'
import { admit } from './session.ts'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal stays a refusal; only silence and overload are worth asking again.
      retry: (count, error) =>
        count < 2 && (!(error instanceof ApiProblem) || error.status === 0 || error.status >= 502),
    },
  },
})

const { root, staff } = createStaffRoots({ Frame, NotFound: NotFoundPage, admit })

export const router = createRouter({
  routeTree: root.addChildren([
    createRoute({
      getParentRoute: () => root,
      path: '/sign-in',
      validateSearch: (search: Record<string, unknown>): { returnTo?: string } =>
        typeof search['returnTo'] === 'string' ? { returnTo: search['returnTo'] } : {},
      component: SignInPage,
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/helper',
      component: lazyRouteComponent(() => import('./pages/HelperPage.tsx'), 'HelperPage'),
    }),
    createRoute({
      getParentRoute: () => root,
      path: '/operator-entry',
      component: lazyRouteComponent(() => import('./pages/OperatorEntryPage.tsx'), 'OperatorEntryPage'),
    }),
    createRoute({ getParentRoute: () => root, path: '/sign-in/sso', component: SsoReturnPage }),
    staff.addChildren([
      createRoute({ getParentRoute: () => staff, path: '/', component: MainMenuPage }),
      createRoute({
        getParentRoute: () => staff,
        path: '/password',
        component: lazyRouteComponent(() => import('./pages/PasswordPage.tsx'), 'PasswordPage'),
      }),
      // Within the frame, so that the menu leads on; somebody not signed in is asked to sign in first.
      createRoute({ getParentRoute: () => staff, path: '$', component: NotFoundPage }),
      ...screens.flatMap((screen) => screen.routes(staff)),
    ]),
  ]),
  context: { queryClient },
  defaultPreload: 'intent',
  // TanStack Query decides what is fresh.
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultErrorComponent: FailedPage,
  defaultPendingComponent: Waiting,
})
