import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listProvisions } from '../disclosures.contract.ts'
import { disclosureMethods } from '../disclosures.ts'
import { listItems, setItem } from '../items.contract.ts'
import { itemSources, nextSteps, type ItemOwner } from '../items.ts'
import { concealedAddress, type Victim } from './published/person-text.ts'

type Here = { readonly disasterId: string; readonly personRef: string }
type Row = OutputOf<typeof listItems>['items'][number] & { readonly personRef: string }

/** Where a legal item is kept that is not told on this page. */
const keptElsewhere: Readonly<Record<ItemOwner, string>> = {
  register: '上の「本人」のとおり（住民記録から）',
  clerk: '',
  household: '上の「世帯」のとおり',
  risai: '「罹災証明書の申請」のとおり',
  support: '支援の申請・決定の記録のとおり',
  disclosure: '下の「台帳情報の提供」のとおり',
}

/** 次にすること: what is still to be asked or decided, each leading where it is done. */
export function NextSteps(props: { personRef: string; next: Victim['next'] }): ReactNode {
  const can = useCan()(setItem).allowed
  if (props.next.length === 0) return <p>聞き取りの項目は、すべて記録されています。</p>
  const { personRef } = props
  const link = (step: Victim['next'][number]): { to: string; params: object; hash?: string } => {
    if (step === 'decide-differences')
      return { to: '/ledger/$personRef', params: { personRef }, hash: 'differences' }
    if (step === 'choose-head') return { to: '/ledger/$personRef/household', params: { personRef } }
    return { to: '/ledger/$personRef/items/$itemKey', params: { personRef, itemKey: step } }
  }
  return (
    <ul style={{ paddingInlineStart: '1.25em' }}>
      {props.next.map((step) => (
        <li key={step}>
          {can ? (
            <Link {...(link(step) as { to: string })}>{labelOf(nextSteps, step)}</Link>
          ) : (
            labelOf(nextSteps, step)
          )}
        </li>
      ))}
    </ul>
  )
}

const row = columnsOf<Row>()
const columns = row.columns([
  row.accessor('name', {
    header: '項目',
    cell: ({ row: { original } }) => (
      <>
        {original.name} {original.statutory && <Badge>法定</Badge>}
      </>
    ),
  }),
  row.display({ id: 'told', header: '内容', meta: { wide: true }, cell: (cell) => told(cell.row.original) }),
  row.display({
    id: 'by',
    header: '記録',
    cell: ({ row: { original } }) =>
      original.told === null
        ? noValue
        : `${instantText(original.told.at)}　${original.told.by}（${labelOf(itemSources, original.told.source)}）`,
  }),
  row.display({
    id: 'act',
    header: '操作',
    cell: ({ row: { original } }) => original.type !== 'derived' && <Act row={original} />,
  }),
])

function told({ told: last, owner, type }: Row): ReactNode {
  if (type === 'derived') return <span className="quiet">{keptElsewhere[owner]}</span>
  if (last === null) return <span className="quiet">まだ記録がありません</span>
  return last.text ?? <span className="quiet">{concealedAddress}</span>
}

function Act(props: { row: Row }): ReactNode {
  const can = useCan()(setItem).allowed
  const { key, name, personRef, told: last } = props.row
  return (
    <Link
      to="/ledger/$personRef/items/$itemKey"
      params={{ personRef, itemKey: key } as never}
      aria-label={`${name}：${can ? (last ? '訂正・履歴' : '記録する') : '履歴'}`}
    >
      {can ? (last ? '訂正・履歴' : '記録する') : '履歴'}
    </Link>
  )
}

/** 記載事項: every legal item and the town's own, as they stand. */
export function PersonItems(props: Here): ReactNode {
  const { data, error, refetch } = useQuery(q(listItems, props))
  return (
    <DataTable
      caption="記載事項"
      columns={columns}
      rows={data?.items.map((item) => ({ ...item, personRef: props.personRef }))}
      rowKey={({ key }) => key}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty=""
    />
  )
}

/** 台帳情報の提供: to whom and when, a legal item. */
export function Provisions(props: Here): ReactNode {
  const { data, error } = useQuery(q(listProvisions, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  if (data.provisions.length === 0) return <p className="quiet">外部への提供はありません。</p>
  return (
    <ul style={{ paddingInlineStart: '1.25em' }}>
      {data.provisions.map((one) => (
        <li key={`${one.disclosureId} ${one.at}`}>
          {instantText(one.at)}　{one.recipient ?? concealedAddress}へ{labelOf(disclosureMethods, one.method)}
          で提供（{one.items.join('、')}）　{one.by}
        </li>
      ))}
    </ul>
  )
}
