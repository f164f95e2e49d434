import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem, type ProblemKind } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { hashOfCode } from '@open-bcl/platform/one-time-codes.ts'
import { inTurn } from '@open-bcl/platform/passwords.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { SecretBox } from '@open-bcl/platform/secret-box.ts'
import * as factor from '@open-bcl/platform/second-factor.ts'
import type * as contract from '../access/second-factor.contract.ts'
import { factorProblems } from '../access/second-factor.messages.ts'
import { recordAct } from './center-audit.store.ts'
import { staffEvents, staffProblems } from './staff.messages.ts'
import * as store from './staff-factor.store.ts'
import { takeRecovery } from './staff-recovery.store.ts'
import { beginFactorAttempt, forgive, refuse, requireCurrentPassword } from './staff-sign-in.actions.ts'
import {
  getSession,
  openSession,
  signedIn,
  signedInRow,
  type Session,
  type StaffSide,
} from './staff-sessions.actions.ts'
import { endSession, type StaffRow } from './staff.store.ts'

/** For a person to find the finger or the key. */
const CHALLENGE_MINUTES = 5

/** What the person of the request has, in the centre's tables. The rest is the code of the towns' staff (platform). */
async function deskOf(ctx: CenterCtx, staff: StaffRow, side: StaffSide): Promise<factor.FactorDesk> {
  const { staffId } = staff
  const { sessionId } = signedIn(ctx)
  const { tx, now } = ctx
  const { keys, origins } = side.factor
  const box = (): SecretBox => {
    if (keys.length === 0) throw new Problem(factorProblems.appsNotOffered)
    return new SecretBox(keys, 'second factor of the centre')
  }
  return {
    now,
    site: { name: side.test ? '証明書交付センター（試験環境）' : '証明書交付センター', origins },
    person: { id: staffId, loginId: staff.loginId, displayName: staff.displayName },
    store: {
      async totps() {
        const rows = await store.listTotps(tx, staffId)
        return rows.map(({ sealed, ...row }) => ({ ...row, secret: box().open(row.totpId, sealed) }))
      },
      async addTotp(secret) {
        await store.endTotps(tx, staffId, false, now)
        const totpId = uuidv7(now.getTime())
        await store.insertTotp(tx, staffId, { totpId, sealed: box().seal(totpId, secret), now })
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

async function ownDesk(ctx: CenterCtx, side: StaffSide): Promise<factor.FactorDesk> {
  return await deskOf(ctx, await signedInRow(ctx), side)
}

export async function getSecondFactor(
  ctx: CenterCtx,
  side: StaffSide,
): Promise<OutputOf<typeof contract.getSecondFactor>> {
  const { store: kept } = await ownDesk(ctx, side)
  const totps = await kept.totps()
  const passkeys = await kept.passkeys()
  return {
    required: side.factor.required,
    totp: totps.some((one) => one.confirmedAt !== null),
    passkeys: passkeys.map(({ passkeyId, name, madeAt, usedAt }) => ({
      ...{ passkeyId, name, madeAt: madeAt.toISOString(), usedAt: usedAt?.toISOString() ?? null },
    })),
    recoveryCodesLeft: await kept.recoveryCodesLeft(),
  }
}

export async function confirmByCode(
  ctx: CenterCtx,
  { code }: InputOf<typeof contract.confirmByCode>,
  side: StaffSide,
): Promise<Session> {
  return await confirm(ctx, side, factorProblems.wrongCode, (desk) => factor.checkTotp(desk, code))
}

export async function confirmByPasskey(
  ctx: CenterCtx,
  { response }: InputOf<typeof contract.confirmByPasskey>,
  side: StaffSide,
): Promise<Session> {
  return await confirm(ctx, side, factorProblems.passkeyRefused, (desk) =>
    factor.checkPasskey(desk, response),
  )
}

/** One of the person's own codes; or the one that two administrators have given out, which leads to a new enrolment. */
export async function confirmByRecoveryCode(
  ctx: CenterCtx,
  { code }: InputOf<typeof contract.confirmByRecoveryCode>,
  side: StaffSide,
): Promise<Session> {
  let recovered = false
  const session = await confirm(
    ctx,
    side,
    factorProblems.wrongRecoveryCode,
    async (desk) => {
      const staffId = desk.person.id
      if (await factor.checkRecoveryCode(desk, code)) {
        await recordAct(ctx, staffEvents.recoveryCodeUsed, { kind: 'staff', id: staffId })
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

async function forgetFactors(ctx: CenterCtx, staffId: string): Promise<void> {
  await store.endTotps(ctx.tx, staffId, true, ctx.now)
  await store.endPasskeys(ctx.tx, staffId, null, ctx.now)
  await store.endRecoveryCodes(ctx.tx, staffId, ctx.now)
  await recordAct(ctx, staffEvents.recoveryUsed, { kind: 'staff', id: staffId })
}

/** Counts the attempt, judges it, and puts a session that may do what the person may in place of the one that waited. */
async function confirm(
  ctx: CenterCtx,
  side: StaffSide,
  wrong: ProblemKind,
  judge: (desk: factor.FactorDesk) => Promise<boolean>,
  enrolAnew: () => boolean = () => false,
): Promise<Session> {
  if (signedIn(ctx).pending !== 'second-factor') throw new Problem(factorProblems.notPending)
  const staff = await signedInRow(ctx)
  const attempt = await ctx.separately((own) => beginFactorAttempt(own, staff))
  if (attempt.no === null) throw new Problem(staffProblems.locked)
  if (!(await judge(await deskOf(ctx, staff, side)))) return await refuse(ctx, attempt, new Problem(wrong))
  await forgive(ctx, attempt)
  return await replaceSession(ctx, staff, enrolAnew() ? 'enrolment' : null, side)
}

/** A new token: whoever knew the old one, from before the second factor, knows nothing. */
async function replaceSession(
  ctx: CenterCtx,
  staff: StaffRow,
  pending: 'enrolment' | null,
  side: StaffSide,
): Promise<Session> {
  await endSession(ctx.tx, staff.staffId, signedIn(ctx).sessionId, ctx.now)
  return (await openSession(ctx, staff, pending, side)).view
}

export async function askPasskey(
  ctx: CenterCtx,
  side: StaffSide,
): Promise<OutputOf<typeof contract.askPasskey>> {
  const options = await factor.askPasskey(await ownDesk(ctx, side))
  if (options === null) throw new Problem(factorProblems.noPasskey)
  return { options: options as { challenge: string } }
}

export async function beginTotp(
  ctx: CenterCtx,
  { currentPassword }: InputOf<typeof contract.beginTotp>,
  side: StaffSide,
): Promise<OutputOf<typeof contract.beginTotp>> {
  await requireOwner(ctx, currentPassword)
  return await factor.beginTotp(await ownDesk(ctx, side))
}

export async function finishTotp(
  ctx: CenterCtx,
  { code }: InputOf<typeof contract.finishTotp>,
  side: StaffSide,
): Promise<OutputOf<typeof contract.finishTotp>> {
  requireEnrolling(ctx)
  const desk = await ownDesk(ctx, side)
  const first = !(await factor.isEnrolled(desk))
  if (!(await factor.confirmTotp(desk, code))) throw new Problem(factorProblems.codeNotOfApp)
  await recordAct(ctx, staffEvents.totpEnrolled, { kind: 'staff', id: desk.person.id })
  return await enrolled(ctx, desk, first, side)
}

export async function askForPasskey(
  ctx: CenterCtx,
  { currentPassword }: InputOf<typeof contract.askForPasskey>,
  side: StaffSide,
): Promise<OutputOf<typeof contract.askForPasskey>> {
  await requireOwner(ctx, currentPassword)
  const options = await factor.askForPasskey(await ownDesk(ctx, side))
  return { options: options as { challenge: string } }
}

export async function addPasskey(
  ctx: CenterCtx,
  { name, response }: InputOf<typeof contract.addPasskey>,
  side: StaffSide,
): Promise<OutputOf<typeof contract.addPasskey>> {
  requireEnrolling(ctx)
  const desk = await ownDesk(ctx, side)
  const first = !(await factor.isEnrolled(desk))
  if (!(await factor.addPasskey(desk, name, response))) throw new Problem(factorProblems.passkeyRefused)
  await recordAct(ctx, staffEvents.passkeyAdded, { kind: 'staff', id: desk.person.id })
  return await enrolled(ctx, desk, first, side)
}

async function enrolled(
  ctx: CenterCtx,
  desk: factor.FactorDesk,
  first: boolean,
  side: StaffSide,
): Promise<{ session: Session; recoveryCodes: string[] }> {
  const recoveryCodes = first ? await factor.replaceRecoveryCodes(desk) : []
  const waited = signedIn(ctx).pending === 'enrolment'
  const session = waited
    ? await replaceSession(ctx, await signedInRow(ctx), null, side)
    : await getSession(ctx, side)
  return { session, recoveryCodes }
}

export async function endTotp(
  ctx: CenterCtx,
  { currentPassword }: InputOf<typeof contract.endTotp>,
  side: StaffSide,
): Promise<OutputOf<typeof contract.endTotp>> {
  await requireOwner(ctx, currentPassword)
  const desk = await ownDesk(ctx, side)
  if (side.factor.required && (await desk.store.passkeys()).length === 0)
    throw new Problem(factorProblems.lastFactor)
  if (!(await desk.store.endTotp())) throw new Problem(platformProblems.notFound)
  await recordAct(ctx, staffEvents.totpEnded, { kind: 'staff', id: desk.person.id })
  return { ended: true }
}

export async function endPasskey(
  ctx: CenterCtx,
  { passkeyId, currentPassword }: InputOf<typeof contract.endPasskey>,
  side: StaffSide,
): Promise<OutputOf<typeof contract.endPasskey>> {
  await requireOwner(ctx, currentPassword)
  const desk = await ownDesk(ctx, side)
  if (!(await desk.store.endPasskey(passkeyId))) throw new Problem(platformProblems.notFound)
  if (side.factor.required && !(await factor.isEnrolled(desk))) throw new Problem(factorProblems.lastFactor)
  await recordAct(ctx, staffEvents.passkeyEnded, { kind: 'staff', id: desk.person.id })
  return { ended: true }
}

export async function makeRecoveryCodes(
  ctx: CenterCtx,
  { currentPassword }: InputOf<typeof contract.makeRecoveryCodes>,
  side: StaffSide,
): Promise<OutputOf<typeof contract.makeRecoveryCodes>> {
  await requireOwner(ctx, currentPassword)
  const desk = await ownDesk(ctx, side)
  await recordAct(ctx, staffEvents.recoveryCodesMade, { kind: 'staff', id: desk.person.id })
  return { recoveryCodes: await factor.replaceRecoveryCodes(desk) }
}

/** Who waits for the second factor enrols none: that would be a way around it. */
function requireEnrolling(ctx: CenterCtx): void {
  if (signedIn(ctx).pending === 'second-factor') throw new Problem(factorProblems.notPending)
}

/** The password once more, unless the session was opened by it a moment ago and may do nothing but enrol. */
async function requireOwner(ctx: CenterCtx, currentPassword: string): Promise<void> {
  requireEnrolling(ctx)
  if (signedIn(ctx).pending === 'enrolment') return
  const staff = await signedInRow(ctx)
  await inTurn(() => requireCurrentPassword(ctx, staff, currentPassword), 0)
}
