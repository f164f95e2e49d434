import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { centreCodes } from '../../codes.ts'
import { getTransaction } from '../../console.contract.ts'
import { LIVE_MS, shortInstant, yenText } from './console-text.ts'
import { TransactionBadge } from './TransactionsPage.tsx'

type Transaction = OutputOf<typeof getTransaction>
type Passed = Transaction['passed'][number]
type Payout = Transaction['payouts'][number]

const payoutReasons = { change: '釣銭', returned: '返却', refunded: '返金' } as const

const passedColumn = columnsOf<Passed>()
const passedColumns = passedColumn.columns([
  passedColumn.accessor('at', {
    header: '時刻',
    meta: { nowrap: true },
    cell: (cell) => shortInstant(cell.getValue()),
  }),
  passedColumn.accessor('ja', { header: '状態', meta: { nowrap: true } }),
  passedColumn.accessor('reason', { header: '理由', cell: (cell) => reasonText(cell.getValue()) }),
  passedColumn.accessor('told', {
    header: '証明発行サーバ',
    meta: { nowrap: true },
    cell: (cell) => (cell.getValue() ? '了解済み' : <Badge tone="warning">伝達待ち</Badge>),
  }),
])

const reasons: Readonly<Record<string, string>> = {
  user: '利用者が中止した',
  timeout: '操作がないまま時間がたった',
  machine: '端末の故障',
  paper: '用紙切れ',
  restart: '端末の再起動',
  other: 'その他',
}

function reasonText(reason: string | null): string {
  if (reason === null) return noValue
  return reasons[reason] ?? centreCodes[Number(reason)]?.ja ?? reason
}

const payoutColumn = columnsOf<Payout>()
const payoutColumns = payoutColumn.columns([
  payoutColumn.accessor('reason', { header: '種類', cell: (cell) => payoutReasons[cell.getValue()] }),
  payoutColumn.accessor('yen', {
    header: '金額',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => yenText(cell.getValue()),
  }),
  payoutColumn.accessor('decidedAt', {
    header: '決まった時刻',
    meta: { nowrap: true },
    cell: (cell) => shortInstant(cell.getValue()),
  }),
  payoutColumn.accessor('handedAt', {
    header: '払い出し',
    meta: { nowrap: true },
    cell: (cell) => {
      const at = cell.getValue()
      return at === null ? <Badge tone="error">未払い</Badge> : shortInstant(at)
    },
  }),
])

/** One transaction: every state it passed, and where its money is. */
export function TransactionPage(): ReactNode {
  const transactionId = usePathParam('transactionId')
  const { data, error } = useQuery({ ...q(getTransaction, { transactionId }), refetchInterval: LIVE_MS })
  return (
    <Page
      title="取引の詳細"
      crumbs={[
        { label: '全国の状況', to: '/' },
        { label: '取引', to: '/transactions' },
        { label: '取引の詳細' },
      ]}
      badges={data && <TransactionBadge state={data.state} ja={data.stateJa} />}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          <DescriptionList
            items={[
              { term: '取引番号', value: data.transactionId },
              { term: '受付', value: instantText(data.requestedAt) },
              { term: '市区町村', value: data.town ?? data.municipalityCode },
              { term: '証明書', value: `${data.ja}　${data.copies}部` },
              {
                term: '料金',
                value:
                  data.quote === null
                    ? noValue
                    : `${yenText(data.quote.totalYen)}（1部の手数料 ${yenText(data.quote.feeYen)}、印刷 ${yenText(data.quote.printingYen)}、${data.quote.pages}ページ）`,
              },
              { term: '投入された現金', value: yenText(data.insertedYen) },
              { term: '端末', value: `${data.kiosk}（${data.kioskId}）　${data.place}` },
              { term: '証明発行サーバ', value: data.endpoint },
              {
                term: '事案',
                value:
                  data.incidents.length === 0
                    ? 'なし'
                    : data.incidents.map((incidentId) => (
                        <div key={incidentId}>
                          <Link to={'/incidents/$incidentId' as string} params={{ incidentId } as never}>
                            この取引の事案
                          </Link>
                        </div>
                      )),
              },
            ]}
          />
          <DataTable
            caption="状態の移り変わり"
            columns={passedColumns}
            rows={data.passed}
            rowKey={(row) => row.state}
            empty=""
          />
          <DataTable
            caption="返した現金"
            columns={payoutColumns}
            rows={data.payouts}
            rowKey={(row) => row.reason}
            empty="返す現金はありません。"
          />
        </>
      )}
    </Page>
  )
}
