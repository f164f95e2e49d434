import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { acknowledgeAlarm, getAlarmEvidence, getIssuingStatus, listAlarms } from '../certificates.contract.ts'

type Alarm = OutputOf<typeof listAlarms>['alarms'][number]

const stages = { build: '作成した直後', deliver: '送り出す直前' } as const
const findings = {
  words: '紙面の文字が、確定した内容と違います',
  unreadable: '紙面を読み取れません',
  sha256: '保存した文書が、作成した時と違います',
} as const

/** 不一致の検知: what was caught before it left. While one is not acknowledged, the town issues nothing. */
export function MismatchesSection(props: { openAlarms: number }): ReactNode {
  const can = useCan()
  const allowed = can(listAlarms).allowed
  const { data, error } = useQuery({ ...q(listAlarms, {}), enabled: allowed })
  if (!allowed) {
    return props.openAlarms === 0 ? null : (
      <Banner tone="error" title={`確認されていない不一致の検知が${props.openAlarms}件あります`}>
        システム管理者または審査の担当に連絡してください。
      </Banner>
    )
  }
  if (error) return <ErrorSummary error={error} />
  return (
    <Section title="不一致の検知">
      {data?.alarms.length === 0 && <p>不一致は、まだ一度も検知していません。</p>}
      <ul className="notice-list">
        {data?.alarms.map((alarm) => (
          <li key={alarm.alarmId}>
            <OneAlarm alarm={alarm} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function OneAlarm({ alarm }: { alarm: Alarm }): ReactNode {
  const can = useCan()
  const pages = [...new Set(alarm.mismatches.map(({ page }) => page))]
  return (
    <>
      <p className="notice-title">
        {findings[alarm.finding]}{' '}
        {alarm.acknowledgedAt === null ? (
          <Badge tone="error">確認が必要です</Badge>
        ) : (
          <Badge tone="success">確認済み</Badge>
        )}
      </p>
      <p>
        {`${stages[alarm.stage]}の照合で見つけました。証明書は渡していません。`}
        {pages.length > 0 && `違いのあるページ：${pages.join('、')}`}
      </p>
      <p className="small quiet">
        {`検知 ${instantText(alarm.at)}　取引番号 `}
        <span className="breakable">{alarm.transactionId}</span>
        {alarm.acknowledgedAt !== null &&
          `　確認 ${alarm.acknowledgedBy ?? ''} ${instantText(alarm.acknowledgedAt)}`}
      </p>
      {alarm.evidenceGoneOn !== null && (
        <p className="small quiet">{`証拠は、保存年数が過ぎたため${WarekiDate.toText(alarm.evidenceGoneOn as PlainDate)}に廃棄しました。`}</p>
      )}
      {alarm.note !== null && <p>{`確認した内容と処置：${alarm.note}`}</p>}
      <div className="button-row">
        {alarm.evidenceGoneOn === null && can(getAlarmEvidence).allowed && (
          <Link
            to="/certificates/alarms/$alarmId"
            params={{ alarmId: alarm.alarmId }}
            className="button"
            aria-label={`${instantText(alarm.at)}の検知の証拠を見る`}
          >
            証拠を見る
          </Link>
        )}
        {alarm.acknowledgedAt === null && <Acknowledge alarm={alarm} />}
      </div>
    </>
  )
}

function Acknowledge({ alarm }: { alarm: Alarm }): ReactNode {
  const [note, setNote] = useState('')
  return (
    <AskButton
      endpoint={acknowledgeAlarm}
      input={{ alarmId: alarm.alarmId, note: note.trim() }}
      invalidates={[listAlarms, getIssuingStatus]}
      label="確認を記録する"
      of={`${instantText(alarm.at)}の検知`}
      question="不一致の原因を確かめましたか"
      confirm="確認した"
    >
      <p>
        確認を記録すると、ほかに停止がなければ、交付が再開します。原因が分からないときは、先に「交付を緊急停止する」で止めてください。
      </p>
      <LooseField
        name="note"
        label="確認した内容と処置"
        kind={TextArea}
        value={note}
        onChange={setNote}
        required
      />
    </AskButton>
  )
}
