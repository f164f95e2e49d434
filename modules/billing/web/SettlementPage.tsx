import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { closeMonth, getStatement, getYear, listMonths, listStatements } from '../billing.contract.ts'
import { isMonth, monthWords } from '../fiscal-year.ts'
import { monthIn, monthOptions, yenText, type Search } from './billing-text.ts'

type Row = OutputOf<typeof listStatements>['towns'][number]

const column = columnsOf<Row>()
const money = (header: string, of: (row: Row) => number) =>
  column.accessor(of, {
    id: header,
    header,
    meta: { align: 'end', nowrap: true },
    cell: (cell) => yenText(cell.getValue()),
  })
const columns = column.columns([
  column.accessor((row) => row.party.name, { id: 'name', header: '相手' }),
  column.accessor((row) => row.totals.copies, {
    id: 'copies',
    header: '通数',
    meta: { align: 'end' },
    cell: (cell) => grouped(cell.getValue()),
  }),
  money('端末収納額', (row) => row.totals.collectedYen),
  money('委託手数料', (row) => row.totals.commissionYen),
  money('繰替払後の額', (row) => row.totals.transferYen),
  money('BCL利用料（翌年度請求）', (row) => row.totals.bclYen),
])

const MonthSelect = selectOf(monthOptions(36), '月を選んでください')

/** 月次の精算: the month as it stands, town by town and operator by operator, and its closing. */
export function SettlementPage(): ReactNode {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const month = monthIn(search['month'])
  const months = useQuery(q(listMonths, {}))
  const { data, error, refetch } = useQuery(q(listStatements, { month }))
  const next = months.data?.next
  const closable =
    months.data !== undefined &&
    month < months.data.present &&
    (next === null || next === undefined || next.month === month) &&
    data?.closedAt === null
  const list = (caption: string, rows: readonly Row[] | undefined) => (
    <DataTable
      caption={caption}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.party.id}
      rowLink={(row) =>
        // A machine in no store has no operator, and so no statement of its own.
        row.party.id === ''
          ? { to: '/settlement', search: { month } }
          : {
              to: '/settlement/$by/$id',
              params: { by: row.party.by, id: row.party.id },
              search: { month },
            }
      }
      empty="この月に印刷された証明書はありません。"
      error={error}
      onRetry={() => void refetch()}
    />
  )
  return (
    <Page
      title="月次の精算"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '月次の精算' }]}
      lead="印刷された証明書を、団体別・事業者別に集計します。締めた月の額は変わりません。後から分かった取引は、次の月に計上します。"
      badges={
        data && (
          <Badge tone={data.closedAt === null ? 'information' : 'success'}>
            {data.closedAt === null ? '速報' : '確定'}
          </Badge>
        )
      }
      actions={
        closable ? (
          <AskButton
            endpoint={closeMonth}
            input={{ month }}
            invalidates={[listMonths, listStatements, getStatement, getYear]}
            label="この月を締める"
            question={`${monthWords(month)}を締めますか`}
            confirm="締める"
          >
            <p>
              この月までに印刷され、まだ計上されていない取引をすべて計上します。締めた後で取り消すことはできません。
            </p>
          </AskButton>
        ) : undefined
      }
    >
      <div className="form-body">
        <LooseField
          name="month"
          label="月"
          kind={MonthSelect}
          value={month}
          onChange={(value) => {
            if (value !== null)
              void navigate({ to: '/settlement' as string, search: { month: value } as never })
          }}
        />
      </div>
      {next && isMonth(next.month) && <p>次に締める月は{monthWords(next.month)}です。</p>}
      <Section title="団体別">{list('団体別の精算', data?.towns)}</Section>
      <Section title="事業者別">{list('事業者別の精算', data?.operators)}</Section>
      {data && (
        <p>
          合計: {grouped(data.totals.copies)}通、端末収納額{yenText(data.totals.collectedYen)}、委託手数料
          {yenText(data.totals.commissionYen)}、繰替払後の額{yenText(data.totals.transferYen)}
          。団体別の合計と事業者別の合計は一致します。
        </p>
      )}
    </Page>
  )
}
