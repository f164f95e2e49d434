import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { getStatement, listStatements, statementFiles } from '../billing.contract.ts'
import { channelWords } from '../copies.ts'
import { monthWords } from '../fiscal-year.ts'
import { kindWords } from '../statements.ts'
import { monthIn, yenText, type Search } from './billing-text.ts'

type Line = OutputOf<typeof getStatement>['lines'][number]

const column = columnsOf<Line & { readonly other: string }>()
const money = (header: string, of: (line: Line) => number) =>
  column.accessor(of, {
    id: header,
    header,
    meta: { align: 'end', nowrap: true },
    cell: (cell) => yenText(cell.getValue()),
  })
const columns = column.columns([
  column.accessor((line) => kindWords(line.key.kind), {
    id: 'kind',
    header: '証明書',
    cell: ({ row: { original }, getValue }) => (
      <>
        {getValue()} {original.key.test && <Badge tone="information">試験</Badge>}
        {original.oddPrinting && <Badge tone="error">印刷代が料金表と違う</Badge>}
      </>
    ),
  }),
  column.accessor('other', { header: '相手' }),
  column.accessor((line) => channelWords[line.key.channel], { id: 'channel', header: '交付場所' }),
  money('手数料（1通）', (line) => line.key.feeYen),
  column.accessor((line) => line.totals.copies, {
    id: 'copies',
    header: '通数',
    meta: { align: 'end' },
    cell: (cell) => grouped(cell.getValue()),
  }),
  money('端末収納額', (line) => line.totals.collectedYen),
  money('委託手数料', (line) => line.totals.commissionYen),
  money('繰替払後の額', (line) => line.totals.transferYen),
  money('BCL利用料', (line) => line.totals.bclYen),
])

/** 精算明細 of one town or operator; every line leads to its transactions. */
export function StatementPage(): ReactNode {
  const by = usePathParam('by') === 'operator' ? 'operator' : 'town'
  const id = usePathParam('id')
  const search = useSearch({ strict: false }) as Search
  const month = monthIn(search['month'])
  const asked = { by, id, month } as const
  const { data, error, refetch } = useQuery(q(getStatement, asked))
  const list = useQuery(q(listStatements, { month }))
  const others = new Map(
    (by === 'town' ? list.data?.operators : list.data?.towns)?.map(({ party }) => [party.id, party.name]),
  )
  const rows = data?.lines.map((line) => {
    const key = by === 'town' ? (line.key.operatorId ?? '') : line.key.municipalityCode
    return { ...line, other: others.get(key) ?? key }
  })
  return (
    <Page
      title={data ? `${data.party.name} ${monthWords(month)}` : '精算明細'}
      crumbs={[
        { label: '全国の状況', to: '/' },
        { label: '月次の精算', to: '/settlement' },
        { label: '精算明細' },
      ]}
      badges={
        data && (
          <Badge tone={data.closedAt === null ? 'information' : 'success'}>
            {data.closedAt === null ? '速報' : '確定'}
          </Badge>
        )
      }
      actions={
        <>
          {by === 'town' && (
            <Link to={`/yearly/${id}` as string} className="button">
              算定のもと
            </Link>
          )}
          <SaveButton endpoint={statementFiles.pdf} input={asked} label="PDF" />
          <SaveButton endpoint={statementFiles.xlsx} input={asked} label="XLSX" />
          <SaveButton endpoint={statementFiles.csv} input={asked} label="CSV" />
        </>
      }
    >
      <DataTable
        caption="明細（行を選ぶと、もとの取引が出ます）"
        columns={columns}
        rows={rows}
        rowKey={(line) => JSON.stringify(line.key)}
        rowLink={({ key }) => ({
          to: '/settlement/rows',
          search: { ...asked, ...lineSearch(key, by) },
        })}
        empty="この月に印刷された証明書はありません。"
        error={error}
        onRetry={() => void refetch()}
      />
      {data && (
        <Section title="合計">
          <p>
            {grouped(data.totals.copies)}通（{grouped(data.transactions)}件）、端末収納額
            {yenText(data.totals.collectedYen)}、委託手数料{yenText(data.totals.commissionYen)}、繰替払後の額
            {yenText(data.totals.transferYen)}、BCL利用料{yenText(data.totals.bclYen)}（翌年度請求）
          </p>
          <ul>
            {data.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  )
}

/** The key of a line, as the list of its rows takes it; what the statement itself says is not repeated. */
function lineSearch(key: Line['key'], by: 'town' | 'operator'): Record<string, unknown> {
  const { municipalityCode, operatorId, test, ...same } = key
  return {
    ...same,
    test: test ? 'true' : 'false',
    ...(by === 'town' ? { operatorId: operatorId ?? '' } : { municipalityCode }),
  }
}
