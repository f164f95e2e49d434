import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { createEnrolmentCode, listAgents, listLinkContacts } from '../linkage.contract.ts'
import { AgentsSection, SilentAgents } from './AgentsSection.tsx'
import { AlarmsSection } from './AlarmsSection.tsx'
import { BusinessesTable } from './BusinessesTable.tsx'
import { ContactsSection } from './ContactsSection.tsx'
import { DaysSection } from './DaysSection.tsx'
import { GateSection } from './GateSection.tsx'
import { HoursSection } from './HoursSection.tsx'
import { findingsOf, type Finding } from './link-state.ts'
import { MovingSection } from './MovingSection.tsx'
import { RefusedAtHome } from './RefusedAtHome.tsx'
import { useGate, useLink } from './use-link.ts'

/** 連携状況: first what is so, in a sentence; then what to do about it; then the details. */
export function LinkagePage(): ReactNode {
  const can = useCan()
  const link = useLink()
  const gate = useGate()
  const failure = link.error ?? gate.error
  return (
    <Page
      title="連携状況"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '連携状況' }]}
      lead="業務システムから届くデータの状況です。画面は自動で新しくなります。"
      actions={
        <Button
          busy={link.isFetching}
          onClick={() => {
            void link.refetch()
            void gate.refetch()
          }}
        >
          最新の状況を読み込む
        </Button>
      }
    >
      {failure && <ErrorSummary error={failure} />}
      {!(link.data && gate.data) && !failure && <Progress label="読み込んでいます" />}
      {link.data && gate.data && (
        <>
          <Findings findings={findingsOf(link.data, gate.data)} begins={link.data.heardAt === null} />
          <SilentAgents agents={link.data.silentAgents} />
          <MovingSection businesses={link.data.businesses} />
          <AlarmsSection openOnly />
          <RefusedAtHome link={link.data} />
          <BusinessesTable businesses={link.data.businesses} />
          <GateSection gate={gate.data} />
          <DaysSection />
          <HoursSection link={link.data} />
          {can(listLinkContacts).allowed && <ContactsSection />}
          {can(listAgents).allowed && <AgentsSection />}
        </>
      )}
    </Page>
  )
}

/** `begins`: no machine of the town was ever heard, so the ways to begin are offered. */
function Findings(props: { findings: readonly Finding[]; begins: boolean }): ReactNode {
  const can = useCan()
  const [first, ...others] = props.findings
  if (first === undefined) return null
  return (
    <div role="status" aria-label="連携の全体の状況">
      <Banner tone={first.tone} title={first.title}>
        <p>{first.what}</p>
        {others.length > 0 && (
          <>
            <p>ほかに、次のことがあります。</p>
            <ul style={{ paddingInlineStart: '1.25em' }}>
              {others.map(({ title }) => (
                <li key={title}>{title}</li>
              ))}
            </ul>
          </>
        )}
        {props.begins && (
          <ul style={{ paddingInlineStart: '1.25em' }}>
            {can(createEnrolmentCode).allowed && (
              <li>
                <Link to="/linkage/agents/new">連携APの登録コードを発行する</Link>
              </li>
            )}
            <li>
              <Link to="/manual">お手元のファイルを手作業で取り込む（即日開始）</Link>
            </li>
          </ul>
        )}
      </Banner>
    </div>
  )
}
