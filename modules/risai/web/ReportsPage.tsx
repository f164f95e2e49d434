import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { listReports, receiveReport } from '../reports.contract.ts'
import { reportStates, type ReportState } from '../reports.ts'
import { objectsText, reportTones, type ReportRow } from './report-text.ts'

const column = columnsOf<ReportRow>()
const columns = column.columns([
  column.accessor('serialNo', {
    header: '整理番号',
    meta: { nowrap: true },
    cell: (cell) => cell.getValue() ?? '（受理前）',
  }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: (cell) => (
      <Badge tone={reportTones[cell.getValue()]}>{labelOf(reportStates, cell.getValue())}</Badge>
    ),
  }),
  column.accessor('notifiedOn', {
    header: '届出日',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate} />,
  }),
  column.accessor('applicantName', {
    header: '届出者',
    cell: (cell) => <NameText name={cell.getValue()} />,
  }),
  column.accessor('objects', { header: '被災した物件', cell: (cell) => objectsText(cell.getValue()) }),
  column.accessor('place', {
    header: '被災場所',
    cell: (cell) => cell.getValue() ?? <Badge tone="error">支援措置のため非表示</Badge>,
  }),
])

type Filter = { readonly state?: ReportState; readonly after?: string }

/** 被災届出の一覧. */
export function ReportsPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const can = useCan()
  return (
    <Page
      title="被災証明書"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '被災証明書' }]}
      lead="非住家・家財・車両などの被害の届出を受け付け、届出があったことを証明します。被害の程度は証明しません。"
      actions={
        disasterId !== null &&
        can(receiveReport).allowed && (
          <Link to="/ledger" className="button" data-look="solid">
            届出を受け付ける（被災者を探す）
          </Link>
        )
      }
    >
      {disasterId === null ? <ChooseDisaster /> : <Reports disasterId={disasterId} />}
    </Page>
  )
}

function Reports(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const navigate = useNavigate()
  const { state, after } = useSearch({ strict: false }) as Filter
  const { data, error, refetch } = useQuery(
    q(listReports, { disasterId, state: state ?? null, after: after ?? null }),
  )
  const filter: Filter = state === undefined ? {} : { state }
  const go = (to: Filter) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], ...to }) as never,
    })
  const next = data?.next ?? null
  const link = (of: ReportState | undefined, label: string) => (
    <li key={label}>
      <Link
        to="/hisai"
        search={(of === undefined ? {} : { state: of }) as never}
        className="button"
        data-size="small"
        data-look={state === of ? 'solid' : 'outline'}
        aria-current={state === of ? 'true' : undefined}
      >
        {label}
      </Link>
    </li>
  )
  return (
    <>
      <nav aria-label="状態で絞り込む">
        <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
          {link(undefined, 'すべて')}
          {reportStates.map(({ value, label }) => link(value, label))}
        </ul>
      </nav>
      <DataTable
        caption={`${state === undefined ? '' : `${labelOf(reportStates, state)}の`}被災届出（新しい順）`}
        columns={columns}
        rows={data?.reports}
        rowKey={(row) => row.reportId}
        rowLink={({ reportId }) => ({ to: '/hisai/reports/$reportId', params: { reportId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>条件に合う届出はありません。</p>}
        paging={{
          onFirst: after === undefined ? undefined : () => go(filter),
          onNext: next === null ? undefined : () => go({ ...filter, after: next }),
        }}
      />
    </>
  )
}
