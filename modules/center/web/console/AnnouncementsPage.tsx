import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listAnnouncements } from '../../announcements.contract.ts'
import { LIVE_MS, shortInstant } from './console-text.ts'

type Row = OutputOf<typeof listAnnouncements>['announcements'][number]

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('title', { header: '周知', meta: { wide: true } }),
  column.accessor('madeAt', {
    header: '時刻',
    meta: { nowrap: true },
    cell: (cell) => shortInstant(cell.getValue()),
  }),
  column.display({
    id: 'answers',
    header: '確認',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => {
      const { acknowledged, contacts } = original
      if (contacts === 0) return <Badge tone="warning">連絡先なし</Badge>
      return (
        <Badge tone={acknowledged === contacts ? 'success' : 'warning'}>
          {`${grouped(acknowledged)}／${grouped(contacts)}`}
        </Badge>
      )
    },
  }),
  column.accessor('sent', { header: '送信済み', meta: { align: 'end' }, cell: (c) => grouped(c.getValue()) }),
  column.accessor('refused', {
    header: '不達',
    meta: { align: 'end' },
    cell: (c) => grouped(c.getValue()),
  }),
])

/** 周知と確認: what was told to towns and operators, and who said that it was read. */
export function AnnouncementsPage(): ReactNode {
  const search = useSearch({ strict: false }) as { before?: string }
  const navigate = useNavigate()
  const { before } = search
  const { data, error, refetch } = useQuery({
    ...q(listAnnouncements, before === undefined ? {} : { before }),
    refetchInterval: LIVE_MS,
  })
  const go = (next: { before?: string }): void =>
    void navigate({ to: '/announcements' as string, search: next as never })
  const last = data?.announcements.at(-1)
  return (
    <Page
      title="周知と確認"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '周知と確認' }]}
      lead="停止・再開・障害・保守は、関係する市区町村と事業者の連絡先に自動でメールします。返事がない相手には電話してください。"
    >
      <DataTable
        caption="周知（新しい順）"
        columns={columns}
        rows={data?.announcements}
        rowKey={(row) => row.announcementId}
        rowLink={(row) => ({
          to: '/announcements/$announcementId',
          params: { announcementId: row.announcementId },
        })}
        empty="まだ何も周知していません。"
        error={error}
        onRetry={() => void refetch()}
        paging={{
          onFirst: before === undefined ? undefined : () => go({}),
          onNext: data?.more && last ? () => go({ before: last.announcementId }) : undefined,
        }}
      />
    </Page>
  )
}
