import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listOperators, saveOperator } from '../../registry.contract.ts'
import { sorts } from './registry-kinds.tsx'
import { presentDay } from './console-text.ts'

export type Operator = OutputOf<typeof listOperators>['operators'][number]

/** Whether a dated row is not yet, now or no more. */
export function standing(fromOn: string, untilOn: string | null): 'future' | 'now' | 'over' {
  const today = presentDay()
  if (fromOn > today) return 'future'
  return untilOn !== null && untilOn < today ? 'over' : 'now'
}

/** @param now what it is called while it stands */
export function StandingBadge(props: { fromOn: string; untilOn: string | null; now: string }): ReactNode {
  switch (standing(props.fromOn, props.untilOn)) {
    case 'future':
      return <Badge tone="information">これから</Badge>
    case 'now':
      return <Badge tone="success">{props.now}</Badge>
    case 'over':
      return <Badge>終了</Badge>
  }
}

const column = columnsOf<Operator>()
const columns = column.columns([
  column.accessor('ja', { header: '事業者' }),
  column.display({
    id: 'state',
    header: '状態',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => (
      <StandingBadge fromOn={original.joinedOn} untilOn={original.leftOn} now="参加中" />
    ),
  }),
  column.accessor('sort', { header: '区分', meta: { nowrap: true }, cell: (cell) => sorts[cell.getValue()] }),
  column.accessor('joinedOn', {
    header: '参加日',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue()),
  }),
  column.accessor('kinds', {
    header: '取り扱っている証明書',
    meta: { wide: true },
    cell: (cell) =>
      cell
        .getValue()
        .filter(({ fromOn, untilOn }) => standing(fromOn, untilOn) === 'now')
        .map(({ ja }) => ja)
        .join('、') || 'なし',
  }),
  column.accessor('stores', { header: '設置場所', meta: { align: 'end', nowrap: true } }),
  column.accessor('kiosks', { header: '端末', meta: { align: 'end', nowrap: true } }),
])

/** 事業者: who runs machines, with the kinds each offers. */
export function OperatorsPage(): ReactNode {
  const can = useCan()
  const { data, error, refetch } = useQuery(q(listOperators, {}))
  return (
    <Page
      title="事業者"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '事業者' }]}
      lead="コンビニ・郵便局・庁舎など、端末を置く事業者です。取り扱う証明書と中継は、事業者のページで決めます。"
      actions={
        can(saveOperator).allowed && (
          <Link to={'/registry/operators/new' as string} className="button">
            事業者を登録する
          </Link>
        )
      }
    >
      <DataTable
        caption="事業者"
        columns={columns}
        rows={data?.operators}
        rowKey={(row) => row.operatorId}
        rowLink={(row) => ({
          to: '/registry/operators/$operatorId',
          params: { operatorId: row.operatorId },
        })}
        empty="事業者がまだ登録されていません。"
        error={error}
        onRetry={() => void refetch()}
      />
    </Page>
  )
}
