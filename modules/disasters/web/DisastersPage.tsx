import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable, type Sort } from '@open-bcl/ui/table/DataTable.tsx'
import { listDisasters } from '../disasters.contract.ts'
import { hazardLabels } from '../disasters.ts'
import { registering } from './registering.ts'

type Row = OutputOf<typeof listDisasters>['disasters'][number]

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('name', { header: '災害名' }),
  column.accessor('occurredOn', {
    header: '発生日',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate} />,
  }),
  column.accessor('hazards', {
    header: '種別',
    enableSorting: false,
    cell: (cell) => hazardLabels(cell.getValue()).join('・'),
  }),
  column.accessor('applicationDeadlineOn', {
    header: '申請期限',
    meta: { nowrap: true },
    cell: (cell) => {
      const on = cell.getValue()
      return on === null ? '期限なし' : <WarekiDate.Output value={on as PlainDate} />
    },
  }),
  column.accessor('disasterCode', { header: '災害コード', meta: { nowrap: true } }),
])

/** 災害の一覧: a row selects the disaster and opens its ledger. */
export function DisastersPage(): ReactNode {
  const can = useCan()
  const navigate = useNavigate()
  const { sort } = useSearch({ strict: false }) as { sort?: Sort }
  const { data, error, refetch } = useQuery(q(listDisasters, {}))
  const register = can(registering).allowed && (
    <Link to={registering.path} className="button" data-look="solid">
      災害名新規登録
    </Link>
  )
  return (
    <Page
      title="災害の一覧"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '災害の一覧' }]}
      lead="災害を選ぶと、その災害の被災者台帳を開きます。"
      actions={register}
    >
      <DataTable
        caption="登録した災害"
        columns={columns}
        rows={data?.disasters}
        rowKey={(row) => row.disasterId}
        rowLink={(row) => ({ to: '/ledger', search: { disaster: row.disasterId } })}
        empty={
          <>
            <p>まだ災害が登録されていません。災害名を登録すると、被災者台帳を作成します。</p>
            {register}
          </>
        }
        error={error ?? undefined}
        onRetry={() => void refetch()}
        complete
        sort={sort}
        onSort={(next) =>
          void navigate({ to: '.', search: (kept: Record<string, unknown>) => ({ ...kept, sort: next }) })
        }
      />
    </Page>
  )
}
