import { createHash, randomBytes } from 'node:crypto'
import * as oidc from 'openid-client'
import { z } from 'zod'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx, CtxOutside } from '@open-bcl/platform/ctx.ts'
import { findStaffByLogin, getTenant } from './access.store.ts'
import { audit } from './audit.ts'
import { openSession, pendingFor, type Session } from './sessions.actions.ts'
import { redirectUriOf, signInSettings, type SignInSite } from './sign-in-settings.actions.ts'
import { loginIdOf, type SsoRule } from './sign-in-settings.ts'
import type * as contract from './sso.contract.ts'
import { ssoEvents, ssoProblems } from './sso.messages.ts'

const PLACE = 'access.sso.state'
/** From the first page of the provider to the way back. */
const MINUTES = 10
/** A provider that is silent keeps nobody waiting longer, s. */
const TIMEOUT_S = 8

/**
 * What has to be known on the way back travels sealed in `state`: nothing is kept for those who only begin. It names the
 * browser, so that a link to somebody else's finished sign-in opens nothing.
 */
const Travelling = z.object({
  verifier: z.string(),
  nonce: z.string(),
  issuer: z.string(),
  device: z.string(),
  until: z.number(),
})

export async function getSsoOffer(
  ctx: Ctx,
  site: SignInSite,
): Promise<OutputOf<typeof contract.getSsoOffer>> {
  return { offered: (await offerOf(ctx, site)) !== null }
}

export async function beginSso(
  ctx: CtxOutside,
  _input: InputOf<typeof contract.beginSso>,
  site: SignInSite,
): Promise<OutputOf<typeof contract.beginSso>> {
  const { rule, clientSecret } = await ctx.separately((own) => ruleOf(own, site))
  const provider = await discover(rule, clientSecret)
  const device = ctx.device?.token ?? randomBytes(32).toString('base64url')
  ctx.device?.mark(device)
  const verifier = oidc.randomPKCECodeVerifier()
  const nonce = oidc.randomNonce()
  const state = await ctx.separately(async (own) => {
    const travelling: z.output<typeof Travelling> = {
      ...{ verifier, nonce, issuer: rule.issuer, device: digest(device) },
      until: own.now.getTime() + MINUTES * 60_000,
    }
    return (await own.keys()).seal(PLACE, '', JSON.stringify(travelling)).toString('base64url')
  })
  const url = oidc.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUriOf(site),
    scope: 'openid profile email',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    // The town stands before the sealed part, so that the page knows whose sign-in it finishes.
    state: `${ctx.municipality}.${state}`,
    nonce,
  })
  return { url: url.href }
}

/** Gives a session to an account that is there. Nothing is created and no right changes, whatever the provider says. */
export async function finishSso(
  ctx: CtxOutside,
  { query }: InputOf<typeof contract.finishSso>,
  site: SignInSite,
): Promise<Session> {
  const { rule, clientSecret } = await ctx.separately((own) => ruleOf(own, site))
  const answered = new URLSearchParams(query)
  const state = answered.get('state') ?? ''
  const travelling = await ctx.separately((own) => openState(own, state))
  const device = ctx.device?.token ?? ''
  const ours =
    travelling !== null &&
    travelling.until > ctx.now.getTime() &&
    travelling.issuer === rule.issuer &&
    travelling.device === digest(device)
  if (!ours) return await refuse(ctx, 'state')
  const provider = await discover(rule, clientSecret)
  const back = new URL(redirectUriOf(site))
  back.search = answered.toString()
  const claims = await exchange(provider, back, travelling, state)
  if (claims === null) return await refuse(ctx, 'token')
  const loginId = loginIdOf(rule, claims[rule.claim])
  const providersFactor = Array.isArray(claims['amr']) && claims['amr'].includes('mfa')
  const started = await ctx.separately(async (own) => {
    const staff = loginId === null ? undefined : await findStaffByLogin(own.tx, loginId)
    if (!staff) return null
    const trusted = rule.trustsProvidersFactor && providersFactor
    return await openSession(own, staff, trusted ? null : await pendingFor(own, staff.staffId))
  })
  if (started === null) return await refuse(ctx, 'account')
  ctx.cookie?.start(started.token)
  return started.view
}

/** PKCE, state, nonce, issuer, audience and signature are the library's to check. */
async function exchange(
  provider: oidc.Configuration,
  back: URL,
  { verifier, nonce }: z.output<typeof Travelling>,
  state: string,
): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const tokens = await oidc.authorizationCodeGrant(provider, back, {
      pkceCodeVerifier: verifier,
      expectedNonce: nonce,
      expectedState: state,
      idTokenExpected: true,
    })
    return tokens.claims() ?? null
  } catch (error) {
    if (isAway(error)) throw new Problem(ssoProblems.providerAway)
    return null
  }
}

type Offer = { readonly rule: SsoRule; readonly clientSecret: string }

async function ruleOf(ctx: Ctx, site: SignInSite): Promise<Offer> {
  const offer = await offerOf(ctx, site)
  if (offer === null) throw new Problem(ssoProblems.notOffered)
  return offer
}

/** Asked for each time: an issuer that the operator has taken back opens nothing any more. */
async function offerOf(ctx: Ctx, site: SignInSite): Promise<Offer | null> {
  if (!(await getTenant(ctx.tx))) return null
  const { sso: rule, clientSecret } = await signInSettings(ctx)
  return rule.enabled && clientSecret !== null && site.ssoIssuers.includes(rule.issuer)
    ? { rule, clientSecret }
    : null
}

/** What the issuer publishes of itself; it must call itself by the very name the town has set. */
async function discover(rule: SsoRule, clientSecret: string): Promise<oidc.Configuration> {
  const issuer = new URL(rule.issuer)
  try {
    return await oidc.discovery(issuer, rule.clientId, undefined, oidc.ClientSecretPost(clientSecret), {
      timeout: TIMEOUT_S,
      // Only a provider on this very machine is spoken to in clear: that of a test.
      ...(issuer.protocol === 'http:' && issuer.hostname === 'localhost'
        ? { execute: [oidc.allowInsecureRequests] }
        : {}),
    })
  } catch {
    throw new Problem(ssoProblems.providerAway)
  }
}

async function openState(ctx: Ctx, state: string): Promise<z.output<typeof Travelling> | null> {
  const sealed = Buffer.from(state.slice(state.indexOf('.') + 1), 'base64url')
  try {
    const opened: unknown = JSON.parse((await ctx.keys()).open(PLACE, '', sealed))
    return Travelling.safeParse(opened).data ?? null
  } catch {
    return null
  }
}

/** Which of it was wrong stands in the audit trail alone. */
async function refuse(ctx: CtxOutside, cause: 'state' | 'token' | 'account'): Promise<never> {
  await ctx.separately((own) => audit(own, ssoEvents.refused, { facts: { cause } }))
  throw new Problem(ssoProblems.refused)
}

function isAway(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return code === 'OAUTH_TIMEOUT' || (error instanceof TypeError && code === undefined)
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
