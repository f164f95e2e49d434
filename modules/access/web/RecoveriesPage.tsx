import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldGroup, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { approveRecovery, askRecovery, endRecovery, listRecoveries } from '../recovery.contract.ts'
import { recoveryReasons, type RecoveryReason } from '../recovery.messages.ts'
import { useOwnSystem } from './own-system.ts'

type Row = OutputOf<typeof listRecoveries>['recoveries'][number] & {
  readonly onApproved: (answer: OutputOf<typeof approveRecovery>) => void
}

const states: Readonly<Record<Row['state'], ReactNode>> = {
  asked: <Badge tone="warning">承認待ち</Badge>,
  approved: <Badge tone="information">復旧コードを発行済み</Badge>,
  used: '復旧済み',
  expired: '期限切れ',
  ended: '取下げ',
}

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('displayName', {
    header: '氏名',
    cell: (cell) => `${cell.getValue()}（${cell.row.original.department}・${cell.row.original.loginId}）`,
  }),
  column.accessor('reason', { header: '理由', cell: (cell) => recoveryReasons[cell.getValue()] }),
  column.accessor('state', { header: '状態', cell: (cell) => states[cell.getValue()] }),
  column.accessor('askedAt', {
    header: '申請',
    cell: (cell) => `${instantText(cell.getValue())} ${cell.row.original.askedBy}`,
  }),
  column.accessor('approvedAt', {
    header: '承認',
    cell: (cell) => {
      const at = cell.getValue()
      return at === null ? '―' : `${instantText(at)} ${cell.row.original.approvedBy ?? ''}`
    },
  }),
  column.display({
    id: 'act',
    header: '操作',
    meta: { nowrap: true },
    cell: (cell) => <Acts row={cell.row.original} />,
  }),
])

function Acts({ row }: { row: Row }): ReactNode {
  const { recoveryId, displayName, state, mayApprove } = row
  if (state !== 'asked' && state !== 'approved') return '―'
  return (
    <span className="button-row">
      {mayApprove && (
        <AskButton
          endpoint={approveRecovery}
          input={{ recoveryId }}
          invalidates={[listRecoveries]}
          label="承認する"
          of={displayName}
          question={`${displayName}さんの復旧を承認しますか`}
          confirm="本人を確かめたので、承認する"
          onDone={row.onApproved}
        >
          <p>
            本人と会うか、登録されている内線に折り返して、本人からの依頼であることを確かめてください。承認すると復旧コードを1回だけ表示します。
          </p>
        </AskButton>
      )}
      {state === 'asked' && !mayApprove && <span className="small">別の管理者の承認が要ります</span>}
      <AskButton
        endpoint={endRecovery}
        input={{ recoveryId }}
        invalidates={[listRecoveries]}
        label="取り下げる"
        of={displayName}
        question={`${displayName}さんの復旧を取り下げますか`}
        confirm="取り下げる"
        look="danger"
      >
        <p>発行済みの復旧コードも使えなくなります。</p>
      </AskButton>
    </span>
  )
}

/** Two administrators let somebody enrol anew who has lost the second factor. */
export function RecoveriesPage(): ReactNode {
  const { home, person } = useOwnSystem()
  const { data, error, refetch } = useQuery(q(listRecoveries, {}))
  const [shown, setShown] = useState<(OutputOf<typeof approveRecovery> & { name: string }) | null>(null)
  return (
    <Page
      title="2段階認証の復旧"
      crumbs={[home, { label: '2段階認証の復旧' }]}
      lead={`端末をなくした${person}が、2段階認証を登録し直せるようにします。1人の管理者が申請し、別の管理者が承認します。本人や1人の管理者だけではできません。`}
      actions={
        <Link to="/recoveries/new" className="button">
          復旧を申請する
        </Link>
      }
    >
      <Allowed to={listRecoveries}>
        {shown && (
          <Section title={`${shown.name}さんの復旧コード`}>
            <p>
              <code className="code-large">{shown.code}</code>
            </p>
            <p>
              {`${instantText(shown.codeUntil)}まで、1回だけ使えます。この画面を閉じると、もう表示できません。本人に直接渡してください。本人は、パスワードの後に「リカバリーコードを使う」を選んで入力し、新しい端末を登録します。前の登録はそのとき外れます。`}
            </p>
            <p className="button-row">
              <Button onClick={() => setShown(null)}>表示を終える</Button>
            </p>
          </Section>
        )}
        <DataTable
          caption="復旧の申請"
          columns={columns}
          rows={data?.recoveries.map((one) => ({
            ...one,
            onApproved: (answer: OutputOf<typeof approveRecovery>) =>
              setShown({ ...answer, name: one.displayName }),
          }))}
          rowKey={(row) => row.recoveryId}
          error={error ?? undefined}
          onRetry={() => void refetch()}
          empty={<p>申請はありません。</p>}
        />
      </Allowed>
    </Page>
  )
}

const LoginId = textWith({ width: 'narrow' })
const Reason = radioOf(
  (Object.keys(recoveryReasons) as RecoveryReason[]).map((value) => ({
    value,
    label: recoveryReasons[value],
  })),
  'column',
)

export function NewRecoveryPage(): ReactNode {
  const { home, person } = useOwnSystem()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <Page
      title="復旧の申請"
      width="narrow"
      crumbs={[home, { label: '2段階認証の復旧', to: '/recoveries' }, { label: '復旧の申請' }]}
    >
      <Allowed to={askRecovery}>
        <EditForm
          mode="new"
          initial={{ loginId: '', reason: null as RecoveryReason | null }}
          schema={askRecovery.input}
          submitLabel="申請する"
          onSubmit={({ loginId, reason }, { requestId }) =>
            // The form asks for a reason before it sends; an empty one is the server's to refuse.
            send(askRecovery, { loginId: loginId.trim(), reason: reason as RecoveryReason }, requestId)
          }
          onSaved={() => {
            toast('復旧を申請しました。別の管理者の承認を受けてください')
            void queries.invalidateQueries({ queryKey: [listRecoveries.name] })
            void navigate({ to: '/recoveries' })
          }}
          cancel={
            <Link to="/recoveries" className="button">
              やめる
            </Link>
          }
        >
          {({ Field }) => (
            <FieldGroup legend={`復旧する${person}`}>
              <Field
                name="loginId"
                kind={LoginId}
                label={`${person}のID`}
                hint={`その${person}がログインに使うIDです`}
                required
              />
              <Field name="reason" kind={Reason} required />
            </FieldGroup>
          )}
        </EditForm>
      </Allowed>
    </Page>
  )
}
