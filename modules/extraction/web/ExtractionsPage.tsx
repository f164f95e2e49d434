import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listExtractions } from '../extraction.contract.ts'

type Row = OutputOf<typeof listExtractions>['lists'][number]
const column = columnsOf<Row>()
const people = (count: number): string => `${count}人`
const columns = column.columns([
  column.accessor('name', { header: '一覧の名前' }),
  column.accessor('people', {
    header: '人数',
    meta: { align: 'end' },
    cell: (cell) => people(cell.getValue()),
  }),
  column.display({
    id: 'open',
    header: '未対応',
    meta: { align: 'end' },
    cell: ({ row: { original } }) => people(original.people - original.done - original.skipped),
  }),
  column.accessor('done', {
    header: '済み',
    meta: { align: 'end' },
    cell: (cell) => people(cell.getValue()),
  }),
  column.accessor('skipped', {
    header: '見送り',
    meta: { align: 'end' },
    cell: (cell) => people(cell.getValue()),
  }),
  column.accessor('mine', {
    header: '自分の担当',
    meta: { align: 'end' },
    cell: (cell) => people(cell.getValue()),
  }),
  column.accessor('madeAt', {
    header: '保存',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => `${instantText(original.madeAt)}　${original.by}`,
  }),
])

/** 援護対象者抽出: the lists that were kept, and how far each has come. */
export function ExtractionsPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="援護対象者抽出"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '援護対象者抽出' }]}
      lead="条件に合う被災者を一覧にして保存し、上から順に対応します。"
      actions={
        disasterId !== null && (
          <Link to="/extraction/new" className="button" data-look="solid">
            条件を決めて抽出する
          </Link>
        )
      }
    >
      {disasterId === null ? <ChooseDisaster /> : <Lists disasterId={disasterId} />}
    </Page>
  )
}

function Lists(props: { disasterId: string }): ReactNode {
  const { data, error, refetch } = useQuery(q(listExtractions, props))
  return (
    <DataTable
      caption="保存した一覧（新しい順）"
      columns={columns}
      rows={data?.lists}
      rowKey={({ listId }) => listId}
      rowLink={({ listId }) => ({ to: '/extraction/$listId', params: { listId } })}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty={<p>一覧はまだありません。「条件を決めて抽出する」から作ります。</p>}
    />
  )
}
