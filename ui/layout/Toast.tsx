import { createContext, useCallback, useContext, useRef, useState, type ReactNode } from 'react'

type Toast = { readonly id: number; readonly message: string }

const ToastContext = createContext<(message: string) => void>(() => undefined)

/** Long enough to be read by a slow reader; the words also stand on the page the person was led to. */
const shownMs = 8000

/** Holds the live region; one for an app, around everything. */
export function ToastProvider(props: { children: ReactNode }): ReactNode {
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const nextId = useRef(1)
  const close = useCallback((id: number) => setToasts((kept) => kept.filter((toast) => toast.id !== id)), [])
  const show = useCallback(
    (message: string) => {
      const id = nextId.current++
      setToasts((kept) => [...kept, { id, message }])
      window.setTimeout(() => close(id), shownMs)
    },
    [close],
  )
  return (
    <ToastContext value={show}>
      {props.children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div className="toast" key={toast.id}>
            <span>{toast.message}</span>
            <button type="button" onClick={() => close(toast.id)}>
              閉じる
            </button>
          </div>
        ))}
      </div>
    </ToastContext>
  )
}

/** `const toast = useToast()`, then `toast('更新しました')`. For good news only; refusals go to `ErrorSummary`. */
export function useToast(): (message: string) => void {
  return useContext(ToastContext)
}
