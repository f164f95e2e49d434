/** ログインの設定 of a town, each from a day on. */

export type SecondFactorRule = {
  /** For whom a second factor is required. Whoever has enrolled one is asked for it in any case. */
  readonly requiredFor: 'everybody' | 'roles' | 'nobody'
  /** Roles that require it, built in or the town's own. */
  readonly roles: readonly string[]
}

export type PasswordRule = {
  /** After so many days a password must be changed; `null` = never (NIST SP 800-63B-4: no change without a reason). */
  readonly rotationDays: number | null
}

/** Single sign-on through the town's own provider (OpenID Connect). */
export type SsoRule = {
  readonly enabled: boolean
  readonly issuer: string
  readonly clientId: string
  /** Claim of the ID token that names the person. */
  readonly claim: string
  /** `@…` that the claim must end in and that is left out of the login ID; empty = the claim is the login ID. */
  readonly domain: string
  /** Ours is not asked for when the provider says that it asked for several factors (`amr` has `mfa`). */
  readonly trustsProvidersFactor: boolean
}

/** 登録端末 */
export type TerminalRule = {
  /** Signing in at enrolled terminals only, known by their client certificates. */
  readonly enrolledOnly: boolean
  /** 応援職員 come in with cards on phones of their own all the same. */
  readonly helpersPhones: boolean
}

export type SignInSettings = {
  readonly terminals: TerminalRule
  readonly 'second-factor': SecondFactorRule
  readonly password: PasswordRule
  readonly sso: SsoRule
}

/** Until a town says otherwise. Every role can come by personal data; the made-up town has none. */
export function defaultSettings(demonstration: boolean): SignInSettings {
  return {
    'second-factor': { requiredFor: demonstration ? 'nobody' : 'everybody', roles: [] },
    password: { rotationDays: null },
    terminals: { enrolledOnly: false, helpersPhones: true },
    sso: {
      ...{ enabled: false, issuer: '', clientId: '', claim: 'preferred_username', domain: '' },
      trustsProvidersFactor: false,
    },
  }
}

export function isRequired(rule: SecondFactorRule, roles: readonly string[]): boolean {
  if (rule.requiredFor === 'roles') return roles.some((role) => rule.roles.includes(role))
  return rule.requiredFor === 'everybody'
}

/** The login ID that a claim names; `null`: none. */
export function loginIdOf(rule: SsoRule, claim: unknown): string | null {
  if (typeof claim !== 'string' || !claim.endsWith(rule.domain)) return null
  const loginId = rule.domain === '' ? claim : claim.slice(0, -rule.domain.length)
  return /^[A-Za-z0-9._-]{1,64}$/.test(loginId) ? loginId : null
}
