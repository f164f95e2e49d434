import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSession } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  createStaff,
  disableStaff,
  enableStaff,
  listStaff,
  resetStaffPassword,
} from '../../staff.contract.ts'
import { staffRoles, type StaffRole } from '../../staff.ts'

type Staff = OutputOf<typeof listStaff>['staff'][number]
/** A password that was just made: shown until the page is left. */
type Made = { readonly loginId: string; readonly initialPassword: string; readonly waits: boolean }

const invalidates = [listStaff]
const column = columnsOf<Staff>()

/** 運用者のアカウント, for who keeps them; nobody both operates and makes accounts. */
export function StaffPage(): ReactNode {
  const session = useSession()
  const [made, setMade] = useState<Made | null>(null)
  const { data, error, refetch } = useQuery(q(listStaff, {}))
  const columns = column.columns([
    column.accessor('displayName', { header: '氏名', meta: { nowrap: true } }),
    column.accessor('loginId', { header: 'ID', meta: { nowrap: true } }),
    column.accessor('role', { header: '権限', cell: (cell) => staffRoles[cell.getValue()].ja }),
    column.accessor('disabledAt', {
      header: '状態',
      meta: { nowrap: true },
      cell: (cell) => {
        const at = cell.getValue()
        return at === null ? (
          <Badge tone="success">使えます</Badge>
        ) : (
          <Badge>{`停止 ${instantText(at)}`}</Badge>
        )
      },
    }),
    column.accessor('createdAt', {
      header: '作成',
      meta: { nowrap: true },
      cell: (cell) => instantText(cell.getValue()),
    }),
    column.display({
      id: 'acts',
      header: '操作',
      cell: ({ row: { original } }) =>
        original.staffId === session.user.staffId ? (
          '自分のアカウント'
        ) : (
          <span className="button-row">
            <Acts staff={original} onMade={setMade} />
          </span>
        ),
    }),
  ])
  return (
    <Page
      title="運用者のアカウント"
      crumbs={[{ label: '運用者のアカウント' }]}
      lead="センターで働く人のアカウントです。運用する人とアカウントを作る人は分けます。"
    >
      {made && (
        <Banner tone="success" title={`${made.loginId} の初期パスワード ${made.initialPassword}`} announce>
          本人だけに伝えてください。この画面を離れると、もう表示できません。最初のログインで、本人が新しいパスワードに変えます。
          {made.waits &&
            'このアカウントは停止しています。別のアカウント管理者が「再開する」を押すと使えます（一人で緊急閲覧の二人を兼ねられないようにするためです）。'}
        </Banner>
      )}
      <DataTable
        caption="アカウント"
        columns={columns}
        rows={data?.staff}
        rowKey={(row) => row.staffId}
        empty="アカウントがありません。"
        error={error}
        onRetry={() => void refetch()}
      />
      <Section title="アカウントを作る">
        <NewStaff onMade={setMade} />
      </Section>
    </Page>
  )
}

function Acts({ staff, onMade }: { staff: Staff; onMade: (made: Made) => void }): ReactNode {
  const { staffId, loginId, displayName } = staff
  if (staff.disabledAt !== null)
    return (
      <AskButton
        endpoint={enableStaff}
        input={{ staffId }}
        invalidates={invalidates}
        label="再開する"
        of={displayName}
        question={`${displayName}のアカウントを再開しますか`}
        confirm="再開する"
      >
        <p>
          いまのパスワードで、ログインできるようになります。本人のアカウントであることを確かめてください。
        </p>
      </AskButton>
    )
  return (
    <>
      <AskButton
        endpoint={resetStaffPassword}
        input={{ staffId }}
        invalidates={invalidates}
        onDone={({ initialPassword, waits }) => onMade({ loginId, initialPassword, waits })}
        label="パスワードを再発行する"
        of={displayName}
        question={`${displayName}のパスワードを再発行しますか`}
        confirm="再発行する"
      >
        <p>
          いまのパスワードは使えなくなり、ログイン中の画面は終わります。新しいパスワードは次に一度だけ表示します。
        </p>
      </AskButton>
      <AskButton
        endpoint={disableStaff}
        input={{ staffId }}
        invalidates={invalidates}
        label="停止する"
        of={displayName}
        question={`${displayName}のアカウントを停止しますか`}
        confirm="停止する"
        look="danger"
      >
        <p>すぐにログインできなくなり、ログイン中の画面も終わります。これまでの操作の記録は残ります。</p>
      </AskButton>
    </>
  )
}

const LoginId = textWith({ width: 'middle', maxLength: 64, hint: '英数字と . _ -。後から変えられません' })
const hints = {
  operator: '監視・停止・登録・精算を行う',
  approver: '緊急閲覧を承認し、事後確認する。運用はしない',
  auditor: '見るだけ。運用の記録を読む',
  administrator: 'アカウントを作る。運用はしない',
} as const satisfies Record<StaffRole, string>
const Roles = radioOf<StaffRole>(
  (Object.keys(staffRoles) as StaffRole[]).map((value) => ({
    ...{ value, label: staffRoles[value].ja, hint: hints[value] },
  })),
  'column',
)

function NewStaff({ onMade }: { onMade: (made: Made) => void }): ReactNode {
  const [loginId, setLoginId] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [role, setRole] = useState<StaffRole | null>(null)
  const sending = useSend(createStaff, {
    invalidates,
    onDone: ({ initialPassword, waits }) => {
      onMade({ loginId: loginId.trim(), initialPassword, waits })
      setLoginId('')
      setDisplayName('')
      setRole(null)
      window.scrollTo({ top: 0 })
    },
  })
  const missing =
    loginId.trim() === '' || displayName.trim() === '' || role === null
      ? 'すべての欄を入力してください'
      : null
  return (
    <form
      className="form-body"
      aria-label="アカウントを作る"
      onSubmit={(event) => {
        event.preventDefault()
        if (role === null || missing !== null) return
        sending.start({ loginId: loginId.trim(), displayName: displayName.trim(), role })
      }}
    >
      <LooseField
        name="displayName"
        label="氏名"
        kind={Text}
        value={displayName}
        onChange={setDisplayName}
        required
      />
      <LooseField name="loginId" label="ID" kind={LoginId} value={loginId} onChange={setLoginId} required />
      <LooseField name="role" label="権限" kind={Roles} value={role} onChange={setRole} required />
      {sending.error && <ErrorSummary error={sending.error} />}
      <div className="button-row">
        <Button type="submit" look="solid" busy={sending.busy} unavailable={missing}>
          作る
        </Button>
      </div>
    </form>
  )
}
