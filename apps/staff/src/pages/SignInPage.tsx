import { useEffect, useState, type ReactNode } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { signIn } from '@open-bcl/modules/access/access.contract.ts'
import { beginSso, getSsoOffer } from '@open-bcl/modules/access/sso.contract.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ErrorSummary, type SummaryLine } from '@open-bcl/ui/problem.tsx'
import { safeReturnTo } from '@open-bcl/ui/request.ts'
import { begin } from '../session.ts'
import { keepReturnTo } from './sso-return.ts'

const Code = textWith({
  inputMode: 'numeric',
  maxLength: 6,
  width: 'narrow',
  autoComplete: 'organization',
  hint: '全国地方公共団体コード（6桁）',
})
const LoginId = textWith({ autoComplete: 'username' })
const Password = textWith({ type: 'password', autoComplete: 'current-password' })

const labels = { municipalityCode: '団体コード', loginId: 'ID', password: 'パスワード' } as const
type Name = keyof typeof labels
type Values = Record<Name, string>
type Failure = { readonly error?: unknown; readonly title?: string; readonly lines?: readonly SummaryLine[] }

/** ログイン. The town comes first: the same ID may exist in many. */
export function SignInPage(): ReactNode {
  const router = useRouter()
  const queries = useQueryClient()
  const returnTo = safeReturnTo((useSearch({ strict: false }) as { returnTo?: unknown }).returnTo)
  const [values, setValues] = useState<Values>({ municipalityCode: '', loginId: '', password: '' })
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const municipalityCode = values.municipalityCode.normalize('NFKC').trim()
  // Few towns have a provider: nobody else is shown a way that leads nowhere.
  const offer = useQuery({
    ...q(getSsoOffer, { municipalityCode }),
    enabled: isCode(municipalityCode),
  })
  useEffect(() => {
    document.title = 'ログイン｜被災者支援システム'
  }, [])

  async function submit(): Promise<void> {
    if (busy) return
    const input = { ...values, municipalityCode }
    const lines = missing(input)
    if (lines.length > 0) {
      setFailure({ title: '入力内容を確認してください', lines })
      return
    }
    setBusy(true)
    setFailure(null)
    try {
      begin(queries, await send(signIn, input))
      router.history.replace(returnTo)
    } catch (error) {
      setValues((kept) => ({ ...kept, password: '' }))
      setFailure({ error })
    } finally {
      setBusy(false)
    }
  }

  /** The provider's page asks for everything else. */
  async function elsewhere(): Promise<void> {
    if (busy) return
    setBusy(true)
    setFailure(null)
    try {
      const { url } = await send(beginSso, { municipalityCode })
      keepReturnTo(returnTo)
      location.assign(url)
    } catch (error) {
      setFailure({ error })
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
        <p className="quiet">クラウド型</p>
        <h1>被災者支援システム</h1>
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
        <LooseField kind={Code} {...bind('municipalityCode')} />
        <LooseField kind={LoginId} {...bind('loginId')} />
        <LooseField kind={Password} {...bind('password')} />
        <Button type="submit" look="solid" busy={busy}>
          {busy ? '確認しています…' : 'ログイン'}
        </Button>
        {offer.data?.offered === true && (
          <Button onClick={() => void elsewhere()}>団体の認証基盤でログイン</Button>
        )}
      </form>
      <p className="small quiet">
        IDやパスワードが分からないときは、団体のシステム管理者へお問い合わせください。操作は記録されます。
      </p>
    </main>
  )
}

function isCode(text: string): boolean {
  return /^\d{6}$/.test(text)
}

function missing(values: Values): SummaryLine[] {
  const names = Object.keys(labels) as Name[]
  return names.flatMap((name) => {
    if (values[name] === '') return [{ message: `${labels[name]}を入力してください`, fieldId: name }]
    if (name === 'municipalityCode' && !isCode(values[name])) {
      return [{ message: '団体コードは6桁の数字で入力してください', fieldId: name }]
    }
    return []
  })
}
