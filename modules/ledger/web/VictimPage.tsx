import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import {
  useFactWords,
  useSelectedDisaster,
  useVictimPanels,
  type VictimPanel,
} from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { householdReasons, type HouseholdReason } from '../household-reasons.ts'
import { changeHousehold } from '../households.contract.ts'
import { changeNonResident, getVictim } from '../ledger.contract.ts'
import { changeNotes } from '../ledger.ts'
import { Differences } from './Differences.tsx'
import { NextSteps, PersonItems, Provisions } from './PersonItems.tsx'
import {
  ageText,
  birthText,
  concealedAddress,
  sexes,
  type Fact,
  type Victim,
} from './published/person-text.ts'

/** 被災者の記載: who it is, the household, what other modules know, and everything that was told. */
export function VictimPage(): ReactNode {
  const personRef = usePathParam('personRef')
  const disasterId = useSelectedDisaster()
  if (disasterId === null) {
    return (
      <Page title="被災者の記載">
        <ChooseDisaster />
      </Page>
    )
  }
  return <Victim key={`${disasterId} ${personRef}`} disasterId={disasterId} personRef={personRef} />
}

function Victim(props: { disasterId: string; personRef: string }): ReactNode {
  const can = useCan()
  const panels = useVictimPanels().filter((panel) => !panel.needs || can(panel.needs).allowed)
  const { data, error } = useQuery(q(getVictim, props))
  const title = data ? data.person.name : '被災者の記載'
  const lent = ({ key, title: heading, Panel }: VictimPanel): ReactNode =>
    heading === null ? (
      <Panel key={key} {...props} />
    ) : (
      <Section key={key} title={heading}>
        <Panel {...props} />
      </Section>
    )
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被災者台帳', to: '/ledger' },
        { label: title },
      ]}
      badges={
        data && (
          <>
            {data.person.suppressed && <Badge tone="error">支援措置（提供抑止）</Badge>}
            {data.nonResident && <Badge tone="information">住登外者</Badge>}
          </>
        )
      }
      actions={
        data?.nonResident &&
        can(changeNonResident).allowed && (
          <Link to="/ledger/$personRef/edit" params={{ personRef: props.personRef }} className="button">
            住登外者の記載を更新
          </Link>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          {data.person.suppressed && (
            <Banner tone="suppression" title="支援措置対象者：所在に関わる情報は表示されません">
              本人以外に、所在や連絡先を伝えないでください。この画面を開いたことは記録されます。
            </Banner>
          )}
          {panels.filter(({ first }) => first).map(lent)}
          <Section title="次にすること">
            <NextSteps personRef={props.personRef} next={data.next} />
          </Section>
          <PersonSection victim={data} />
          <Household disasterId={props.disasterId} victim={data} self={props.personRef} />
          <Differences {...props} />
          <PersonItems {...props} />
          {panels.filter(({ first }) => !first).map(lent)}
          <Section title="台帳情報の提供">
            <Provisions {...props} />
          </Section>
          <OtherLedgers victim={data} personRef={props.personRef} />
          <Facts facts={data.facts} />
        </>
      )}
    </Page>
  )
}

function PersonSection(props: { victim: Victim }): ReactNode {
  const { person, relation, nonResident } = props.victim
  const age = ageText(person.birth, useToday())
  return (
    <Section title="本人">
      <DescriptionList
        items={[
          { term: '氏名', value: person.name },
          { term: 'フリガナ', value: person.kana || noValue },
          { term: '生年月日', value: `${birthText(person.birth) || noValue}${age && `（${age}）`}` },
          { term: '性別', value: labelOf(sexes, person.sex) },
          {
            term: nonResident ? '住所又は居所（被災時）' : '住所（台帳作成時）',
            value: person.address ?? concealedAddress,
          },
          ...(nonResident
            ? [
                { term: '電話番号', value: nonResident.phone ?? concealedAddress },
                { term: '追加の理由', value: nonResident.reason ?? concealedAddress },
              ]
            : [
                { term: '続柄', value: relation || noValue },
                { term: '宛名番号', value: person.residentNo ?? noValue },
              ]),
        ]}
      />
    </Section>
  )
}

type Member = Victim['household'][number] & { readonly self: boolean }
const member = columnsOf<Member>()
const memberColumns = member.columns([
  member.accessor('name', {
    header: '氏名',
    cell: (cell) => (
      <>
        <NameText name={cell.getValue()} />{' '}
        {cell.row.original.self && <Badge tone="information">表示中</Badge>}{' '}
        {cell.row.original.head && <Badge>世帯主</Badge>}
      </>
    ),
  }),
  member.accessor('relation', { header: '続柄（住民票）', cell: (cell) => cell.getValue() || noValue }),
  member.accessor('kana', { header: 'フリガナ', cell: (cell) => <NameText name={cell.getValue()} /> }),
  member.accessor('birth', {
    header: '生年月日',
    meta: { nowrap: true },
    cell: (cell) => birthText(cell.getValue()),
  }),
  member.accessor('sex', { header: '性別', cell: (cell) => labelOf(sexes, cell.getValue()) }),
  member.accessor('notes', {
    header: '注意',
    enableSorting: false,
    cell: ({ row: { original } }) => (
      <>
        {original.suppressed && <Badge tone="error">支援措置（提供抑止）</Badge>}
        {original.notes.map((note) => (
          <div key={note} className="small">
            {labelOf(changeNotes, note)}
          </div>
        ))}
      </>
    ),
  }),
])

function Household(props: { disasterId: string; victim: Victim; self: string }): ReactNode {
  const can = useCan()
  const { household, householdState } = props.victim
  const { changes } = householdState
  return (
    <>
      <DataTable
        caption={`世帯（被災時、${household.length}人${changes.length === 0 ? '。住民票のとおり' : '。住民票と違う記載'}）`}
        columns={memberColumns}
        rows={household.map((one) => ({ ...one, self: one.personRef === props.self }))}
        rowKey={(row) => row.personRef}
        rowLink={(row) => ({ to: '/ledger/$personRef', params: { personRef: row.personRef } })}
        empty=""
      />
      {changes.length > 0 && (
        <ul style={{ paddingInlineStart: '1.25em' }}>
          {changes.map((one) => (
            <li key={one.version}>
              {instantText(one.at)}　{householdChangeWords[one.kind]}（
              {labelOf(householdReasons, one.reasonCode as HouseholdReason)}）{one.reason}
            </li>
          ))}
        </ul>
      )}
      {can(changeHousehold).allowed && (
        <p>
          <Link to="/ledger/$personRef/household" params={{ personRef: props.self }} className="button">
            被災時の世帯を直す
          </Link>
        </p>
      )}
    </>
  )
}

const householdChangeWords: Readonly<Record<Victim['householdState']['changes'][number]['kind'], string>> = {
  cut: '住民票のとおり',
  split: '世帯を分けた',
  joined: 'ほかの世帯と一つにした',
  added: '人を加えた',
  left: '人が移った',
  head: '世帯主を変えた',
}

function OtherLedgers(props: { victim: Victim; personRef: string }): ReactNode {
  const { otherLedgers } = props.victim
  if (otherLedgers.length === 0) return null
  return (
    <Section title="ほかの災害の台帳">
      <ul style={{ paddingInlineStart: '1.25em' }}>
        {otherLedgers.map(({ disasterId, name, facts }) => (
          <li key={disasterId}>
            <Link
              to="/ledger/$personRef"
              params={{ personRef: props.personRef }}
              search={{ disaster: disasterId } as never}
            >
              {name}
            </Link>
            （記録{facts}件）
          </li>
        ))}
      </ul>
    </Section>
  )
}

const fact = columnsOf<Fact>()
const factColumns = fact.columns([
  fact.accessor('at', {
    header: '日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  fact.accessor('kind', { header: '出来事', cell: (cell) => <FactName kind={cell.getValue()} /> }),
  fact.accessor('words', { header: '内容', cell: (cell) => <FactContent fact={cell.row.original} /> }),
  fact.accessor('by', { header: '記録者', meta: { nowrap: true } }),
])

function FactName(props: { kind: string }): ReactNode {
  return useFactWords()[props.kind]?.label ?? props.kind
}

function FactContent({ fact: { kind, codes, words } }: { fact: Fact }): ReactNode {
  const described = useFactWords()[kind]?.describe?.(codes) ?? ''
  return [described, words ?? ''].filter((part) => part !== '').join('　') || noValue
}

function Facts(props: { facts: readonly Fact[] }): ReactNode {
  return (
    <DataTable
      caption="経過（新しい順）"
      columns={factColumns}
      rows={props.facts}
      rowKey={(row) => row.factId}
      empty={<p>まだ記載がありません。罹災証明書の申請などを受け付けると、ここに載ります。</p>}
    />
  )
}
