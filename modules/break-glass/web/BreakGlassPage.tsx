import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listBreakGlass } from '../break-glass.contract.ts'
import { grantStates, purposeLabel } from '../break-glass.ts'

export type Grant = OutputOf<typeof listBreakGlass>['grants'][number]

export function StateBadge({ grant }: { grant: Grant }): ReactNode {
  const { state, townReview } = grant
  if (state !== 'ended') return <Badge tone="warning">{grantStates[state]}</Badge>
  return townReview === null ? (
    <Badge tone="error">終了・事後確認待ち</Badge>
  ) : (
    <Badge>終了・事後確認済み</Badge>
  )
}

const column = columnsOf<Grant>()
const columns = column.columns([
  column.accessor('grantNo', {
    header: '番号',
    meta: { nowrap: true },
    cell: (cell) => (
      <Link
        to={'/break-glass/$grantId' as string}
        params={{ grantId: cell.row.original.grantId } as never}
      >{`第${cell.getValue()}号`}</Link>
    ),
  }),
  column.accessor('state', { header: '状態', cell: (cell) => <StateBadge grant={cell.row.original} /> }),
  column.accessor('askedBy', { header: '閲覧した運用者' }),
  column.accessor('purpose', {
    header: '目的',
    meta: { wide: true },
    cell: (cell) => purposeLabel(cell.getValue()),
  }),
  column.accessor('approvedAt', {
    header: '許可',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('untilAt', {
    header: '期限',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
])

/** 運用者による緊急閲覧: every one of this town, the newest first. */
export function BreakGlassPage(): ReactNode {
  const { data, error, refetch } = useQuery(q(listBreakGlass, {}))
  return (
    <Page
      title="運用者による緊急閲覧"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '運用者による緊急閲覧' }]}
      lead="ふだん、BCLの運用者は貴団体の情報を見られません。重大な障害のときだけ、運用者の1人が申請し、別の1人が承認すると、最長4時間、見ることだけができます。支援措置の対象者の住所などは見えません。"
    >
      <DataTable
        caption="緊急閲覧の一覧（新しい順）"
        columns={columns}
        rows={data?.grants}
        rowKey={(row) => row.grantId}
        error={error}
        onRetry={() => void refetch()}
        empty="緊急閲覧は、これまでに一度もありません。"
      />
    </Page>
  )
}
