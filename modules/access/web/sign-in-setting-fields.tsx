import type { ReactNode } from 'react'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import type { SecondFactorRule } from '../sign-in-settings.ts'
import { DatedSetting, type Settings } from './DatedSetting.tsx'

type Props = { readonly settings: Settings }

const RequiredFor = radioOf(
  [
    { value: 'everybody', label: '全員', hint: '新しい団体の既定です' },
    { value: 'roles', label: '選んだ権限を持つ職員' },
    { value: 'nobody', label: '必須としない', hint: '登録した職員にだけ確認します' },
  ] as const,
  'column',
)

export function SecondFactorFields({ settings }: Props): ReactNode {
  const { requiredFor, roles } = settings.secondFactor
  const Roles = checkGroupOf(
    settings.roles.map(({ role, name }) => ({ value: role, label: name })),
    'column',
  )
  return (
    <DatedSetting
      settings={settings}
      initial={{
        requiredFor: requiredFor as SecondFactorRule['requiredFor'] | null,
        roles: roles as readonly string[],
      }}
      toSetting={(value) => ({
        key: 'second-factor',
        value: {
          requiredFor: value.requiredFor ?? 'everybody',
          roles: value.requiredFor === 'roles' ? [...value.roles] : [],
        },
      })}
    >
      {({ Field, value }) => (
        <>
          <p className="quiet">
            適用日の後の最初のログインで、まだ登録していない職員に登録を求めます。登録が終わるまで、ほかの画面は使えません。
          </p>
          <Field name="setting.value.requiredFor" kind={RequiredFor} label="必須とする職員" required />
          {value.requiredFor === 'roles' && (
            <Field name="setting.value.roles" kind={Roles} label="必須とする権限" required />
          )}
          {value.requiredFor === 'nobody' && (
            <Banner tone="warning" title="パスワードだけで個人情報に触れられるようになります">
              パスワードが漏れると、ほかの場所からでもログインできます。必須のままとすることをお勧めします。
            </Banner>
          )}
        </>
      )}
    </DatedSetting>
  )
}

const Days = wholeNumberOf({ unit: '日', minimum: 30, maximum: 3_650 })

export function PasswordFields({ settings }: Props): ReactNode {
  return (
    <DatedSetting
      settings={settings}
      initial={{ rotationDays: settings.password.rotationDays }}
      toSetting={(value) => ({ key: 'password', value })}
    >
      {({ Field }) => (
        <>
          <p className="quiet">
            漏れた疑いがないのに定期的に変えさせると、覚えやすく弱いパスワードが増えるため、求めないことが推奨されています（NIST
            SP 800-63B）。団体の規程で定めている場合にだけ入力してください。
          </p>
          <Field
            name="setting.value.rotationDays"
            kind={Days}
            label="パスワードの有効日数"
            hint="空欄にすると、期限を設けません"
          />
        </>
      )}
    </DatedSetting>
  )
}

const WhichTerminals = radioOf(
  [
    { value: 'any', label: 'どの端末からでも' },
    {
      value: 'enrolled',
      label: '登録した端末だけ',
      hint: '端末証明書を取り込んだ端末だけがログインできます',
    },
  ] as const,
  'column',
)
const HelpersPhones = checkboxOf(
  '応援職員は、利用証と自分の端末でも使える',
  '自分の端末でも使える',
  '登録した端末だけ',
)

export function TerminalFields({ settings }: Props): ReactNode {
  const { enrolledOnly, helpersPhones } = settings.terminals
  return (
    <DatedSetting
      settings={settings}
      initial={{ which: (enrolledOnly ? 'enrolled' : 'any') as 'any' | 'enrolled' | null, helpersPhones }}
      toSetting={({ which, helpersPhones }) => ({
        key: 'terminals',
        value: { enrolledOnly: which === 'enrolled', helpersPhones },
      })}
    >
      {({ Field, value }) => (
        <>
          <Field name="setting.value.which" kind={WhichTerminals} label="ログインできる端末" required />
          {value.which === 'enrolled' && (
            <>
              <Banner tone="warning" title="適用日から、登録していない端末は使えなくなります">
                登録していない端末で使っている人は、その場で使えなくなります。誰も入れなくなることを防ぐため、この設定は、登録した端末からログインしているときだけ登録できます。すべての端末を失ったときは、BCLの運用者が端末を登録できます。
              </Banner>
              <Field name="setting.value.helpersPhones" kind={HelpersPhones} label="応援職員の端末" />
            </>
          )}
        </>
      )}
    </DatedSetting>
  )
}

const Enabled = checkboxOf('団体の認証基盤でのログインを使う', '使う', '使わない')
const Trusts = checkboxOf('認証基盤が多要素で確認したときは、このシステムの2段階目を省く', '省く', '省かない')
const Secret = textWith({ type: 'password', autoComplete: 'off', width: 'middle' })

export function SsoFields({ settings }: Props): ReactNode {
  const { sso, issuers, hasSsoSecret, redirectUri } = settings
  const Issuer = selectOf(issuers.map((issuer) => ({ value: issuer, label: issuer })))
  return (
    <DatedSetting
      settings={settings}
      initial={{ ...sso, issuer: (sso.issuer === '' ? null : sso.issuer) as string | null, clientSecret: '' }}
      toSetting={({ clientSecret, issuer, ...value }) => ({
        key: 'sso',
        value: { ...value, issuer: issuer ?? '' },
        clientSecret: clientSecret === '' ? null : clientSecret,
      })}
    >
      {({ Field, value }) => (
        <>
          <p className="quiet">
            OpenID
            Connectに対応した認証基盤で、職員がログインできるようにします。このシステムに登録されている職員だけがログインでき、権限は変わりません。
          </p>
          {issuers.length === 0 && (
            <Banner tone="information" title="使える認証基盤がまだありません">
              BCLの運用者に、認証基盤の発行者（Issuer）の登録を依頼してください。
            </Banner>
          )}
          <p>
            認証基盤に登録するリダイレクトURI：<code>{redirectUri}</code>
          </p>
          <Field name="setting.value.enabled" kind={Enabled} label="団体の認証基盤でのログイン" />
          <Field name="setting.value.issuer" kind={Issuer} label="発行者（Issuer）" />
          <Field name="setting.value.clientId" kind={Text} label="クライアントID" />
          <Field
            name="setting.value.clientSecret"
            kind={Secret}
            label="クライアントシークレット"
            hint={
              hasSsoSecret ? '空欄にすると、登録済みのものを使い続けます' : '暗号にして保存し、表示しません'
            }
          />
          <Field
            name="setting.value.claim"
            kind={Text}
            label="職員のIDにするクレーム"
            hint="例：preferred_username、email"
            required
          />
          <Field
            name="setting.value.domain"
            kind={Text}
            label="クレームの末尾から除く文字"
            hint="例：@city.example.lg.jp。この文字で終わらない人はログインできません。除かないときは空欄"
          />
          <Field name="setting.value.trustsProvidersFactor" kind={Trusts} label="2段階目の確認" />
          {value.trustsProvidersFactor && (
            <p className="quiet">認証基盤がIDトークンのamrに「mfa」を入れたときにだけ省きます。</p>
          )}
        </>
      )}
    </DatedSetting>
  )
}
