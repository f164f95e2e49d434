import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { getSession } from '@open-bcl/modules/center/staff.contract.ts'
import { call, rememberCsrfToken } from '@open-bcl/ui/api.ts'
import { ApiProblem } from '@open-bcl/ui/api-problem.ts'
import type { Session } from '@open-bcl/ui/session.tsx'

const sessionKey = [getSession.name]

/**
 * The session, asked for once and kept until signing out; without one, off to the sign-in page and back after. Whose
 * password was set by somebody else sees the page for changing it and no other.
 */
export async function admit(queryClient: QueryClient, href: string): Promise<Session> {
  try {
    const session = await queryClient.ensureQueryData({
      queryKey: sessionKey,
      queryFn: ({ signal }) => call(getSession, {}, signal),
      staleTime: Infinity,
      retry: false,
    })
    rememberCsrfToken(session.csrfToken)
    if (session.mustChangePassword && !href.startsWith('/password')) throw redirect({ to: '/password' })
    return session
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error
    throw redirect({ to: '/sign-in', search: { returnTo: href } })
  }
}

/** After signing in: nothing of an earlier person's session stays in the cache. */
export function begin(queryClient: QueryClient, session: Session): void {
  queryClient.clear()
  rememberCsrfToken(session.csrfToken)
  queryClient.setQueryData(sessionKey, session)
}

/** Whether somebody was let in before; then a 401 means that the session has ended since. */
export function isAdmitted(queryClient: QueryClient): boolean {
  return queryClient.getQueryData(sessionKey) !== undefined
}

/** After signing out or losing the session. */
export function end(queryClient: QueryClient): void {
  queryClient.clear()
  rememberCsrfToken(null)
}
