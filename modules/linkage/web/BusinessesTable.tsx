import type { ReactNode } from 'react'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import type { LinkBusinessState } from '../linkage.contract.ts'
import { handText, standingOf } from './link-state.ts'

const column = columnsOf<LinkBusinessState>()
const columns = column.columns([
  column.accessor('title', { header: '業務' }),
  column.display({
    id: 'standing',
    header: '状態',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => {
      const { label, tone } = standingOf(original)
      return <Badge tone={tone}>{label}</Badge>
    },
  }),
  column.display({
    id: 'watermark',
    header: '反映済み',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => {
      const { watermark, origin, hand } = original
      if (origin === 'hand' && hand !== null) return handText(hand)
      return watermark === null ? noValue : `${watermark.fileNo}番まで（${instantText(watermark.appliedAt)}）`
    },
  }),
  column.display({
    id: 'waiting',
    header: '待つファイル',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => waitingText(original),
  }),
  column.accessor('blocked', {
    header: '交付停止',
    meta: { align: 'end' },
    cell: (cell) => (cell.getValue() === 0 ? 'なし' : `${grouped(cell.getValue())}人`),
  }),
  column.accessor('reconciliation', {
    header: '突合',
    meta: { nowrap: true },
    cell: (cell) => {
      const last = cell.getValue()
      if (last === null) return noValue
      return last.agrees ? '一致' : <Badge tone="error">不一致</Badge>
    },
  }),
])

function waitingText({ unsent, backlog, watermark }: LinkBusinessState): string {
  if (watermark === null && backlog === 0 && (unsent ?? 0) === 0) return noValue
  if (backlog === 0 && unsent === 0) return 'なし'
  return `庁内${unsent === null ? '不明' : grouped(unsent)}・ここ${grouped(backlog)}`
}

/** Every business in a row; those that never came last. */
export function BusinessesTable(props: { businesses: readonly LinkBusinessState[] }): ReactNode {
  const silent = ({ watermark, hand, inbound }: LinkBusinessState): boolean =>
    watermark === null && hand === null && inbound.length === 0
  return (
    <DataTable
      caption="業務ごとの状況（業務を選ぶと、履歴の確認・一時停止・再送の依頼ができます）"
      columns={columns}
      rows={[
        ...props.businesses.filter((one) => !silent(one)),
        ...props.businesses.filter((one) => silent(one)),
      ]}
      rowKey={(row) => row.business}
      rowLink={(row) => ({ to: '/linkage/businesses/$business', params: { business: row.business } })}
      empty=""
    />
  )
}
