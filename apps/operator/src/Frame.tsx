import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouteContext, useRouter, useRouterState } from '@tanstack/react-router'
import { signOut } from '@open-bcl/modules/center/staff.contract.ts'
import { send } from '@open-bcl/ui/api.ts'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { permitOf } from '@open-bcl/ui/permit.ts'
import { wordsOf } from '@open-bcl/ui/problem.tsx'
import { SessionProvider, type Session } from '@open-bcl/ui/session.tsx'
import { screens, systemName } from './screens.ts'
import { end } from './session.ts'

const wide = '(min-width: 64rem)'

/** The frame of every page after signing in: header, side menu, main. */
export function Frame(): ReactNode {
  const { session } = useRouteContext({ strict: false }) as { session: Session }
  const menuId = useId()
  const opener = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(() => window.matchMedia(wide).matches)
  const { pathname, isLoading } = useRouterState({
    select: (state) => ({ pathname: state.location.pathname, isLoading: state.isLoading }),
  })
  // On a narrow screen the menu lies over the page's place: it closes once it has led somewhere.
  useEffect(() => {
    if (!window.matchMedia(wide).matches) setOpen(false)
  }, [pathname])
  const locked = session.mustChangePassword || session.pending !== null
  return (
    <SessionProvider session={session}>
      <a className="skip-link" href="#main">
        本文へ移動
      </a>
      {session.demonstration && (
        <aside className="demonstration" aria-label="この環境について">
          試験環境：本番の端末と市区町村にはつながっていません
        </aside>
      )}
      <header className="shell-header">
        {!locked && (
          <button
            ref={opener}
            type="button"
            className="menu-button"
            aria-expanded={open}
            aria-controls={menuId}
            onClick={() => setOpen(!open)}
          >
            <span aria-hidden="true">☰</span>メニュー
          </button>
        )}
        <div>
          <Link to="/" className="shell-name">
            {systemName}
          </Link>
          <div className="shell-municipality">{session.user.displayName}</div>
        </div>
        <div className="shell-tools wide-only">
          <SignOut className="menu-button" />
        </div>
      </header>
      <div className="shell-body" data-menu={open && !locked ? 'open' : 'closed'}>
        {!locked && (
          <nav
            className="side-menu"
            id={menuId}
            aria-label="メニュー"
            hidden={!open}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return
              setOpen(false)
              opener.current?.focus()
            }}
          >
            <SideMenu session={session} />
          </nav>
        )}
        <main id="main" tabIndex={-1} aria-busy={isLoading}>
          <Outlet />
        </main>
      </div>
    </SessionProvider>
  )
}

function SideMenu(props: { session: Session }): ReactNode {
  const entries = screens
    .flatMap((screen) => screen.menu)
    .filter((entry) => !entry.needs || permitOf(props.session.permissions, entry.needs).allowed)
    .toSorted((a, b) => a.order - b.order)
  const groups = Map.groupBy(entries, (entry) => entry.group)
  return (
    <>
      {[...groups].map(([group, members]) => (
        <div key={group}>
          <h2>{group}</h2>
          <ul>
            {members.map((entry) => (
              <li key={entry.to}>
                <Link
                  to={entry.to}
                  className="menu-item"
                  activeOptions={{ includeSearch: false, exact: entry.to === '/' }}
                >
                  {entry.label}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div>
        <h2>アカウント</h2>
        <ul>
          <li>
            <Link to="/password" className="menu-item">
              パスワード変更
            </Link>
          </li>
          <li>
            <Link to="/second-factor" className="menu-item">
              2段階認証
            </Link>
          </li>
          <li>
            <Link to="/sessions" className="menu-item">
              ログイン中の端末
            </Link>
          </li>
          <li className="narrow-only">
            <SignOut className="menu-item" />
          </li>
        </ul>
      </div>
    </>
  )
}

/** In the header where there is room, in the menu on a telephone. */
function SignOut(props: { className: string }): ReactNode {
  const router = useRouter()
  const queries = useQueryClient()
  const toast = useToast()
  async function leave(): Promise<void> {
    try {
      await send(signOut, {})
    } catch (error) {
      toast(wordsOf(error).title)
      return
    }
    await router.navigate({ to: '/sign-in' })
    end(queries)
  }
  return (
    <button type="button" className={props.className} onClick={() => void leave()}>
      ログアウト
    </button>
  )
}

/** While the first page is on its way. */
export function Waiting(): ReactNode {
  return (
    <div className="page">
      <Progress label="読み込んでいます" />
    </div>
  )
}
