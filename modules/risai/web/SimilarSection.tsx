import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { adoptDecision } from '../resurveys.contract.ts'
import { findSimilar, joinApplication, partApplication } from '../joining.contract.ts'
import { listApplications } from '../listing.contract.ts'
import { getApplication } from '../risai.contract.ts'
import { damageGrades } from '../../disasters/grades.ts'
import { applicationStates, canDo, channels } from '../risai.ts'
import { renew } from './ActPage.tsx'
import { stateTones, type Application } from './application-text.ts'

type Similar = OutputOf<typeof findSimilar>['similar'][number]
const invalidates = [getApplication, listApplications, findSimilar]

/** 併合 and 同じ住家: what a clerk should know before going on, and what can be done about it. */
export function SimilarSection(props: { application: Application }): ReactNode {
  const { application } = props
  const { applicationId, joinedTo, joined } = application
  const { data } = useQuery(q(findSimilar, { applicationId }))
  const { decisionChanged } = application
  const others = data?.similar ?? []
  return (
    <>
      {decisionChanged && (
        <Banner tone="warning" title="もとにした同じ住家の決定が変わりました">
          {decisionChanged.application ? (
            <>
              <p>
                <Link
                  to="/risai/applications/$applicationId"
                  params={{ applicationId: decisionChanged.application.applicationId }}
                >
                  {decisionChanged.application.serialNo}
                </Link>
                {decisionChanged.grade === null
                  ? 'の罹災証明書は失効し、いま有効なものがありません。その申請の決定を待ち、この申請の証明書をどうするか確かめてください。'
                  : `の被害の程度は「${labelOf(damageGrades, decisionChanged.grade)}」になりました。この申請の証明書は前の程度のままです。決定を用い直してください。`}
              </p>
              {decisionChanged.grade !== null && (
                <Adopt application={application} other={decisionChanged.application} />
              )}
            </>
          ) : (
            <p>この申請の証明書は前の程度のままです。支援措置の対象者がいるため、個別に確かめてください。</p>
          )}
        </Banner>
      )}
      {joinedTo && (
        <Banner tone="information" title="この申請は併合しました">
          手続は
          <Link to="/risai/applications/$applicationId" params={{ applicationId: joinedTo.applicationId }}>
            {joinedTo.serialNo}
          </Link>
          で進めます。
        </Banner>
      )}
      {canDo('part', application.state) && <Part application={application} />}
      {joined.length > 0 && (
        <Section title="この申請に併合した申請">
          <ul>
            {joined.map((one) => (
              <li key={one.applicationId}>
                <Link to="/risai/applications/$applicationId" params={{ applicationId: one.applicationId }}>
                  {one.serialNo}
                </Link>
                （届いたままの内容が残っています）
              </li>
            ))}
          </ul>
        </Section>
      )}
      {others.length > 0 && application.state !== 'joined' && (
        <Section title="同じ申請・同じ住家かもしれない申請">
          <p className="quiet">
            同じ方が窓口とオンラインなどで重ねて出した申請は、一つに併合します。所有者と借家人のように別の方の申請は併合せず、
            一方の決定の後に「決定を用いる」で交付できるようにします。
          </p>
          <ul style={{ listStyle: 'none', padding: 0 }}>
            {others.map((one) => (
              <li key={one.applicationId}>
                <One application={application} other={one} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}

function One(props: { application: Application; other: Similar }): ReactNode {
  const { application, other } = props
  const why = [
    other.samePerson && '同じ方',
    other.sameHousehold && !other.samePerson && '同じ世帯',
    other.samePlace && '同じ所在地',
  ].filter((word) => word !== false)
  return (
    <div className="form-body">
      <p>
        <Link to="/risai/applications/$applicationId" params={{ applicationId: other.applicationId }}>
          {other.serialNo}
        </Link>{' '}
        <Badge tone={stateTones[other.state]}>{labelOf(applicationStates, other.state)}</Badge>{' '}
        {labelOf(channels, other.channel)}　申請日 <WarekiDate.Output value={other.appliedOn as PlainDate} />
        {'　申請者 '}
        {other.applicantName}
        {'　世帯主 '}
        {other.headName}
      </p>
      <p className="quiet">
        {why.join('・')}。
        {other.differs.length === 0 ? '内容は同じです' : `違う項目：${other.differs.join('、')}`}
      </p>
      <div className="button-row">
        {canDo('join', application.state) && <Join application={application} other={other} />}
        {canDo('adopt', application.state) &&
          application.decisionChanged === null &&
          other.state === 'issuable' &&
          !application.suppressed && <Adopt application={application} other={other} />}
      </div>
    </div>
  )
}

const Reason = TextArea

function Join(props: { application: Application; other: Similar }): ReactNode {
  const { application, other } = props
  const { applicationId, version, serialNo } = application
  const [reason, setReason] = useState('')
  const toast = useToast()
  const queries = useQueryClient()
  return (
    <AskButton
      endpoint={joinApplication}
      input={{ applicationId, version, intoId: other.applicationId, reason }}
      invalidates={invalidates}
      label={`${other.serialNo}に併合する`}
      question={`${serialNo}を${other.serialNo}に併合しますか`}
      confirm="併合する"
      onDone={() => {
        toast(`${other.serialNo}に併合しました`)
        renew(queries)
      }}
    >
      <p>手続は{other.serialNo}で進めます。この申請は届いたままの内容で残り、併合は取り消せます。</p>
      <LooseField name="reason" label="併合の理由" kind={Reason} value={reason} onChange={setReason} />
    </AskButton>
  )
}

function Part(props: { application: Application }): ReactNode {
  const { applicationId, version, serialNo } = props.application
  const queries = useQueryClient()
  return (
    <p>
      <AskButton
        endpoint={partApplication}
        input={{ applicationId, version }}
        invalidates={invalidates}
        label="併合を取り消す"
        question={`${serialNo}の併合を取り消しますか`}
        confirm="取り消す"
        onDone={() => renew(queries)}
      >
        <p>申請は「受付」に戻ります。</p>
      </AskButton>
    </p>
  )
}

function Adopt(props: {
  application: Application
  other: Pick<Similar, 'applicationId' | 'serialNo'>
}): ReactNode {
  const { application, other } = props
  const { applicationId, version } = application
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <AskButton
      endpoint={adoptDecision}
      input={{ applicationId, version, sameAs: other.applicationId }}
      invalidates={invalidates}
      label={`${other.serialNo}の決定を用いる（所有者・借家人）`}
      question="同じ住家の決定を用いますか"
      confirm="決定する"
      onDone={() => {
        toast('同じ住家の決定により、交付可としました')
        renew(queries)
      }}
    >
      <p>
        {other.serialNo}
        で認定した被害の程度により、この申請の罹災証明書を別の整理番号で交付できるようにします。前の証明書があれば失効します。
      </p>
    </AskButton>
  )
}
