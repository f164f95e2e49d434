import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { decideSupportDifference, listSupportDifferences } from '../support.contract.ts'
import { differenceActs, differenceStates, type DifferenceAct } from '../support.ts'
import { yen } from './support-text.ts'

type Row = OutputOf<typeof listSupportDifferences>['differences'][number]
const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('applicantName', {
    header: '申請者・制度',
    cell: ({ row: { original: one } }) => (
      <Link to="/support/applications/$supportId" params={{ supportId: one.supportId }}>
        {one.applicantName}　{one.programmeTitle}
      </Link>
    ),
  }),
  column.accessor('awardedYen', {
    header: '決定した額',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => yen(cell.getValue()),
  }),
  column.accessor('entitledYen', {
    header: '今の事情による額',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => yen(cell.getValue()),
  }),
  column.display({
    id: 'gap',
    header: '過不足',
    meta: { nowrap: true },
    cell: ({ row: { original: one } }) => {
      const gap = one.entitledYen - one.awardedYen
      return (
        <Badge tone={gap > 0 ? 'information' : 'error'}>
          {gap > 0 ? `不足 ${yen(gap)}` : `過払い ${yen(-gap)}`}
        </Badge>
      )
    },
  }),
  column.accessor('changes', {
    header: '変わったこと',
    meta: { wide: true },
    cell: ({ row: { original: one } }) => (
      <ul>
        {(one.changes.length > 0 ? one.changes : one.reasons.map(({ text }) => text)).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    ),
  }),
  column.accessor('state', {
    header: '扱い',
    cell: ({ row: { original: one } }) =>
      one.state === 'open' ? <DecideButton difference={one} /> : labelOf(differenceStates, one.state),
  }),
])

/** 過不足: what was decided and what is due now; a person says what follows. */
export function DifferencesPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="支給額の過不足"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '支援制度', to: '/support' },
        { label: '支給額の過不足' },
      ]}
      lead="被害の程度の変更や世帯の変更の後に「全世帯の該当を計算する」と、決定した額との差がここに出ます。扱いは職員が決めます。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Differences disasterId={disasterId} />}
    </Page>
  )
}

function Differences({ disasterId }: { disasterId: string }): ReactNode {
  const { data, error, refetch } = useQuery(q(listSupportDifferences, { disasterId }))
  return (
    <DataTable
      caption="過不足（判断待ちから）"
      columns={columns}
      rows={data?.differences}
      rowKey={(row) => row.differenceId}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty={<p>過不足はありません。</p>}
    />
  )
}

function DecideButton({ difference }: { difference: Row }): ReactNode {
  const { differenceId, version, awardedYen, entitledYen } = difference
  const more = entitledYen > awardedYen
  const Act = radioOf<DifferenceAct>(
    differenceActs.filter(({ value }) => value !== (more ? 'claim-back' : 'extra')),
    'column',
  )
  const [act, setAct] = useState<DifferenceAct | null>(null)
  const [reason, setReason] = useState('')
  return (
    <AskButton
      endpoint={decideSupportDifference}
      input={{ differenceId, version, act: act as DifferenceAct, reason }}
      invalidates={[listSupportDifferences]}
      label="扱いを決める"
      of={difference.applicantName}
      question="過不足の扱いを決めます"
      confirm="決める"
    >
      <LooseField name="act" label="扱い" kind={Act} value={act} onChange={setAct} required />
      <LooseField name="reason" label="理由" kind={TextArea} value={reason} onChange={setReason} required />
    </AskButton>
  )
}
