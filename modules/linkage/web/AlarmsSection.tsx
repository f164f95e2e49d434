import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { fileInterfaces } from '../../interfaces/interfaces.columns.ts'
import { alarmKinds } from '../alarms.ts'
import { acknowledgeLinkAlarm, getGate, listLinkAlarms, listLinkFiles } from '../linkage.contract.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'

type Alarm = OutputOf<typeof listLinkAlarms>['alarms'][number]

/** 警報: what somebody must look at. `openOnly`: those nobody has confirmed; nothing at all when there are none. */
export function AlarmsSection(props: { openOnly?: boolean }): ReactNode {
  const { data, error } = useQuery(q(listLinkAlarms, {}))
  if (error) return <ErrorSummary error={error} />
  const alarms = data?.alarms.filter(({ acknowledged }) => !props.openOnly || acknowledged === null)
  if (alarms === undefined) return <Progress label="警報を読み込んでいます" />
  const list = (
    <ul className="notice-list">
      {alarms.map((alarm) => (
        <li key={alarm.alarmId}>
          <OneAlarm alarm={alarm} />
        </li>
      ))}
    </ul>
  )
  if (!props.openOnly) return alarms.length === 0 ? <p>警報はまだ一度も出ていません。</p> : list
  if (alarms.length === 0) {
    return (
      <p>
        確認の必要な警報はありません。<Link to="/linkage/alarms">これまでの警報</Link>
      </p>
    )
  }
  return (
    <Section title="確認の必要な警報" actions={<Link to="/linkage/alarms">これまでの警報</Link>}>
      {list}
    </Section>
  )
}

function OneAlarm({ alarm }: { alarm: Alarm }): ReactNode {
  const { kind, business, text, raisedAt, times, lastAt, endedAt, acknowledged } = alarm
  return (
    <>
      <p className="notice-title">
        {business === null ? alarmKinds[kind] : `${fileInterfaces[business].title}：${alarmKinds[kind]}`}
        {endedAt === null ? (
          <Badge tone="warning">続いています</Badge>
        ) : (
          <Badge tone="success">解消しました</Badge>
        )}
      </p>
      <p>{text}</p>
      <p className="small quiet">
        {`発生 ${instantText(raisedAt)}`}
        {times > 1 && `（${times}回。最後は${instantText(lastAt)}）`}
        {endedAt !== null && `、解消 ${instantText(endedAt)}`}
        {acknowledged && `、確認 ${acknowledged.by} ${instantText(acknowledged.at)}`}
      </p>
      {acknowledged !== null && acknowledged.note !== '' && <p>{`確認したこと：${acknowledged.note}`}</p>}
      {acknowledged === null && (
        <div>
          <Acknowledge alarm={alarm} />
        </div>
      )}
    </>
  )
}

function Acknowledge(props: { alarm: Alarm }): ReactNode {
  const { alarmId, kind, business, text } = props.alarm
  const [note, setNote] = useState('')
  return (
    <AskButton
      endpoint={acknowledgeLinkAlarm}
      input={{ alarmId, note: note.trim() }}
      invalidates={[listLinkAlarms, listLinkFiles, getGate]}
      label="確認する"
      of={business === null ? alarmKinds[kind] : `${fileInterfaces[business].title}の${alarmKinds[kind]}`}
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
