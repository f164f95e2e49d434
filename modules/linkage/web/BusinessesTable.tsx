import type { ReactNode } from 'react'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import type { LinkBusinessState } from '../linkage.contract.ts'
import { standingOf } from './link-state.ts'

const column = columnsOf<LinkBusinessState>()
const columns = column.columns([
  column.accessor('title', { header: '業務', meta: { nowrap: true } }),
  column.display({
    id: 'standing',
    header: '状態',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => {
      const { label, tone } = standingOf(original)
      return <Badge tone={tone}>{label}</Badge>
    },
  }),
  column.accessor((row) => row.watermark?.fileNo ?? null, {
    id: 'fileNo',
    header: '反映済みの番号',
    meta: { nowrap: true },
    cell: (cell) => (cell.getValue() === null ? noValue : `${cell.getValue()}番まで`),
  }),
  column.accessor((row) => row.watermark?.appliedAt ?? null, {
    id: 'appliedAt',
    header: '反映した日時',
    meta: { nowrap: true },
    cell: (cell) => {
      const at = cell.getValue()
      return at === null ? noValue : instantText(at)
    },
  }),
  column.accessor('unsent', {
    header: '庁内で待つ',
    meta: { align: 'end' },
    cell: (cell) => countOf(cell.getValue(), 'ファイル'),
  }),
  column.accessor('backlog', {
    header: 'ここで待つ',
    meta: { align: 'end' },
    cell: (cell) => countOf(cell.getValue(), 'ファイル'),
  }),
  column.accessor('blocked', {
    header: '交付を止めている人',
    meta: { align: 'end' },
    cell: (cell) => countOf(cell.getValue(), '人'),
  }),
  column.accessor('reconciliation', {
    header: '突合',
    meta: { nowrap: true },
    cell: (cell) => {
      const last = cell.getValue()
      if (last === null) return noValue
      return last.agrees ? `一致（${instantText(last.checkedAt)}）` : <Badge tone="error">不一致</Badge>
    },
  }),
])

function countOf(count: number | null, unit: string): string {
  if (count === null) return noValue
  return count === 0 ? 'なし' : `${grouped(count)}${unit}`
}

/** Every business in a row; those that never came last. */
export function BusinessesTable(props: { businesses: readonly LinkBusinessState[] }): ReactNode {
  const silent = (state: LinkBusinessState): boolean => state.watermark === null && state.inbound.length === 0
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
