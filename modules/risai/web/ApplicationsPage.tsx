import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { countApplications, listApplications, receiveApplication } from '../risai.contract.ts'
import { damageGrades } from '../../disasters/grades.ts'
import { applicationStates, channels, type ApplicationState } from '../risai.ts'
import { BulkAccept } from './BulkAccept.tsx'
import { issuing, stateTones, type ApplicationRow } from './application-text.ts'

const column = columnsOf<ApplicationRow>()
const columns = column.columns([
  column.accessor('serialNo', { header: '整理番号', meta: { nowrap: true } }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: (cell) => (
      <Badge tone={stateTones[cell.getValue()]}>{labelOf(applicationStates, cell.getValue())}</Badge>
    ),
  }),
  column.accessor('channel', { header: '受付', cell: (cell) => labelOf(channels, cell.getValue()) }),
  column.accessor('appliedOn', {
    header: '申請日',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate} />,
  }),
  column.accessor('applicantName', {
    header: '申請者',
    cell: (cell) => <NameText name={cell.getValue()} />,
  }),
  column.accessor('headName', { header: '世帯主', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('dwellingAddress', {
    header: '被災住家の所在地',
    cell: (cell) => cell.getValue() ?? <Badge tone="error">支援措置のため非表示</Badge>,
  }),
  column.accessor('grade', {
    header: '被害の程度',
    cell: (cell) => labelOf(damageGrades, cell.getValue()) || '―',
  }),
])

type Filter = { readonly state?: ApplicationState; readonly serial?: string; readonly after?: string }

/** 罹災証明書の申請の一覧, by state, with the counts of what waits. */
export function ApplicationsPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const can = useCan()
  return (
    <Page
      title="罹災証明書"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '罹災証明書' }]}
      lead="申請を受け付け、被害の程度を認定し、罹災証明書を交付します。"
      actions={
        disasterId !== null && (
          <>
            {can(issuing).allowed && (
              <Link to="/risai/batches" className="button">
                一括印刷
              </Link>
            )}
            <Link to="/risai/letters" className="button">
              通知書（郵便）
            </Link>
            <Link to="/risai/appointments" className="button">
              来庁の予約
            </Link>
            <Link to="/risai/terms" className="button">
              申請期限
            </Link>
            {can(receiveApplication).allowed && (
              <Link to="/ledger" className="button" data-look="solid">
                申請を受け付ける（被災者を探す）
              </Link>
            )}
          </>
        )
      }
    >
      {disasterId === null ? <ChooseDisaster /> : <Applications disasterId={disasterId} />}
    </Page>
  )
}

function Applications(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const navigate = useNavigate()
  const { state, serial, after } = useSearch({ strict: false }) as Filter
  const { data, error, refetch } = useQuery(
    q(listApplications, {
      disasterId,
      ...(state === undefined ? {} : { states: [state] }),
      ...(serial === undefined ? {} : { serialNo: serial }),
      after: after ?? null,
    }),
  )
  const go = (filter: Filter) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], ...filter }) as never,
    })
  const filter = { ...(state === undefined ? {} : { state }), ...(serial === undefined ? {} : { serial }) }
  const next = data?.next ?? null
  return (
    <>
      <StateLinks disasterId={disasterId} selected={state} />
      <SerialSearch
        key={serial}
        serial={serial ?? ''}
        onSearch={(found) => go(found === '' ? {} : { serial: found })}
      />
      {data && <BulkAccept rows={data.applications} />}
      <DataTable
        caption={
          state === undefined ? '申請（新しい順）' : `${labelOf(applicationStates, state)}の申請（新しい順）`
        }
        columns={columns}
        rows={data?.applications}
        rowKey={(row) => row.applicationId}
        rowLink={(row) => ({
          to: '/risai/applications/$applicationId',
          params: { applicationId: row.applicationId },
        })}
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

function StateLinks(props: { disasterId: string; selected: ApplicationState | undefined }): ReactNode {
  const { data, error } = useQuery(q(countApplications, { disasterId: props.disasterId }))
  if (error) return <ErrorSummary error={error} />
  const countOf = (state: ApplicationState) => data?.counts.find((one) => one.state === state)?.count ?? 0
  const all = data?.counts.reduce((sum, one) => sum + one.count, 0) ?? 0
  const link = (state: ApplicationState | undefined, label: string, count: number) => (
    <li key={label}>
      <Link
        to="/risai"
        search={(state === undefined ? {} : { state }) as never}
        className="button"
        data-size="small"
        data-look={props.selected === state ? 'solid' : 'outline'}
        aria-current={props.selected === state ? 'true' : undefined}
        activeOptions={{ includeSearch: true, exact: true }}
      >
        {label}　{data ? `${grouped(count)}件` : '…'}
      </Link>
    </li>
  )
  return (
    <nav aria-label="状態で絞り込む">
      <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
        {link(undefined, 'すべて', all)}
        {applicationStates.map(({ value, label }) => link(value, label, countOf(value)))}
      </ul>
    </nav>
  )
}

const Serial = textWith({ width: 'middle', maxLength: 30, type: 'search', hint: '例：R8-1-00012' })

function SerialSearch(props: { serial: string; onSearch: (serial: string) => void }): ReactNode {
  const [serial, setSerial] = useState(props.serial)
  return (
    <form
      role="search"
      aria-label="整理番号で探す"
      className="button-row"
      style={{ alignItems: 'end' }}
      onSubmit={(event) => {
        event.preventDefault()
        props.onSearch(serial.normalize('NFKC').trim().toUpperCase())
      }}
    >
      <LooseField name="serial" label="整理番号で探す" kind={Serial} value={serial} onChange={setSerial} />
      <Button type="submit">検索</Button>
    </form>
  )
}
