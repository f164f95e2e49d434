import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { Stepper } from '@open-bcl/ui/layout/Stepper.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { LedgerElsewhere } from '../../disasters/web/published/LedgerElsewhere.tsx'
import { correctApplication, getApplication, withdrawApplication } from '../risai.contract.ts'
import { applicationStates, canDo, noticeKinds } from '../risai.ts'
import { ActLink, NextActs } from './NextActs.tsx'
import { AppointmentSection } from './AppointmentSection.tsx'
import { AttachmentsSection } from './AttachmentsSection.tsx'
import { FormContents } from './FormContents.tsx'
import { CertificateSection, Decisions, Gradings } from './History.tsx'
import { ResurveySection } from './ResurveySection.tsx'
import { SimilarSection } from './SimilarSection.tsx'
import { SurveySection } from './SurveySection.tsx'
import { currentStep, nextWords, stateTones, steps, type Application } from './application-text.ts'

/** 申請: where it stands, what to do next, and everything it holds. */
export function ApplicationPage(): ReactNode {
  const applicationId = usePathParam('applicationId')
  const { data, error } = useQuery(q(getApplication, { applicationId }))
  const title = data ? `申請 ${data.serialNo}` : '申請'
  return (
    <Page
      title={title}
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '罹災証明書', to: '/risai' }, { label: title }]}
      badges={
        data && (
          <>
            <Badge tone={stateTones[data.state]}>{labelOf(applicationStates, data.state)}</Badge>
            {data.suppressed && <Badge tone="error">支援措置（提供抑止）</Badge>}
          </>
        )
      }
      lead={
        data && (
          <>
            申請者{' '}
            <Link to="/ledger/$personRef" params={{ personRef: data.personRef }}>
              {data.form.applicant.name}
            </Link>
            {'　申請日 '}
            <WarekiDate.Output value={data.appliedOn as PlainDate} />
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

function Contents(props: { application: Application }): ReactNode {
  const { application } = props
  const { applicationId, state } = application
  const can = useCan()
  const step = currentStep(state)
  return (
    <>
      <LedgerElsewhere disasterId={application.disasterId} />
      {application.suppressed && (
        <Banner tone="suppression" title="支援措置対象者：所在に関わる情報は表示されません">
          住所、連絡先、被害の状況などは表示も変更もできません。
        </Banner>
      )}
      {step !== null && <Stepper label="手続の進み" steps={steps} current={step} />}
      <Section title="次にすること">
        <p className="tile-title">{nextWords[state]}</p>
        {application.stateReason && <p>理由：{application.stateReason}</p>}
        <NextActs application={application} />
      </Section>
      <SimilarSection application={application} />
      <ResurveySection application={application} />
      {state === 'issuable' && !application.suppressed && <AppointmentSection application={application} />}
      {application.certificates.map((certificate) => (
        <CertificateSection
          key={certificate.certificateId}
          applicationId={applicationId}
          certificate={certificate}
        />
      ))}
      <SurveySection applicationId={applicationId} />
      {application.gradings.length > 0 && <Gradings application={application} />}
      {application.decisions.length > 0 && <Decisions application={application} />}
      <AttachmentsSection applicationId={applicationId} suppressed={application.suppressed} />
      <Section
        title="申請の内容"
        actions={
          <>
            {canDo('correct', state) && can(correctApplication).allowed && (
              <ActLink applicationId={applicationId} act="correct" label="申請を補正する" />
            )}
            {canDo('withdraw', state) && can(withdrawApplication).allowed && (
              <ActLink applicationId={applicationId} act="withdraw" label="取下げを登録する" />
            )}
          </>
        }
      >
        <FormContents application={application} />
      </Section>
      {application.notices.length > 0 && <Notices application={application} />}
      {application.letters.length > 0 && <Letters application={application} />}
    </>
  )
}

const noticeStates = {
  waiting: '送信待ち',
  sent: '送信済み',
  failed: '送信できませんでした',
  practice: '練習のため送りません',
} as const

function Notices(props: { application: Application }): ReactNode {
  return (
    <Section title="申請者への通知（メール）">
      <DescriptionList
        items={props.application.notices.map((notice) => ({
          term: `${labelOf(noticeKinds, notice.kind)}（${instantText(notice.requestedAt)}）`,
          value: (
            <Badge
              tone={notice.state === 'failed' ? 'error' : notice.state === 'sent' ? 'success' : 'neutral'}
            >
              {noticeStates[notice.state]}
            </Badge>
          ),
        }))}
      />
    </Section>
  )
}

const letterStates = {
  waiting: '束にする前',
  bundled: '発送待ち',
  posted: '発送済み',
  'left-out': '取り除き',
} as const

function Letters(props: { application: Application }): ReactNode {
  return (
    <Section title="申請者への通知書（郵便）">
      <DescriptionList
        items={props.application.letters.map((letter) => ({
          term: `${labelOf(noticeKinds, letter.kind)}（${instantText(letter.requestedAt)}）`,
          value: (
            <Badge tone={letter.state === 'posted' ? 'success' : 'neutral'}>
              {letterStates[letter.state]}
            </Badge>
          ),
        }))}
      />
    </Section>
  )
}
