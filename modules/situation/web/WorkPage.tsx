import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { exportWorkCsv, exportWorkXlsx, listWork } from '../situation.contract.ts'
import { ages, workOf, works, type Age, type Work } from '../situation.ts'
import { momentText, sinceText } from './situation-text.ts'

type Row = OutputOf<typeof listWork>['rows'][number]
type Search = {
  readonly age?: Age
  readonly late?: 'yes'
  readonly afterSince?: string
  readonly afterKey?: string
}

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('number', { header: '番号', meta: { nowrap: true } }),
  column.accessor('since', {
    header: 'いつから',
    meta: { nowrap: true },
    cell: (cell) => `${sinceText(cell.getValue(), Date.now())}（${momentText(cell.getValue())}）`,
  }),
  column.accessor('who', { header: '班・職員・場所', cell: (cell) => cell.getValue() || '―' }),
  column.accessor('late', {
    header: '遅れ',
    cell: (cell) => (cell.getValue() ? <Badge tone="error">遅れ</Badge> : ''),
  }),
])

/** The rows behind a number of the control room. */
export function WorkPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const { work: named } = useParams({ strict: false }) as { work: string }
  const work = works.find(({ value }) => value === named)
  const crumbs = [
    { label: 'メインメニュー', to: '/' },
    { label: '災害対応の状況', to: '/situation' },
    { label: work?.label ?? '一覧' },
  ]
  if (!work)
    return (
      <Page title="その一覧はありません" crumbs={crumbs}>
        <Link to={'/situation' as never}>災害対応の状況へ戻る</Link>
      </Page>
    )
  return (
    <Page title={work.label} crumbs={crumbs} lead={work.act}>
      {disasterId === null ? <ChooseDisaster /> : <Rows disasterId={disasterId} work={workOf(work.value)} />}
    </Page>
  )
}

function Rows({ disasterId, work }: { disasterId: string; work: Work }): ReactNode {
  const navigate = useNavigate()
  const { age, late, afterSince, afterKey } = useSearch({ strict: false }) as Search
  const filter = { ...(age === undefined ? {} : { age }), ...(late === undefined ? {} : { late }) }
  const asked = { disasterId, work: work.value, ...filter }
  const page = afterSince && afterKey ? { afterSince, afterKey } : {}
  const { data, error, refetch } = useQuery(q(listWork, { ...asked, ...page }))
  const go = (search: object) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], ...search }) as never,
    })
  const chosen = late === 'yes' ? '遅れているもの' : age === undefined ? 'すべて' : labelOf(ages, age)
  const choice = (label: string, search: Search) => (
    <li key={label}>
      <Link
        to="."
        search={search as never}
        className="button"
        data-size="small"
        data-look={chosen === label ? 'solid' : 'outline'}
        aria-current={chosen === label ? 'true' : undefined}
      >
        {label}
      </Link>
    </li>
  )
  const param = /\$(\w+)/.exec(work.page)![1]!
  const next = data?.next ?? null
  return (
    <>
      <nav aria-label="待っている日数で絞り込む">
        <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
          {choice('すべて', {})}
          {work.lateDays !== null && choice('遅れているもの', { late: 'yes' })}
          {ages.map(({ value, label }) => choice(label, { age: value }))}
        </ul>
      </nav>
      <div className="button-row">
        <SaveButton endpoint={exportWorkCsv} input={asked} label="CSVに書き出す" />
        <SaveButton endpoint={exportWorkXlsx} input={asked} label="Excelに書き出す" />
        <Button onClick={() => window.print()}>印刷する</Button>
      </div>
      <DataTable
        caption={`${work.label}（${chosen}、古い順）`}
        columns={columns}
        rows={data?.rows}
        rowKey={(row) => row.key}
        rowLink={(row) => ({ to: work.page, params: { [param]: row.id } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>待っているものはありません。</p>}
        paging={{
          onFirst: afterKey === undefined ? undefined : () => go(filter),
          onNext:
            next === null ? undefined : () => go({ ...filter, afterSince: next.since, afterKey: next.key }),
        }}
      />
      <p className="small quiet">名前と所在地は、番号から開く画面で表示します。</p>
    </>
  )
}
