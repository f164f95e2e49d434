import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { finishSso } from '@open-bcl/modules/access/sso.contract.ts'
import { send } from '@open-bcl/ui/api.ts'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { safeReturnTo } from '@open-bcl/ui/request.ts'
import { begin } from '../session.ts'
import { takeReturnTo } from './sso-return.ts'

/** Where the town's provider sends people back to. */
export function SsoReturnPage(): ReactNode {
  const router = useRouter()
  const queries = useQueryClient()
  const [error, setError] = useState<unknown>(null)
  const sent = useRef(false)
  useEffect(() => {
    document.title = 'ログイン｜被災者支援システム'
    // A code is taken once: not again when the page is drawn again.
    if (sent.current) return
    sent.current = true
    const query = location.search.slice(1)
    const municipalityCode = (new URLSearchParams(query).get('state') ?? '').split('.')[0] ?? ''
    send(finishSso, { municipalityCode, query }).then(
      (session) => {
        begin(queries, session)
        router.history.replace(safeReturnTo(takeReturnTo()))
      },
      (failure: unknown) => {
        // What the provider said is of no use a second time.
        window.history.replaceState(null, '', '/sign-in/sso')
        setError(failure)
      },
    )
  }, [queries, router])
  return (
    <main className="sign-in" id="main">
      <div>
        <p className="quiet">クラウド型</p>
        <h1>被災者支援システム</h1>
      </div>
      {error === null ? <Progress label="ログインを確認しています" /> : <ErrorSummary error={error} />}
      {error !== null && (
        <p className="button-row">
          <Link to="/sign-in" className="button">
            ログイン画面へ戻る
          </Link>
        </p>
      )}
    </main>
  )
}
