import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { transactionStates, type TransactionState } from '../../center.ts'
import { listTransactions } from '../../console.contract.ts'
import { LIVE_MS, shortInstant, yenText } from './console-text.ts'

type Row = OutputOf<typeof listTransactions>['transactions'][number]
type Search = {
  readonly municipalityCode?: string
  readonly kioskId?: string
  readonly state?: TransactionState
  readonly before?: string
}

export function TransactionBadge({ state, ja }: { state: TransactionState; ja: string }): ReactNode {
  const tone =
    state === 'printed' ? 'success' : state === 'aborted' || state === 'refunded' ? 'warning' : 'information'
  return <Badge tone={tone}>{ja}</Badge>
}

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('requestedAt', {
    header: '受付',
    meta: { nowrap: true },
    cell: (cell) => shortInstant(cell.getValue()),
  }),
  column.accessor('stateJa', {
    header: '状態',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => <TransactionBadge state={original.state} ja={original.stateJa} />,
  }),
  column.accessor('town', { header: '市区町村', cell: (cell) => cell.getValue() ?? noValue }),
  column.accessor('ja', { header: '証明書' }),
  column.accessor('copies', { header: '部数', meta: { align: 'end' }, cell: (c) => grouped(c.getValue()) }),
  column.accessor('totalYen', {
    header: '料金',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => {
      const yen = cell.getValue()
      return yen === null ? noValue : yenText(yen)
    },
  }),
  column.accessor('owedYen', {
    header: '未払い',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => (cell.getValue() === 0 ? 'なし' : <Badge tone="error">{yenText(cell.getValue())}</Badge>),
  }),
  column.accessor('kiosk', { header: '端末' }),
])

const State = selectOf(
  Object.entries(transactionStates).map(([value, { ja }]) => ({
    value: value as TransactionState,
    label: ja,
  })),
  'すべて',
)
const Code = textWith({ width: 'narrow', inputMode: 'numeric', maxLength: 6 })
const KioskId = textWith({ width: 'middle', maxLength: 64 })

/** 取引, the newest first; what is looked for stands in the address. */
export function TransactionsPage(): ReactNode {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const [asked, setAsked] = useState({
    municipalityCode: search.municipalityCode === undefined ? '' : String(search.municipalityCode),
    kioskId: search.kioskId ?? '',
    state: search.state ?? null,
  })
  const input = {
    ...(search.municipalityCode === undefined
      ? {}
      : { municipalityCode: String(search.municipalityCode).padStart(6, '0') }),
    ...(search.kioskId === undefined ? {} : { kioskId: String(search.kioskId) }),
    ...(search.state === undefined ? {} : { state: search.state }),
    ...(search.before === undefined ? {} : { before: String(search.before) }),
  }
  const { data, error, refetch } = useQuery({ ...q(listTransactions, input), refetchInterval: LIVE_MS })
  const go = (next: Search): void => void navigate({ to: '/transactions' as string, search: next as never })
  const filters: Search = {
    ...(asked.municipalityCode.trim() === '' ? {} : { municipalityCode: asked.municipalityCode.trim() }),
    ...(asked.kioskId.trim() === '' ? {} : { kioskId: asked.kioskId.trim() }),
    ...(asked.state === null ? {} : { state: asked.state }),
  }
  const last = data?.transactions.at(-1)
  return (
    <Page
      title="取引"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '取引' }]}
      lead="いつ、どの市区町村の何が、どこまで進んだか。誰のものかは、センターには残りません。"
    >
      <form
        className="form-body"
        aria-label="取引の絞り込み"
        onSubmit={(event) => {
          event.preventDefault()
          go(filters)
        }}
      >
        <FieldRow>
          <LooseField
            name="municipalityCode"
            label="団体コード"
            kind={Code}
            value={asked.municipalityCode}
            onChange={(municipalityCode) => setAsked({ ...asked, municipalityCode })}
          />
          <LooseField
            name="kioskId"
            label="端末ID"
            kind={KioskId}
            value={asked.kioskId}
            onChange={(kioskId) => setAsked({ ...asked, kioskId })}
          />
          <LooseField
            name="state"
            label="状態"
            kind={State}
            value={asked.state}
            onChange={(state) => setAsked({ ...asked, state })}
          />
        </FieldRow>
        <div className="button-row">
          <Button type="submit">絞り込む</Button>
        </div>
      </form>
      <DataTable
        caption="取引（新しい順）"
        columns={columns}
        rows={data?.transactions}
        rowKey={(row) => row.transactionId}
        rowLink={(row) => ({
          to: '/transactions/$transactionId',
          params: { transactionId: row.transactionId },
        })}
        empty="条件に合う取引がありません。"
        error={error}
        onRetry={() => void refetch()}
        paging={{
          onFirst: search.before === undefined ? undefined : () => go(filters),
          onNext: data?.more && last ? () => go({ ...filters, before: last.transactionId }) : undefined,
        }}
      />
    </Page>
  )
}
