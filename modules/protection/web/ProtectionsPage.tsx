import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { listProtections, requestProtection } from '../protection.contract.ts'
import { categories, filters, type Filter } from '../protection.ts'
import { StateBadges } from './StateBadges.tsx'

type Measure = OutputOf<typeof listProtections>['measures'][number]
const day = (on: string | null): string => dateText(on as PlainDate | null) || noValue
const column = columnsOf<Measure>()
const columns = column.columns([
  column.accessor('name', { header: '申出者', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.display({
    id: 'state',
    header: '状態',
    cell: ({ row: { original } }) => <StateBadges one={original} />,
  }),
  column.accessor('category', {
    header: '区分',
    cell: ({ row: { original } }) => labelOf(categories, original.category),
  }),
  column.accessor('startsOn', {
    header: '開始日',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => day(original.startsOn),
  }),
  column.accessor('endsOn', {
    header: '終了予定日',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => day(original.endsOn),
  }),
])

type Search = { readonly filter?: Filter; readonly from?: number }

/** 支援措置: what waits for a decision and whose period ends come first. Nothing here ends by itself. */
export function ProtectionsPage(): ReactNode {
  const can = useCan()
  return (
    <Page
      title="支援措置（DV等）"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '支援措置（DV等）' }]}
      lead="ここで始めた支援措置の一覧です。期限を過ぎても保護は続きます。延長または解除を決めてください。"
      actions={
        can(requestProtection).allowed && (
          <Link to="/protections/new" className="button" data-look="solid">
            仮支援措置を始める
          </Link>
        )
      }
    >
      <List />
    </Page>
  )
}

function List(): ReactNode {
  const { filter = 'waiting', from } = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(q(listProtections, { filter, ...(from ? { from } : {}) }))
  const go = (to: Search) => void navigate({ to: '.', search: to as never })
  return (
    <>
      <nav aria-label="一覧を選ぶ">
        <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
          {filters.map(({ value, label }) => (
            <li key={value}>
              <Link
                to="."
                search={{ filter: value } as never}
                className="button"
                data-size="small"
                data-look={filter === value ? 'solid' : 'outline'}
                aria-current={filter === value ? 'true' : undefined}
              >
                {label}
                {data && `（${data.counts.find((one) => one.filter === value)?.count ?? 0}）`}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <DataTable
        caption={`${filters.find(({ value }) => value === filter)?.label ?? ''}（終了予定日の早い順）`}
        columns={columns}
        rows={data?.measures}
        rowKey={({ measureId }) => measureId}
        rowLink={({ measureId }) => ({ to: '/protections/$measureId', params: { measureId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>この一覧の支援措置は、ありません。</p>}
        paging={{
          onFirst: from ? () => go({ filter }) : undefined,
          onNext: data?.next ? () => go({ filter, from: data.next! }) : undefined,
        }}
      />
      {data && data.linked.length > 0 && (
        <Banner
          tone="warning"
          title={`住民記録システムから届いた支援措置にも、期限の方が${data.linked.length}人います`}
        >
          <p>延長や解除は住民記録システムで行ってください。それまで、ここでの保護は続きます。</p>
          <ul>
            {data.linked.map(({ residentNo, name, endsOn }) => (
              <li key={`${residentNo} ${endsOn}`}>
                {name || noValue}　宛名番号 {residentNo}　終了予定日 {day(endsOn)}{' '}
                <Badge tone={filter === 'overdue' ? 'error' : 'warning'}>
                  {filter === 'overdue' ? '期限を過ぎています' : '1か月以内'}
                </Badge>
              </li>
            ))}
          </ul>
        </Banner>
      )}
    </>
  )
}
