import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { listUnlinkedHouseholds } from '../occupancy.contract.ts'

type Row = OutputOf<typeof listUnlinkedHouseholds>['households'][number]
const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('name', { header: '世帯主', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('size', { header: '人数', meta: { align: 'end' } }),
  column.accessor('address', { header: '住所' }),
])

/** The work list of households whose house is not known. */
export function UnlinkedPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="住家と結び付いていない世帯"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '世帯と住家', to: '/dwellings/links' },
        { label: '結び付いていない世帯' },
      ]}
      lead="世帯を選ぶと被災者台帳が開きます。「住んでいた家屋」で登録してください。支援措置の世帯は、この一覧に出ません。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Unlinked disasterId={disasterId} />}
    </Page>
  )
}

function Unlinked(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const { after } = useSearch({ strict: false }) as { after?: string }
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(
    q(listUnlinkedHouseholds, { disasterId, after: after === undefined ? null : String(after) }),
  )
  const go = (to: string | undefined): void =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], after: to }) as never,
    })
  return (
    <DataTable
      caption="住家と結び付いていない世帯（世帯番号の順）"
      columns={columns}
      rows={data?.households}
      rowKey={(row) => row.personRef}
      rowLink={({ personRef }) => ({ to: '/ledger/$personRef', params: { personRef } })}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty={<p>すべての世帯が住家と結び付いています。</p>}
      paging={{
        onFirst: after === undefined ? undefined : () => go(undefined),
        onNext: data?.next ? () => go(data.next!) : undefined,
      }}
    />
  )
}
