import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem, type ProblemKind } from '@open-bcl/core/problem.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { inTurn } from '@open-bcl/platform/passwords.ts'
import * as factor from '@open-bcl/platform/second-factor.ts'
import { hashOfCode } from '@open-bcl/platform/one-time-codes.ts'
import { rolesOf, type StaffRow } from './access.store.ts'
import { accessProblems } from './access.messages.ts'
import { audit } from './audit.ts'
import { takeRecovery } from './recovery.store.ts'
import { recoveryEvents } from './recovery.messages.ts'
import type * as contract from './second-factor.contract.ts'
import { factorEvents, factorProblems } from './second-factor.messages.ts'
import * as store from './second-factor.store.ts'
import { getSession, openSession, signedInStaff, staffActor, type Session } from './sessions.actions.ts'
import { beginFactorAttempt, forgive, refuse } from './sign-in-attempts.actions.ts'
import { signInSettings, type SignInSite } from './sign-in-settings.actions.ts'
import { isRequired } from './sign-in-settings.ts'
import { requireCurrentPassword } from './sign-in.actions.ts'
import { endSession } from './sign-in.store.ts'

const PLACE = 'access.totp.sealed'
/** For a person to find the finger or the key. */
const CHALLENGE_MINUTES = 5

/** What the person of the request has, in the cloud's tables. */
async function deskOf(ctx: Ctx, staff: StaffRow, { origins }: SignInSite): Promise<factor.FactorDesk> {
  const { staffId } = staff
  const { sessionId } = staffActor(ctx)
  const { tx, now } = ctx
  const keys = await ctx.keys()
  return {
    now,
    site: { name: 'クラウド型被災者支援システム', origins },
    person: { id: staffId, loginId: staff.loginId, displayName: staff.displayName },
    store: {
      async totps() {
        const rows = await store.listTotps(tx, staffId)
        return rows.map(({ sealed, ...row }) => ({ ...row, secret: keys.open(PLACE, row.totpId, sealed) }))
      },
      async addTotp(secret) {
        await store.endTotps(tx, staffId, false, now)
        const totpId = uuidv7(now.getTime())
        await store.insertTotp(tx, staffId, { totpId, sealed: keys.seal(PLACE, totpId, secret), now })
      },
      async confirmTotp(totpId, step) {
        await store.endTotps(tx, staffId, true, now)
        await store.confirmTotp(tx, staffId, totpId, step, now)
      },
      takeStep: (totpId, step) => store.takeStep(tx, staffId, totpId, step),
      endTotp: () => store.endTotps(tx, staffId, true, now),
      passkeys: () => store.listPasskeys(tx, staffId),
      addPasskey: (passkey) =>
        store.insertPasskey(tx, staffId, { ...passkey, passkeyId: uuidv7(now.getTime()) }, now),
      takePasskey: ({ passkeyId, counter }, next) =>
        store.takePasskey(tx, staffId, passkeyId, counter, next, now),
      endPasskey: (passkeyId) => store.endPasskeys(tx, staffId, passkeyId, now),
      async replaceRecoveryCodes(hashes) {
        await store.endRecoveryCodes(tx, staffId, now)
        await store.insertRecoveryCodes(tx, staffId, hashes, now)
      },
      recoveryCodesLeft: () => store.countRecoveryCodes(tx, staffId),
      takeRecoveryCode: (hash) => store.takeRecoveryCode(tx, staffId, hash, now),
      putChallenge: (challenge) =>
        store.putChallenge(tx, sessionId, challenge, new Date(now.getTime() + CHALLENGE_MINUTES * 60_000)),
      takeChallenge: () => ctx.separately((own) => store.takeChallenge(own.tx, sessionId, own.now)),
    },
  }
}

async function ownDesk(ctx: Ctx, site: SignInSite): Promise<factor.FactorDesk> {
  return await deskOf(ctx, await signedInStaff(ctx), site)
}

export async function getSecondFactor(
  ctx: Ctx,
  site: SignInSite,
): Promise<OutputOf<typeof contract.getSecondFactor>> {
  const { store: kept } = await ownDesk(ctx, site)
  const totps = await kept.totps()
  const passkeys = await kept.passkeys()
  return {
    required: await isRequiredOf(ctx),
    totp: totps.some((one) => one.confirmedAt !== null),
    passkeys: passkeys.map(({ passkeyId, name, madeAt, usedAt }) => ({
      ...{ passkeyId, name, madeAt: madeAt.toISOString(), usedAt: usedAt?.toISOString() ?? null },
    })),
    recoveryCodesLeft: await kept.recoveryCodesLeft(),
  }
}

async function isRequiredOf(ctx: Ctx): Promise<boolean> {
  const { 'second-factor': rule } = await signInSettings(ctx)
  const held = await rolesOf(ctx.tx, staffActor(ctx).staffId, todayInJapan(ctx.now))
  return isRequired(
    rule,
    held.map(({ role }) => role),
  )
}

export async function confirmByCode(
  ctx: Ctx,
  { code }: InputOf<typeof contract.confirmByCode>,
  site: SignInSite,
): Promise<Session> {
  return await confirm(ctx, site, factorProblems.wrongCode, (desk) => factor.checkTotp(desk, code))
}

export async function confirmByPasskey(
  ctx: Ctx,
  { response }: InputOf<typeof contract.confirmByPasskey>,
  site: SignInSite,
): Promise<Session> {
  return await confirm(ctx, site, factorProblems.passkeyRefused, (desk) =>
    factor.checkPasskey(desk, response),
  )
}

/** One of the person's own codes; or the one that two administrators have given out, which leads to a new enrolment. */
export async function confirmByRecoveryCode(
  ctx: Ctx,
  { code }: InputOf<typeof contract.confirmByRecoveryCode>,
  site: SignInSite,
): Promise<Session> {
  let recovered = false
  const session = await confirm(
    ctx,
    site,
    factorProblems.wrongRecoveryCode,
    async (desk) => {
      const staffId = desk.person.id
      if (await factor.checkRecoveryCode(desk, code)) {
        await audit(ctx, factorEvents.recoveryCodeUsed, { subjects: [{ kind: 'staff', id: staffId }] })
        return true
      }
      recovered = await takeRecovery(ctx.tx, staffId, hashOfCode(code), ctx.now)
      if (recovered) await forgetFactors(ctx, staffId)
      return recovered
    },
    () => recovered,
  )
  return session
}

async function forgetFactors(ctx: Ctx, staffId: string): Promise<void> {
  await store.endTotps(ctx.tx, staffId, true, ctx.now)
  await store.endPasskeys(ctx.tx, staffId, null, ctx.now)
  await store.endRecoveryCodes(ctx.tx, staffId, ctx.now)
  await audit(ctx, recoveryEvents.used, { subjects: [{ kind: 'staff', id: staffId }] })
}

/** Counts the attempt, judges it, and puts a session that may do what the person may in place of the one that waited. */
async function confirm(
  ctx: Ctx,
  site: SignInSite,
  wrong: ProblemKind,
  judge: (desk: factor.FactorDesk) => Promise<boolean>,
  enrolAnew: () => boolean = () => false,
): Promise<Session> {
  if (staffActor(ctx).pending !== 'second-factor') throw new Problem(factorProblems.notPending)
  const staff = await signedInStaff(ctx)
  const attempt = await ctx.separately((own) => beginFactorAttempt(own, staff))
  if (attempt.no === null) throw new Problem(accessProblems.locked)
  if (!(await judge(await deskOf(ctx, staff, site)))) return await refuse(ctx, attempt, new Problem(wrong))
  await forgive(ctx, attempt)
  return await replaceSession(ctx, staff, enrolAnew() ? 'enrolment' : null)
}

/** A new token: whoever knew the old one, from before the second factor, knows nothing. */
async function replaceSession(ctx: Ctx, staff: StaffRow, pending: 'enrolment' | null): Promise<Session> {
  await endSession(ctx.tx, staff.staffId, staffActor(ctx).sessionId, ctx.now)
  const started = await openSession(ctx, staff, pending)
  if (started === null) throw new Problem(platformProblems.notSignedIn)
  ctx.cookie?.start(started.token)
  return started.view
}

export async function askPasskey(ctx: Ctx, site: SignInSite): Promise<OutputOf<typeof contract.askPasskey>> {
  const options = await factor.askPasskey(await ownDesk(ctx, site))
  if (options === null) throw new Problem(factorProblems.noPasskey)
  return { options: options as { challenge: string } }
}

export async function beginTotp(
  ctx: Ctx,
  { currentPassword }: InputOf<typeof contract.beginTotp>,
  site: SignInSite,
): Promise<OutputOf<typeof contract.beginTotp>> {
  await requireOwner(ctx, currentPassword)
  return await factor.beginTotp(await ownDesk(ctx, site))
}

export async function finishTotp(
  ctx: Ctx,
  { code }: InputOf<typeof contract.finishTotp>,
  site: SignInSite,
): Promise<OutputOf<typeof contract.finishTotp>> {
  requireEnrolling(ctx)
  const desk = await ownDesk(ctx, site)
  const first = !(await factor.isEnrolled(desk))
  if (!(await factor.confirmTotp(desk, code))) throw new Problem(factorProblems.codeNotOfApp)
  await audit(ctx, factorEvents.totpEnrolled, { subjects: [{ kind: 'staff', id: desk.person.id }] })
  return await enrolled(ctx, desk, first)
}

export async function askForPasskey(
  ctx: Ctx,
  { currentPassword }: InputOf<typeof contract.askForPasskey>,
  site: SignInSite,
): Promise<OutputOf<typeof contract.askForPasskey>> {
  await requireOwner(ctx, currentPassword)
  const options = await factor.askForPasskey(await ownDesk(ctx, site))
  return { options: options as { challenge: string } }
}

export async function addPasskey(
  ctx: Ctx,
  { name, response }: InputOf<typeof contract.addPasskey>,
  site: SignInSite,
): Promise<OutputOf<typeof contract.addPasskey>> {
  requireEnrolling(ctx)
  const desk = await ownDesk(ctx, site)
  const first = !(await factor.isEnrolled(desk))
  if (!(await factor.addPasskey(desk, name, response))) throw new Problem(factorProblems.passkeyRefused)
  await audit(ctx, factorEvents.passkeyAdded, { subjects: [{ kind: 'staff', id: desk.person.id }] })
  return await enrolled(ctx, desk, first)
}

async function enrolled(
  ctx: Ctx,
  desk: factor.FactorDesk,
  first: boolean,
): Promise<{ session: Session; recoveryCodes: string[] }> {
  const recoveryCodes = first ? await factor.replaceRecoveryCodes(desk) : []
  const waited = staffActor(ctx).pending === 'enrolment'
  const session = waited ? await replaceSession(ctx, await signedInStaff(ctx), null) : await getSession(ctx)
  return { session, recoveryCodes }
}

export async function endTotp(
  ctx: Ctx,
  { currentPassword }: InputOf<typeof contract.endTotp>,
  site: SignInSite,
): Promise<OutputOf<typeof contract.endTotp>> {
  await requireOwner(ctx, currentPassword)
  const desk = await ownDesk(ctx, site)
  if ((await isRequiredOf(ctx)) && (await desk.store.passkeys()).length === 0)
    throw new Problem(factorProblems.lastFactor)
  if (!(await desk.store.endTotp())) throw new Problem(platformProblems.notFound)
  await audit(ctx, factorEvents.totpEnded, { subjects: [{ kind: 'staff', id: desk.person.id }] })
  return { ended: true }
}

export async function endPasskey(
  ctx: Ctx,
  { passkeyId, currentPassword }: InputOf<typeof contract.endPasskey>,
  site: SignInSite,
): Promise<OutputOf<typeof contract.endPasskey>> {
  await requireOwner(ctx, currentPassword)
  const desk = await ownDesk(ctx, site)
  if (!(await desk.store.endPasskey(passkeyId))) throw new Problem(platformProblems.notFound)
  if ((await isRequiredOf(ctx)) && !(await factor.isEnrolled(desk)))
    throw new Problem(factorProblems.lastFactor)
  await audit(ctx, factorEvents.passkeyEnded, { subjects: [{ kind: 'staff', id: desk.person.id }] })
  return { ended: true }
}

export async function makeRecoveryCodes(
  ctx: Ctx,
  { currentPassword }: InputOf<typeof contract.makeRecoveryCodes>,
  site: SignInSite,
): Promise<OutputOf<typeof contract.makeRecoveryCodes>> {
  await requireOwner(ctx, currentPassword)
  const desk = await ownDesk(ctx, site)
  await audit(ctx, factorEvents.recoveryCodesMade, { subjects: [{ kind: 'staff', id: desk.person.id }] })
  return { recoveryCodes: await factor.replaceRecoveryCodes(desk) }
}

/** Who waits for the second factor enrols none: that would be a way around it. */
function requireEnrolling(ctx: Ctx): void {
  if (staffActor(ctx).pending === 'second-factor') throw new Problem(factorProblems.notPending)
}

/** The password once more, unless the session was opened by it a moment ago and may do nothing but enrol. */
async function requireOwner(ctx: Ctx, currentPassword: string): Promise<void> {
  requireEnrolling(ctx)
  if (staffActor(ctx).pending === 'enrolment') return
  const staff = await signedInStaff(ctx)
  await inTurn(() => requireCurrentPassword(ctx, staff, currentPassword), 0)
}
