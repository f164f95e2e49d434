import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Dialog } from '@open-bcl/ui/layout/Dialog.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSession } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { endPasskey, endTotp, getSecondFactor, makeRecoveryCodes } from '../second-factor.contract.ts'
import { EnrolPasskey, EnrolTotp } from './EnrolFactor.tsx'
import type { Enrolled } from './second-factor-client.ts'
import { useOwnSystem } from './own-system.ts'

const Password = textWith({ type: 'password', autoComplete: 'current-password', width: 'middle' })
type Factors = OutputOf<typeof getSecondFactor>
type PasskeyRow = Factors['passkeys'][number] & { readonly onEnd: () => void }

/** What one wants to do, before the password is asked for. */
type Wish =
  | { readonly kind: 'totp' | 'passkey' | 'codes' | 'end-totp' }
  | { readonly kind: 'end-passkey'; readonly passkeyId: string; readonly name: string }

const questions: Readonly<Record<Wish['kind'], string>> = {
  totp: '認証アプリを登録しますか',
  passkey: 'パスキーを登録しますか',
  codes: 'リカバリーコードを作り直しますか',
  'end-totp': '認証アプリの登録を外しますか',
  'end-passkey': 'パスキーの登録を外しますか',
}

const column = columnsOf<PasskeyRow>()
const columns = column.columns([
  column.accessor('name', { header: '名前' }),
  column.accessor('madeAt', {
    header: '登録日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('usedAt', {
    header: '最後に使った日時',
    meta: { nowrap: true },
    cell: (cell) => {
      const usedAt = cell.getValue()
      return usedAt === null ? 'まだ使っていません' : instantText(usedAt)
    },
  }),
  column.display({
    id: 'end',
    header: '操作',
    meta: { nowrap: true },
    cell: (cell) => (
      <Button size="small" onClick={cell.row.original.onEnd} label={`${cell.row.original.name}：外す`}>
        外す
      </Button>
    ),
  }),
])

/** 自分の2段階認証: what is enrolled, more of it, less of it. Each act asks for the password again. */
export function OwnFactors(props: { onEnrolled: (result: Enrolled) => void }): ReactNode {
  const { home, place } = useOwnSystem()
  const { data, error } = useQuery(q(getSecondFactor, {}))
  const session = useSession()
  const queries = useQueryClient()
  const toast = useToast()
  const [wish, setWish] = useState<Wish | null>(null)
  /** The password of who enrols something just now, kept no longer than that takes. */
  const [enrolling, setEnrolling] = useState<{ kind: 'totp' | 'passkey'; password: string } | null>(null)
  const changed = (words: string): void => {
    toast(words)
    setEnrolling(null)
    void queries.invalidateQueries({ queryKey: [getSecondFactor.name] })
  }

  async function act(wished: Wish, currentPassword: string): Promise<void> {
    switch (wished.kind) {
      case 'totp':
      case 'passkey':
        setEnrolling({ kind: wished.kind, password: currentPassword })
        return
      case 'codes': {
        const { recoveryCodes } = await send(makeRecoveryCodes, { currentPassword })
        props.onEnrolled({ session, recoveryCodes })
        return
      }
      case 'end-totp':
        await send(endTotp, { currentPassword })
        changed('認証アプリの登録を外しました')
        return
      case 'end-passkey':
        await send(endPasskey, { passkeyId: wished.passkeyId, currentPassword })
        changed('パスキーの登録を外しました')
    }
  }
  const enrolled = (result: Enrolled): void => {
    changed(enrolling?.kind === 'totp' ? '認証アプリを登録しました' : 'パスキーを登録しました')
    if (result.recoveryCodes.length > 0) props.onEnrolled(result)
  }
  const any = data !== undefined && (data.totp || data.passkeys.length > 0)
  return (
    <Page
      title="2段階認証"
      crumbs={[home, { label: '2段階認証' }]}
      lead="登録すると、ログインのたびに、パスワードに加えてもう1つの方法でご本人であることを確認します。"
      badges={
        data && (
          <>
            {any ? <Badge tone="success">登録済み</Badge> : <Badge>未登録</Badge>}
            {data.required && <Badge tone="information">{`${place}では必須`}</Badge>}
          </>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          <Section
            title="認証アプリ"
            actions={
              <>
                <Button onClick={() => setWish({ kind: 'totp' })}>
                  {data.totp ? '登録し直す' : '登録する'}
                </Button>
                {data.totp && <Button onClick={() => setWish({ kind: 'end-totp' })}>外す</Button>}
              </>
            }
          >
            {enrolling?.kind === 'totp' ? (
              <EnrolTotp currentPassword={enrolling.password} onDone={enrolled} />
            ) : (
              <p>{data.totp ? '登録されています。' : '登録されていません。'}</p>
            )}
          </Section>
          <Section
            title="パスキー"
            actions={<Button onClick={() => setWish({ kind: 'passkey' })}>パスキーを登録する</Button>}
          >
            {enrolling?.kind === 'passkey' && (
              <EnrolPasskey currentPassword={enrolling.password} onDone={enrolled} />
            )}
            <DataTable
              caption="登録したパスキー"
              columns={columns}
              rows={data.passkeys.map((one) => ({
                ...one,
                onEnd: () => setWish({ kind: 'end-passkey', passkeyId: one.passkeyId, name: one.name }),
              }))}
              rowKey={(row) => row.passkeyId}
              empty={<p>登録したパスキーはありません。</p>}
            />
          </Section>
          {any && (
            <Section
              title="リカバリーコード"
              actions={<Button onClick={() => setWish({ kind: 'codes' })}>作り直す</Button>}
            >
              <p>{`使っていないコードは${data.recoveryCodesLeft}個です。作り直すと、前のコードは使えなくなります。`}</p>
            </Section>
          )}
        </>
      )}
      {wish && (
        <AskPassword
          question={`${wish.kind === 'end-passkey' ? `「${wish.name}」：` : ''}${questions[wish.kind]}`}
          onClose={() => setWish(null)}
          onGiven={(password) => act(wish, password).then(() => setWish(null))}
        />
      )}
    </Page>
  )
}

/** Somebody else may be sitting at this screen. */
function AskPassword(props: {
  question: string
  onClose: () => void
  onGiven: (password: string) => Promise<void>
}): ReactNode {
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const give = (): void => {
    setBusy(true)
    setError(null)
    void props
      .onGiven(password)
      .catch(setError)
      .finally(() => setBusy(false))
  }
  return (
    <Dialog
      open
      title={props.question}
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>やめる</Button>
          <Button
            look="solid"
            busy={busy}
            onClick={give}
            unavailable={password === '' ? '現在のパスワードを入力してください' : null}
          >
            続ける
          </Button>
        </>
      }
    >
      {error !== null && <ErrorSummary error={error} />}
      <p>ご本人の操作であることを確かめるため、現在のパスワードを入力してください。</p>
      <LooseField
        kind={Password}
        name="current-password"
        label="現在のパスワード"
        required
        value={password}
        onChange={setPassword}
      />
    </Dialog>
  )
}
