import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { safeReturnTo } from '@open-bcl/ui/request.ts'
import { useSession, type Session } from '@open-bcl/ui/session.tsx'
import { sessionKeeper } from '@open-bcl/ui/sign-in/session-keeper.ts'
import { getSession } from '../access.contract.ts'
import { confirmByCode, confirmByRecoveryCode, getSecondFactor } from '../second-factor.contract.ts'
import { EnrolPasskey, EnrolTotp, RecoveryCodes } from './EnrolFactor.tsx'
import { OwnFactors } from './OwnFactors.tsx'
import { useOwnSystem } from './own-system.ts'
import { showPasskey, type Enrolled } from './second-factor-client.ts'

const { begin } = sessionKeeper(getSession)
const Code = textWith({ inputMode: 'numeric', autoComplete: 'one-time-code', width: 'narrow' })
const PaperCode = textWith({ width: 'middle' })

/** 2段階認証: to be shown after the password, to be enrolled where the town requires it, and otherwise to be looked after. */
export function SecondFactorPage(): ReactNode {
  const { pending } = useSession()
  const finish = useFinish()
  // Enrolled now: the codes must be seen before the session that follows leads elsewhere.
  const [enrolled, setEnrolled] = useState<Enrolled | null>(null)
  if (enrolled !== null && enrolled.recoveryCodes.length > 0)
    return (
      <Page title="リカバリーコードを控えてください" width="narrow">
        <RecoveryCodes codes={enrolled.recoveryCodes} onDone={() => finish(enrolled.session)} />
      </Page>
    )
  const done = (result: Enrolled): void =>
    result.recoveryCodes.length > 0 ? setEnrolled(result) : finish(result.session)
  if (pending === 'second-factor') return <Confirm onDone={finish} />
  if (pending === 'enrolment') return <Enrolment onDone={done} />
  return <OwnFactors onEnrolled={setEnrolled} />
}

/** Takes the session that follows over, and leads to where the person wanted to go. */
function useFinish(): (session: Session) => void {
  const queries = useQueryClient()
  const router = useRouter()
  const returnTo = safeReturnTo((useSearch({ strict: false }) as { returnTo?: unknown }).returnTo)
  return (session) => {
    begin(queries, session)
    void router.invalidate().then(() => router.navigate({ to: returnTo, replace: true }))
  }
}

function useAct(): {
  readonly error: unknown
  readonly busy: boolean
  readonly run: (work: () => Promise<void>) => void
} {
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  return {
    ...{ error, busy },
    run: (work) => {
      if (busy) return
      setBusy(true)
      setError(null)
      void work()
        .catch(setError)
        .finally(() => setBusy(false))
    },
  }
}

function Confirm(props: { onDone: (session: Session) => void }): ReactNode {
  const { data, error: unread } = useQuery(q(getSecondFactor, {}))
  const { error, busy, run } = useAct()
  const { administrators } = useOwnSystem()
  const [code, setCode] = useState('')
  const [paper, setPaper] = useState('')
  const [otherWay, setOtherWay] = useState(false)
  return (
    <Page
      title="2段階目の確認"
      width="narrow"
      lead="パスワードの確認が済みました。もう1つの方法で、ご本人であることを確認します。15分を過ぎると、最初からやり直しになります。"
    >
      {unread && <ErrorSummary error={unread} />}
      {error !== null && <ErrorSummary error={error} />}
      {!data && !unread && <Progress label="読み込んでいます" />}
      {data && data.passkeys.length > 0 && (
        <Section title="パスキー">
          <p>この端末の指紋・顔・PIN、または登録したスマートフォンやセキュリティキーで確認します。</p>
          <p className="button-row">
            <Button
              look="solid"
              busy={busy}
              onClick={() => run(async () => props.onDone(await showPasskey()))}
            >
              パスキーで確認する
            </Button>
          </p>
        </Section>
      )}
      {data?.totp && (
        <Section title="認証アプリ">
          <form
            className="form-body"
            noValidate
            onSubmit={(event) => {
              event.preventDefault()
              run(async () => props.onDone(await send(confirmByCode, { code })))
            }}
          >
            <LooseField
              kind={Code}
              name="code"
              label="確認コード"
              hint="認証アプリにいま表示されている6桁の数字"
              required
              value={code}
              onChange={setCode}
            />
            <p className="button-row">
              <Button
                type="submit"
                look="solid"
                busy={busy}
                unavailable={code.trim() === '' ? '確認コードを入力してください' : null}
              >
                確認する
              </Button>
            </p>
          </form>
        </Section>
      )}
      {data && (
        <Section title={otherWayTitle(data)}>
          {otherWay ? (
            <form
              className="form-body"
              noValidate
              onSubmit={(event) => {
                event.preventDefault()
                run(async () => props.onDone(await send(confirmByRecoveryCode, { code: paper })))
              }}
            >
              <LooseField
                kind={PaperCode}
                name="recovery-code"
                label="リカバリーコード"
                hint={`登録したときの控えのコード（残り${data.recoveryCodesLeft}個）か、管理者から受け取った復旧コード。1つのコードは1回だけ使えます`}
                required
                value={paper}
                onChange={setPaper}
              />
              <p className="button-row">
                <Button
                  type="submit"
                  busy={busy}
                  unavailable={paper.trim() === '' ? 'リカバリーコードを入力してください' : null}
                >
                  リカバリーコードで確認する
                </Button>
              </p>
              <p className="small quiet">
                {`控えもないときは、${administrators}に復旧を依頼してください。管理者2人の手続きで、登録し直せます。`}
              </p>
            </form>
          ) : (
            <p className="button-row">
              <Button onClick={() => setOtherWay(true)}>リカバリーコードを使う</Button>
            </p>
          )}
        </Section>
      )}
    </Page>
  )
}

function otherWayTitle({ totp, passkeys }: OutputOf<typeof getSecondFactor>): string {
  if (totp && passkeys.length > 0) return 'どちらも使えないとき'
  return totp ? '認証アプリを使えないとき' : 'パスキーを使えないとき'
}

function Enrolment(props: { onDone: (result: Enrolled) => void }): ReactNode {
  const { place, ownMenu } = useOwnSystem()
  return (
    <Page
      title="2段階認証の登録"
      width="narrow"
      lead={`${place}では、パスワードに加えて2段階目の確認が必須です。どちらか1つを登録すると、続けて利用できます。`}
    >
      <Banner tone="information" title="パスワードが知られても、端末がなければログインできなくなります">
        {`いつもの端末とスマートフォンなど、2つ以上登録しておくと安心です。2つ目は、後から${ownMenu}の「2段階認証」で登録できます。`}
      </Banner>
      <Section title="認証アプリで登録する">
        <EnrolTotp currentPassword="" onDone={props.onDone} />
      </Section>
      <Section title="パスキーで登録する">
        <EnrolPasskey currentPassword="" onDone={props.onDone} />
      </Section>
    </Page>
  )
}
