import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { listResults } from '../external-link.contract.ts'
import { endedCauses, resultKinds } from '../external-link.ts'
import { crumbs, gradeText } from './external-link-text.ts'

type Row = OutputOf<typeof listResults>['results'][number]
const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('applicationNo', { header: '申請番号', meta: { nowrap: true } }),
  column.accessor('kind', { header: '証明書', cell: (cell) => labelOf(resultKinds, cell.getValue()) }),
  column.accessor('outcome', {
    header: '決定',
    meta: { nowrap: true },
    cell: (cell) => <Standing result={cell.row.original} />,
  }),
  column.accessor('grade', {
    header: '被害の程度',
    cell: (cell) => (cell.getValue() === null ? noValue : gradeText(cell.getValue()!)),
  }),
  column.accessor('headName', {
    header: '世帯主・届出者',
    cell: (cell) => <NameText name={cell.getValue()} />,
  }),
  column.accessor('place', {
    header: '被災場所',
    cell: (cell) => cell.getValue() ?? <Badge tone="error">支援措置のため非表示</Badge>,
  }),
  column.accessor('serialNo', { header: '整理番号', cell: (cell) => cell.getValue() ?? noValue }),
  column.accessor('issueFrom', {
    header: '交付開始日',
    cell: (cell) =>
      cell.getValue() === null ? noValue : <WarekiDate.Output value={cell.getValue() as PlainDate} />,
  }),
])

export function Standing(props: { result: Pick<Row, 'outcome' | 'endedAt' | 'endedCause'> }): ReactNode {
  const { outcome, endedAt, endedCause } = props.result
  if (endedAt !== null) return <Badge tone="neutral">{`失効（${labelOf(endedCauses, endedCause!)}）`}</Badge>
  return outcome === 'issuable' ? (
    <Badge tone="success">交付可</Badge>
  ) : (
    <Badge tone="warning">交付不可</Badge>
  )
}

type Filter = { readonly no?: string; readonly after?: string }

/** What the other system decided, and holds. */
export function ResultsPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="取り込んだ結果"
      crumbs={crumbs({ label: '取り込んだ結果' })}
      lead="外部システムの決定です。申請番号で探すと、訂正・取消の前の結果も表示します。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Results disasterId={disasterId} />}
    </Page>
  )
}

function Results(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const navigate = useNavigate()
  const { no, after } = useSearch({ strict: false }) as Filter
  const [typed, setTyped] = useState(no ?? '')
  const { data, error, refetch } = useQuery(
    q(listResults, { disasterId, applicationNo: no ?? null, after: after ?? null }),
  )
  const filter: Filter = no === undefined ? {} : { no }
  const go = (to: Filter): void =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], ...to }) as never,
    })
  const next = data?.next ?? null
  return (
    <>
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault()
          go(typed.trim() === '' ? {} : { no: typed.trim() })
        }}
      >
        <LooseField name="no" label="申請番号" kind={Text} value={typed} onChange={setTyped} />
        <button type="submit" className="button">
          探す
        </button>
      </form>
      <DataTable
        caption={no === undefined ? '有効な結果（新しい順）' : `申請番号${no}の結果（新しい順）`}
        columns={columns}
        rows={data?.results}
        rowKey={(row) => row.resultId}
        rowLink={({ resultId }) => ({ to: '/external-link/results/$resultId', params: { resultId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>結果はありません。</p>}
        paging={{
          onFirst: after === undefined ? undefined : () => go(filter),
          onNext: next === null ? undefined : () => go({ ...filter, after: next }),
        }}
      />
    </>
  )
}
