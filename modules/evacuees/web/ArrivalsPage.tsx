import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { listArrivals } from '../arrivals.contract.ts'
import { arrivalStates } from '../evacuees.ts'
import { listTransfers } from '../evacuees.contract.ts'
import { ReadFile } from './ReadFile.tsx'

type Row = OutputOf<typeof listArrivals>['arrivals'][number]

export const arrivalTones = {
  offered: 'warning',
  taken: 'success',
  returned: 'neutral',
  ended: 'neutral',
  withdrawn: 'error',
  expired: 'error',
} as const

const column = columnsOf<Row>()
const columns = column.columns([
  column.display({
    id: 'name',
    header: '世帯',
    cell: ({ row: { original } }) =>
      original.name === null ? `${original.fromName}からの世帯` : <NameText name={original.name} />,
  }),
  column.accessor('people', {
    header: '人数',
    meta: { align: 'end' },
    cell: (cell) => (cell.getValue() === 0 ? noValue : `${cell.getValue()}人`),
  }),
  column.accessor('fromName', { header: '避難元' }),
  column.accessor('state', {
    header: '状態',
    cell: (cell) => (
      <Badge tone={arrivalTones[cell.getValue()]}>{labelOf(arrivalStates, cell.getValue())}</Badge>
    ),
  }),
  column.accessor('expiresOn', {
    header: '同意の期限',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue() as PlainDate | null) || noValue,
  }),
  column.accessor('receivedAt', {
    header: '届いた日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
])

/** 他市町村からの引継ぎ: what waits for somebody stands before all others. */
export function ArrivalsPage(): ReactNode {
  const { data, error, refetch } = useQuery(q(listArrivals, {}))
  return (
    <Page
      title="他市町村からの引継ぎ"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '他市町村からの引継ぎ' }]}
      lead="ほかの市町村から避難してきた世帯です。内容を確かめて、こちらの被災者台帳へ引き継ぐか、理由を付けて返します。同意が取り消されたものと期限を過ぎたものは利用できません。"
      actions={
        <Link to="/evacuees/towns" className="button">
          引継ぎの相手
        </Link>
      }
    >
      <DataTable
        caption="他市町村からの引継ぎ（未対応を先に、新しい順）"
        columns={columns}
        rows={data?.arrivals}
        rowKey={({ transferId }) => transferId}
        rowLink={({ transferId }) => ({ to: '/evacuees/arrivals/$transferId', params: { transferId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>届いた引継ぎはありません。</p>}
      />
      <ReadFile title="避難元の市町村からのファイルを読み込む" invalidates={[listArrivals, listTransfers]} />
    </Page>
  )
}
