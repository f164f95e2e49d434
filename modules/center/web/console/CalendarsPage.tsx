import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { dateText, westernTextWithWeekday } from '@open-bcl/ui/fields/wareki-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { calendarScopes } from '../../calendar.ts'
import { getRegistryTown, listKiosks } from '../../registry.contract.ts'
import { getServiceMonth, listCalendars, setCalendar } from '../../service.contract.ts'
import { IdText, kindText, periodText, useOperators, useTownKind, useTownNames } from './registry-kinds.tsx'
import { presentDay } from './console-text.ts'

type Calendar = OutputOf<typeof listCalendars>['calendars'][number]
type Day = OutputOf<typeof getServiceMonth>['days'][number]

export const weekdayNames = ['日', '月', '火', '水', '木', '金', '土'] as const

type Search = { town?: string; kind?: string; kioskId?: string; month?: string }

function useCalendarSearch(): Search {
  const search = useSearch({ strict: false }) as Record<string, string | number | undefined>
  const text = (name: string): string | undefined =>
    search[name] === undefined ? undefined : String(search[name])
  const town = text('town')?.padStart(6, '0')
  return Object.fromEntries(
    Object.entries({ town, kind: text('kind'), kioskId: text('kioskId'), month: text('month') }).filter(
      ([, value]) => value !== undefined,
    ),
  )
}

/** サービス時間: the AND of every calendar as one picture of a month, and the calendars it is made of. */
export function CalendarsPage(): ReactNode {
  const can = useCan()
  const search = useCalendarSearch()
  return (
    <Page
      title="サービス時間"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: 'サービス時間' }]}
      lead="証明書は、センター・BCL・公的個人認証・市区町村・事業者・設置場所・端末の時間がすべて開いているときに取れます。"
      actions={
        can(setCalendar).allowed && (
          <Link to={'/calendars/new' as string} className="button">
            サービス時間を決める
          </Link>
        )
      }
    >
      <Section title="取れる時間（1か月）">
        <Ask search={search} />
        {search.town !== undefined && <Picture search={search} town={search.town} />}
      </Section>
      <Section title="登録されているサービス時間">
        <Registered />
      </Section>
    </Page>
  )
}

const MonthText = { min: -12, max: 12 }

/** Months around this one, 「2026年11月」. */
function monthsAround(): { value: string; label: string }[] {
  const [year, month] = presentDay().split('-').map(Number) as [number, number]
  return Array.from({ length: MonthText.max - MonthText.min + 1 }, (_, index) => {
    const months = year * 12 + month - 1 + MonthText.min + index
    const [y, m] = [Math.floor(months / 12), (months % 12) + 1]
    return { value: `${y}-${String(m).padStart(2, '0')}`, label: `${y}年${m}月` }
  })
}

function thisMonth(): string {
  return presentDay().slice(0, 7)
}

function Ask({ search }: { search: Search }): ReactNode {
  const navigate = useNavigate()
  const Towns = useTownKind()
  const town = search.town
  const routes = useQuery({
    ...q(getRegistryTown, { municipalityCode: (town ?? '') as MunicipalityCode }),
    enabled: town !== undefined,
  }).data?.routes
  const kinds = new Map(routes?.map(({ kind, ja }) => [kind, ja]))
  const kiosks = useQuery(q(listKiosks, {})).data
  const go = (change: Search): void =>
    void navigate({ to: '/calendars' as string, search: { ...search, ...change } as never })
  const chosenKind = search.kind ?? routes?.[0]?.kind ?? null
  return (
    <div className="search-row">
      <LooseField
        name="town"
        label="市区町村"
        kind={Towns}
        value={town ?? null}
        onChange={(next) =>
          void navigate({
            to: '/calendars' as string,
            search: (next === null ? {} : { ...search, town: next, kind: undefined }) as never,
          })
        }
      />
      {town !== undefined && (
        <>
          <LooseField
            name="kind"
            label="証明書"
            kind={selectOf([...kinds].map(([value, label]) => ({ value, label })))}
            value={chosenKind}
            onChange={(kind) => go(kind === null ? {} : { kind })}
          />
          {kiosks !== undefined && !kiosks.more ? (
            <LooseField
              name="kioskId"
              label="端末"
              kind={selectOf(
                kiosks.kiosks.flatMap(({ kioskId, name, place, storeId }) =>
                  storeId === null ? [] : [{ value: kioskId, label: `${name}（${place}）` }],
                ),
                'どの端末でも同じ部分',
              )}
              value={search.kioskId ?? null}
              onChange={(kioskId) => go({ kioskId: kioskId ?? undefined } as Search)}
            />
          ) : (
            <KioskById value={search.kioskId ?? ''} onChoose={(kioskId) => go({ kioskId } as Search)} />
          )}
          <LooseField
            name="month"
            label="月"
            kind={selectOf(monthsAround())}
            value={search.month ?? thisMonth()}
            onChange={(month) => go({ month: month ?? thisMonth() })}
          />
        </>
      )}
    </div>
  )
}

/** Where there are too many machines for a list. */
function KioskById(props: { value: string; onChoose: (kioskId: string | undefined) => void }): ReactNode {
  const [text, setText] = useState(props.value)
  return (
    <>
      <LooseField
        name="kioskId"
        label="端末ID"
        hint="空欄なら、どの端末でも同じ部分"
        kind={IdText}
        value={text}
        onChange={setText}
      />
      <Button onClick={() => props.onChoose(text.trim() === '' ? undefined : text.trim())}>表示する</Button>
    </>
  )
}

function Picture({ search, town }: { search: Search; town: string }): ReactNode {
  const municipalityCode = town as MunicipalityCode
  const routes = useQuery(q(getRegistryTown, { municipalityCode })).data?.routes
  const kind = search.kind ?? routes?.[0]?.kind
  const month = search.month ?? thisMonth()
  const { kioskId } = search
  const { data, error } = useQuery({
    ...q(getServiceMonth, {
      ...{ municipalityCode, kind: kind ?? '', month },
      ...(kioskId === undefined ? {} : { kioskId }),
    }),
    enabled: kind !== undefined,
  })
  if (routes?.length === 0) return <p>この市区町村には、まだ経路が登録されていません。</p>
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      {data.stoppedBy !== null && (
        <Banner tone="error" title={`いま停止しています（${data.stoppedBy}）`}>
          下の図は、停止が解かれた後の予定です。
          <Link to={'/stops' as string}>停止と再開</Link>
        </Banner>
      )}
      <DataTable
        caption={`${kindText(kind ?? '')}が取れる時間`}
        columns={dayColumns}
        rows={data.days}
        rowKey={(row) => row.on}
        empty=""
      />
    </>
  )
}

const dayColumn = columnsOf<Day>()
const dayColumns = dayColumn.columns([
  dayColumn.accessor('on', {
    header: '日',
    meta: { nowrap: true },
    cell: (cell) => westernTextWithWeekday(cell.getValue()).replace(/^\d+年/, ''),
  }),
  dayColumn.display({
    id: 'hours',
    header: '取れる時間',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => hoursText(original),
  }),
  dayColumn.display({
    id: 'bar',
    header: '0時から24時',
    cell: ({ row: { original } }) => <DayBar day={original} />,
  }),
  dayColumn.display({
    id: 'why',
    header: '取れない時間と理由',
    meta: { wide: true },
    cell: ({ row: { original } }) => (
      <ul className="plain-list">
        {whyClosed(original).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    ),
  }),
])

/** 「00:00〜08:30、17:15〜24:00 サービス時間の外です（市区町村）」, a line a reason. */
function whyClosed({ stretches }: Day): string[] {
  const closed = stretches.filter(({ reason }) => reason !== null)
  return [...Map.groupBy(closed, ({ reason }) => reason)].map(
    ([reason, parts]) => `${parts.map(({ from, until }) => `${from}〜${until}`).join('、')} ${reason}`,
  )
}

function hoursText({ stretches }: Day): ReactNode {
  const open = stretches.filter(({ reason }) => reason === null)
  return open.length === 0 ? (
    <Badge>終日休み</Badge>
  ) : (
    open.map(({ from, until }) => `${from}〜${until}`).join('、')
  )
}

/** The day as a strip; the words stand beside it. */
function DayBar({ day }: { day: Day }): ReactNode {
  return (
    <span className="day-bar" aria-hidden="true">
      {day.stretches.map(({ from, until, reason }) => (
        <span
          key={from}
          data-open={reason === null ? '' : undefined}
          style={{ flexGrow: minutes(until) - minutes(from) }}
          title={reason === null ? `${from}〜${until}` : `${from}〜${until} ${reason}`}
        />
      ))}
    </span>
  )
}

function minutes(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
}

const column = columnsOf<Calendar>()

function Registered(): ReactNode {
  const can = useCan()
  const { data, error } = useQuery(q(listCalendars, {}))
  const towns = useTownNames()
  const operators = new Map(useOperators().map(({ operatorId, ja }) => [operatorId, ja]))
  const columns = column.columns([
    column.display({
      id: 'who',
      header: '対象',
      cell: ({ row: { original } }) =>
        [
          calendarScopes[original.scope],
          towns.get(original.scopeKey) ?? operators.get(original.scopeKey) ?? original.scopeKey,
        ]
          .filter((part) => part !== '')
          .join(' '),
    }),
    column.accessor('kind', {
      header: '証明書',
      meta: { nowrap: true },
      cell: (cell) => kindText(cell.getValue()) || 'すべて',
    }),
    column.display({
      id: 'period',
      header: '期間',
      cell: ({ row: { original } }) => periodText(original.fromOn, original.untilOn),
    }),
    column.display({
      id: 'hours',
      header: '時間',
      meta: { nowrap: true },
      cell: ({ row: { original } }) => `${original.opensAt}〜${original.closesAt}`,
    }),
    column.display({
      id: 'days',
      header: '休み',
      meta: { wide: true },
      cell: ({ row: { original } }) => closedText(original),
    }),
    column.accessor('note', { header: '備考' }),
    column.display({
      id: 'change',
      header: '操作',
      cell: ({
        row: {
          original: { scope, scopeKey, kind, fromOn },
        },
      }) =>
        can(setCalendar).allowed && (
          <Link
            to={'/calendars/new' as string}
            search={{ scope, scopeKey, kind, fromOn } as never}
            aria-label={`${calendarScopes[scope]} ${scopeKey} ${kindText(kind)}のサービス時間を変える`}
          >
            変える
          </Link>
        ),
    }),
  ])
  return (
    <DataTable
      caption="サービス時間"
      columns={columns}
      rows={data?.calendars}
      rowKey={(row) => `${row.scope}${row.scopeKey}${row.kind}${row.fromOn}`}
      empty="登録がありません。センターの設定の時間だけで動いています。"
      error={error}
    />
  )
}

function closedText({ weekdays, closedDays, closedDates }: Calendar): string {
  const off = weekdayNames.filter((_, day) => !weekdays.includes(day))
  return (
    [
      ...(off.length === 0 ? [] : [`${off.join('・')}曜日`]),
      ...(closedDays.length === 0 ? [] : [`毎年 ${closedDays.map(monthDay).join('、')}`]),
      ...closedDates.map((date) => dateText(date)),
    ].join('、') || 'なし'
  )
}

function monthDay(text: string): string {
  return `${Number(text.slice(0, 2))}月${Number(text.slice(3))}日`
}
