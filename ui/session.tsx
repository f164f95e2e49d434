import { createContext, useContext, type ReactNode } from 'react'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'

/** Who is signed in, as `GET /api/session` answers. */
export type Session = {
  /** `department` is the 所属. */
  readonly user: { readonly staffId: string; readonly displayName: string; readonly department: string }
  readonly municipality: { readonly code: string; readonly name: string }
  readonly permissions: readonly string[]
  readonly csrfToken: string
  /** The town of the demonstration: every screen says that its people are invented. */
  readonly demonstration: boolean
  /** The password was set by somebody else; nothing but changing it is possible. */
  readonly mustChangePassword: boolean
}

/** Whether the person may use an endpoint. The server decides all the same. */
export type Permit = { readonly allowed: true } | { readonly allowed: false; readonly reason: string }

const SessionContext = createContext<Session | null>(null)

export function SessionProvider(props: { session: Session; children: ReactNode }): ReactNode {
  return <SessionContext value={props.session}>{props.children}</SessionContext>
}

/** The session; only below the signed-in layout, where there is one. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('useSession outside SessionProvider')
  return session
}

/** `const can = useCan()`, then `<Button permit={can(recordSurvey)}>`. */
export function useCan(): (endpoint: Pick<Endpoint, 'permission' | 'title'>) => Permit {
  const session = useContext(SessionContext)
  return (endpoint) => permitOf(session?.permissions ?? null, endpoint)
}

/** `permissions` is `null` when nobody is signed in. */
export function permitOf(
  permissions: readonly string[] | null,
  endpoint: Pick<Endpoint, 'permission' | 'title'>,
): Permit {
  if (endpoint.permission === 'public') return { allowed: true }
  if (permissions === null) return { allowed: false, reason: 'ログインすると利用できます。' }
  if (endpoint.permission === 'signed-in' || permissions.includes(endpoint.permission))
    return { allowed: true }
  return { allowed: false, reason: `「${endpoint.title}」の権限がありません。` }
}
