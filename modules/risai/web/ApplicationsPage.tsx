import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { countApplications, listApplications } from '../listing.contract.ts'
import { receiveApplication } from '../risai.contract.ts'
import { damageGrades } from '../../disasters/grades.ts'
import {
  applicationStates,
  channels,
  listWaitings,
  type ApplicationState,
  type Channel,
  type ListWaiting,
} from '../risai.ts'
import { ApplicationSearch, noWords, type SearchWords } from './ApplicationSearch.tsx'
import { BulkAccept } from './BulkAccept.tsx'
import { stateTones, type ApplicationRow } from './application-text.ts'
import { issuing } from './published/issuing.ts'

const column = columnsOf<ApplicationRow>()
const columns = column.columns([
  column.accessor('serialNo', { header: '整理番号', meta: { nowrap: true } }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: (cell) => (
      <>
        <Badge tone={stateTones[cell.getValue()]}>{labelOf(applicationStates, cell.getValue())}</Badge>
        {cell.row.original.resurveyOpen && <Badge tone="warning">再調査の途中</Badge>}
        {cell.row.original.decisionChanged && <Badge tone="error">同じ住家の決定が変わりました</Badge>}
      </>
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

/** What is looked for, as it stands in the address: a page that is sent to a colleague shows the same. No person's data. */
type Filter = {
  readonly state?: ApplicationState
  readonly channel?: Channel
  readonly late?: boolean
  readonly waiting?: ListWaiting
  readonly after?: string
}

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
  const { state, channel, late, waiting, after } = useSearch({ strict: false }) as Filter
  const [words, setWords] = useState<SearchWords>(noWords)
  const { data, error, refetch } = useQuery(
    q(listApplications, {
      disasterId,
      ...(state === undefined ? {} : { states: [state] }),
      ...(channel === undefined ? {} : { channel }),
      ...(waiting === undefined ? {} : { waiting }),
      late: late === true,
      serialNo: words.serial,
      person: words.person,
      address: words.address,
      after: after ?? null,
    }),
  )
  const go = (filter: Filter) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], ...filter }) as never,
    })
  const filter: Filter = {
    ...(state === undefined ? {} : { state }),
    ...(channel === undefined ? {} : { channel }),
    ...(late === true ? { late } : {}),
    ...(waiting === undefined ? {} : { waiting }),
  }
  const narrowed = words !== noWords || channel !== undefined || late === true
  const next = data?.next ?? null
  return (
    <>
      <StateLinks disasterId={disasterId} selected={state} waiting={waiting} />
      <ApplicationSearch
        words={words}
        channel={channel ?? null}
        late={late === true}
        narrowed={narrowed}
        onSearch={(found, chosen) => {
          setWords(found)
          const { channel: _c, late: _l, ...kept } = filter
          go({
            ...kept,
            ...(chosen.channel === null ? {} : { channel: chosen.channel }),
            ...(chosen.late ? { late: true } : {}),
          })
        }}
      />
      {data?.more && (
        <Banner tone="warning" title="同じ条件の方が多いため、はじめの50人の申請だけを表示しています">
          氏名を全部入れるなどして、絞り込んでください。
        </Banner>
      )}
      {data && <BulkAccept rows={data.applications} />}
      <DataTable
        caption={
          waiting !== undefined
            ? `${labelOf(listWaitings, waiting)}申請（新しい順）`
            : state === undefined
              ? '申請（新しい順）'
              : `${labelOf(applicationStates, state)}の申請（新しい順）`
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
        empty={
          narrowed || state !== undefined || waiting !== undefined ? (
            <p>条件に合う申請はありません。条件を変えて探してください。</p>
          ) : (
            <p>申請はまだありません。「申請を受け付ける（被災者を探す）」から受け付けます。</p>
          )
        }
        paging={{
          onFirst: after === undefined ? undefined : () => go(filter),
          onNext: next === null ? undefined : () => go({ ...filter, after: next }),
        }}
      />
    </>
  )
}

function StateLinks(props: {
  disasterId: string
  selected: ApplicationState | undefined
  waiting: ListWaiting | undefined
}): ReactNode {
  const { data, error } = useQuery(q(countApplications, { disasterId: props.disasterId }))
  if (error) return <ErrorSummary error={error} />
  const countOf = (state: ApplicationState) => data?.counts.find((one) => one.state === state)?.count ?? 0
  const isSelected = (filter: Pick<Filter, 'state' | 'waiting'>) =>
    props.selected === filter.state && props.waiting === filter.waiting
  const all = data?.counts.reduce((sum, one) => sum + one.count, 0) ?? 0
  const link = (filter: Pick<Filter, 'state' | 'waiting'>, label: string, count: number) => (
    <li key={label}>
      <Link
        to="/risai"
        search={filter as never}
        className="button"
        data-size="small"
        data-look={isSelected(filter) ? 'solid' : 'outline'}
        aria-current={isSelected(filter) ? 'true' : undefined}
        activeOptions={{ includeSearch: true, exact: true }}
      >
        {label}　{data ? `${grouped(count)}件` : '…'}
      </Link>
    </li>
  )
  const waitingCounts = {
    resurvey: data?.waiting.resurvey ?? 0,
    'same-dwelling': data?.waiting.sameDwelling ?? 0,
  }
  return (
    <nav aria-label="状態で絞り込む">
      <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
        {link({}, 'すべて', all)}
        {applicationStates.map(({ value, label }) => link({ state: value }, label, countOf(value)))}
        {listWaitings
          .filter(({ value }) => waitingCounts[value] > 0 || props.waiting === value)
          .map(({ value, label }) => link({ waiting: value }, label, waitingCounts[value]))}
      </ul>
    </nav>
  )
}
