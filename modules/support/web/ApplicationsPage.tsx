import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { listSupportApplications } from '../support.contract.ts'
import { supportStates, type SupportState } from '../support.ts'
import { stateTones, yen } from './support-text.ts'

type Row = OutputOf<typeof listSupportApplications>['applications'][number]
const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('applicantName', { header: '申請者', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('programmeTitle', { header: '制度' }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: (cell) => (
      <Badge tone={stateTones[cell.getValue()]}>{labelOf(supportStates, cell.getValue())}</Badge>
    ),
  }),
  column.accessor('appliedOn', {
    header: '申請日',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue() as PlainDate),
  }),
  column.accessor('amountYen', {
    header: '審査した額',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => {
      const amount = cell.getValue()
      return amount === null ? '―' : yen(amount)
    },
  }),
])

/** 支援の申請, by state: what waits for review, what waits for the decision. */
export function SupportApplicationsPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="支援の申請"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '支援制度', to: '/support' },
        { label: '支援の申請' },
      ]}
      lead="受け付けた申請を審査し、別の職員が決裁します。申請は「世帯の支援制度」の画面で受け付けます。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Applications disasterId={disasterId} />}
    </Page>
  )
}

function Applications({ disasterId }: { disasterId: string }): ReactNode {
  const navigate = useNavigate()
  const { state, after } = useSearch({ strict: false }) as { state?: SupportState; after?: string }
  const { data, error, refetch } = useQuery(
    q(listSupportApplications, {
      disasterId,
      ...(state === undefined ? {} : { supportState: state }),
      ...(after === undefined ? {} : { after }),
    }),
  )
  const go = (search: object) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], ...search }) as never,
    })
  const filter = state === undefined ? {} : { state }
  const next = data?.next ?? null
  return (
    <>
      <nav aria-label="状態で絞り込む">
        <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
          {[{ value: undefined, label: 'すべて' }, ...supportStates].map(({ value, label }) => {
            const count = data?.counts
              .filter((one) => value === undefined || one.state === value)
              .reduce((sum, one) => sum + one.count, 0)
            return (
              <li key={label}>
                <Link
                  to="/support/applications"
                  search={(value === undefined ? {} : { state: value }) as never}
                  className="button"
                  data-size="small"
                  data-look={state === value ? 'solid' : 'outline'}
                  aria-current={state === value ? 'true' : undefined}
                  activeOptions={{ includeSearch: true, exact: true }}
                >
                  {label}　{count === undefined ? '…' : `${grouped(count)}件`}
                </Link>
              </li>
            )
          })}
        </ul>
      </nav>
      <DataTable
        caption="支援の申請（新しい順）"
        columns={columns}
        rows={data?.applications}
        rowKey={(row) => row.supportId}
        rowLink={(row) => ({ to: '/support/applications/$supportId', params: { supportId: row.supportId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>条件に合う申請はありません。</p>}
        paging={{
          onFirst: after === undefined ? undefined : () => go(filter),
          onNext: next === null ? undefined : () => go({ ...filter, after: next }),
        }}
      />
    </>
  )
}
