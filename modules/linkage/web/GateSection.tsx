import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { endOverride, getGate, overrideGate } from '../linkage.contract.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { strictKinds } from '../gate.ts'
import { isStopped, type Gate, type GateKind } from './link-state.ts'
import { durationText } from './link-text.ts'

const column = columnsOf<GateKind>()
const columns = column.columns([
  column.accessor('title', { header: '証明書', meta: { nowrap: true } }),
  column.accessor('open', {
    header: '交付',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => {
      if (original.open) return <Badge tone="success">できます</Badge>
      return isStopped(original) ? <Badge tone="error">止めています</Badge> : <Badge>まだできません</Badge>
    },
  }),
  column.accessor('reasons', {
    header: '理由',
    meta: { wide: true },
    cell: ({ row: { original } }) =>
      original.reasons.length === 0
        ? noValue
        : [...new Set(original.reasons.map(({ ja }) => ja))].map((ja) => <div key={ja}>{ja}</div>),
  }),
  column.accessor('ageMinutes', {
    header: 'データの古さ',
    meta: { nowrap: true },
    cell: ({ row: { original } }) =>
      original.ageMinutes === null ? noValue : durationText(original.ageMinutes),
  }),
  column.accessor('limitMinutes', {
    header: '決めた上限',
    meta: { nowrap: true },
    cell: (cell) => {
      const limit = cell.getValue()
      return limit === null ? '上限なし' : `${durationText(limit)}まで`
    },
  }),
])

/** 交付の可否: which certificates the data of the moment may serve, and the way out when the link is lost. */
export function GateSection(props: { gate: Gate }): ReactNode {
  const can = useCan()
  const { kinds } = props.gate
  const free = kinds.some((kind) => kind.override === null && strictKinds.includes(kind.kind))
  return (
    <Section
      title="証明書の交付"
      actions={
        free &&
        can(overrideGate).allowed && (
          <Link to="/linkage/override" className="button" data-size="small">
            特例を始める
          </Link>
        )
      }
    >
      {kinds.map(
        ({ kind, title, override }) =>
          override && (
            <Banner
              key={kind}
              tone="warning"
              title={`${title}を特例により交付しています（${instantText(override.until)}まで）`}
            >
              <p>{`理由：${override.reason}（${override.by}、${instantText(override.at)}）`}</p>
              <AskButton
                endpoint={endOverride}
                input={{ overrideId: override.overrideId }}
                invalidates={[getGate]}
                label="特例を終える"
                of={title}
                question={`${title}の特例を終えますか`}
                confirm="特例を終える"
              >
                <p>データが決めた上限より古ければ、この証明書の交付を止めます。</p>
              </AskButton>
            </Banner>
          ),
      )}
      <DataTable
        caption="証明書ごとの交付の可否"
        columns={columns}
        rows={kinds}
        rowKey={(row) => row.kind}
        empty={<p>交付する証明書がありません。</p>}
      />
    </Section>
  )
}
