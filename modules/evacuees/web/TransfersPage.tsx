import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { listArrivals } from '../arrivals.contract.ts'
import { listTransfers } from '../evacuees.contract.ts'
import { transferStates } from '../evacuees.ts'
import { ReadFile } from './ReadFile.tsx'

type Row = OutputOf<typeof listTransfers>['transfers'][number]

export const transferTones = {
  prepared: 'warning',
  sent: 'information',
  taken: 'success',
  returned: 'warning',
  ended: 'neutral',
  withdrawn: 'error',
} as const

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('person.name', {
    id: 'name',
    header: '氏名',
    cell: ({ row: { original } }) => <NameText name={original.person.name} />,
  }),
  column.accessor('people', {
    header: '人数',
    meta: { align: 'end' },
    cell: (cell) => `${cell.getValue()}人`,
  }),
  column.accessor('townName', { header: '引継ぎ先', cell: (cell) => cell.getValue() ?? noValue }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: (cell) => (
      <Badge tone={transferTones[cell.getValue()]}>{labelOf(transferStates, cell.getValue())}</Badge>
    ),
  }),
  column.accessor('expiresOn', {
    header: '同意の期限',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate} />,
  }),
  column.accessor('sentAt', {
    header: '送った日時',
    meta: { nowrap: true },
    cell: (cell) => (cell.getValue() === null ? noValue : instantText(cell.getValue()!)),
  }),
])

/** 広域避難者の引継ぎ: households of ours that live in another town for now. */
export function TransfersPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="広域避難者の引継ぎ"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '広域避難者の引継ぎ' }]}
      lead="町の外で避難生活を送る世帯を、本人の同意を得て避難先の市町村へ引き継ぎます。被災者の画面から準備し、決裁の担当者が送ります。支援措置の対象者がいる世帯は、この一覧には載りません。"
      actions={
        <Link to="/evacuees/towns" className="button">
          引継ぎの相手
        </Link>
      }
    >
      {disasterId === null ? <ChooseDisaster /> : <List disasterId={disasterId} />}
      <ReadFile title="避難先の市町村からのファイルを読み込む" invalidates={[listTransfers, listArrivals]} />
    </Page>
  )
}

function List(props: { disasterId: string }): ReactNode {
  const { data, error, refetch } = useQuery(q(listTransfers, props))
  return (
    <DataTable
      caption="引継ぎ（新しい順）"
      columns={columns}
      rows={data?.transfers}
      rowKey={({ transferId }) => transferId}
      rowLink={({ transferId }) => ({ to: '/evacuees/transfers/$transferId', params: { transferId } })}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty={<p>引継ぎはまだありません。被災者の画面の「広域避難」から準備します。</p>}
    />
  )
}
