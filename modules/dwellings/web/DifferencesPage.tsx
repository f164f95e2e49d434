import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  getDwelling,
  listDwellingBlocks,
  listHouseDifferences,
  settleDifferences,
} from '../dwellings.contract.ts'
import { dwellingStates, structures, uses, type StructureCode, type UseCode } from '../dwellings.ts'
import { Selecting } from './Selecting.tsx'

type Row = OutputOf<typeof listHouseDifferences>['differences'][number]
type Side = Row['ours']

const words: readonly (readonly [string, (side: Side) => string])[] = [
  ['所在', ({ address }) => address],
  ['状態', ({ state }) => labelOf(dwellingStates, state)],
  ['用途', ({ useCode }) => labelOf(uses, useCode as UseCode)],
  ['構造', ({ structureCode }) => labelOf(structures, structureCode as StructureCode)],
  ['階数', ({ storeys }) => (storeys === null ? '' : `${storeys}階`)],
  ['延べ床面積', ({ floorArea }) => (floorArea === null ? '' : `${floorArea}㎡`)],
  ['所有者', ({ owners }) => owners],
]

/** What differs, item by item; of a register row that says the same again, that it does. */
function Differences(props: { row: Row }): ReactNode {
  const { ours, theirs } = props.row
  if (theirs === null) return <>家屋課税台帳から無くなりました</>
  const lines = words.flatMap(([name, of]) => {
    const [now, then] = [of(ours) || '（なし）', of(theirs) || '（なし）']
    return now === then ? [] : [`${name}：${now} → ${then}`]
  })
  return lines.length === 0 ? <>表示する項目に違いはありません</> : <>{lines.join('、')}</>
}

/** 家屋課税台帳との違い, to be settled by a person. */
export function DifferencesPage(): ReactNode {
  const { after } = useSearch({ strict: false }) as { after?: string }
  const navigate = useNavigate()
  const can = useCan()
  const toast = useToast()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { data, error, refetch } = useQuery(
    q(listHouseDifferences, { after: after === undefined ? null : String(after) }),
  )
  const settling = useSend(settleDifferences, {
    invalidates: [listHouseDifferences, listDwellingBlocks, getDwelling],
    onDone: ({ settled, passedOver }) => {
      setChosen(new Set())
      toast(
        `${settled}棟を処理しました${passedOver > 0 ? `（ほかの職員が先に処理した${passedOver}棟を除く）` : ''}`,
      )
    },
  })
  const rows = data?.differences
  const houses = (rows ?? []).filter(({ dwellingId }) => chosen.has(dwellingId))
  const settle = (act: 'take' | 'keep'): void =>
    settling.start({ act, houses: houses.map(({ dwellingId, version }) => ({ dwellingId, version })) })
  const column = columnsOf<Row>()
  const columns = column.columns([
    column.accessor(({ ours }) => ours.address, { id: 'address', header: '家屋の所在' }),
    column.display({
      id: 'differences',
      header: '違い（ここ → 家屋課税台帳）',
      meta: { wide: true },
      cell: ({ row }) => <Differences row={row.original} />,
    }),
    column.display({
      id: 'choose',
      header: '選択',
      cell: ({ row }) => (
        <input
          type="checkbox"
          aria-label={`${row.original.ours.address}を選択`}
          checked={chosen.has(row.original.dwellingId)}
          onChange={() => setChosen(toggled(chosen, row.original.dwellingId))}
        />
      ),
    }),
  ])
  const go = (to: string | undefined): void =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], after: to }) as never,
    })
  return (
    <Page
      title="家屋課税台帳との違い"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '家屋（地図）', to: '/dwellings' },
        { label: '家屋課税台帳との違い' },
      ]}
      lead="税の台帳が変わっても、ここの記載はひとりでに変わりません。合わせるか、そのままにするかを決めてください。どちらも経過に残ります。"
    >
      {settling.error && <ErrorSummary error={settling.error} />}
      {can(settleDifferences).allowed && rows && rows.length > 0 && (
        <Selecting
          count={houses.length}
          all={rows.length}
          onAll={() => setChosen(new Set(rows.map(({ dwellingId }) => dwellingId)))}
          onNone={() => setChosen(new Set())}
        >
          <Button look="solid" busy={settling.busy} unavailable={none(houses)} onClick={() => settle('take')}>
            選んだ家屋を家屋課税台帳に合わせる
          </Button>
          <Button busy={settling.busy} unavailable={none(houses)} onClick={() => settle('keep')}>
            選んだ家屋をそのままにする
          </Button>
        </Selecting>
      )}
      <DataTable
        caption="家屋課税台帳と違う家屋（物件番号の順）"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.dwellingId}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>違いはありません。</p>}
        paging={{
          onFirst: after === undefined ? undefined : () => go(undefined),
          onNext: data?.next ? () => go(data.next!) : undefined,
        }}
      />
    </Page>
  )
}

function none(list: readonly unknown[]): string | null {
  return list.length === 0 ? '表で家屋を選んでください' : null
}

function toggled(chosen: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(chosen)
  if (!next.delete(key)) next.add(key)
  return next
}
