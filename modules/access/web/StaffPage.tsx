import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { SendForm } from '@open-bcl/ui/layout/SendForm.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import {
  changeStaff,
  getStaff,
  logOutStaff,
  renewInitialPassword,
  resumeStaff,
  retireStaff,
  suspendStaff,
} from '../staff.contract.ts'
import { InitialPassword } from './InitialPassword.tsx'
import { StaffStateBadge } from './StaffListPage.tsx'
import { staffReadings, type Person } from './staff-readings.ts'
import { StaffRoles } from './StaffRoles.tsx'

type Made = OutputOf<typeof renewInitialPassword>

export function StaffPage(): ReactNode {
  const staffId = usePathParam('staffId')
  const { data, error } = useQuery(q(getStaff, { staffId }))
  const [made, setMade] = useState<Made | null>(null)
  return (
    <Page
      title={data?.displayName ?? '職員'}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: 'ユーザ管理', to: '/users' },
        { label: data?.displayName ?? '職員' },
      ]}
    >
      <Allowed to={getStaff}>
        {error && <ErrorSummary error={error} />}
        {made && <InitialPassword {...made} />}
        {data && <Contents key={`${data.staffId} ${data.version}`} person={data} onMade={setMade} />}
      </Allowed>
    </Page>
  )
}

function Contents({ person, onMade }: { person: Person; onMade: (made: Made) => void }): ReactNode {
  return (
    <>
      {person.isOneself && (
        <Banner tone="information" title="ご自身の登録です">
          氏名と所属は変えられます。役割、停止、退職は、ユーザ管理の権限を持つ別の職員が行います。
        </Banner>
      )}
      <Account person={person} onMade={onMade} />
      <StaffRoles person={person} />
      <Naming person={person} />
      <Acts person={person} />
    </>
  )
}

function Account({ person, onMade }: { person: Person; onMade: (made: Made) => void }): ReactNode {
  const { staffId, version, displayName, state } = person
  const toast = useToast()
  const input = { staffId, version }
  const mayAct = !person.isOneself
  const works = state === 'active' || state === 'leaving'
  return (
    <Section
      title="アカウント"
      actions={
        <>
          {person.sessions > 0 && (
            <AskButton
              endpoint={logOutStaff}
              input={{ staffId }}
              invalidates={staffReadings}
              onDone={({ ended }) => toast(`${ended}台の画面を終えました`)}
              label="強制ログアウト"
              question={`${displayName}さんをログアウトさせますか`}
              confirm="ログアウトさせる"
            >
              <p>
                使っている画面がすべて終わります。入力の途中のものは失われます。また本人がログインできます。
              </p>
            </AskButton>
          )}
          {mayAct && works && (
            <>
              <AskButton
                endpoint={renewInitialPassword}
                input={input}
                invalidates={staffReadings}
                onDone={onMade}
                label="初期パスワードを再発行"
                question={`${displayName}さんの初期パスワードを再発行しますか`}
                confirm="再発行する"
              >
                <p>
                  いまのパスワードは使えなくなり、使っている画面も終わります。本人を確かめてから行います。
                </p>
              </AskButton>
              <AskButton
                endpoint={suspendStaff}
                input={input}
                invalidates={staffReadings}
                label="停止する"
                question={`${displayName}さんを停止しますか`}
                confirm="停止する"
                look="danger"
              >
                <p>すぐに使えなくなり、使っている画面も終わります。後から再開できます。</p>
              </AskButton>
            </>
          )}
          {mayAct && state !== 'retired' && <Retire person={person} />}
          {mayAct && state !== 'active' && (
            <AskButton
              endpoint={resumeStaff}
              input={input}
              invalidates={staffReadings}
              label={state === 'suspended' ? '再開する' : '退職を取り消す'}
              question={`${displayName}さんを在職に戻しますか`}
              confirm="在職に戻す"
            >
              <p>パスワードは元のままです。退職で終わった役割は、割り当て直します。</p>
            </AskButton>
          )}
        </>
      }
    >
      <DescriptionList
        items={[
          { term: 'ID', value: person.loginId },
          { term: '所属', value: person.department },
          { term: '状態', value: <StaffStateBadge state={state} lastOn={person.lastOn} /> },
          { term: 'ログイン中', value: person.sessions === 0 ? 'していません' : `${person.sessions}台` },
          {
            term: 'パスワード',
            value: person.mustChangePassword
              ? '初期パスワードのまま（次のログインで変更）'
              : '本人が決めたもの',
          },
          { term: '登録', value: instantText(person.createdAt) },
        ]}
      />
    </Section>
  )
}

function Retire({ person }: { person: Person }): ReactNode {
  const today = useToday()
  const [lastOn, setLastOn] = useState<PlainDate | null>(today)
  return (
    <AskButton
      endpoint={retireStaff}
      input={{ staffId: person.staffId, version: person.version, lastOn: lastOn ?? '' }}
      invalidates={staffReadings}
      label="退職"
      question={`${person.displayName}さんの退職日を登録しますか`}
      confirm="登録する"
      look="danger"
    >
      <LooseField
        name="lastOn"
        label="最後に使える日"
        kind={WarekiDate}
        hint="すぐに使えなくするときは、昨日の日付にします"
        value={lastOn}
        onChange={setLastOn}
        required
      />
      <p>役割もこの日で終わります。登録と、これまでの操作の記録は残ります。</p>
    </AskButton>
  )
}

function Naming({ person }: { person: Person }): ReactNode {
  const [displayName, setDisplayName] = useState(person.displayName)
  const [department, setDepartment] = useState(person.department)
  const toast = useToast()
  const sending = useSend(changeStaff, {
    invalidates: staffReadings,
    onDone: () => toast('氏名・所属を変更しました'),
  })
  return (
    <Section title="氏名・所属の変更">
      <SendForm
        sending={sending}
        label="変更する"
        onSend={() =>
          sending.start({ staffId: person.staffId, version: person.version, displayName, department })
        }
      >
        <LooseField
          name="displayName"
          label="氏名"
          kind={Text}
          value={displayName}
          onChange={setDisplayName}
          required
        />
        <LooseField
          name="department"
          label="所属"
          kind={Text}
          value={department}
          onChange={setDepartment}
          required
        />
      </SendForm>
    </Section>
  )
}

type Act = Person['acts'][number] & { readonly key: string }
const act = columnsOf<Act>()
const actColumns = act.columns([
  act.accessor('at', {
    header: '日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  act.accessor('words', { header: '内容' }),
  act.accessor('by', { header: '行った人', meta: { nowrap: true } }),
])

function Acts({ person }: { person: Person }): ReactNode {
  return (
    <Section title="登録の経過">
      <DataTable
        caption="この職員の登録についての記録（新しい順）"
        columns={actColumns}
        rows={person.acts.map((one, i) => ({ ...one, key: String(i) }))}
        rowKey={({ key }) => key}
        empty={<p>記録はありません。</p>}
      />
    </Section>
  )
}
