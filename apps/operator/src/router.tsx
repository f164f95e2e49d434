import { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { ApiProblem } from '@open-bcl/ui/api-problem.ts'
import { createStaffRoots } from '@open-bcl/ui/staff-screens.tsx'
import { Frame, Waiting } from './Frame.tsx'
import { FailedPage, NotFoundPage } from './pages/OtherPages.tsx'
import { SignInPage } from './pages/SignInPage.tsx'
import { screens } from './screens.ts'
import { admit } from './session.ts'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays a refusal; only silence and overload are worth asking again.
      retry: (count, error) =>
        count < 2 && (!(error instanceof ApiProblem) || error.status === 0 || error.status >= 502),
    },
  },
})

const { root, staff } = createStaffRoots({ Frame, NotFound: NotFoundPage, admit })

export const router = createRouter({
  basepath: '/operator',
  routeTree: root.addChildren([
    createRoute({
      getParentRoute: () => root,
      path: '/sign-in',
      validateSearch: (search: Record<string, unknown>): { returnTo?: string } =>
        typeof search['returnTo'] === 'string' ? { returnTo: search['returnTo'] } : {},
      component: SignInPage,
    }),
    staff.addChildren([
      createRoute({
        getParentRoute: () => staff,
        path: '/password',
        component: lazyRouteComponent(() => import('./pages/PasswordPage.tsx'), 'PasswordPage'),
      }),
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
