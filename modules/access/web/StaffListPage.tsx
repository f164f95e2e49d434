import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listAssignable, searchStaff } from '../staff.contract.ts'
import { staffStates, type StaffState } from '../staff-states.ts'

type Person = OutputOf<typeof searchStaff>['staff'][number]
type Search = {
  readonly words?: string
  readonly state?: StaffState
  readonly role?: string
  readonly page?: number
}

const StateField = selectOf(staffStates, 'すべて')

/** 「在職」, and the day after which it is no more. */
export function StaffStateBadge(props: { state: StaffState; lastOn: string | null }): ReactNode {
  const label = staffStates.find(({ value }) => value === props.state)?.label ?? ''
  if (props.state === 'active') return <Badge tone="success">{label}</Badge>
  if (props.state === 'leaving')
    return <Badge tone="warning">{`在職（${dateText(props.lastOn as PlainDate)}まで）`}</Badge>
  return <Badge>{label}</Badge>
}

const column = columnsOf<Person>()
const columns = column.columns([
  column.accessor('displayName', { header: '氏名', meta: { nowrap: true } }),
  column.accessor('loginId', { header: 'ID', meta: { nowrap: true } }),
  column.accessor('department', { header: '所属' }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => <StaffStateBadge {...original} />,
  }),
  column.accessor('roles', { header: 'いまの役割', cell: (cell) => cell.getValue().join('、') || noValue }),
  column.accessor('lastSeenAt', {
    header: '最後に使った日時',
    meta: { nowrap: true },
    cell: (cell) => {
      const at = cell.getValue()
      return at === null ? noValue : instantText(at)
    },
  }),
])

/** ユーザ管理: who works with this system, and as what. */
export function StaffListPage(): ReactNode {
  return (
    <Page
      title="ユーザ管理"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: 'ユーザ管理' }]}
      lead="職員の登録、異動、停止、退職と、役割の割当てを行います。登録は削除されず、記録に残ります。"
    >
      <Allowed to={searchStaff}>
        <p className="button-row">
          <Link to="/users/new" className="button" data-look="solid">
            職員を登録する
          </Link>
          <Link to="/users/import" className="button">
            異動のファイルを読み込む
          </Link>
          <Link to="/roles" className="button">
            役割
          </Link>
          <Link to="/duties" className="button">
            職務の分離
          </Link>
        </p>
        <List />
      </Allowed>
    </Page>
  )
}

function List(): ReactNode {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const [words, setWords] = useState(search.words ?? '')
  const { data: assignable } = useQuery(q(listAssignable, {}))
  const page = search.page ?? 1
  const { data, error, refetch } = useQuery(
    q(searchStaff, {
      words: search.words ?? '',
      state: search.state ?? null,
      role: search.role ?? null,
      page,
    }),
  )
  const go = (to: Search) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) =>
        Object.fromEntries(
          Object.entries({ ...kept, page: undefined, ...to }).filter(([, value]) => value !== undefined),
        ) as never,
    })
  const pages = data ? Math.ceil(data.count / data.pageSize) : 1
  return (
    <>
      <form
        className="form-body"
        role="search"
        onSubmit={(event) => {
          event.preventDefault()
          go({ words: words.trim() })
        }}
      >
        <FieldRow>
          <LooseField name="words" label="氏名・ID・所属" kind={Text} value={words} onChange={setWords} />
          <LooseField
            name="state"
            label="状態"
            kind={StateField}
            value={search.state ?? null}
            onChange={(state) => go({ state: state ?? undefined } as Search)}
          />
          <LooseField
            name="role"
            label="いまの役割"
            kind={selectOf(
              (assignable?.roles ?? []).map(({ role, name }) => ({ value: role, label: name })),
              'すべて',
            )}
            value={search.role ?? null}
            onChange={(role) => go({ role: role ?? undefined } as Search)}
          />
        </FieldRow>
        <p className="button-row">
          <Button type="submit">検索する</Button>
        </p>
      </form>
      <DataTable
        caption="職員（所属とIDの順）"
        columns={columns}
        rows={data?.staff}
        rowKey={({ staffId }) => staffId}
        rowLink={({ staffId }) => ({ to: '/users/$staffId', params: { staffId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>当てはまる職員はいません。条件を変えてください。</p>}
        paging={{
          total: data?.count,
          onPrevious: page > 1 ? () => go({ page: page - 1 }) : undefined,
          onNext: page < pages ? () => go({ page: page + 1 }) : undefined,
        }}
      />
    </>
  )
}
