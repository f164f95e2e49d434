import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { Yen } from '@open-bcl/ui/fields/Yen.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import {
  decideSupport,
  getSupportApplication,
  getSupportLetter,
  listSupportApplications,
  proposeSupport,
  withdrawSupport,
} from '../support.contract.ts'
import { awardKinds, supportStates } from '../support.ts'
import { answers, benefitText, stateTones, yen } from './support-text.ts'

type Application = OutputOf<typeof getSupportApplication>
const invalidates = [getSupportApplication, listSupportApplications]

/** One application: what it is due and why, the review, the decision by somebody else, the letter. */
export function SupportApplicationPage(): ReactNode {
  const supportId = usePathParam('supportId')
  const { data, error } = useQuery(q(getSupportApplication, { supportId }))
  return (
    <Page
      title={data ? `${data.programmeTitle}の申請` : '支援の申請'}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '支援の申請', to: '/support/applications' },
        { label: '申請の内容' },
      ]}
      badges={data && <Badge tone={stateTones[data.state]}>{labelOf(supportStates, data.state)}</Badge>}
      lead={data && `申請者 ${data.applicantName}　申請日 ${dateText(data.appliedOn as PlainDate)}`}
      actions={
        data && (
          <>
            <Link
              to="/support/households/$personRef"
              params={{ personRef: data.applicantRef }}
              className="button"
            >
              世帯の支援制度
            </Link>
            <Link to="/payments/accounts/$supportId" params={{ supportId } as never} className="button">
              口座と支払
            </Link>
          </>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <Contents application={data} />}
    </Page>
  )
}

function Contents({ application }: { application: Application }): ReactNode {
  const can = useCan()
  const { assessment } = application
  const summary = answers[assessment.answer]
  const decided = application.proposals.find((one) => one.approved === true)
  return (
    <>
      {application.suppressed && (
        <Banner tone="suppression" title="支援措置対象者のいる世帯です">
          備考・理由などの自由な記載は表示されません。
        </Banner>
      )}
      <Section title="今の事情による判定">
        <DescriptionList
          items={[
            {
              term: '判定',
              value: (
                <>
                  <Badge tone={summary.tone}>{summary.label}</Badge> {benefitText(assessment)}
                </>
              ),
            },
            ...(assessment.missing.length > 0
              ? [{ term: '足りない事情', value: assessment.missing.join('、') }]
              : []),
            {
              term: '理由',
              value: (
                <ul>
                  {assessment.reasons.map(({ text, article }) => (
                    <li key={text}>
                      {text} <span className="quiet">（{article}）</span>
                    </li>
                  ))}
                </ul>
              ),
            },
            { term: '備考', value: application.note === null ? '表示できません' : application.note || '―' },
            { term: '受付', value: application.receivedBy },
          ]}
        />
        <p className="button-row">
          {application.state === 'received' && (
            <ProposeButton key={application.version} application={application} />
          )}
          {application.state === 'proposed' && <DecideButtons application={application} />}
          {(application.state === 'received' || application.state === 'proposed') && (
            <WithdrawButton application={application} />
          )}
          {decided && can(getSupportLetter).allowed && (
            <SaveButton
              endpoint={getSupportLetter}
              input={{ supportId: application.supportId }}
              label="決定通知書（PDF）"
            />
          )}
        </p>
      </Section>
      <Section title="審査と決裁">
        {application.proposals.length === 0 && <p className="quiet">まだ審査していません。</p>}
        {application.proposals.map((one) => (
          <DescriptionList
            key={one.proposalNo}
            items={[
              {
                term: `審査（第${one.proposalNo}回）`,
                value: `${one.outcome === 'grant' ? '支給' : '不支給'}　${one.amountYen > 0 ? yen(one.amountYen) : ''}　${instantText(one.proposedAt)}　${one.proposedBy}`,
              },
              { term: '理由・補足', value: one.note === null ? '表示できません' : one.note || '―' },
              {
                term: '決裁',
                value:
                  one.approved === null
                    ? 'まだです'
                    : `${one.approved ? '承認' : `差戻し：${one.decisionReason ?? '表示できません'}`}　${instantText(one.decidedAt!)}　${one.decidedBy}`,
              },
            ]}
          />
        ))}
      </Section>
      {application.awards.length > 0 && (
        <Section title="支給額">
          <ul>
            {application.awards.map((one) => (
              <li key={one.awardId}>
                {labelOf(awardKinds, one.kind)}　{yen(one.amountYen)}　{instantText(one.decidedAt)}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}

const Outcome = radioOf<'grant' | 'refuse'>([
  { value: 'grant', label: '支給する' },
  { value: 'refuse', label: '支給しない' },
])

function ProposeButton({ application }: { application: Application }): ReactNode {
  const { supportId, version, dueYen, assessment } = application
  const [outcome, setOutcome] = useState<'grant' | 'refuse' | null>(
    assessment.answer === 'yes' ? 'grant' : assessment.answer === 'no' ? 'refuse' : null,
  )
  const [amountYen, setAmount] = useState<number | null>(dueYen)
  const [note, setNote] = useState('')
  return (
    <AskButton
      endpoint={proposeSupport}
      input={{
        supportId,
        version,
        outcome: outcome as 'grant',
        amountYen: outcome === 'grant' ? (amountYen ?? 0) : 0,
        note,
      }}
      invalidates={invalidates}
      label="審査する"
      question="審査の結果を登録します"
      confirm="登録する"
    >
      <p>決裁は別の職員が行います。</p>
      <LooseField
        name="outcome"
        label="審査の結果"
        kind={Outcome}
        value={outcome}
        onChange={setOutcome}
        required
      />
      {outcome === 'grant' && (dueYen ?? 0) > 0 && (
        <LooseField
          name="amountYen"
          label={assessment.isLimit ? `金額（${yen(dueYen!)}まで）` : '金額'}
          kind={Yen}
          value={amountYen}
          onChange={setAmount}
          required
        />
      )}
      <LooseField name="note" label="理由・補足" kind={TextArea} value={note} onChange={setNote} />
    </AskButton>
  )
}

function DecideButtons({ application }: { application: Application }): ReactNode {
  const { supportId, version } = application
  const can = useCan()
  const [reason, setReason] = useState('')
  if (can(decideSupport).allowed && !application.mayDecide)
    return <span className="reason">審査した人は決裁できません。別の職員が決裁してください。</span>
  return (
    <>
      <AskButton
        endpoint={decideSupport}
        input={{ supportId, version, approved: true, reason: '' }}
        invalidates={invalidates}
        label="決裁する（承認）"
        question="審査のとおり決定しますか"
        confirm="承認する"
      >
        <p>支給の決定は、支払の対象になります。</p>
      </AskButton>
      <AskButton
        endpoint={decideSupport}
        input={{ supportId, version, approved: false, reason }}
        invalidates={invalidates}
        label="差し戻す"
        question="審査に差し戻します"
        confirm="差し戻す"
      >
        <LooseField
          name="reason"
          label="差戻しの理由"
          kind={TextArea}
          value={reason}
          onChange={setReason}
          required
        />
      </AskButton>
    </>
  )
}

function WithdrawButton({ application }: { application: Application }): ReactNode {
  const { supportId, version } = application
  const [reason, setReason] = useState('')
  return (
    <AskButton
      endpoint={withdrawSupport}
      input={{ supportId, version, reason }}
      invalidates={invalidates}
      label="取下げ"
      question="申請の取下げを登録します"
      confirm="取り下げる"
      look="danger"
    >
      <LooseField
        name="reason"
        label="取下げの理由"
        kind={TextArea}
        value={reason}
        onChange={setReason}
        required
      />
    </AskButton>
  )
}
