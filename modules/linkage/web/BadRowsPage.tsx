import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { fileInterfaces } from '../../interfaces/interfaces.columns.ts'
import { listLinkBadRows } from '../linkage.contract.ts'

type BadRow = OutputOf<typeof listLinkBadRows>['rows'][number]

const column = columnsOf<BadRow>()
const columns = column.columns([
  column.accessor('residentNo', { header: '宛名番号', meta: { nowrap: true } }),
  column.accessor('business', {
    header: '業務',
    meta: { nowrap: true },
    cell: (cell) => fileInterfaces[cell.getValue()].title,
  }),
  column.accessor('fileNo', {
    header: 'ファイル',
    meta: { nowrap: true },
    cell: (cell) => (cell.getValue() === null ? '手作業' : `${cell.getValue()}番`),
  }),
  column.accessor('line', {
    header: '行',
    meta: { align: 'end' },
    cell: (cell) => (cell.getValue() === null ? noValue : `${grouped(cell.getValue() ?? 0)}行目`),
  }),
  column.accessor('items', {
    header: '誤りのある項目',
    meta: { wide: true },
    cell: (cell) => cell.getValue().join('、') || noValue,
  }),
  column.accessor('since', {
    header: '止めた日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
])

/** People for whom nothing is issued until a good row of theirs comes. Numbers only. */
export function BadRowsPage(): ReactNode {
  const { data, error, refetch } = useQuery(q(listLinkBadRows, {}))
  const title = '交付を止めている人'
  return (
    <Page
      title={title}
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '連携状況', to: '/linkage' }, { label: title }]}
      lead="届いた行に誤りがあり、内容を確かめられない人です。業務システムで直した行が届くと、自動で交付できるようになります。"
    >
      {data?.more && (
        <Banner tone="warning" title="先頭の500件だけを表示しています">
          誤りが多いときは、ファイルの出力の設定を確かめてください。
        </Banner>
      )}
      <DataTable
        caption="誤りのある行により交付を止めている人"
        columns={columns}
        rows={data?.rows}
        rowKey={(row) => `${row.business} ${row.residentNo} ${row.fileNo} ${row.line}`}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>誤りのある行により交付を止めている人はいません。</p>}
      />
    </Page>
  )
}
