import { useEffect, useId, useRef, type ReactNode } from 'react'

/**
 * A modal question. The browser's own `<dialog>` keeps the focus inside, closes on Escape and gives the focus back.
 * `onClose` is called for Escape; the buttons are the caller's.
 */
export function Dialog(props: {
  open: boolean
  title: string
  onClose: () => void
  children: ReactNode
  /** Buttons, the safe one first. */
  actions: ReactNode
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const element = dialog.current
    if (props.open && !element?.open) element?.showModal()
    if (!props.open && element?.open) element.close()
  }, [props.open])
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        props.onClose()
      }}
    >
      {props.open && (
        <div className="dialog-body">
          <h2 id={titleId}>{props.title}</h2>
          {props.children}
          <div className="button-row">{props.actions}</div>
        </div>
      )}
    </dialog>
  )
}
