import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { signInSettingProblems } from './sign-in-settings.messages.ts'
import { terminalProblems } from './terminals.messages.ts'
import type { PasswordRule, SecondFactorRule, SsoRule, TerminalRule } from './sign-in-settings.ts'

export const SecondFactorRuleSchema = z.object({
  requiredFor: z.enum(['everybody', 'roles', 'nobody']).meta({ title: '2段階認証を必須とする職員' }),
  roles: z.array(z.string().max(60)).max(100).meta({ title: '必須とする権限' }),
}) satisfies z.ZodType<SecondFactorRule>

export const PasswordRuleSchema = z.object({
  rotationDays: z.int().min(30).max(3_650).nullable().meta({ title: 'パスワードの有効日数' }),
}) satisfies z.ZodType<PasswordRule>

export const SsoRuleSchema = z.object({
  enabled: z.boolean().meta({ title: '団体の認証基盤でのログイン' }),
  issuer: z.string().trim().max(300).meta({ title: '発行者（Issuer）のURL' }),
  clientId: z.string().trim().max(200).meta({ title: 'クライアントID' }),
  claim: z
    .string()
    .trim()
    .regex(/^[A-Za-z_][\w.:/-]{0,99}$/, 'クレームの名前を半角で入力してください')
    .meta({ title: '職員のIDにするクレーム' }),
  domain: z
    .string()
    .trim()
    .regex(/^(@[A-Za-z0-9.-]+)?$/, '@から入力してください')
    .max(200)
    .meta({ title: 'クレームの末尾から除く文字' }),
  trustsProvidersFactor: z.boolean().meta({ title: '認証基盤の多要素認証' }),
}) satisfies z.ZodType<SsoRule>

export const TerminalRuleSchema = z.object({
  enrolledOnly: z.boolean().meta({ title: 'ログインできる端末' }),
  helpersPhones: z.boolean().meta({ title: '応援職員の端末' }),
}) satisfies z.ZodType<TerminalRule>

const Change = z.discriminatedUnion('key', [
  z.object({ key: z.literal('second-factor'), value: SecondFactorRuleSchema }),
  z.object({ key: z.literal('password'), value: PasswordRuleSchema }),
  z.object({ key: z.literal('terminals'), value: TerminalRuleSchema }),
  z.object({
    key: z.literal('sso'),
    value: SsoRuleSchema,
    /** `null` = the one set before stays. */
    clientSecret: z.string().min(1).max(500).nullable().meta({ title: 'クライアントシークレット' }),
  }),
])

export const getSignInSettings = endpoint({
  name: 'getSignInSettings',
  method: 'GET',
  path: '/api/access/sign-in-settings',
  title: 'ログインの設定',
  permission: 'access.sign-in-settings',
  input: z.object({}),
  output: z.object({
    secondFactor: SecondFactorRuleSchema,
    password: PasswordRuleSchema,
    terminals: TerminalRuleSchema,
    sso: SsoRuleSchema,
    hasSsoSecret: z.boolean(),
    /** Where the provider must send people back to. */
    redirectUri: z.string(),
    /** Issuers that the operator lets towns use; none = no single sign-on here. */
    issuers: z.array(z.string()),
    roles: z.array(z.object({ role: z.string(), name: z.string() })),
    /** Number of the newest setting, 0 before the first: sent back with a change. */
    settingNo: z.int(),
    history: z.array(
      z.object({ key: z.string(), fromOn: z.iso.date(), setAt: z.string(), setBy: z.string() }),
    ),
  }),
})

export const changeSignInSetting = endpoint({
  name: 'changeSignInSetting',
  method: 'POST',
  path: '/api/access/sign-in-settings',
  title: 'ログインの設定の変更（適用日を決めて）',
  permission: 'access.sign-in-settings',
  input: z.object({
    fromOn: z.iso.date().meta({ title: '適用日' }),
    setting: Change,
    /** As it was when the form was opened; 409 when somebody set something since. */
    settingNo: z.int().min(0),
  }),
  output: z.object({ changed: z.literal(true), settingNo: z.int() }),
  problems: [
    signInSettingProblems.issuerNotAllowed,
    signInSettingProblems.secretMissing,
    signInSettingProblems.unknownRole,
    terminalProblems.fromEnrolled,
  ],
})
