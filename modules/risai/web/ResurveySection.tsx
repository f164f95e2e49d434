import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { damageGrades } from '../../disasters/grades.ts'
import {
  acceptResurvey,
  concludeResurvey,
  enterResurvey,
  listResurveys,
  rejectResurvey,
  withdrawResurvey,
} from '../resurveys.contract.ts'
import { canDoResurvey, resurveyStates, resurveyWishes } from '../resurveys.ts'
import { renew } from './ActPage.tsx'
import type { Application } from './application-text.ts'

export type Resurvey = OutputOf<typeof listResurveys>['resurveys'][number]
const invalidates = [listResurveys]
const tones = {
  received: 'warning',
  accepted: 'information',
  surveyed: 'information',
  kept: 'success',
  changed: 'success',
  rejected: 'neutral',
  withdrawn: 'neutral',
} as const

/** 再調査 of an application, newest first; what is open stands with what can be done. */
export function ResurveySection(props: { application: Application }): ReactNode {
  const { applicationId } = props.application
  const { data, error } = useQuery(q(listResurveys, { applicationId }))
  if (error) return <ErrorSummary error={error} />
  if (!data || data.resurveys.length === 0) return null
  return (
    <Section title="再調査">
      {data.resurveys.map((one) => (
        <One key={one.resurveyId} application={props.application} resurvey={one} />
      ))}
    </Section>
  )
}

function One(props: { application: Application; resurvey: Resurvey }): ReactNode {
  const { resurvey } = props
  const can = useCan()
  const { resurveyId, version, state } = resurvey
  const queries = useQueryClient()
  const toast = useToast()
  const common = { invalidates, onDone: () => renew(queries) }
  return (
    <div className="form-body" role="group" aria-label={`再調査 第${resurvey.resurveyNo}回`}>
      <h3>
        第{resurvey.resurveyNo}回 {labelOf(resurveyWishes, resurvey.wanted)}{' '}
        <Badge tone={tones[state]}>{labelOf(resurveyStates, state)}</Badge>
      </h3>
      <DescriptionList
        items={[
          { term: '申請日', value: <WarekiDate.Output value={resurvey.appliedOn as PlainDate} /> },
          { term: '求める理由', value: resurvey.reason || noValue },
          ...(resurvey.lateReason ? [{ term: '期限の後に受け付けた理由', value: resurvey.lateReason }] : []),
          { term: '申請のときの程度', value: labelOf(damageGrades, resurvey.gradeBefore) },
          ...(resurvey.resultGrade
            ? [{ term: '調査の結果', value: labelOf(damageGrades, resurvey.resultGrade) }]
            : []),
          ...(resurvey.answer ? [{ term: '説明・理由', value: resurvey.answer }] : []),
        ]}
      />
      <div className="button-row">
        {canDoResurvey('accept', state) && (
          <AskButton
            endpoint={acceptResurvey}
            input={{ resurveyId, version }}
            {...common}
            label="受理する"
            question="再調査の申請を受理しますか"
            confirm="受理する"
          >
            <p>調査を依頼します。交付済みの罹災証明書は、結果が決まるまで有効です。</p>
          </AskButton>
        )}
        {canDoResurvey('survey', state) && can(enterResurvey).allowed && (
          <Link
            to="/risai/applications/$applicationId/resurvey-result"
            params={{ applicationId: resurvey.applicationId } as never}
            className="button"
            data-look={state === 'accepted' ? 'solid' : 'outline'}
          >
            再調査の結果を{state === 'accepted' ? '登録する' : '登録し直す'}
          </Link>
        )}
        {canDoResurvey('conclude', state) && (
          <Conclude
            resurvey={resurvey}
            onDone={(words) => {
              toast(words)
              renew(queries)
            }}
          />
        )}
        {canDoResurvey('reject', state) && (
          <WithReason
            endpoint={rejectResurvey}
            resurvey={resurvey}
            label="不受理とする"
            question="再調査の申請を不受理としますか"
            reasonLabel="不受理の理由"
          />
        )}
        {canDoResurvey('withdraw', state) && (
          <WithReason
            endpoint={withdrawResurvey}
            resurvey={resurvey}
            label="取下げを登録する"
            question="再調査の申請の取下げを登録しますか"
            reasonLabel="取下げの理由"
          />
        )}
      </div>
    </div>
  )
}

function Conclude(props: { resurvey: Resurvey; onDone: (words: string) => void }): ReactNode {
  const { resurveyId, version, resultGrade, gradeBefore } = props.resurvey
  const [answer, setAnswer] = useState('')
  const isSame = resultGrade === gradeBefore
  return (
    <AskButton
      endpoint={concludeResurvey}
      input={{ resurveyId, version, answer }}
      invalidates={invalidates}
      label="再調査の結果を決定する"
      question={isSame ? '被害の程度は変わらないと決定しますか' : '被害の程度を変更しますか'}
      confirm="決定する"
      {...(isSame ? {} : { look: 'danger' as const })}
      onDone={({ state }) =>
        props.onDone(state === 'kept' ? '被害の程度は変わりません' : '被害の程度を変更しました')
      }
    >
      {isSame ? (
        <p>{labelOf(damageGrades, gradeBefore)}のままです。交付済みの罹災証明書は引き続き有効です。</p>
      ) : (
        <p>
          {labelOf(damageGrades, gradeBefore)}から{labelOf(damageGrades, resultGrade)}
          に変わります。前の罹災証明書は失効し、新しい罹災証明書を交付できるようになります。支援の担当には台帳で伝わります。
        </p>
      )}
      <LooseField
        name="answer"
        label="申請者への説明"
        hint="郵便の通知書に書かれます。不要なら空欄"
        kind={TextArea}
        value={answer}
        onChange={setAnswer}
      />
    </AskButton>
  )
}

function WithReason(props: {
  endpoint: typeof rejectResurvey | typeof withdrawResurvey
  resurvey: Resurvey
  label: string
  question: string
  reasonLabel: string
}): ReactNode {
  const { resurveyId, version } = props.resurvey
  const [reason, setReason] = useState('')
  const queries = useQueryClient()
  return (
    <AskButton
      endpoint={props.endpoint}
      input={{ resurveyId, version, reason }}
      invalidates={invalidates}
      label={props.label}
      question={props.question}
      confirm={props.label}
      onDone={() => renew(queries)}
    >
      <LooseField
        name="reason"
        label={props.reasonLabel}
        kind={TextArea}
        value={reason}
        onChange={setReason}
      />
    </AskButton>
  )
}
