import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { bases, provisionStates } from '../evac-support.ts'
import { listEvacProvisions, requestEvacProvision, type EvacProvision } from '../provisions.contract.ts'

export const provisionTones = { requested: 'warning', approved: 'success', refused: 'neutral' } as const

const column = columnsOf<EvacProvision>()
const columns = column.columns([
  column.accessor('recipient', { header: '提供先' }),
  column.accessor('provisionState', {
    header: '状態',
    meta: { nowrap: true },
    cell: (cell) => (
      <Badge tone={provisionTones[cell.getValue()]}>{labelOf(provisionStates, cell.getValue())}</Badge>
    ),
  }),
  column.accessor('basis', { header: '根拠', cell: (cell) => labelOf(bases, cell.getValue()) }),
  column.accessor('scope', { header: '範囲' }),
  column.accessor('people', { header: '申請時の人数', meta: { align: 'end' } }),
  column.accessor('requestedBy', {
    header: '申請',
    cell: (cell) => `${instantText(cell.row.original.requestedAt)}　${cell.getValue()}`,
  }),
  column.accessor('handovers', {
    header: '提供',
    cell: (cell) => {
      const last = cell.getValue().at(-1)
      return last
        ? `${cell.getValue().length}回（最後は${instantText(last.handedAt)}　${last.people}人）`
        : noValue
    },
  }),
])

/** The log of provisions: to whom, by what right, of which area, how many, when. Names nobody of the list. */
export function ProvisionsPage(): ReactNode {
  const { after } = useSearch({ strict: false }) as { after?: string }
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(q(listEvacProvisions, after ? { afterProvision: after } : {}))
  const next = data?.next ?? null
  return (
    <Page
      title="名簿の提供"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '名簿の提供' }]}
      lead="避難行動要支援者名簿を避難支援等関係者に提供した記録です。申請した人とは別の人が承認し、取り出すたびに記録します。"
      actions={
        useCan()(requestEvacProvision).allowed && (
          <Link to="/evac-provisions/new" className="button" data-look="solid">
            提供を申請する
          </Link>
        )
      }
    >
      <DataTable
        caption="提供の記録"
        columns={columns}
        rows={data?.provisions}
        rowKey={({ provisionId }) => provisionId}
        rowLink={({ provisionId }) => ({ to: '/evac-provisions/$provisionId', params: { provisionId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>提供の申請は、まだありません。</p>}
        paging={{
          onFirst: after ? () => void navigate({ to: '.', search: {} as never }) : undefined,
          onNext:
            next === null ? undefined : () => void navigate({ to: '.', search: { after: next } as never }),
        }}
      />
    </Page>
  )
}
