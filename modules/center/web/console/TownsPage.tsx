import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { isPlainDate } from '@open-bcl/core/dates.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listRegistryTowns, saveRegistryTown } from '../../registry.contract.ts'
import { patterns } from './console-text.ts'
import { kindText } from './registry-kinds.tsx'

type Town = OutputOf<typeof listRegistryTowns>['towns'][number]

const column = columnsOf<Town>()
const columns = column.columns([
  column.accessor('name', { header: '市区町村', meta: { nowrap: true } }),
  column.accessor('prefecture', { header: '都道府県', meta: { nowrap: true } }),
  column.accessor('municipalityCode', { header: '団体コード', meta: { nowrap: true } }),
  column.accessor('pattern', {
    header: '参加パターン',
    meta: { nowrap: true },
    cell: (cell) => {
      const pattern = cell.getValue()
      return pattern === null ? noValue : patterns[pattern]
    },
  }),
  column.accessor('joinedOn', {
    header: '交付開始日',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue()) || noValue,
  }),
  column.accessor('kinds', {
    header: '交付している証明書',
    meta: { wide: true },
    cell: (cell) => cell.getValue().map(kindText).join('、') || 'なし',
  }),
  column.accessor('stopped', {
    header: '停止',
    meta: { nowrap: true },
    cell: (cell) => (cell.getValue() ? <Badge tone="error">停止中</Badge> : ''),
  }),
])

/** 市区町村 of the registry, as of a day. */
export function TownsPage(): ReactNode {
  const can = useCan()
  const navigate = useNavigate()
  const { on } = useSearch({ strict: false }) as { on?: string }
  const onDate = on !== undefined && isPlainDate(on) ? on : undefined
  const { data, error, refetch } = useQuery(q(listRegistryTowns, onDate === undefined ? {} : { onDate }))
  return (
    <Page
      title="市区町村"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '市区町村' }]}
      lead="参加している市区町村と、その日に交付している証明書です。証明書ごとの経路は、市区町村のページで決めます。"
      actions={
        can(saveRegistryTown).allowed && (
          <Link to={'/registry/towns/new' as string} className="button">
            市区町村を登録する
          </Link>
        )
      }
    >
      <LooseField
        name="on"
        label="いつの登録を見るか"
        hint="空欄なら今日。先の日付で、予定している経路を確かめられます"
        kind={WarekiDate}
        value={onDate ?? null}
        onChange={(day) =>
          void navigate({
            to: '/registry/towns' as string,
            search: (day === null ? {} : { on: day }) as never,
          })
        }
      />
      <DataTable
        caption={onDate === undefined ? '市区町村（今日）' : `市区町村（${dateText(onDate)}）`}
        columns={columns}
        rows={data?.towns}
        rowKey={(row) => row.municipalityCode}
        rowLink={(row) => ({
          to: '/towns/$municipalityCode',
          params: { municipalityCode: row.municipalityCode },
        })}
        empty="市区町村がまだ登録されていません。"
        error={error}
        onRetry={() => void refetch()}
      />
    </Page>
  )
}
