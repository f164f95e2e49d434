import { createContext, useContext, type ReactNode } from 'react'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { isPracticeTown } from '@open-bcl/core/practice-town.ts'
import { permitOf, type Permit } from './permit.ts'

/** Who is signed in, as `GET /api/session` answers. */
export type Session = {
  /** `department` is the 所属. */
  readonly user: { readonly staffId: string; readonly displayName: string; readonly department: string }
  readonly municipality: { readonly code: string; readonly name: string }
  readonly permissions: readonly string[]
  /** Endpoints by name, and no others, are open to this session; `null` = all that the permissions open. */
  readonly only: readonly string[] | null
  readonly csrfToken: string
  /** The town of the demonstration: every screen says that its people are invented. */
  readonly demonstration: boolean
  /** The password was set by somebody else; nothing but changing it is possible. */
  readonly mustChangePassword: boolean
  /** Missing before anything may be done: the second factor, or one to be enrolled; `null` = nothing. */
  readonly pending: 'second-factor' | 'enrolment' | null
}

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

/** Whether nothing here is real: somebody practises (modules/practice). */
export function useIsPractice(): boolean {
  const session = useContext(SessionContext)
  return session !== null && isPracticeTown(session.municipality.code)
}

/** `const can = useCan()`, then `<Button permit={can(recordSurvey)}>`. */
export function useCan(): (endpoint: Pick<Endpoint, 'permission' | 'title'>) => Permit {
  const session = useContext(SessionContext)
  return (endpoint) => permitOf(session?.permissions ?? null, endpoint, session?.only ?? null)
}
