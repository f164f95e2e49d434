import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listOftenOpened } from '../audit-trail.contract.ts'

const MONTHS = 24

type Pair = OutputOf<typeof listOftenOpened>['pairs'][number] & { readonly onPerson: (no: string) => void }

/** Who opened one person over and over in a month. */
export function AuditOften(props: { today: PlainDate; onPerson: (residentNo: string) => void }): ReactNode {
  const months = monthsBefore(props.today)
  const [month, setMonth] = useState<string | null>(months[0]!.value)
  const { data, error, refetch } = useQuery({
    ...q(listOftenOpened, { month: month ?? months[0]!.value }),
    enabled: month !== null,
  })
  return (
    <>
      <LooseField name="month" label="月" kind={selectOf(months)} value={month} onChange={setMonth} />
      {data && (
        <p role="status">
          {`1か月に${grouped(data.oftenFrom)}回以上見た組合せは${grouped(data.pairs.length)}件${data.more ? '以上' : ''}です。一覧に出ただけのもの（11人以上を一度に表示した操作）は数えません。窓口の担当者のように、仕事で何度も見る場合もあります。`}
        </p>
      )}
      <DataTable
        caption="同じ人を繰り返し見た職員（多い順）"
        columns={columns}
        rows={data?.pairs.map((pair) => ({ ...pair, onPerson: props.onPerson }))}
        rowKey={(row) => `${row.actor} ${row.subject}`}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>この月に、同じ人を繰り返し見た職員はいません。</p>}
      />
    </>
  )
}

const column = columnsOf<Pair>()
const columns = column.columns([
  column.accessor('actor', { header: '職員' }),
  column.accessor('subject', { header: '見られた人' }),
  column.accessor('acts', {
    header: '回数',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => `${grouped(cell.getValue())}回`,
  }),
  column.accessor('firstAt', {
    header: '最初',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('lastAt', {
    header: '最後',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.display({
    id: 'person',
    header: '操作',
    cell: ({ row: { original: one } }) =>
      one.residentNo === null ? (
        '―'
      ) : (
        <Button
          size="small"
          label={`${one.subject}：この人の記録を調べる`}
          onClick={() => one.onPerson(one.residentNo!)}
        >
          この人の記録を調べる
        </Button>
      ),
  }),
])

function monthsBefore(today: PlainDate): { value: string; label: string }[] {
  const year = Number(today.slice(0, 4))
  const month = Number(today.slice(5, 7)) - 1
  return Array.from({ length: MONTHS }, (_, back) => {
    const at = new Date(Date.UTC(year, month - back, 1))
    return {
      value: at.toISOString().slice(0, 7),
      label: `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月`,
    }
  })
}
