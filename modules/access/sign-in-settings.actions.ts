import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { namesOfActors } from './access.actions.ts'
import { getTenant } from './access.store.ts'
import { audit } from './audit.ts'
import { roles } from './roles.ts'
import type * as contract from './sign-in-settings.contract.ts'
import {
  PasswordRuleSchema,
  SecondFactorRuleSchema,
  SsoRuleSchema,
  TerminalRuleSchema,
} from './sign-in-settings.contract.ts'
import { signInSettingEvents, signInSettingProblems } from './sign-in-settings.messages.ts'
import { defaultSettings, type SignInSettings } from './sign-in-settings.ts'
import * as store from './sign-in-settings.store.ts'

/** What the installation says: where staff reach it, and whom towns may trust to sign people in. */
export type SignInSite = {
  readonly origins: readonly string[]
  /** Issuers of OpenID Connect that towns may name. */
  readonly ssoIssuers: readonly string[]
}

const SECRET = 'access.sign_in_setting.sealed'

/** As they stand today in Japan, with the client secret of single sign-on. */
export async function signInSettings(
  ctx: Ctx,
): Promise<SignInSettings & { readonly clientSecret: string | null }> {
  const tenant = await getTenant(ctx.tx)
  const rows = await store.settingsOn(ctx.tx, todayInJapan(ctx.now))
  const of = (key: string) => rows.find((row) => row.key === key)
  const usual = defaultSettings(tenant?.demonstration ?? false)
  const [factor, password, sso, terminals] = [of('second-factor'), of('password'), of('sso'), of('terminals')]
  return {
    'second-factor': factor ? SecondFactorRuleSchema.parse(factor.value) : usual['second-factor'],
    password: password ? PasswordRuleSchema.parse(password.value) : usual.password,
    terminals: terminals ? TerminalRuleSchema.parse(terminals.value) : usual.terminals,
    sso: sso ? SsoRuleSchema.parse(sso.value) : usual.sso,
    clientSecret: sso?.sealed ? (await ctx.keys()).open(SECRET, String(sso.settingNo), sso.sealed) : null,
  }
}

export async function getSignInSettings(
  ctx: Ctx,
  site: SignInSite,
): Promise<OutputOf<typeof contract.getSignInSettings>> {
  const { 'second-factor': secondFactor, password, sso, terminals, clientSecret } = await signInSettings(ctx)
  const history = await store.settingHistory(ctx.tx)
  const nameOf = await namesOfActors(
    ctx,
    history.map((row) => row.setBy),
  )
  return {
    secondFactor: { ...secondFactor, roles: [...secondFactor.roles] },
    ...{ password, sso, terminals, hasSsoSecret: clientSecret !== null },
    redirectUri: redirectUriOf(site),
    issuers: [...site.ssoIssuers],
    roles: Object.entries(roles)
      .filter(([role]) => role !== 'operator')
      .map(([role, { ja }]) => ({ role, name: ja })),
    settingNo: history[0]?.settingNo ?? 0,
    history: history.map(({ key, fromOn, setAt, setBy }) => ({
      ...{ key, fromOn, setAt: setAt.toISOString(), setBy: nameOf(setBy) },
    })),
  }
}

export function redirectUriOf({ origins }: SignInSite): string {
  return `${origins[0] ?? ''}/sign-in/sso`
}

export async function changeSignInSetting(
  ctx: Ctx,
  { fromOn, setting, settingNo }: InputOf<typeof contract.changeSignInSetting>,
  site: SignInSite,
): Promise<OutputOf<typeof contract.changeSignInSetting>> {
  const { key, value } = setting
  if (key === 'second-factor' && value.requiredFor === 'roles' && value.roles.length === 0)
    throw new Problem(signInSettingProblems.unknownRole)
  let secret: string | null = null
  if (key === 'sso') {
    if (value.enabled && !site.ssoIssuers.includes(value.issuer))
      throw new Problem(signInSettingProblems.issuerNotAllowed)
    const before = await signInSettings(ctx)
    // A secret goes to the issuer it was made by, never to another.
    secret = setting.clientSecret ?? (before.sso.issuer === value.issuer ? before.clientSecret : null)
    if (value.enabled && secret === null) throw new Problem(signInSettingProblems.secretMissing)
  }
  const appended = await store.insertSetting(ctx.tx, settingNo, {
    ...{ key, fromOn, value, setAt: ctx.now, setBy: actorName(ctx.actor) },
    sealed: secret === null ? null : (await ctx.keys()).seal(SECRET, String(settingNo + 1), secret),
  })
  if (!appended) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, signInSettingEvents.changed, { facts: { key, fromOn } })
  return { changed: true, settingNo: settingNo + 1 }
}
