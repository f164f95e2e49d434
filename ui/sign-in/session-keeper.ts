import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { ApiProblem } from '../api-problem.ts'
import { call, rememberSession } from '../api.ts'
import type { Session } from '../session.tsx'

/** The session of one app's people in the page. `getSession` answers a `Session`. */
export function sessionKeeper(getSession: Endpoint) {
  const sessionKey = [getSession.name]

  /**
   * The session, asked for once and kept until signing out; without one, off to the sign-in page and back after. Whose
   * password was set by somebody else, or who has to show a second factor, sees the page for that and no other.
   */
  async function admit(queryClient: QueryClient, href: string): Promise<Session> {
    try {
      const session = await queryClient.ensureQueryData({
        queryKey: sessionKey,
        queryFn: async ({ signal }) => (await call(getSession, {} as never, signal)) as Session,
        staleTime: Infinity,
        retry: false,
      })
      rememberSession(session)
      if (session.pending !== null) {
        if (!href.startsWith('/second-factor'))
          throw redirect({ to: '/second-factor', search: { returnTo: href } })
        return session
      }
      if (session.mustChangePassword && !href.startsWith('/password')) throw redirect({ to: '/password' })
      return session
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error
      throw redirect({ to: '/sign-in', search: { returnTo: href } })
    }
  }

  /** After signing in: nothing of an earlier person's session stays in the cache. */
  function begin(queryClient: QueryClient, session: Session): void {
    queryClient.clear()
    rememberSession(session)
    queryClient.setQueryData(sessionKey, session)
  }

  /** Whether somebody was let in before; then a 401 means that the session has ended since. */
  function isAdmitted(queryClient: QueryClient): boolean {
    return queryClient.getQueryData(sessionKey) !== undefined
  }

  /** After signing out or losing the session. */
  function end(queryClient: QueryClient): void {
    queryClient.clear()
    rememberSession(null)
  }

  return { admit, begin, isAdmitted, end }
}
