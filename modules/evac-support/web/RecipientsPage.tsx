import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { recipientKinds } from '../evac-support.ts'
import { listEvacRecipients, saveEvacRecipient } from '../provisions.contract.ts'

type Row = OutputOf<typeof listEvacRecipients>['recipients'][number]
const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('name', { header: '名前' }),
  column.accessor('kind', { header: '種類', cell: (cell) => labelOf(recipientKinds, cell.getValue()) }),
  column.accessor('wholeTown', {
    header: '地区',
    cell: (cell) => (cell.getValue() ? '市町村の全域' : cell.row.original.areas.join('、')),
  }),
  column.accessor('inPlan', {
    header: '地域防災計画',
    cell: (cell) =>
      cell.getValue() ? cell.row.original.plan : <Badge tone="warning">定めなし（災害時だけ）</Badge>,
  }),
  column.accessor('person', { header: '受け取る人・担当' }),
  column.accessor('contact', { header: '連絡先' }),
  column.accessor('ended', {
    header: '状態',
    cell: (cell) => (cell.getValue() ? <Badge tone="neutral">終わり</Badge> : '提供できる'),
  }),
])

/** 避難支援等関係者 to whom the list may go. */
export function RecipientsPage(): ReactNode {
  const { data, error, refetch } = useQuery(q(listEvacRecipients, {}))
  const may = useCan()(saveEvacRecipient).allowed
  return (
    <Page
      title="名簿の提供先"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '避難行動要支援者名簿', to: '/evac-support' },
        { label: '名簿の提供先' },
      ]}
      lead="地域防災計画に定めた避難支援等関係者（消防、警察、民生委員、社会福祉協議会、自主防災組織など）と、担当する地区です。"
      actions={
        may && (
          <Link
            to="/evac-support/recipients/$recipientId"
            params={{ recipientId: 'new' } as never}
            className="button"
          >
            提供先を登録する
          </Link>
        )
      }
    >
      <DataTable
        caption="提供先"
        columns={columns}
        rows={data?.recipients}
        rowKey={({ evacRecipientId }) => evacRecipientId}
        {...(may
          ? {
              rowLink: ({ evacRecipientId }: Row) => ({
                to: '/evac-support/recipients/$recipientId',
                params: { recipientId: evacRecipientId },
              }),
            }
          : {})}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>提供先は、まだ登録されていません。</p>}
      />
    </Page>
  )
}
