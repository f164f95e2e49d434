import { useState, type ReactNode } from 'react'
import { browserSupportsWebAuthn } from '@simplewebauthn/browser'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { send } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { QrPicture } from '@open-bcl/ui/layout/QrPicture.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { beginTotp, finishTotp } from '../second-factor.contract.ts'
import { useOwnSystem } from './own-system.ts'
import { enrolPasskey, type Enrolled } from './second-factor-client.ts'

const Code = textWith({ inputMode: 'numeric', autoComplete: 'one-time-code', width: 'narrow' })

const Kept = checkboxOf('リカバリーコードを控えました')

type Props = { readonly currentPassword: string; readonly onDone: (result: Enrolled) => void }

/** The secret by 2-D code or by hand, then a code that shows that the app has it. */
export function EnrolTotp({ currentPassword, onDone }: Props): ReactNode {
  const [begun, setBegun] = useState<OutputOf<typeof beginTotp> | null>(null)
  const [code, setCode] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const run = (work: () => Promise<void>): void => {
    setBusy(true)
    setError(null)
    void work()
      .catch(setError)
      .finally(() => setBusy(false))
  }
  if (begun === null)
    return (
      <>
        {error !== null && <ErrorSummary error={error} />}
        <p>スマートフォンの認証アプリ（TOTPに対応するもの）が表示する6桁の数字で確認します。</p>
        <p className="button-row">
          <Button
            look="solid"
            busy={busy}
            onClick={() => run(async () => setBegun(await send(beginTotp, { currentPassword })))}
          >
            認証アプリの登録を始める
          </Button>
        </p>
      </>
    )
  return (
    <form
      className="form-body"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        run(async () => onDone(await send(finishTotp, { code })))
      }}
    >
      {error !== null && <ErrorSummary error={error} />}
      <p>1. 認証アプリで、この2次元コードを読み取ってください。</p>
      <QrPicture text={begun.uri} label="認証アプリに読み取らせる2次元コード" size={280} />
      <p>
        読み取れないときは、次の文字を認証アプリに入力してください。ほかの人に見せないでください。
        <br />
        <code className="code-large">{begun.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      <LooseField
        kind={Code}
        name="code"
        label="2. 認証アプリに表示された6桁の数字"
        required
        value={code}
        onChange={setCode}
      />
      <p className="button-row">
        <Button
          type="submit"
          look="solid"
          busy={busy}
          unavailable={code.trim() === '' ? '6桁の数字を入力してください' : null}
        >
          登録する
        </Button>
      </p>
    </form>
  )
}

/** The device makes the key and keeps it; we get the public half. */
export function EnrolPasskey({ currentPassword, onDone }: Props): ReactNode {
  const [name, setName] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const { passkeyExample } = useOwnSystem()
  const able = browserSupportsWebAuthn()
  return (
    <form
      className="form-body"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setBusy(true)
        setError(null)
        void enrolPasskey(name.trim(), currentPassword)
          .then(onDone)
          .catch(setError)
          .finally(() => setBusy(false))
      }}
    >
      {error !== null && <ErrorSummary error={error} />}
      <p>この端末の指紋・顔・PIN、スマートフォン、またはセキュリティキーで確認します。</p>
      <LooseField
        kind={Text}
        name="passkey-name"
        label="パスキーの名前"
        hint={`例：${passkeyExample}。どの端末か分かる名前にします`}
        required
        value={name}
        onChange={setName}
      />
      <p className="button-row">
        <Button
          type="submit"
          look="solid"
          busy={busy}
          unavailable={
            able
              ? name.trim() === ''
                ? 'パスキーの名前を入力してください'
                : null
              : 'このブラウザーはパスキーに対応していないか、暗号化されていない接続です'
          }
        >
          パスキーを登録する
        </Button>
      </p>
    </form>
  )
}

/** Shown once. */
export function RecoveryCodes(props: { codes: readonly string[]; onDone: () => void }): ReactNode {
  const [kept, setKept] = useState(false)
  return (
    <>
      <Banner tone="warning" title="このコードは、いまだけ表示します">
        端末をなくしたときに、1つのコードで1回だけログインできます。印刷するか書き写し、鍵のかかる場所に保管してください。画面の写真やメールには残さないでください。
      </Banner>
      <ol className="recovery-codes" aria-label="リカバリーコード">
        {props.codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <p className="button-row">
        <Button onClick={() => window.print()}>印刷する</Button>
      </p>
      <LooseField
        kind={Kept}
        name="kept"
        label="リカバリーコードを控えました"
        value={kept}
        onChange={setKept}
      />
      <p className="button-row">
        <Button
          look="solid"
          onClick={props.onDone}
          unavailable={kept ? null : '控えたことを確認してください'}
        >
          続ける
        </Button>
      </p>
    </>
  )
}
