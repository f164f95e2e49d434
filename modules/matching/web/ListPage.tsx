import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { sexes } from '../../ledger/web/published/person-text.ts'
import { listMatchingRows } from '../matching.contract.ts'
import { rowStates, type RowState } from '../matching.ts'
import { bornText, countOf, stateTones, waitingForPerson, type ListedRow } from './matching-text.ts'

const column = columnsOf<ListedRow>()
const columns = column.columns([
  column.accessor('name', { header: '氏名（名簿）', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => (
      <>
        <Badge tone={stateTones[original.state]}>{labelOf(rowStates, original.state)}</Badge>
        {original.automatic && <Badge>自動</Badge>}
      </>
    ),
  }),
  column.accessor('kana', { header: 'フリガナ', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.display({
    id: 'birth',
    header: '生年月日・年齢',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => bornText(original) || noValue,
  }),
  column.accessor('sex', { header: '性別', cell: (cell) => labelOf(sexes, cell.getValue()) }),
  column.accessor('line', {
    header: '行',
    meta: { align: 'end' },
    cell: (cell) => `${cell.getValue()}行目`,
  }),
])

type Filter = { readonly state?: RowState; readonly after?: number }

/** The people of one list, by what became of them. */
export function ListPage(): ReactNode {
  const listId = usePathParam('listId')
  const { state, after } = useSearch({ strict: false }) as Filter
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery({
    ...q(listMatchingRows, { listId, ...(state ? { state } : {}), ...(after ? { after } : {}) }),
    refetchInterval: ({ state: query }) =>
      query.data && countOf(query.data.list, ['waiting']) > 0 ? 3_000 : false,
  })
  const title = data?.list.title ?? '名簿'
  const go = (to: Filter) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], ...to }) as never,
    })
  const waiting = data ? countOf(data.list, ['waiting']) : 0
  return (
    <Page
      title={title}
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '名寄せ', to: '/matching' }, { label: title }]}
      actions={
        data?.open && (
          <Link
            to="/matching/rows/$rowId"
            params={{ rowId: data.open } as never}
            className="button"
            data-look="solid"
          >
            確認待ちの方を順に見る
          </Link>
        )
      }
    >
      {data && (
        <Progress
          label={waiting > 0 ? '台帳と照合しています' : '確認の済んだ方'}
          done={
            waiting > 0
              ? data.list.rows - waiting
              : data.list.rows - countOf(data.list, [...waitingForPerson, 'later'])
          }
          total={data.list.rows}
          unit="人"
        />
      )}
      <nav aria-label="状態で絞り込む">
        <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
          {[{ value: undefined, label: 'すべて' }, ...rowStates].map(({ value, label }) => (
            <li key={label}>
              <Link
                to="."
                search={(value ? { state: value } : {}) as never}
                className="button"
                data-size="small"
                data-look={state === value ? 'solid' : 'outline'}
                aria-current={state === value ? 'true' : undefined}
              >
                {label}
                {data && value && `（${countOf(data.list, [value])}）`}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <DataTable
        caption={data ? `${title}（${data.list.rows}人）` : '名簿'}
        columns={columns}
        rows={data?.rows}
        rowKey={({ rowId }) => rowId}
        rowLink={({ rowId }) => ({ to: '/matching/rows/$rowId', params: { rowId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>この状態の方は、いません。</p>}
        paging={{
          onFirst: after === undefined ? undefined : () => go(state ? { state } : {}),
          onNext: data?.next ? () => go({ ...(state ? { state } : {}), after: data.next! }) : undefined,
        }}
      />
    </Page>
  )
}
