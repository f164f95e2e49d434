import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useId, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import {
  exportNonDwellingsCsv,
  exportNonDwellingsXlsx,
  listNonDwellings,
  registerNonDwelling,
} from '../non-dwellings.contract.ts'
import { damageWords, nonDwellingKinds, type DamageWord, type NonDwellingKind } from '../non-dwellings.ts'
import { resultText, type Property } from './property-text.ts'

const hidden = <Badge tone="error">支援措置のため非表示</Badge>
const column = columnsOf<Property>()
const columns = column.columns([
  column.accessor('kind', { header: '種類', cell: (cell) => labelOf(nonDwellingKinds, cell.getValue()) }),
  column.display({
    id: 'name',
    header: '物件',
    cell: ({ row: { original } }) => (original.suppressed ? hidden : original.words.name),
  }),
  column.display({
    id: 'place',
    header: '被災場所',
    cell: ({ row: { original } }) => (original.suppressed ? hidden : original.words.place),
  }),
  column.accessor(({ words }) => words.ownerName, { id: 'owner', header: '所有者' }),
  column.accessor('result', {
    header: '被害',
    meta: { nowrap: true },
    cell: (cell) => (
      <Badge tone={cell.getValue() === null ? 'warning' : 'neutral'}>{resultText(cell.getValue())}</Badge>
    ),
  }),
  column.accessor('reportId', {
    header: '被災届出',
    cell: (cell) => (cell.getValue() === null ? '' : '受付済'),
  }),
])

type Filter = {
  readonly kind?: NonDwellingKind
  readonly result?: DamageWord | 'open'
  readonly after?: string
}

/** 被災非住家の一覧. */
export function NonDwellingsPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const can = useCan()
  return (
    <Page
      title="被災非住家管理"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '被災非住家管理' }]}
      lead="倉庫・店舗・工場・農業施設・車など、住家でない物の被害を物件ごとに管理します。住家は罹災証明書で扱います。"
      actions={
        disasterId !== null &&
        can(registerNonDwelling).allowed && (
          <Link to="/ledger" className="button" data-look="solid">
            登録する（所有者・代表者を探す）
          </Link>
        )
      }
    >
      {disasterId === null ? <ChooseDisaster /> : <List disasterId={disasterId} />}
    </Page>
  )
}

function List(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const navigate = useNavigate()
  const { kind, result, after } = useSearch({ strict: false }) as Filter
  const { data, error, refetch } = useQuery(
    q(listNonDwellings, { disasterId, kind: kind ?? null, result: result ?? null, after: after ?? null }),
  )
  const filter: Filter = { ...(kind ? { kind } : {}), ...(result ? { result } : {}) }
  const go = (to: Filter): void =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], ...to }) as never,
    })
  const next = data?.next ?? null
  return (
    <>
      <div className="field-row">
        <Choice
          label="種類"
          value={kind ?? ''}
          options={nonDwellingKinds}
          onChange={(value) =>
            go({ ...(value ? { kind: value as NonDwellingKind } : {}), ...(result ? { result } : {}) })
          }
        />
        <Choice
          label="被害"
          value={result ?? ''}
          options={[{ value: 'open', label: '未確認' }, ...damageWords]}
          onChange={(value) =>
            go({ ...(kind ? { kind } : {}), ...(value ? { result: value as DamageWord } : {}) })
          }
        />
      </div>
      <p className="button-row">
        <Link to="/non-dwellings/owners" className="button">
          所有者の一覧
        </Link>
        <SaveButton endpoint={exportNonDwellingsXlsx} input={{ disasterId }} label="Excelに書き出す" />
        <SaveButton endpoint={exportNonDwellingsCsv} input={{ disasterId }} label="CSVに書き出す" />
      </p>
      <DataTable
        caption="被災非住家（新しい順）"
        columns={columns}
        rows={data?.properties}
        rowKey={(row) => row.nonDwellingId}
        rowLink={({ nonDwellingId }) => ({ to: '/non-dwellings/$nonDwellingId', params: { nonDwellingId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>条件に合う物件はありません。登録は、所有者の「被災者台帳」の画面から行います。</p>}
        paging={{
          onFirst: after === undefined ? undefined : () => go(filter),
          onNext: next === null ? undefined : () => go({ ...filter, after: next }),
        }}
      />
    </>
  )
}

function Choice(props: {
  label: string
  value: string
  options: readonly { readonly value: string; readonly label: string }[]
  onChange: (value: string) => void
}): ReactNode {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <span className="select-frame">
        <select
          className="input"
          id={id}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        >
          <option value="">すべて</option>
          {props.options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </span>
    </div>
  )
}
