import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { damageGrades } from '../../disasters/grades.ts'
import { exportUnapplied, listUnapplied } from '../support.contract.ts'

type Row = OutputOf<typeof listUnapplied>['households'][number]
const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('name', { header: '世帯主等', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('kana', { header: 'フリガナ' }),
  column.accessor('address', {
    header: '住所',
    cell: (cell) => cell.getValue() ?? <Badge tone="error">支援措置のため非表示</Badge>,
  }),
  column.accessor('grade', {
    header: '被害の程度',
    cell: (cell) => labelOf(damageGrades, cell.getValue()) || '未決定',
  }),
])

/** 受けられるのに申請していない世帯, as the matcher last found them. */
export function UnappliedPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return disasterId === null ? (
    <Page title="未申請の世帯">
      <ChooseDisaster />
    </Page>
  ) : (
    <Unapplied disasterId={disasterId} />
  )
}

function Unapplied({ disasterId }: { disasterId: string }): ReactNode {
  const programmeCode = usePathParam('programmeCode')
  const navigate = useNavigate()
  const can = useCan()
  const { after } = useSearch({ strict: false }) as { after?: string }
  const { data, error, refetch } = useQuery(
    q(listUnapplied, { disasterId, programmeCode, ...(after === undefined ? {} : { after }) }),
  )
  const go = (to?: string) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) =>
        ({ disaster: kept['disaster'], ...(to === undefined ? {} : { after: to }) }) as never,
    })
  const next = data?.next ?? null
  return (
    <Page
      title="受けられるのに未申請の世帯"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '支援制度', to: '/support' },
        { label: '未申請の世帯' },
      ]}
      lead={data && `${data.title}　最後に計算した時点の一覧です。世帯を開くと、今の事情で判定し直します。`}
      actions={
        can(exportUnapplied).allowed && (
          <SaveButton endpoint={exportUnapplied} input={{ disasterId, programmeCode }} label="CSVで保存" />
        )
      }
    >
      <DataTable
        caption="未申請の世帯"
        columns={columns}
        rows={data?.households}
        rowKey={(row) => row.householdId}
        rowLink={(row) => ({ to: '/support/households/$personRef', params: { personRef: row.personRef } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={
          <p>該当する世帯はありません。「支援制度」の画面で、全世帯の該当を計算したか確かめてください。</p>
        }
        paging={{
          onFirst: after === undefined ? undefined : () => go(),
          onNext: next === null ? undefined : () => go(next),
        }}
      />
    </Page>
  )
}
