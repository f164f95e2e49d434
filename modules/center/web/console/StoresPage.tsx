import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listStores, saveStore } from '../../registry.contract.ts'
import { StandingBadge } from './OperatorsPage.tsx'
import { useOperators, useTownNames } from './registry-kinds.tsx'

type Store = OutputOf<typeof listStores>['stores'][number]

const column = columnsOf<Store>()

const columnsWith = (operators: ReadonlyMap<string, string>, towns: ReadonlyMap<string, string>) =>
  column.columns([
    column.accessor('ja', { header: '設置場所' }),
    column.display({
      id: 'state',
      header: '状態',
      meta: { nowrap: true },
      cell: ({ row: { original } }) => (
        <StandingBadge fromOn={original.openedOn} untilOn={original.closedOn} now="設置中" />
      ),
    }),
    column.accessor('operatorId', {
      header: '事業者',
      cell: (cell) => operators.get(cell.getValue()) ?? cell.getValue(),
    }),
    column.accessor('municipalityCode', {
      header: '市区町村',
      meta: { nowrap: true },
      cell: (cell) => towns.get(cell.getValue()) ?? cell.getValue(),
    }),
    column.accessor('address', { header: '所在地', meta: { wide: true } }),
    column.accessor('kiosks', { header: '端末', meta: { align: 'end', nowrap: true } }),
    column.accessor('storeId', { header: '設置場所ID', meta: { nowrap: true } }),
  ])

/** What a list of thousands is looked through by; kept in the address. */
export type PlaceSearch = { operatorId?: string; storeId?: string; words?: string; after?: string }

export function usePlaceSearch(): PlaceSearch {
  const search = useSearch({ strict: false }) as Record<string, string | number | undefined>
  // Digits in an address come back as a number.
  const entries = (['operatorId', 'storeId', 'words', 'after'] as const).flatMap((name) =>
    search[name] === undefined ? [] : [[name, String(search[name])] as const],
  )
  return Object.fromEntries(entries)
}

const Words = textWith({ width: 'wide', type: 'search', maxLength: 100 })

/** 名称の一部と事業者で探す. */
export function SearchPlaces(props: {
  search: PlaceSearch
  hint: string
  onSearch: (next: PlaceSearch) => void
}): ReactNode {
  const operators = useOperators()
  const [words, setWords] = useState(props.search.words ?? '')
  const [operatorId, setOperatorId] = useState<string | null>(props.search.operatorId ?? null)
  return (
    <form
      className="search-row"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        props.onSearch({
          ...(words.trim() === '' ? {} : { words: words.trim() }),
          ...(operatorId === null ? {} : { operatorId }),
        })
      }}
    >
      <LooseField
        name="words"
        label="名称など"
        hint={props.hint}
        kind={Words}
        value={words}
        onChange={setWords}
      />
      <LooseField
        name="operatorId"
        label="事業者"
        kind={selectOf(
          operators.map(({ operatorId: value, ja }) => ({ value, label: ja })),
          'すべて',
        )}
        value={operatorId}
        onChange={setOperatorId}
      />
      <Button type="submit">探す</Button>
    </form>
  )
}

/** 設置場所, 500 a page. */
export function StoresPage(): ReactNode {
  const can = useCan()
  const navigate = useNavigate()
  const { storeId: _, ...search } = usePlaceSearch()
  const { data, error, refetch } = useQuery(q(listStores, search))
  const operators = new Map(useOperators().map(({ operatorId, ja }) => [operatorId, ja]))
  const towns = useTownNames()
  const go = (next: PlaceSearch): void =>
    void navigate({ to: '/registry/stores' as string, search: next as never })
  const { after, ...asked } = search
  const last = data?.stores.at(-1)
  return (
    <Page
      title="設置場所"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '設置場所' }]}
      lead="端末が置いてある店・郵便局・庁舎です。"
      actions={
        can(saveStore).allowed && (
          <Link to={'/registry/stores/new' as string} className="button">
            設置場所を登録する
          </Link>
        )
      }
    >
      <SearchPlaces search={search} hint="名称・所在地・IDの一部" onSearch={go} />
      <DataTable
        caption="設置場所"
        columns={columnsWith(operators, towns)}
        rows={data?.stores}
        rowKey={(row) => row.storeId}
        rowLink={(row) => ({ to: '/registry/stores/$storeId', params: { storeId: row.storeId } })}
        empty="あてはまる設置場所がありません。"
        error={error}
        onRetry={() => void refetch()}
        paging={{
          onFirst: after === undefined ? undefined : () => go(asked),
          onNext: data?.more && last ? () => go({ ...asked, after: last.storeId }) : undefined,
        }}
      />
    </Page>
  )
}
