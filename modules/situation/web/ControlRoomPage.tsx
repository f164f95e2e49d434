import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
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
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { countWork, getTimes, listWork } from '../situation.contract.ts'
import { ages, progressKinds, workGroups, workOf, type WorkGroup } from '../situation.ts'
import { ProgressSection } from './ProgressSection.tsx'
import { momentText, sinceText } from './situation-text.ts'

/** Every minute, also while nobody touches the page: it hangs on a wall. */
const EVERY_MS = 60_000

type Figure = OutputOf<typeof countWork>['works'][number]

const column = columnsOf<Figure>()
const columns = column.columns([
  column.accessor('work', {
    header: 'すること',
    meta: { wide: true },
    cell: (cell) => {
      const { label, act } = workOf(cell.getValue())
      return (
        <>
          {label}
          <br />
          <span className="small quiet">{act}</span>
        </>
      )
    },
  }),
  column.accessor('count', {
    header: '件数',
    meta: { align: 'end', nowrap: true },
    cell: ({ row: { original: one } }) => (
      <WorkLink figure={one} search={{}} text={`${grouped(one.count)}${workOf(one.work).unit}`} />
    ),
  }),
  column.accessor('late', {
    header: '遅れ',
    meta: { align: 'end', nowrap: true },
    cell: ({ row: { original: one } }) =>
      one.late === 0 ? (
        '―'
      ) : (
        <>
          <Badge tone="error">遅れ</Badge>{' '}
          <WorkLink
            figure={one}
            search={{ late: 'yes' }}
            text={`${grouped(one.late)}${workOf(one.work).unit}`}
          />
        </>
      ),
  }),
  column.accessor('byAge', {
    header: '待っている日数',
    cell: ({ row: { original: one } }) => (
      <ul className="button-row" style={{ listStyle: 'none', padding: 0, margin: 0 }}>
        {one.byAge
          .filter(({ count }) => count > 0)
          .map(({ age, count }) => (
            <li key={age}>
              <WorkLink figure={one} search={{ age }} text={`${labelOf(ages, age)} ${grouped(count)}`} />
            </li>
          ))}
      </ul>
    ),
  }),
  column.accessor('oldest', {
    header: '最も古いもの',
    meta: { nowrap: true },
    cell: (cell) => {
      const oldest = cell.getValue()
      return oldest === null ? '―' : sinceText(oldest, Date.now())
    },
  }),
  column.accessor('whose', { header: '担当', cell: (cell) => cell.getValue().join('、') }),
])

function WorkLink(props: { figure: Figure; search: object; text: string }): ReactNode {
  if (!useCan()(listWork).allowed) return props.text
  return (
    <Link
      to={'/situation/work/$work' as never}
      params={{ work: props.figure.work } as never}
      search={props.search as never}
    >
      {props.text}
    </Link>
  )
}

/** Another page's address, for who sees more than numbers. */
function RowsLink({ to, text }: { to: string; text: string }): ReactNode {
  return useCan()(listWork).allowed ? <Link to={to as never}>{text}</Link> : text
}

/** 災害対応の状況: what must happen now, whose it is, what is late and what has not left. */
export function ControlRoomPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="災害対応の状況"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '災害対応の状況' }]}
      lead="いま何をすればよいか、誰の仕事か、何が遅れているかの一覧です。内訳を見られる方は、数字を押すと中身が開きます。1分ごとに新しくなります。"
      actions={
        disasterId !== null && (
          <Link to={'/situation/reports' as never} className="button">
            被害状況報告
          </Link>
        )
      }
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <>
          {workGroups.map(({ value, label }) => (
            <Group key={value} disasterId={disasterId} group={value} title={label} />
          ))}
          <Times disasterId={disasterId} />
          {progressKinds.map((one) => (
            <ProgressSection key={one.value} disasterId={disasterId} kind={one} everyMs={EVERY_MS} />
          ))}
        </>
      )}
    </Page>
  )
}

function Group(props: { disasterId: string; group: WorkGroup; title: string }): ReactNode {
  const { data, error, refetch } = useQuery({
    ...q(countWork, { disasterId: props.disasterId, group: props.group }),
    refetchInterval: EVERY_MS,
  })
  const open = data?.works.filter(({ count }) => count > 0)
  const done = data?.works.filter(({ count }) => count === 0) ?? []
  return (
    <Section title={props.title}>
      <DataTable
        caption={data ? `${props.title}：${momentText(data.at)}現在` : props.title}
        columns={columns}
        rows={open}
        rowKey={(row) => row.work}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>待っているものはありません。</p>}
      />
      {open !== undefined && open.length > 0 && done.length > 0 && (
        <p className="small quiet">{`0件：${done.map(({ work }) => workOf(work).label).join('、')}`}</p>
      )}
    </Section>
  )
}

type Deadline = OutputOf<typeof getTimes>['deadlines'][number]
const deadlineColumn = columnsOf<Deadline>()
const deadlinePages = { application: '/risai/terms', programme: '/support', plan: '/surveys/plans' } as const
const deadlineColumns = deadlineColumn.columns([
  deadlineColumn.accessor('title', {
    header: '期限',
    cell: ({ row: { original: one } }) => <RowsLink to={deadlinePages[one.kind]} text={one.title} />,
  }),
  deadlineColumn.accessor('on', {
    header: '最後の日',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue() as PlainDate),
  }),
  deadlineColumn.accessor('daysLeft', {
    header: '残り',
    meta: { nowrap: true },
    cell: (cell) => {
      const left = cell.getValue()
      if (left < 0) return <Badge tone="error">{`${-left}日前に過ぎました`}</Badge>
      if (left <= 14) return <Badge tone="warning">{left === 0 ? '今日まで' : `あと${left}日`}</Badge>
      return `あと${left}日`
    },
  }),
  deadlineColumn.accessor('verified', {
    header: '根拠',
    cell: (cell) => (cell.getValue() ? '' : <Badge tone="warning">出典を確認できていない期限</Badge>),
  }),
])

type Forecast = OutputOf<typeof getTimes>['forecasts'][number]
const forecastColumn = columnsOf<Forecast>()
const day = (on: string | null): string => (on === null ? '見込みが立ちません' : dateText(on as PlainDate))
const forecastColumns = forecastColumn.columns([
  forecastColumn.accessor('name', {
    header: '調査計画',
    cell: (cell) => <RowsLink to="/surveys/plans" text={cell.getValue()} />,
  }),
  forecastColumn.accessor('left', {
    header: '残り',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => `${grouped(cell.getValue())}棟`,
  }),
  forecastColumn.accessor('pacePerDay', {
    header: '1日あたり',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => {
      const pace = cell.getValue()
      return pace === null ? '―' : `${pace}棟`
    },
  }),
  forecastColumn.accessor('atPaceOn', {
    header: '今のペースで終わる日',
    cell: (cell) => day(cell.getValue()),
  }),
  forecastColumn.accessor('asPlannedOn', {
    header: '班の予定で終わる日',
    cell: (cell) => day(cell.getValue()),
  }),
  forecastColumn.accessor('endsOn', {
    header: '計画の終わり',
    cell: ({ row: { original: one } }) => (
      <>
        {day(one.endsOn)}{' '}
        {one.atPaceOn !== null && one.atPaceOn > one.endsOn && <Badge tone="error">間に合いません</Badge>}
      </>
    ),
  }),
])

function Times({ disasterId }: { disasterId: string }): ReactNode {
  const { data, error } = useQuery({ ...q(getTimes, { disasterId }), refetchInterval: EVERY_MS })
  if (error) return <ErrorSummary error={error} />
  return (
    <>
      <Section title="調査の見通し">
        <DataTable
          caption="終わっていない調査計画"
          columns={forecastColumns}
          rows={data?.forecasts}
          rowKey={(row) => row.planId}
          empty={<p>進んでいる調査計画はありません。</p>}
        />
      </Section>
      <Section title="期限">
        <DataTable
          caption="期限（過ぎて30日以内と、120日以内に来るもの）"
          columns={deadlineColumns}
          rows={data?.deadlines}
          rowKey={(row) => `${row.kind}${row.title}`}
          empty={<p>この期間に期限はありません。</p>}
        />
      </Section>
    </>
  )
}
