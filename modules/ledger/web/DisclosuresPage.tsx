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
import { listDisclosures } from '../disclosures.contract.ts'
import { disclosureBases, disclosureStates } from '../disclosures.ts'

type Row = OutputOf<typeof listDisclosures>['disclosures'][number]
export const disclosureTones = { received: 'warning', approved: 'success', refused: 'neutral' } as const

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('recipient', { header: '申請者（提供先）' }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: (cell) => (
      <Badge tone={disclosureTones[cell.getValue()]}>{labelOf(disclosureStates, cell.getValue())}</Badge>
    ),
  }),
  column.accessor('basis', { header: '根拠', cell: (cell) => labelOf(disclosureBases, cell.getValue()) }),
  column.accessor('receivedOn', {
    header: '申請日',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate} />,
  }),
  column.accessor('people', {
    header: '人数',
    meta: { align: 'end' },
    cell: (cell) => `${cell.getValue()}人`,
  }),
  column.accessor('lastProvidedAt', {
    header: '最後に提供した日時',
    meta: { nowrap: true },
    cell: (cell) => (cell.getValue() === null ? noValue : instantText(cell.getValue()!)),
  }),
])

/** 台帳情報の提供の申請の一覧. */
export function DisclosuresPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="台帳情報の提供"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '台帳情報の提供' }]}
      lead="台帳の情報をほかへ渡すときは、申請を受け付け、決定し、渡したことを記録します。だれに、いつ渡したかは、台帳の法定の項目です。"
      actions={
        disasterId !== null && (
          <Link to="/disclosures/new" className="button" data-look="solid">
            申請を受け付ける
          </Link>
        )
      }
    >
      {disasterId === null ? <ChooseDisaster /> : <List disasterId={disasterId} />}
    </Page>
  )
}

function List(props: { disasterId: string }): ReactNode {
  const { data, error, refetch } = useQuery(q(listDisclosures, props))
  return (
    <DataTable
      caption="台帳情報の提供の申請（新しい順）"
      columns={columns}
      rows={data?.disclosures}
      rowKey={({ disclosureId }) => disclosureId}
      rowLink={({ disclosureId }) => ({ to: '/disclosures/$disclosureId', params: { disclosureId } })}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty={<p>申請はまだありません。</p>}
    />
  )
}
