import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listIncidents, type IncidentRow } from '../../incidents.contract.ts'
import { LIVE_MS, shortInstant } from './console-text.ts'

/** What somebody must do about it now, in a word. */
export function StandingBadges({ incident }: { incident: IncidentRow }): ReactNode {
  const { acknowledged, endedAt, stopping } = incident
  return (
    <>
      {acknowledged === null && <Badge tone="error">未確認</Badge>}
      {stopping && <Badge tone="error">交付停止中</Badge>}
      {endedAt !== null && <Badge tone="success">解消</Badge>}
      {acknowledged !== null && !stopping && <Badge>対応済み</Badge>}
    </>
  )
}

const column = columnsOf<IncidentRow>()
const columns = column.columns([
  column.accessor('ja', { header: '事案', meta: { wide: true } }),
  column.display({
    id: 'standing',
    header: '状態',
    cell: ({ row: { original } }) => <StandingBadges incident={original} />,
  }),
  column.display({
    id: 'where',
    header: '市区町村・端末',
    cell: ({ row: { original } }) => original.town ?? original.kioskId ?? original.endpoint ?? noValue,
  }),
  column.accessor('lastAt', {
    header: '最後に起きた時刻',
    meta: { nowrap: true },
    cell: (cell) => shortInstant(cell.getValue()),
  }),
  column.accessor('events', {
    header: '回数',
    meta: { align: 'end' },
    cell: (cell) => grouped(cell.getValue()),
  }),
])

/** 事案: those that need somebody; `?which=all` the older ones too. */
export function IncidentsPage(): ReactNode {
  const search = useSearch({ strict: false }) as { which?: unknown }
  const which = search.which === 'all' ? 'all' : 'open'
  const { data, error, refetch } = useQuery({ ...q(listIncidents, { which }), refetchInterval: LIVE_MS })
  return (
    <Page
      title="事案"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '事案' }]}
      lead="起きてはならないことの記録です。誰かがメモを書いて確認するまで、ここに残ります。"
      actions={
        which === 'open' ? (
          <Link to={'/incidents' as string} search={{ which: 'all' } as never}>
            これまでの事案
          </Link>
        ) : (
          <Link to={'/incidents' as string}>対応が必要な事案だけ</Link>
        )
      }
    >
      <DataTable
        caption={which === 'open' ? '対応が必要な事案' : 'これまでの事案（新しい順）'}
        columns={columns}
        rows={data?.incidents}
        rowKey={(row) => row.incidentId}
        rowLink={(row) => ({ to: '/incidents/$incidentId', params: { incidentId: row.incidentId } })}
        empty="対応が必要な事案はありません。"
        error={error}
        onRetry={() => void refetch()}
      />
    </Page>
  )
}
