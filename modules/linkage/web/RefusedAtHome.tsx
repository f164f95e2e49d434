import type { ReactNode } from 'react'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import type { LinkState } from './link-state.ts'

type Row = LinkState['refusedAtHome'][number] & { readonly title: string }

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('title', { header: '業務' }),
  column.accessor('fileNo', {
    header: '番号',
    meta: { nowrap: true },
    cell: (cell) => (cell.getValue() === null ? 'なし' : `${cell.getValue()}番`),
  }),
  column.accessor('at', {
    header: '日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('reason', { header: '初めの理由' }),
  column.accessor('errors', {
    header: '誤り',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => `${grouped(cell.getValue())}件`,
  }),
  column.accessor('place', {
    header: 'refusedの中のフォルダ',
    meta: { nowrap: true },
    cell: (cell) => `…-${cell.getValue()}`,
  }),
])

/** Files that never came here and so have no receipt; of one business, or of all. Nothing when there are none. */
export function RefusedAtHome(props: { link: LinkState; business?: string }): ReactNode {
  const { link, business } = props
  const rows = link.refusedAtHome
    .filter((one) => business === undefined || one.business === business)
    .map((one) => ({
      ...one,
      title: link.businesses.find((state) => state.business === one.business)?.title ?? '見分けられません',
    }))
  if (rows.length === 0) return null
  return (
    <DataTable
      caption="庁舎の連携APが受け付けなかったファイル（業務ごとに新しい5件まで。直したファイルが取り込まれると消えます）"
      columns={columns}
      rows={rows}
      rowKey={(row) => `${row.place} ${row.at}`}
      empty=""
    />
  )
}
