import { useQuery } from '@tanstack/react-query'
import { useId, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { partsOf } from '@open-bcl/core/dates.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listLinkDays } from '../days.contract.ts'

type Day = OutputOf<typeof listLinkDays>['days'][number]

const column = columnsOf<Day>()
const columns = column.columns([
  column.accessor('on', {
    header: '日付',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue() as PlainDate),
  }),
  count('files', '取り込んだファイル'),
  count('refused', '受け取れなかったファイル'),
  count('rows', '行数'),
])

function count(name: 'files' | 'refused' | 'rows', header: string) {
  return column.accessor(name, {
    header,
    meta: { align: 'end' },
    cell: (cell) => grouped(cell.getValue()),
  })
}

const width = 600
const height = 156
/** Room for words of twice the size, as a narrow page has them. */
const top = 34
const base = height - 32

/** この30日の連携: rows a day as bars, and the same as a table for whoever cannot see them or wants figures. */
export function DaysSection(): ReactNode {
  const id = useId()
  const { data } = useQuery(q(listLinkDays, {}))
  if (!data) return null
  const { days } = data
  const most = Math.max(...days.map(({ rows }) => rows), 0)
  const files = days.reduce((sum, day) => sum + day.files, 0)
  const refused = days.reduce((sum, day) => sum + day.refused, 0)
  if (files + refused === 0) {
    return (
      <Section title="この30日の連携">
        <p>この30日間に届いたファイルはありません。</p>
      </Section>
    )
  }
  const words = `30日間で${grouped(files)}ファイルを取り込み、${grouped(refused)}ファイルは受け取れませんでした。1日で最も多い日は${grouped(most)}行です。`
  const step = width / days.length
  return (
    <Section title="この30日の連携">
      <p id={id}>{words}</p>
      <svg
        className="bar-chart"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label="1日ごとの行数の棒グラフ"
        aria-describedby={id}
      >
        <line x1="0" x2={width} y1={base} y2={base} className="bar-chart-axis" />
        <text x="0" y={top - 10}>{`${grouped(most)}行`}</text>
        {days.map((day, i) => {
          const tall = most === 0 ? 0 : Math.max((day.rows / most) * (base - top), day.rows > 0 ? 2 : 0)
          const { month, day: date } = partsOf(day.on as PlainDate)
          return (
            <g key={day.on}>
              <rect
                x={i * step + 2}
                y={base - tall}
                width={step - 4}
                height={tall}
                className="bar-chart-bar"
              />
              {day.refused > 0 && (
                <text
                  x={i * step + step / 2}
                  y={base - tall - 4}
                  textAnchor="middle"
                  className="bar-chart-mark"
                >
                  ×
                </text>
              )}
              {(days.length - 1 - i) % 7 === 0 && (
                <text
                  x={i < 7 ? 0 : Math.min(i * step + step / 2, width)}
                  y={height - 8}
                  textAnchor={i < 7 ? 'start' : i === days.length - 1 ? 'end' : 'middle'}
                >
                  {`${month}/${date}`}
                </text>
              )}
            </g>
          )
        })}
      </svg>
      {refused > 0 && <p className="small quiet">×は、受け取れなかったファイルのある日です。</p>}
      <details>
        <summary>表で見る</summary>
        <DataTable
          caption="1日ごとの連携（新しい順）"
          columns={columns}
          rows={days.toReversed()}
          rowKey={(row) => row.on}
          empty=""
        />
      </details>
    </Section>
  )
}
