import { useEffect, useState, type ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { signIn } from '@open-bcl/modules/center/staff.contract.ts'
import { send } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ErrorSummary, type SummaryLine } from '@open-bcl/ui/problem.tsx'
import { safeReturnTo } from '@open-bcl/ui/request.ts'
import { systemName } from '../screens.ts'
import { begin } from '../session.ts'

const LoginId = textWith({ autoComplete: 'username' })
const Password = textWith({ type: 'password', autoComplete: 'current-password' })

const labels = { loginId: 'ID', password: 'パスワード' } as const
type Name = keyof typeof labels
type Values = Record<Name, string>
type Failure = { readonly error?: unknown; readonly title?: string; readonly lines?: readonly SummaryLine[] }

/** ログイン of the centre's own people. */
export function SignInPage(): ReactNode {
  const router = useRouter()
  const queries = useQueryClient()
  const returnTo = safeReturnTo((useSearch({ strict: false }) as { returnTo?: unknown }).returnTo)
  const [values, setValues] = useState<Values>({ loginId: '', password: '' })
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    document.title = `ログイン｜${systemName}`
  }, [])

  async function submit(): Promise<void> {
    if (busy) return
    const lines = (Object.keys(labels) as Name[]).flatMap((name) =>
      values[name] === '' ? [{ message: `${labels[name]}を入力してください`, fieldId: name }] : [],
    )
    if (lines.length > 0) {
      setFailure({ title: '入力内容を確認してください', lines })
      return
    }
    setBusy(true)
    setFailure(null)
    try {
      begin(queries, await send(signIn, values))
      await router.navigate({ to: returnTo, replace: true })
    } catch (error) {
      setValues((kept) => ({ ...kept, password: '' }))
      setFailure({ error })
    } finally {
      setBusy(false)
    }
  }

  const bind = (name: Name) => ({
    id: name,
    name,
    label: labels[name],
    required: true,
    value: values[name],
    onChange: (value: string) => setValues((kept) => ({ ...kept, [name]: value })),
    error: failure?.lines?.find((line) => line.fieldId === name)?.message,
  })
  return (
    <main className="sign-in" id="main">
      <div>
        <p className="quiet">コンビニ交付</p>
        <h1>{systemName}</h1>
      </div>
      {failure && <ErrorSummary {...failure} />}
      <form
        className="sign-in-card"
        noValidate
        aria-label="ログイン"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <LooseField kind={LoginId} {...bind('loginId')} />
        <LooseField kind={Password} {...bind('password')} />
        <Button type="submit" look="solid" busy={busy}>
          {busy ? '確認しています…' : 'ログイン'}
        </Button>
      </form>
      <p className="small quiet">
        IDやパスワードが分からないときは、センターのアカウント管理者へお問い合わせください。操作は記録されます。
      </p>
    </main>
  )
}
