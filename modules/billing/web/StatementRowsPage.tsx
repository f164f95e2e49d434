import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listStatementRows, rowsCsv } from '../billing.contract.ts'
import { channelWords } from '../copies.ts'
import { monthWords } from '../fiscal-year.ts'
import { kindWords } from '../statements.ts'
import { codeIn, monthIn, yenText, type Search } from './billing-text.ts'

type Row = OutputOf<typeof listStatementRows>['rows'][number]

const column = columnsOf<Row>()
const money = (header: string, of: (row: Row) => number) =>
  column.accessor(of, {
    id: header,
    header,
    meta: { align: 'end', nowrap: true },
    cell: (cell) => yenText(cell.getValue()),
  })
const columns = column.columns([
  column.accessor('transactionId', { header: '取引番号', meta: { nowrap: true } }),
  column.accessor('printedAt', {
    header: '印刷',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('kind', {
    header: '証明書',
    cell: ({ row: { original }, getValue }) => (
      <>
        {kindWords(getValue())} {original.test && <Badge tone="information">試験</Badge>}
      </>
    ),
  }),
  column.accessor('channel', { header: '交付場所', cell: (cell) => channelWords[cell.getValue()] }),
  column.accessor('store', { header: '設置場所', cell: (cell) => cell.getValue() ?? noValue }),
  column.accessor('kioskId', { header: '端末', meta: { nowrap: true } }),
  column.accessor('copies', {
    header: '通数',
    meta: { align: 'end' },
    cell: (cell) => grouped(cell.getValue()),
  }),
  money('手数料（1通）', (row) => row.feeYen),
  money('委託手数料（1通）', (row) => row.commissionYen),
  money('BCL利用料（1通）', (row) => row.bclYen),
  money('収納すべき額', (row) => row.dueYen),
  column.accessor('keptYen', {
    header: '収納した額',
    meta: { align: 'end', nowrap: true },
    cell: ({ row: { original }, getValue }) =>
      getValue() === original.dueYen ? (
        yenText(getValue())
      ) : (
        <Badge tone="error">{yenText(getValue())}</Badge>
      ),
  }),
])

/** The transactions behind a figure of a statement. */
export function StatementRowsPage(): ReactNode {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const month = monthIn(search['month'])
  const by = search['by'] === 'operator' ? 'operator' : 'town'
  const id = by === 'town' ? (codeIn(search['id']) ?? '') : String(search['id'] ?? '')
  const { afterAt, afterId, ...line } = search
  const texts = Object.fromEntries(
    Object.entries(line)
      .filter(([name]) => !['by', 'id', 'month'].includes(name))
      .map(([name, value]) => [name, name === 'municipalityCode' ? codeIn(value) : String(value)]),
  )
  const asked = { by, id, month, ...texts } as RawInputOf<typeof rowsCsv>
  const paged =
    afterAt === undefined ? asked : { ...asked, afterAt: String(afterAt), afterId: String(afterId) }
  const { data, error, refetch } = useQuery(q(listStatementRows, paged))
  const last = data?.rows.at(-1)
  const go = (next: object): void =>
    void navigate({ to: '/settlement/rows' as string, search: next as never })
  return (
    <Page
      title="明細のもとの取引"
      crumbs={[
        { label: '全国の状況', to: '/' },
        { label: '月次の精算', to: '/settlement' },
        { label: 'もとの取引' },
      ]}
      lead={`${monthWords(month)}の明細の、この行を作っている取引です。誰の取引かは、センターには残りません。`}
      actions={<SaveButton endpoint={rowsCsv} input={asked} label="CSV" />}
    >
      <DataTable
        caption="取引（印刷の順）"
        columns={columns}
        rows={data?.rows}
        rowKey={(row) => row.transactionId}
        rowLink={(row) => ({
          to: '/transactions/$transactionId',
          params: { transactionId: row.transactionId },
        })}
        empty="取引はありません。"
        error={error}
        onRetry={() => void refetch()}
        paging={{
          onFirst: afterAt === undefined ? undefined : () => go(line),
          onNext:
            data?.more && last
              ? () => go({ ...line, afterAt: last.printedAt, afterId: last.transactionId })
              : undefined,
        }}
      />
    </Page>
  )
}
