import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listMatchingLists, takeInList } from '../matching.contract.ts'
import { sources } from '../matching.ts'
import { countOf, waitingForPerson, type List } from './matching-text.ts'

const column = columnsOf<List>()
const columns = column.columns([
  column.accessor('title', { header: '一覧の名前' }),
  column.display({
    id: 'open',
    header: '確認待ち',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => {
      if (countOf(original, ['waiting']) > 0) return <Badge>照合中</Badge>
      const open = countOf(original, waitingForPerson)
      return open === 0 ? <Badge tone="success">済み</Badge> : <Badge tone="warning">{`${open}人`}</Badge>
    },
  }),
  column.display({
    id: 'later',
    header: '後で確認',
    meta: { align: 'end' },
    cell: ({ row: { original } }) => `${countOf(original, ['later'])}人`,
  }),
  column.display({
    id: 'linked',
    header: '結び付け済み（うち自動）',
    meta: { align: 'end' },
    cell: ({ row: { original } }) => `${countOf(original, ['linked'])}人（${original.linkedItself}人）`,
  }),
  column.display({
    id: 'added',
    header: '住登外者として追加',
    meta: { align: 'end' },
    cell: ({ row: { original } }) => `${countOf(original, ['added'])}人`,
  }),
  column.accessor('rows', {
    header: '一覧の人数',
    meta: { align: 'end' },
    cell: (cell) => `${cell.getValue()}人`,
  }),
  column.accessor('source', { header: '種類', cell: (cell) => labelOf(sources, cell.getValue()) }),
  column.accessor('takenAt', {
    header: '取込日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
])

/** 名寄せ: the lists that came in, and what of each still waits for a person. */
export function MatchingPage(): ReactNode {
  const can = useCan()
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="名寄せ"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '名寄せ' }]}
      lead="避難所や宿泊先、福祉などの名簿の方が、台帳のだれなのかを確かめて、一人の記載にまとめます。"
      actions={
        disasterId !== null &&
        can(takeInList).allowed && (
          <Link to="/matching/new" className="button" data-look="solid">
            名簿を取り込む
          </Link>
        )
      }
    >
      {disasterId === null ? <ChooseDisaster /> : <Lists disasterId={disasterId} />}
    </Page>
  )
}

function Lists(props: { disasterId: string }): ReactNode {
  const { data, error, refetch } = useQuery({
    ...q(listMatchingLists, props),
    refetchInterval: ({ state }) =>
      state.data?.lists.some((list) => countOf(list, ['waiting']) > 0) ? 3_000 : false,
  })
  return (
    <DataTable
      caption="取り込んだ名簿（新しい順）"
      columns={columns}
      rows={data?.lists}
      rowKey={({ listId }) => listId}
      rowLink={({ listId }) => ({ to: '/matching/$listId', params: { listId } })}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty={<p>取り込んだ名簿はまだありません。</p>}
    />
  )
}
