import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listAudit } from '../../staff.contract.ts'

type Act = OutputOf<typeof listAudit>['acts'][number]

const column = columnsOf<Act>()
const columns = column.columns([
  column.accessor('at', {
    header: '日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('by', { header: '誰が', meta: { nowrap: true } }),
  column.accessor('sentence', { header: 'したこと' }),
  column.display({
    id: 'subject',
    header: '対象',
    cell: ({ row: { original } }) => original.subjectId ?? noValue,
  }),
])

/** 運用の記録, for auditors: who did what, the newest first. */
export function AuditPage(): ReactNode {
  const search = useSearch({ strict: false }) as { before?: string }
  const navigate = useNavigate()
  const { before } = search
  const { data, error } = useQuery(q(listAudit, before === undefined ? {} : { before }))
  const go = (next: { before?: string }): void =>
    void navigate({ to: '/audit' as string, search: next as never })
  const last = data?.acts.at(-1)
  return (
    <Page title="運用の記録" crumbs={[{ label: '全国の状況', to: '/' }, { label: '運用の記録' }]}>
      <DataTable
        caption="運用者がしたこと（新しい順）"
        columns={columns}
        rows={data?.acts}
        rowKey={(row) => row.auditId}
        empty="記録がありません。"
        error={error}
        paging={{
          onFirst: before === undefined ? undefined : () => go({}),
          onNext: data?.acts.length === 200 && last ? () => go({ before: last.at }) : undefined,
        }}
      />
    </Page>
  )
}
