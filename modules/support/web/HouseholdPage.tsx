import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { damageGrades } from '../../disasters/grades.ts'
import { applyForSupport, getHouseholdSupport, listSupportApplications } from '../support.contract.ts'
import { supportStates } from '../support.ts'
import { answers, benefitText, stateTones, type Household, type Offered } from './support-text.ts'

/** 世帯の支援制度: what may this household get, why, and what is missing to know it. */
export function HouseholdPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const personRef = usePathParam('personRef')
  const crumbs = [
    { label: 'メインメニュー', to: '/' },
    { label: '支援制度', to: '/support' },
    { label: '世帯の支援制度' },
  ]
  return (
    <Page
      title="世帯の支援制度"
      crumbs={crumbs}
      lead="災害時の世帯について、受けられる制度、その理由、足りない事情を示します。"
      actions={
        <Link to="/ledger/$personRef" params={{ personRef } as never} className="button">
          被災者の記載へ
        </Link>
      }
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <OneHousehold key={personRef} disasterId={disasterId} personRef={personRef} />
      )}
    </Page>
  )
}

function OneHousehold(props: { disasterId: string; personRef: string }): ReactNode {
  const { data, error } = useQuery(q(getHouseholdSupport, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="判定しています" />
  // What the household can do nothing about stands apart, folded: others' programmes, and those the town has not decided on.
  const guides = data.programmes.filter(
    ({ elsewhere, assessment }) => elsewhere && assessment.answer !== 'no',
  )
  const own = data.programmes.filter(({ elsewhere }) => !elsewhere)
  const undecided = own.filter(({ waitsForTown }) => waitsForTown)
  const of = (answer: keyof typeof answers) =>
    own.filter(({ assessment, waitsForTown }) => assessment.answer === answer && !waitsForTown)
  return (
    <>
      {data.suppressed && (
        <Banner tone="suppression" title="支援措置対象者のいる世帯です">
          所在や連絡先を、本人以外に伝えないでください。
        </Banner>
      )}
      <Section title="災害時の世帯">
        <DescriptionList
          items={[
            {
              term: '世帯員',
              value: data.members.map(({ name, head }) => (head ? `${name}（世帯主）` : name)).join('、'),
            },
            { term: '人数', value: `${data.size}人` },
            {
              term: '被害の程度',
              value: labelOf(damageGrades, data.grade) || '罹災証明書の決定がまだありません',
            },
          ]}
        />
        <Recorded recorded={data.recorded} />
        {of('unknown').length > 0 && (
          <p>
            {of('unknown').length}件は、まだわかりません。世帯の事情を聞き取って登録すると、判定し直します。
          </p>
        )}
        <p className="button-row">
          <Link
            to="/support/households/$personRef/circumstances"
            params={{ personRef: props.personRef } as never}
            className="button"
            data-look="solid"
          >
            世帯の事情を登録する
          </Link>
        </p>
      </Section>
      {(['yes', 'unknown', 'no'] as const).map((answer) => (
        <Section key={answer} title={`${answers[answer].label}（${of(answer).length}件）`}>
          {of(answer).length === 0 && <p className="quiet">ありません。</p>}
          {of(answer).map((one) => (
            <Programme key={one.programmeCode} {...props} household={data} programme={one} />
          ))}
        </Section>
      ))}
      <Folded title={`ほかの機関の制度（${guides.length}件）`} lead="申請は、それぞれの窓口が受け付けます。">
        {guides.map((one) => (
          <Programme key={one.programmeCode} {...props} household={data} programme={one} />
        ))}
      </Folded>
      <Folded
        title={`市町村が実施を決めていない制度（${undecided.length}件）`}
        lead="「支援制度」の画面で実施を登録すると、判定します。"
      >
        {undecided.map((one) => (
          <Programme key={one.programmeCode} {...props} household={data} programme={one} />
        ))}
      </Folded>
    </>
  )
}

function Folded(props: { title: string; lead: string; children: ReactNode }): ReactNode {
  return (
    <Section title={props.title}>
      <details>
        <summary>{props.lead} 開いて見る</summary>
        {props.children}
      </details>
    </Section>
  )
}

/** What is known without anybody's entry, and from where. */
function Recorded({ recorded }: { recorded: Household['recorded'] }): ReactNode {
  if (recorded.length === 0) return null
  return (
    <details>
      <summary>記録からわかっている事情（{recorded.length}件）</summary>
      <DescriptionList
        items={recorded.map(({ key, label, text, from, differs, reason }) => ({
          term: label,
          value: (
            <span key={key}>
              {text} <span className="quiet">（{from}）</span>
              {differs && (
                <>
                  <br />
                  <Badge tone="warning">違う内容を登録済み</Badge> {reason}
                </>
              )}
            </span>
          ),
        }))}
      />
    </details>
  )
}

function Programme(props: {
  disasterId: string
  personRef: string
  household: Household
  programme: Offered
}): ReactNode {
  const { programme } = props
  const { assessment } = programme
  return (
    <details>
      <summary>
        {programme.title}
        {assessment.answer === 'yes' && <strong>　{benefitText(assessment)}</strong>}
        {assessment.missing.length > 0 && (
          <span className="quiet">　足りない事情：{assessment.missing.join('、')}</span>
        )}
        {programme.applications.map((one) => (
          <span key={one.supportId}>
            {' '}
            <Badge tone={stateTones[one.state]}>{labelOf(supportStates, one.state)}</Badge>
          </span>
        ))}
      </summary>
      <p>{programme.about}</p>
      <DescriptionList
        items={[
          {
            term: '理由',
            value: (
              <ul>
                {assessment.reasons.map((reason) => (
                  <li key={reason.text}>
                    {reason.text} <span className="quiet">（{reason.article}）</span>
                  </li>
                ))}
              </ul>
            ),
          },
          {
            term: '申請期限',
            value:
              assessment.deadlineOn === null
                ? '定めがありません'
                : dateText(assessment.deadlineOn as PlainDate),
          },
          { term: '必要な書類', value: programme.documents.join('、') || '―' },
        ]}
      />
      {programme.conflicts.length > 0 && (
        <Banner tone="warning" title="併せて受けられないことがある制度を申請しています">
          {programme.conflicts.join('、')}
        </Banner>
      )}
      <p className="button-row">
        {programme.applications.map((one) => (
          <Link
            key={one.supportId}
            to="/support/applications/$supportId"
            params={{ supportId: one.supportId }}
            className="button"
            data-size="small"
          >
            申請を開く
          </Link>
        ))}
        {!programme.elsewhere && <ApplyButton {...props} />}
      </p>
    </details>
  )
}

function ApplyButton(props: {
  disasterId: string
  personRef: string
  household: Household
  programme: Offered
}): ReactNode {
  const { disasterId, programme, household } = props
  const today = useToday()
  const harmed = household.circumstances.harmed ?? []
  const people = household.members.map(({ personRef, name }) => ({ value: personRef, label: name }))
  const [applicant, setApplicant] = useState<string | null>(props.personRef)
  const [subject, setSubject] = useState<string | null>(null)
  const [appliedOn, setAppliedOn] = useState<PlainDate | null>(today)
  const [note, setNote] = useState('')
  return (
    <AskButton
      endpoint={applyForSupport}
      input={{
        ...{ disasterId, personRef: applicant ?? props.personRef, programmeCode: programme.programmeCode },
        ...{ subjectRef: programme.perPerson ? subject : null, appliedOn: appliedOn ?? '', note },
      }}
      invalidates={[getHouseholdSupport, listSupportApplications]}
      label="申請を受け付ける"
      of={programme.title}
      question={`「${programme.title}」の申請を受け付けます`}
      confirm="受け付ける"
    >
      <LooseField
        name="applicant"
        label="申請する方"
        kind={selectOf(people)}
        value={applicant}
        onChange={setApplicant}
        required
      />
      {programme.perPerson && (
        <LooseField
          name="subject"
          label="どなたについての申請か"
          hint="「世帯の事情」に登録した、亡くなった方・障害を負った方から選びます"
          kind={selectOf(people.filter(({ value }) => harmed.some((one) => one.personRef === value)))}
          value={subject}
          onChange={setSubject}
          required
        />
      )}
      <LooseField
        name="appliedOn"
        label="申請日"
        kind={WarekiDate}
        value={appliedOn}
        onChange={setAppliedOn}
        required
      />
      <LooseField name="note" label="備考" kind={Text} value={note} onChange={setNote} />
    </AskButton>
  )
}
