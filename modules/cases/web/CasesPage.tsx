import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { useItemName } from '../../ledger/web/published/item-names.tsx'
import { concealedAddress } from '../../ledger/web/published/person-text.ts'
import { listCases } from '../cases.contract.ts'
import { filters, type Filter } from '../cases.ts'
import { needsText, type ListedCase } from './cases-text.ts'
import { NextDate } from './NextDate.tsx'

const column = columnsOf<ListedCase>()
/** @param responsible what the town calls it; `null` = it is not shown */
const columnsWith = (responsible: string | null) =>
  column.columns([
    column.accessor('person.name', {
      id: 'name',
      header: '氏名',
      cell: ({ row: { original } }) => <NameText name={original.person.name} />,
    }),
    column.display({
      id: 'next',
      header: '次の予定日',
      meta: { nowrap: true },
      cell: ({ row: { original } }) => <NextDate one={original} />,
    }),
    ...(responsible === null ? [] : [column.accessor('responsible', { header: responsible })]),
    column.display({
      id: 'needs',
      header: '課題',
      cell: ({ row: { original } }) => needsText(original.needs) || noValue,
    }),
    column.display({
      id: 'address',
      header: '住所',
      cell: ({ row: { original } }) =>
        original.person.suppressed ? (
          <Badge tone="error">{concealedAddress}</Badge>
        ) : (
          (original.person.address ?? noValue)
        ),
    }),
    column.accessor('changedAt', {
      header: '最後の記録',
      meta: { nowrap: true },
      cell: (cell) => instantText(cell.getValue()),
    }),
  ])

type Search = { readonly filter?: Filter; readonly from?: number }

/** 災害ケースマネジメント: everybody who is looked after; who has no next date, or an early one, comes first. */
export function CasesPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="災害ケースマネジメント"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '災害ケースマネジメント' }]}
      lead="世帯ごとに、訪問、課題、支援計画、ほかの機関へのつなぎを記録し、次の予定日を忘れないようにします。被災者の画面から始めます。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Cases disasterId={disasterId} />}
    </Page>
  )
}

function Cases(props: { disasterId: string }): ReactNode {
  const { filter = 'open', from } = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const responsible = useItemName('cases')('responsible', '担当')
  const columns = useMemo(() => columnsWith(responsible), [responsible])
  const { data, error, refetch } = useQuery(q(listCases, { ...props, filter, ...(from ? { from } : {}) }))
  const go = (to: Search) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], ...to }) as never,
    })
  return (
    <>
      <nav aria-label="一覧を選ぶ">
        <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
          {filters.map(({ value, label }) => (
            <li key={value}>
              <Link
                to="."
                search={{ filter: value } as never}
                className="button"
                data-size="small"
                data-look={filter === value ? 'solid' : 'outline'}
                aria-current={filter === value ? 'true' : undefined}
              >
                {label}
                {data && `（${data.counts.find((one) => one.filter === value)?.count ?? 0}）`}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <DataTable
        caption={`${filters.find(({ value }) => value === filter)?.label ?? ''}世帯（予定日の早い順）`}
        columns={columns}
        rows={data?.cases}
        rowKey={({ caseId }) => caseId}
        rowLink={({ caseId }) => ({ to: '/cases/$caseId', params: { caseId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>この一覧の世帯は、ありません。</p>}
        paging={{
          onFirst: from ? () => go({ filter }) : undefined,
          onNext: data?.next ? () => go({ filter, from: data.next! }) : undefined,
        }}
      />
    </>
  )
}
