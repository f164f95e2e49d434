import { useId, useRef, type ReactNode } from 'react'
import type { Permit } from '../permit.ts'

type ButtonLook = 'solid' | 'outline' | 'text' | 'danger'

/**
 * A button that never dies silently: when it may not be used it stays in the tab order, says why, and does nothing.
 */
export function Button(props: {
  children: ReactNode
  onClick?: (() => void) | undefined
  type?: 'button' | 'submit'
  look?: ButtonLook
  size?: 'small'
  /** From `useCan()`: the right to use the endpoint behind this button. */
  permit?: Permit | undefined
  /** Why it cannot be used now; `null` when it can. Said below the button unless `reasonId` names a text elsewhere. */
  unavailable?: string | null | undefined
  reasonId?: string | undefined
  /** The work it started is under way: further clicks do nothing. */
  busy?: boolean
  /** Longer name for screen readers when the words alone are ambiguous (「表示」 in a list). */
  label?: string
}): ReactNode {
  const madeId = useId()
  const clickedAt = useRef(0)
  const denied = props.permit?.allowed === false ? props.permit.reason : null
  const reason = denied ?? props.unavailable ?? null
  const inert = reason !== null || props.busy === true
  const reasonId = props.reasonId ?? madeId
  const button = (
    <button
      type={props.type ?? 'button'}
      className="button"
      data-look={props.look ?? 'outline'}
      data-size={props.size}
      aria-disabled={inert || undefined}
      aria-describedby={reason === null ? undefined : reasonId}
      aria-label={props.label}
      onClick={(event) => {
        if (inert) {
          event.preventDefault()
          return
        }
        // The second click of a double click is not a second wish.
        if (event.detail > 1 && event.timeStamp - clickedAt.current < 400) event.preventDefault()
        else props.onClick?.()
        clickedAt.current = event.timeStamp
      }}
    >
      {props.children}
    </button>
  )
  if (reason === null || props.reasonId !== undefined) return button
  return (
    <span className="button-with-reason">
      {button}
      <span className="reason" id={reasonId}>
        {reason}
      </span>
    </span>
  )
}
