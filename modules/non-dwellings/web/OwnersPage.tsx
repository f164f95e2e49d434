import { useQuery } from '@tanstack/react-query'
import { useMemo, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { useItemName } from '../../ledger/web/published/item-names.tsx'
import { listNonDwellingOwners } from '../non-dwellings.contract.ts'
import { ownerKinds } from '../non-dwellings.ts'

type Row = OutputOf<typeof listNonDwellingOwners>['owners'][number]
const column = columnsOf<Row>()
/** @param corporateNo what the town calls it; `null` = it is not shown */
const columnsWith = (corporateNo: string | null) =>
  column.columns([
    column.accessor('ownerName', { header: '所有者', cell: (cell) => <NameText name={cell.getValue()} /> }),
    column.accessor('ownerKind', { header: '区分', cell: (cell) => labelOf(ownerKinds, cell.getValue()) }),
    ...(corporateNo === null
      ? []
      : [column.accessor('corporateNo', { header: corporateNo, meta: { nowrap: true } })]),
    column.accessor('properties', { header: '物件の数', meta: { align: 'end' } }),
    column.accessor('open', { header: '未確認の数', meta: { align: 'end' } }),
  ])

/** Whose things were damaged. A row leads to the person of the ledger. */
export function OwnersPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="被災非住家の所有者"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被災非住家管理', to: '/non-dwellings' },
        { label: '所有者' },
      ]}
    >
      {disasterId === null ? <ChooseDisaster /> : <Owners disasterId={disasterId} />}
    </Page>
  )
}

function Owners(props: { disasterId: string }): ReactNode {
  const { data, error, refetch } = useQuery(q(listNonDwellingOwners, props))
  const corporateNo = useItemName('non-dwellings')('corporateNo', '法人番号')
  const columns = useMemo(() => columnsWith(corporateNo), [corporateNo])
  return (
    <DataTable
      caption="被災非住家の所有者（名前の順）"
      columns={columns}
      rows={data?.owners}
      rowKey={(row) => `${row.personRef}|${row.ownerKind}|${row.ownerName}`}
      rowLink={({ personRef }) => ({ to: '/ledger/$personRef', params: { personRef } })}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty={<p>被災非住家の登録はまだありません。</p>}
    />
  )
}
