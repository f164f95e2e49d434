import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { endMyOtherSessions, endMySession, listMySessions } from '../sessions.contract.ts'
import { useOwnSystem } from './own-system.ts'

type Row = OutputOf<typeof listMySessions>['sessions'][number]

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('device', { header: '端末・ブラウザー' }),
  column.accessor('open', {
    header: '状態',
    cell: (cell) => {
      const { isThis, open, pending } = cell.row.original
      if (isThis) return <Badge tone="success">いま使っている端末</Badge>
      if (!open) return pending ? '2段階目の確認をしないまま終了' : '終了'
      return <Badge tone="information">{pending ? '2段階目の確認を待っています' : 'ログイン中'}</Badge>
    },
  }),
  column.accessor('createdAt', {
    header: 'ログインした日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('lastSeenAt', {
    header: '最後に操作した日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.display({
    id: 'end',
    header: '操作',
    meta: { nowrap: true },
    cell: (cell) => <End row={cell.row.original} />,
  }),
])

function End({ row }: { row: Row }): ReactNode {
  const { sessionId, device, createdAt, isThis, open } = row
  if (!open || isThis) return '―'
  return (
    <AskButton
      endpoint={endMySession}
      input={{ sessionId }}
      invalidates={[listMySessions]}
      label="終了する"
      of={`${device} ${instantText(createdAt)}`}
      question="この端末のログインを終了しますか"
      confirm="ログインを終了する"
      look="danger"
    >
      <p>{`${device}（${instantText(createdAt)}にログイン）では、すぐに操作できなくなります。入力中の内容は失われます。`}</p>
    </AskButton>
  )
}

/** Where one is signed in: a strange one is a reason to change the password. */
export function SessionsPage(): ReactNode {
  const { home } = useOwnSystem()
  const { data, error, refetch } = useQuery(q(listMySessions, {}))
  const toast = useToast()
  const others = data?.sessions.filter((one) => one.open && !one.isThis).length ?? 0
  return (
    <Page
      title="ログイン中の端末"
      crumbs={[home, { label: 'ログイン中の端末' }]}
      lead="30日以内のご自身のログインです。覚えのないログインがあるときは、終了させてからパスワードを変更し、管理者に連絡してください。"
      actions={
        others > 0 && (
          <AskButton
            endpoint={endMyOtherSessions}
            input={{}}
            invalidates={[listMySessions]}
            label="ほかの端末をすべて終了する"
            question="ほかの端末のログインをすべて終了しますか"
            confirm="すべて終了する"
            look="danger"
            onDone={({ count }) => toast(`${count}件のログインを終了しました`)}
          >
            <p>いま使っている端末は、そのまま使えます。</p>
          </AskButton>
        )
      }
    >
      <DataTable
        caption="ご自身のログイン"
        columns={columns}
        rows={data?.sessions}
        rowKey={(row) => row.sessionId}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>30日以内のログインはありません。</p>}
      />
    </Page>
  )
}
