import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { changeSignInSetting, getSignInSettings } from '../sign-in-settings.contract.ts'
import { PasswordFields, SecondFactorFields, SsoFields, TerminalFields } from './sign-in-setting-fields.tsx'

type Settings = OutputOf<typeof getSignInSettings>

const settingLabels = {
  'second-factor': '2段階認証の必須',
  password: 'パスワードの有効日数',
  terminals: 'ログインできる端末',
  sso: '団体の認証基盤でのログイン',
} as const
type Key = keyof typeof settingLabels

const column = columnsOf<Settings['history'][number]>()
const columns = column.columns([
  column.accessor('key', { header: '設定', cell: (cell) => settingLabels[cell.getValue() as Key] }),
  column.accessor('fromOn', {
    header: '適用日',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate} />,
  }),
  column.accessor('setAt', {
    header: '登録日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('setBy', { header: '登録者' }),
])

/** What holds today, and the history. */
export function SignInSettingsPage(): ReactNode {
  const { data, error, refetch } = useQuery(q(getSignInSettings, {}))
  return (
    <Page
      title="ログインの設定"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: 'ログインの設定' }]}
      lead="今日の時点の設定です。変更は、適用日を決めて登録します。"
    >
      <Allowed to={getSignInSettings}>
        {error && <ErrorSummary error={error} />}
        {!data && !error && <Progress label="読み込んでいます" />}
        {data && <Current settings={data} />}
        {data && (
          <DataTable
            caption="設定の履歴"
            columns={columns}
            rows={data.history}
            rowKey={(row) => `${row.key} ${row.setAt}`}
            empty={<p>まだ何も設定されていません。既定の値で動いています。</p>}
            onRetry={() => void refetch()}
          />
        )}
      </Allowed>
    </Page>
  )
}

function Current({ settings }: { settings: Settings }): ReactNode {
  const { secondFactor, password, sso, terminals } = settings
  const required = {
    everybody: '全員に必須とします。',
    nobody: '必須としません。登録した職員には、ログインのたびに確認します。',
    roles: `次の権限を持つ職員に必須とします：${settings.roles
      .filter(({ role }) => secondFactor.roles.includes(role))
      .map(({ name }) => name)
      .join('、')}`,
  }[secondFactor.requiredFor]
  return (
    <>
      <Section title={settingLabels['second-factor']} actions={<ChangeLink to="second-factor" />}>
        <p>{required}</p>
      </Section>
      <Section title={settingLabels.password} actions={<ChangeLink to="password" />}>
        <p>
          {password.rotationDays === null
            ? '期限を設けません（定期的な変更は求めないことが推奨されています）。'
            : `${password.rotationDays}日ごとに変更を求めます。`}
        </p>
      </Section>
      <Section title={settingLabels.terminals} actions={<ChangeLink to="terminals" />}>
        <p>
          {!terminals.enrolledOnly
            ? 'どの端末からでもログインできます。'
            : terminals.helpersPhones
              ? '登録した端末だけがログインできます。応援職員は、利用証と自分の端末でも使えます。'
              : '登録した端末だけがログインできます。応援職員も、登録した端末だけで使えます。'}
        </p>
      </Section>
      <Section title={settingLabels.sso} actions={<ChangeLink to="sso" />}>
        {sso.enabled ? (
          <DescriptionList
            items={[
              { term: '発行者', value: sso.issuer },
              { term: 'クライアントID', value: sso.clientId },
              {
                term: '職員のID',
                value: `${sso.claim}${sso.domain === '' ? '' : `（${sso.domain}を除く）`}`,
              },
              {
                term: '2段階目の確認',
                value: sso.trustsProvidersFactor
                  ? '認証基盤が多要素で確認したときは、省きます'
                  : 'このシステムでも確認します',
              },
            ]}
          />
        ) : (
          <p>使いません。IDとパスワードでログインします。</p>
        )}
      </Section>
    </>
  )
}

function ChangeLink(props: { to: Key }): ReactNode {
  return (
    <Link
      to="/sign-in-settings/$key"
      params={{ key: props.to }}
      className="button"
      aria-label={`${settingLabels[props.to]}を変更`}
    >
      変更
    </Link>
  )
}

export function SignInSettingPage(): ReactNode {
  const key = usePathParam('key')
  const { data, error } = useQuery(q(getSignInSettings, {}))
  const known = key in settingLabels ? (key as Key) : null
  const title = known === null ? 'その設定はありません' : `${settingLabels[known]}の変更`
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: 'ログインの設定', to: '/sign-in-settings' },
        { label: title },
      ]}
    >
      <Allowed to={changeSignInSetting}>
        {error && <ErrorSummary error={error} />}
        {!data && !error && <Progress label="読み込んでいます" />}
        {data && known === 'second-factor' && <SecondFactorFields settings={data} />}
        {data && known === 'password' && <PasswordFields settings={data} />}
        {data && known === 'terminals' && <TerminalFields settings={data} />}
        {data && known === 'sso' && <SsoFields settings={data} />}
      </Allowed>
    </Page>
  )
}
