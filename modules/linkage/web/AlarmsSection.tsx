import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { fileInterfaces } from '../../interfaces/interfaces.columns.ts'
import {
  acknowledgeLinkAlarm,
  alarmKinds,
  getGate,
  listLinkAlarms,
  listLinkFiles,
} from '../linkage.contract.ts'
import { AskButton } from './AskButton.tsx'

type Alarm = OutputOf<typeof listLinkAlarms>['alarms'][number]

const column = columnsOf<Alarm>()
const columns = column.columns([
  column.accessor('kind', {
    header: '警報',
    meta: { nowrap: true },
    cell: ({ row: { original } }) =>
      original.business === null
        ? alarmKinds[original.kind]
        : `${fileInterfaces[original.business].title}：${alarmKinds[original.kind]}`,
  }),
  column.accessor('text', { header: '内容' }),
  column.accessor('raisedAt', {
    header: '発生',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => (
      <>
        {instantText(original.raisedAt)}
        {original.times > 1 && (
          <div className="small">{`${original.times}回（最後は${instantText(original.lastAt)}）`}</div>
        )}
      </>
    ),
  }),
  column.accessor('endedAt', {
    header: '今の状態',
    meta: { nowrap: true },
    cell: (cell) => {
      const at = cell.getValue()
      return at === null ? (
        <Badge tone="warning">続いています</Badge>
      ) : (
        <Badge tone="success">{`解消（${instantText(at)}）`}</Badge>
      )
    },
  }),
  column.accessor('acknowledged', {
    header: '確認',
    cell: ({ row: { original } }) => {
      const seen = original.acknowledged
      if (seen === null) return <Acknowledge alarm={original} />
      return (
        <>
          {`${seen.by}（${instantText(seen.at)}）`}
          {seen.note !== '' && <div className="small">{seen.note}</div>}
        </>
      )
    },
  }),
])

/** 警報: what somebody must look at. `openOnly`: those nobody has confirmed; nothing at all when there are none. */
export function AlarmsSection(props: { openOnly?: boolean }): ReactNode {
  const { data, error, refetch } = useQuery(q(listLinkAlarms, {}))
  const rows = data?.alarms.filter(({ acknowledged }) => !props.openOnly || acknowledged === null)
  if (props.openOnly && rows?.length === 0) {
    return (
      <p>
        確認の必要な警報はありません。<Link to="/linkage/alarms">これまでの警報</Link>
      </p>
    )
  }
  const table = (
    <DataTable
      caption={props.openOnly ? '確認の必要な警報' : '警報（確認していないもの、新しいものの順）'}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.alarmId}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty={<p>警報はまだ一度も出ていません。</p>}
    />
  )
  if (!props.openOnly) return table
  return (
    <Section title="警報" actions={<Link to="/linkage/alarms">これまでの警報</Link>}>
      {table}
    </Section>
  )
}

function Acknowledge(props: { alarm: Alarm }): ReactNode {
  const { alarmId, kind, text } = props.alarm
  const [note, setNote] = useState('')
  return (
    <AskButton
      endpoint={acknowledgeLinkAlarm}
      input={{ alarmId, note: note.trim() }}
      invalidates={[listLinkAlarms, listLinkFiles, getGate]}
      label="確認する"
      of={alarmKinds[kind]}
      question={`警報「${alarmKinds[kind]}」を確認しましたか`}
      confirm="確認した"
    >
      <p>{text}</p>
      {kind === 'reconciliation' && (
        <p>
          確認すると、この不一致のために止めていた住民票・印鑑・税の証明書を、また交付できるようになります。
        </p>
      )}
      <LooseField
        name="note"
        label="確認したこと"
        kind={TextArea}
        hint="原因と、したこと。個人の情報は書かないでください"
        value={note}
        onChange={setNote}
      />
    </AskButton>
  )
}
