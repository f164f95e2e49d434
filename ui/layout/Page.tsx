import { useEffect, useRef, type ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { useIsPractice } from '../session.tsx'

/** A step of the way here; the last one is the page itself and has no `to`. */
export type Crumb = { readonly label: string; readonly to?: string }

let systemName = '被災者支援システム'
let pagesShown = 0

/** What stands after a page's own title in the tab; an app of another system says its name once, at its start. */
export function nameSystem(name: string): void {
  systemName = name
}

/**
 * A page: breadcrumb, title, what can be done here, and its parts. Sets the tab's title and, on arriving from another
 * page, moves the focus to the heading, so that a screen reader says where one is.
 */
export function Page(props: {
  title: string
  crumbs?: readonly Crumb[]
  /** A sentence or two under the title. */
  lead?: ReactNode
  /** Badges beside the title. */
  badges?: ReactNode
  /** Buttons and links to the right of the title. */
  actions?: ReactNode
  width?: 'narrow'
  children?: ReactNode
}): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null)
  const practice = useIsPractice()
  useEffect(() => {
    document.title = `${practice ? '【練習】' : ''}${props.title}｜${systemName}`
  }, [props.title, practice])
  useEffect(() => {
    pagesShown += 1
    if (pagesShown > 1) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div className="page" data-width={props.width}>
      <div className="page-head">
        {props.crumbs && <Breadcrumb crumbs={props.crumbs} />}
        <div className="page-title-row">
          <div className="field-head">
            <h1 ref={heading} tabIndex={-1}>
              {props.title}
            </h1>
            {props.badges}
          </div>
          {props.actions && <div className="button-row">{props.actions}</div>}
        </div>
        {props.lead && <div className="page-lead">{props.lead}</div>}
      </div>
      {props.children}
    </div>
  )
}

function Breadcrumb(props: { crumbs: readonly Crumb[] }): ReactNode {
  return (
    <nav className="breadcrumb" aria-label="現在位置">
      <ol>
        {props.crumbs.map((crumb) => (
          <li key={crumb.label}>
            {crumb.to === undefined ? (
              <span aria-current="page">{crumb.label}</span>
            ) : (
              <Link to={crumb.to}>{crumb.label}</Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
