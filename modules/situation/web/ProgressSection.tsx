import { useQuery } from '@tanstack/react-query'
import { useId, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { partsOf } from '@open-bcl/core/dates.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { getProgress } from '../situation.contract.ts'
import type { progressKinds } from '../situation.ts'

type Day = OutputOf<typeof getProgress>['days'][number]
const column = columnsOf<Day>()
const columns = column.columns([
  column.accessor('on', {
    header: '日付',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue() as PlainDate),
  }),
  column.accessor('count', {
    header: '件数',
    meta: { align: 'end' },
    cell: (cell) => grouped(cell.getValue()),
  }),
])

const width = 600
const height = 156
/** Room for words of twice the size, as a narrow page has them. */
const top = 34
const base = height - 32

/** A bar a day, and the same as a table for whoever cannot see them or wants figures. */
export function ProgressSection(props: {
  disasterId: string
  kind: (typeof progressKinds)[number]
  everyMs: number
}): ReactNode {
  const id = useId()
  const { value, label, unit } = props.kind
  const { data, error } = useQuery({
    ...q(getProgress, { disasterId: props.disasterId, progress: value }),
    refetchInterval: props.everyMs,
  })
  const title = `日ごとの${label}`
  if (error) return <ErrorSummary error={error} />
  if (!data) return null
  const { days } = data
  const sum = days.reduce((all, { count }) => all + count, 0)
  if (sum === 0)
    return (
      <Section title={title}>
        <p>{`この30日間はありません。`}</p>
      </Section>
    )
  const most = Math.max(...days.map(({ count }) => count))
  const step = width / days.length
  return (
    <Section title={title}>
      <p id={id}>{`この30日間で${grouped(sum)}${unit}、最も多い日は${grouped(most)}${unit}です。`}</p>
      <svg
        className="bar-chart"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${title}の棒グラフ`}
        aria-describedby={id}
      >
        <line x1="0" x2={width} y1={base} y2={base} className="bar-chart-axis" />
        <text x="0" y={top - 10}>{`${grouped(most)}${unit}`}</text>
        {days.map(({ on, count }, i) => {
          const tall = Math.max((count / most) * (base - top), count > 0 ? 2 : 0)
          const { month, day } = partsOf(on as PlainDate)
          return (
            <g key={on}>
              <rect
                x={i * step + 2}
                y={base - tall}
                width={step - 4}
                height={tall}
                className="bar-chart-bar"
              />
              {(days.length - 1 - i) % 7 === 0 && (
                <text
                  x={i < 7 ? 0 : Math.min(i * step + step / 2, width)}
                  y={height - 8}
                  textAnchor={i < 7 ? 'start' : i === days.length - 1 ? 'end' : 'middle'}
                >
                  {`${month}/${day}`}
                </text>
              )}
            </g>
          )
        })}
      </svg>
      <details>
        <summary>表で見る</summary>
        <DataTable
          caption={`${title}（新しい順）`}
          columns={columns}
          rows={days.toReversed()}
          rowKey={(row) => row.on}
          empty=""
        />
      </details>
    </Section>
  )
}
