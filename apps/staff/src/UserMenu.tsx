import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { signOut } from '@open-bcl/modules/access/access.contract.ts'
import { send } from '@open-bcl/ui/api.ts'
import { wordsOf } from '@open-bcl/ui/problem.tsx'
import { useSession } from '@open-bcl/ui/session.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { end } from './session.ts'

/** 所属・氏名, パスワード変更, ログアウト. A disclosure, not an ARIA menu: its parts are a link and a button. */
export function UserMenu(): ReactNode {
  const { user, only } = useSession()
  const id = useId()
  const router = useRouter()
  const queries = useQueryClient()
  const toast = useToast()
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return
    const closeOutside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false)
    }
    document.addEventListener('pointerdown', closeOutside)
    document.addEventListener('focusin', closeOutside)
    return () => {
      document.removeEventListener('pointerdown', closeOutside)
      document.removeEventListener('focusin', closeOutside)
    }
  }, [open])

  async function leave(): Promise<void> {
    setOpen(false)
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
    <div
      className="user-menu"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        setOpen(false)
        opener.current?.focus()
      }}
    >
      <button
        ref={opener}
        type="button"
        className="menu-button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {user.displayName}
        <span aria-hidden="true">{open ? '▴' : '▾'}</span>
      </button>
      <div className="user-panel" id={id} hidden={!open}>
        <p>
          <span className="small quiet">{user.department}</span>
          <br />
          {user.displayName}
        </p>
        {only === null && (
          <>
            <Link to="/password" className="menu-item" onClick={() => setOpen(false)}>
              パスワード変更
            </Link>
            <Link to="/second-factor" className="menu-item" onClick={() => setOpen(false)}>
              2段階認証
            </Link>
            <Link to="/sessions" className="menu-item" onClick={() => setOpen(false)}>
              ログイン中の端末
            </Link>
          </>
        )}
        <button type="button" className="menu-item" onClick={() => void leave()}>
          ログアウト
        </button>
      </div>
    </div>
  )
}
