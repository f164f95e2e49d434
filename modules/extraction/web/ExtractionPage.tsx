import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  exportExtractionCsv,
  exportExtractionXlsx,
  getExtraction,
  takeNextItem,
} from '../extraction.contract.ts'
import { protectedWays, type ProtectedWay } from '../../ledger/disclosures.ts'
import { birthText } from '../../ledger/web/published/person-text.ts'
import { itemStates, type ItemAct, type ItemState } from '../extraction.ts'
import { ItemActButton, itemReads } from './ItemActs.tsx'

type Loaded = OutputOf<typeof getExtraction>
type Row = Loaded['items'][number] & { readonly listId: string }
type Filter = { readonly state?: ItemState; readonly only?: 'mine'; readonly after?: number }

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('name', { header: '氏名', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: (cell) => (
      <Badge tone={cell.getValue() === 'open' ? 'warning' : 'neutral'}>
        {labelOf(itemStates, cell.getValue())}
      </Badge>
    ),
  }),
  column.accessor('assignee', { header: '担当', cell: (cell) => cell.getValue() ?? noValue }),
  column.accessor('kana', { header: 'フリガナ', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('birth', {
    header: '生年月日',
    meta: { nowrap: true },
    cell: (cell) => birthText(cell.getValue()),
  }),
  column.accessor('address', {
    header: '住所',
    cell: (cell) => cell.getValue() ?? <Badge tone="error">支援措置のため非表示</Badge>,
  }),
  column.display({ id: 'acts', header: '操作', cell: ({ row: { original } }) => <Acts row={original} /> }),
])

/** One list, worked off as a queue. */
export function ExtractionPage(): ReactNode {
  const listId = usePathParam('listId')
  const filter = useSearch({ strict: false }) as Filter
  const { state, only, after } = filter
  const asked = { ...(state ? { state } : {}), ...(only ? { only } : {}), ...(after ? { after } : {}) }
  const { data, error, refetch } = useQuery(q(getExtraction, { listId, ...asked }))
  const navigate = useNavigate()
  const toast = useToast()
  const taking = useSend(takeNextItem, {
    invalidates: itemReads,
    onDone: ({ item }) => {
      if (item === null) toast('対応する方は、もう残っていません')
      else void navigate({ to: '/ledger/$personRef', params: { personRef: item.personRef } as never })
    },
  })
  const go = (to: Filter) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], ...to }) as never,
    })
  const title = data?.name ?? '援護対象者の一覧'
  const next = data?.next ?? null
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '援護対象者抽出', to: '/extraction' },
        { label: title },
      ]}
      actions={
        <>
          <Button look="solid" busy={taking.busy} onClick={() => taking.start({ listId })}>
            次の方に対応する
          </Button>
        </>
      }
    >
      {taking.error && <ErrorSummary error={taking.error} />}
      {data && <Progress label="対応した方" done={data.done + data.skipped} total={data.people} unit="人" />}
      <SaveFiles listId={listId} />
      <Filters filter={filter} />
      <DataTable
        caption={data ? `${title}（${data.people}人）` : '一覧'}
        columns={columns}
        rows={data?.items.map((item) => ({ ...item, listId }))}
        rowKey={({ position }) => String(position)}
        rowLink={({ personRef }) => ({ to: '/ledger/$personRef', params: { personRef } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>この条件の方は、いません。</p>}
        paging={{
          onFirst: after === undefined ? undefined : () => go({ ...filter, after: 0 }),
          onNext: next === null ? undefined : () => go({ ...filter, after: next }),
        }}
      />
    </Page>
  )
}

const Way = radioOf(protectedWays)

/** The list as a file. Of 支援措置の対象者 it never holds whereabouts; a file for somebody else leaves them out. */
function SaveFiles({ listId }: { listId: string }): ReactNode {
  const [way, setWay] = useState<ProtectedWay>('without-contact')
  const input = { listId, protectedPeople: way }
  return (
    <Section title="ファイルに保存">
      <LooseField
        name="protectedPeople"
        label="支援措置の対象者の扱い"
        kind={Way}
        hint="選んだ扱いは記録されます。住所や連絡先は、どちらでも載りません"
        value={way}
        onChange={(chosen) => chosen && setWay(chosen)}
      />
      <div className="button-row">
        <SaveButton endpoint={exportExtractionCsv} input={input} label="CSVで保存" />
        <SaveButton endpoint={exportExtractionXlsx} input={input} label="Excelで保存" />
      </div>
    </Section>
  )
}

function Filters({ filter }: { filter: Filter }): ReactNode {
  const choices: readonly (readonly [string, Filter])[] = [
    ['すべて', {}],
    ...itemStates.map(({ value, label }) => [label, { state: value }] as const),
    ['自分の担当', { state: 'open', only: 'mine' }],
  ]
  return (
    <nav aria-label="状態で絞り込む">
      <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
        {choices.map(([label, to]) => {
          const here = filter.state === to.state && filter.only === to.only
          return (
            <li key={label}>
              <Link
                to="."
                search={to as never}
                className="button"
                data-size="small"
                data-look={here ? 'solid' : 'outline'}
                aria-current={here ? 'true' : undefined}
              >
                {label}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

function Acts({ row }: { row: Row }): ReactNode {
  const offered: readonly ItemAct[] =
    row.state === 'open' ? ['done', 'skip', row.assignee === null ? 'take' : 'release'] : ['reopen']
  return (
    <div className="button-row" style={{ flexWrap: 'nowrap' }}>
      {offered.map((act) => (
        <ItemActButton key={act} item={row} name={row.name} act={act} />
      ))}
    </div>
  )
}
