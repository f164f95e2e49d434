import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { listDamageRows } from '../damage.contract.ts'
import { damages, type Damage } from '../damage.ts'

type Row = OutputOf<typeof listDamageRows>['rows'][number]
type Search = { readonly damage?: Damage; readonly reportNo?: number; readonly from?: number }

const opens = {
  application: ['/risai/applications/$applicationId', 'applicationId', '申請を開く'],
  task: ['/surveys/tasks/$taskId', 'taskId', '調査を開く'],
  property: ['/non-dwellings/$nonDwellingId', 'nonDwellingId', '物件を開く'],
} as const

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('no', {
    header: '番号',
    cell: ({ row: { original: one } }) => {
      if (one.record === 'person') return grouped(one.no)
      const [to, param, label] = opens[one.record]
      return (
        <Link to={to as never} params={{ [param]: one.recordId } as never}>
          {`${one.no}　${label}`}
        </Link>
      )
    },
  }),
  column.accessor('name', {
    header: '申請者・本人',
    cell: (cell) => (cell.getValue() === '' ? '（まだ分かりません）' : <NameText name={cell.getValue()} />),
  }),
  column.accessor('place', {
    header: '住所（台帳）',
    cell: (cell) => cell.getValue() ?? <Badge tone="error">支援措置のため非表示</Badge>,
  }),
  column.accessor('households', { header: '世帯', meta: { align: 'end' } }),
  column.accessor('people', { header: '人', meta: { align: 'end' } }),
])

/** What a figure of the report counts. */
export function DamageRowsPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const { damage, reportNo } = useSearch({ strict: false }) as Search
  const found = damages.find(({ value }) => value === damage)
  const title = `${found?.label ?? '被害'}の内訳`
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '災害対応の状況', to: '/situation' },
        { label: '被害状況報告', to: '/situation/reports' },
        { label: title },
      ]}
      lead={
        Number(reportNo ?? 0) === 0 ? 'いまの台帳の内訳です。' : `第${reportNo}報を作ったときの内訳です。`
      }
      actions={<Button onClick={() => window.print()}>印刷する</Button>}
    >
      {disasterId === null || !found ? (
        <ChooseDisaster />
      ) : (
        <Rows disasterId={disasterId} damage={found.value} />
      )}
    </Page>
  )
}

function Rows(props: { disasterId: string; damage: Damage }): ReactNode {
  const navigate = useNavigate()
  const { reportNo = 0, from = 0 } = useSearch({ strict: false }) as Search
  const { data, error, refetch } = useQuery(
    q(listDamageRows, { ...props, reportNo: Number(reportNo), from: Number(from) }),
  )
  const go = (next: number | null) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ ...kept, from: next ?? undefined }) as never,
    })
  const next = data?.next ?? null
  return (
    <DataTable
      caption={
        data
          ? `${grouped(data.total.rows)}件、${grouped(data.total.households)}世帯、${grouped(data.total.people)}人`
          : '内訳'
      }
      columns={columns}
      rows={data?.rows}
      rowKey={(row) => String(row.no)}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty={<p>台帳にはありません。</p>}
      paging={{
        onFirst: Number(from) === 0 ? undefined : () => go(null),
        onNext: next === null ? undefined : () => go(next),
      }}
    />
  )
}
