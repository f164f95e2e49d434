import { useQuery } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { certificateKinds, type CertificateKindCode } from '../../municipalities/municipalities.ts'
import { issueStates, type Channel, type IssueState } from '../certificates.ts'
import { searchTransactions } from '../transactions.contract.ts'
import { channelOptions, kindOptions, stateOptions } from './certificate-text.ts'

type Answer = OutputOf<typeof searchTransactions>
type Row = Answer['transactions'][number]

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('requestedAt', {
    header: '受付日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('kind', {
    header: '証明書',
    cell: ({ row: { original } }) => certificateKinds[original.kind].ja,
  }),
  column.accessor('channel', {
    header: '交付場所',
    cell: ({ row: { original } }) =>
      `${labelOf(channelOptions, original.channel)}${original.kioskId === null ? '' : `（${original.kioskId}）`}`,
  }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => (
      <>
        {issueStates[original.state].ja} {original.official && <Badge>公用</Badge>}
      </>
    ),
  }),
  column.accessor('copies', { header: '部数', meta: { align: 'end' } }),
  column.accessor('totalYen', {
    header: '料金',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => `${grouped(cell.getValue())}円`,
  }),
  column.accessor('paidYen', {
    header: '受領額',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => {
      const yen = cell.getValue()
      return yen === null ? noValue : `${grouped(yen)}円`
    },
  }),
  column.accessor('transactionId', { header: '取引番号', cell: (cell) => `${cell.getValue().slice(0, 8)}…` }),
])

type Words = {
  readonly transactionId: string
  readonly fromOn: PlainDate | null
  readonly toOn: PlainDate | null
  readonly kind: CertificateKindCode | null
  readonly channel: Channel | null
  readonly state: IssueState | null
  readonly kioskId: string
  readonly residentNo: string
}
/** Kept in the browser's history entry, never in the address: a number tells about a person. */
type Searched = { readonly transactionSearch?: Words }

function conditionsOf(words: Words): RawInputOf<typeof searchTransactions> {
  const typed = {
    ...words,
    transactionId: words.transactionId.normalize('NFKC').replace(/\s/g, '').toLowerCase(),
    residentNo: words.residentNo.normalize('NFKC').replace(/[\s-]/g, ''),
    kioskId: words.kioskId.trim(),
  }
  return Object.fromEntries(
    Object.entries(typed).filter(([, value]) => value !== null && value !== ''),
  ) as RawInputOf<typeof searchTransactions>
}

const Kind = selectOf<CertificateKindCode>(kindOptions)
const Place = selectOf<Channel>(channelOptions)
const State = selectOf<IssueState>(stateOptions)
const Code = textWith({ width: 'middle' })

/** 取引情報参照: what was issued or begun, and sums of it. */
export function TransactionsPage(): ReactNode {
  const today = useToday()
  const navigate = useNavigate()
  const searched = useRouterState({
    select: (state) => (state.location.state as Searched).transactionSearch,
  })
  const none: Words = {
    transactionId: '',
    fromOn: null,
    toOn: null,
    kind: null,
    channel: null,
    state: null,
    kioskId: '',
    residentNo: '',
  }
  const [words, setWords] = useState<Words>(searched ?? { ...none, fromOn: today, toOn: today })
  const put = (changed: Partial<Words>) => setWords((kept) => ({ ...kept, ...changed }))
  return (
    <Page
      title="取引情報参照"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '取引情報参照' }]}
      lead="窓口とキオスク端末の交付を、受付から印刷・返金まで確かめます。検索したことは記録されます。"
    >
      <Section title="取引を探す">
        <form
          className="form-body"
          role="search"
          aria-label="取引を探す"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            void navigate({
              to: '.',
              search: true as never,
              state: (kept) => ({ ...kept, transactionSearch: words }) as typeof kept,
            })
          }}
        >
          <FieldRow>
            <LooseField
              name="fromOn"
              label="受付日（から）"
              kind={WarekiDate}
              value={words.fromOn}
              onChange={(fromOn) => put({ fromOn })}
            />
            <LooseField
              name="toOn"
              label="受付日（まで）"
              kind={WarekiDate}
              value={words.toOn}
              onChange={(toOn) => put({ toOn })}
            />
          </FieldRow>
          <FieldRow>
            <LooseField
              name="kind"
              label="証明書"
              kind={Kind}
              value={words.kind}
              onChange={(kind) => put({ kind })}
            />
            <LooseField
              name="channel"
              label="交付場所"
              kind={Place}
              value={words.channel}
              onChange={(channel) => put({ channel })}
            />
            <LooseField
              name="state"
              label="状態"
              kind={State}
              value={words.state}
              onChange={(state) => put({ state })}
            />
          </FieldRow>
          <FieldRow>
            <LooseField
              name="transactionId"
              label="取引番号"
              kind={Code}
              hint="証明書の下に印字されています。初めの4桁以上"
              value={words.transactionId}
              onChange={(transactionId) => put({ transactionId })}
            />
            <LooseField
              name="kioskId"
              label="キオスク端末の番号"
              kind={Code}
              value={words.kioskId}
              onChange={(kioskId) => put({ kioskId })}
            />
            <LooseField
              name="residentNo"
              label="宛名番号"
              kind={Code}
              hint="カードの持ち主、または証明した方"
              value={words.residentNo}
              onChange={(residentNo) => put({ residentNo })}
            />
          </FieldRow>
          <div className="button-row">
            <Button type="submit" look="solid">
              検索
            </Button>
            <Button onClick={() => setWords(none)}>条件を消す</Button>
          </div>
        </form>
      </Section>
      {searched && <Found key={JSON.stringify(searched)} words={searched} />}
    </Page>
  )
}

type Total = Answer['totals'][number]
const totalColumn = columnsOf<Total>()
const totalColumns = totalColumn.columns([
  totalColumn.accessor('state', {
    header: '状態',
    cell: ({ row: { original } }) => issueStates[original.state].ja,
  }),
  totalColumn.accessor('transactions', {
    header: '取引',
    meta: { align: 'end' },
    cell: (cell) => `${grouped(cell.getValue())}件`,
  }),
  totalColumn.accessor('copies', {
    header: '部数',
    meta: { align: 'end' },
    cell: (cell) => `${grouped(cell.getValue())}部`,
  }),
  totalColumn.accessor('yen', {
    header: '受領額（返金を除く）',
    meta: { align: 'end' },
    cell: (cell) => `${grouped(cell.getValue())}円`,
  }),
])

function Found(props: { words: Words }): ReactNode {
  const { data, error, refetch } = useQuery({
    ...q(searchTransactions, conditionsOf(props.words)),
    staleTime: Infinity,
    gcTime: 0,
  })
  if (error) return <ErrorSummary error={error} />
  const count = data?.totals.reduce((sum, one) => sum + one.transactions, 0) ?? 0
  return (
    <>
      <p role="status" className="visually-hidden">
        {data && `${count}件見つかりました`}
      </p>
      {data && count > data.transactions.length && (
        <Banner
          tone="information"
          title={`${grouped(count)}件のうち、新しい${data.transactions.length}件を表示しています`}
        >
          状態ごとの合計は、すべての件数です。
        </Banner>
      )}
      {data && data.totals.length > 0 && (
        <DataTable
          caption="状態ごとの合計"
          columns={totalColumns}
          rows={data.totals}
          rowKey={(row) => row.state}
          empty={null}
        />
      )}
      <DataTable
        caption={data ? `取引（${grouped(count)}件）` : '取引'}
        columns={columns}
        rows={data?.transactions}
        rowKey={(row) => row.transactionId}
        rowLink={(row) => ({
          to: '/certificates/transactions/$transactionId',
          params: { transactionId: row.transactionId },
        })}
        onRetry={() => void refetch()}
        empty={<p>条件に合う取引はありません。日付の範囲を広げてください。</p>}
      />
      {data && data.refusals.length > 0 && (
        <Section title="断った件数（指定した日のすべて）">
          <ul>
            {data.refusals.map(({ code, words, count: times }) => (
              <li key={code}>{`${words}（${code}）：${grouped(times)}件`}</li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}
