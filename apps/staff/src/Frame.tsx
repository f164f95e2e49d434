import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { Link, Outlet, useRouteContext, useRouterState } from '@tanstack/react-router'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { permitOf } from '@open-bcl/ui/permit.ts'
import { SessionProvider, type Session } from '@open-bcl/ui/session.tsx'
import { practisable } from '@open-bcl/modules/access/practice.ts'
import { isPracticeTown } from '@open-bcl/core/practice-town.ts'
import { DisasterChoice } from './DisasterChoice.tsx'
import { LeavePractice, PracticeBand } from './PracticeBand.tsx'
import { grouped } from './menu.ts'
import { screens } from './screens.ts'
import { UserMenu } from './UserMenu.tsx'

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
  const selector = screens.find((screen) => screen.disasterSelector)?.disasterSelector
  const bands = screens.flatMap((screen) => screen.bands ?? [])
  const locked = session.mustChangePassword || session.pending !== null
  const practice = isPracticeTown(session.municipality.code)
  const mayPractise = session.only === null && practisable(session.permissions).length > 0
  return (
    <SessionProvider session={session}>
      <a className="skip-link" href="#main">
        本文へ移動
      </a>
      {practice && <PracticeBand />}
      {session.demonstration && (
        <aside className="demonstration" aria-label="この環境について">
          デモ環境：登場人物はすべて架空です
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
            被災者支援システム
          </Link>
          <div className="shell-municipality">{session.municipality.name}</div>
        </div>
        <div className="shell-tools">
          {selector && !locked && session.only === null && <DisasterChoice selector={selector} />}
          {practice && <LeavePractice />}
          {!practice && mayPractise && !locked && (
            <Link to="/practice" className="menu-button">
              練習
            </Link>
          )}
          <UserMenu />
        </div>
      </header>
      {!locked && bands.map(({ key, Band }) => <Band key={key} />)}
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

const lies = (path: string, under: string): boolean => path === under || path.startsWith(`${under}/`)

function SideMenu(props: { session: Session }): ReactNode {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const entries = screens
    .flatMap((screen) => screen.menu)
    .filter(
      (entry) => !entry.needs || permitOf(props.session.permissions, entry.needs, props.session.only).allowed,
    )
  return (
    <>
      <ul>
        <li>
          <Link to="/" className="menu-item" activeOptions={{ exact: true, includeSearch: false }}>
            メインメニュー
          </Link>
        </li>
      </ul>
      {grouped(entries).map(({ group, entries: members }) => (
        <div key={group}>
          <h2>{group}</h2>
          <ul>
            {members.map((entry) => (
              <li key={entry.to}>
                <Link
                  to={entry.to}
                  className="menu-item"
                  activeOptions={{
                    includeSearch: false,
                    // Of two entries one of which lies under the other, only the nearer one is marked.
                    exact: entries.some(
                      (nearer) =>
                        nearer.to !== entry.to && lies(nearer.to, entry.to) && lies(pathname, nearer.to),
                    ),
                  }}
                >
                  {entry.label}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
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
