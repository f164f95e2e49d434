import { Problem, type ProblemKind } from '@open-bcl/core/problem.ts'
import type { Pending } from './ctx.ts'
import { platformProblems } from './messages.ts'
import { hashOfCode } from './one-time-codes.ts'
import { inTurn } from './passwords.ts'
import * as factor from './second-factor.ts'

/**
 * What people do with their second factor, a town's staff in the cloud and the operators at the centre alike: who may,
 * what is counted, which session follows, and what the audit trail is told. Accounts, sessions and audit trails differ:
 * each side brings its own.
 */

/** One person's request on one side. `Session`: what the browser goes on with. */
export type FactorSide<Session> = {
  readonly desk: factor.FactorDesk
  /** What the session still lacks. */
  readonly pending: Pending | null
  readonly problems: FactorProblems
  /** Whether this person may not be without a second factor. */
  isRequired(): Promise<boolean>
  /** Puts the act, which is about the person, into the audit trail. */
  tell(act: FactorAct): Promise<void>
  /** Counts an attempt before it is judged; refuses where there were too many. */
  beginAttempt(): Promise<FactorAttempt>
  /** A wrong one is counted and refused. */
  requirePassword(password: string): Promise<void>
  /** As it stands. */
  session(): Promise<Session>
  /** Under a new token: whoever knew the old one, from before the second factor, knows nothing. */
  replaceSession(pending: 'enrolment' | null): Promise<Session>
}

export type FactorAct =
  | 'totpEnrolled'
  | 'totpEnded'
  | 'passkeyAdded'
  | 'passkeyEnded'
  | 'recoveryCodesMade'
  | 'recoveryCodeUsed'
  | 'recoveryUsed'

export type FactorAttempt = {
  forgive(): Promise<void>
  refuse(wrong: ProblemKind): Promise<never>
}

export type FactorProblems = Readonly<
  Record<
    | 'wrongCode'
    | 'codeNotOfApp'
    | 'wrongRecoveryCode'
    | 'passkeyRefused'
    | 'noPasskey'
    | 'notPending'
    | 'lastFactor',
    ProblemKind
  >
>

type Enrolled<Session> = { session: Session; recoveryCodes: string[] }
/** As the browser's interface gives and takes it. */
type Options = { options: { challenge: string } }

export async function getSecondFactor<Session>(side: FactorSide<Session>): Promise<{
  required: boolean
  totp: boolean
  passkeys: { passkeyId: string; name: string; madeAt: string; usedAt: string | null }[]
  recoveryCodesLeft: number
}> {
  const { store } = side.desk
  const totps = await store.totps()
  const passkeys = await store.passkeys()
  return {
    required: await side.isRequired(),
    totp: totps.some((one) => one.confirmedAt !== null),
    passkeys: passkeys.map(({ passkeyId, name, madeAt, usedAt }) => ({
      ...{ passkeyId, name, madeAt: madeAt.toISOString(), usedAt: usedAt?.toISOString() ?? null },
    })),
    recoveryCodesLeft: await store.recoveryCodesLeft(),
  }
}

export async function confirmByCode<Session>(
  side: FactorSide<Session>,
  { code }: { readonly code: string },
): Promise<Session> {
  return await confirm(side, side.problems.wrongCode, () => factor.checkTotp(side.desk, code))
}

export async function confirmByPasskey<Session>(
  side: FactorSide<Session>,
  { response }: { readonly response: unknown },
): Promise<Session> {
  return await confirm(side, side.problems.passkeyRefused, () => factor.checkPasskey(side.desk, response))
}

/** One of the person's own codes; or the one that two administrators have given out, which leads to a new enrolment. */
export async function confirmByRecoveryCode<Session>(
  side: FactorSide<Session>,
  { code }: { readonly code: string },
): Promise<Session> {
  const { store } = side.desk
  let recovered = false
  const judge = async (): Promise<boolean> => {
    if (await factor.checkRecoveryCode(side.desk, code)) {
      await side.tell('recoveryCodeUsed')
      return true
    }
    recovered = await store.takeRecovery(hashOfCode(code))
    if (!recovered) return false
    await store.forget()
    await side.tell('recoveryUsed')
    return true
  }
  return await confirm(side, side.problems.wrongRecoveryCode, judge, () => recovered)
}

/** Counts the attempt, judges it, and puts a session that may do what the person may in place of the one that waited. */
async function confirm<Session>(
  side: FactorSide<Session>,
  wrong: ProblemKind,
  judge: () => Promise<boolean>,
  enrolAnew: () => boolean = () => false,
): Promise<Session> {
  if (side.pending !== 'second-factor') throw new Problem(side.problems.notPending)
  const attempt = await side.beginAttempt()
  if (!(await judge())) return await attempt.refuse(wrong)
  await attempt.forgive()
  return await side.replaceSession(enrolAnew() ? 'enrolment' : null)
}

export async function askPasskey<Session>(side: FactorSide<Session>): Promise<Options> {
  const options = await factor.askPasskey(side.desk)
  if (options === null) throw new Problem(side.problems.noPasskey)
  return { options: options as Options['options'] }
}

export async function beginTotp<Session>(
  side: FactorSide<Session>,
  { currentPassword }: { readonly currentPassword: string },
): Promise<{ secret: string; uri: string }> {
  await requireOwner(side, currentPassword)
  return await factor.beginTotp(side.desk)
}

export async function finishTotp<Session>(
  side: FactorSide<Session>,
  { code }: { readonly code: string },
): Promise<Enrolled<Session>> {
  requireEnrolling(side)
  const first = !(await factor.isEnrolled(side.desk))
  if (!(await factor.confirmTotp(side.desk, code))) throw new Problem(side.problems.codeNotOfApp)
  await side.tell('totpEnrolled')
  return await enrolled(side, first)
}

export async function askForPasskey<Session>(
  side: FactorSide<Session>,
  { currentPassword }: { readonly currentPassword: string },
): Promise<Options> {
  await requireOwner(side, currentPassword)
  const options = await factor.askForPasskey(side.desk)
  return { options: options as Options['options'] }
}

export async function addPasskey<Session>(
  side: FactorSide<Session>,
  { name, response }: { readonly name: string; readonly response: unknown },
): Promise<Enrolled<Session>> {
  requireEnrolling(side)
  const first = !(await factor.isEnrolled(side.desk))
  if (!(await factor.addPasskey(side.desk, name, response))) throw new Problem(side.problems.passkeyRefused)
  await side.tell('passkeyAdded')
  return await enrolled(side, first)
}

async function enrolled<Session>(side: FactorSide<Session>, first: boolean): Promise<Enrolled<Session>> {
  const recoveryCodes = first ? await factor.replaceRecoveryCodes(side.desk) : []
  const waited = side.pending === 'enrolment'
  return { session: waited ? await side.replaceSession(null) : await side.session(), recoveryCodes }
}

export async function endTotp<Session>(
  side: FactorSide<Session>,
  { currentPassword }: { readonly currentPassword: string },
): Promise<{ ended: true }> {
  await requireOwner(side, currentPassword)
  const { store } = side.desk
  if ((await side.isRequired()) && (await store.passkeys()).length === 0)
    throw new Problem(side.problems.lastFactor)
  if (!(await store.endTotp())) throw new Problem(platformProblems.notFound)
  await side.tell('totpEnded')
  return { ended: true }
}

export async function endPasskey<Session>(
  side: FactorSide<Session>,
  { passkeyId, currentPassword }: { readonly passkeyId: string; readonly currentPassword: string },
): Promise<{ ended: true }> {
  await requireOwner(side, currentPassword)
  if (!(await side.desk.store.endPasskey(passkeyId))) throw new Problem(platformProblems.notFound)
  if ((await side.isRequired()) && !(await factor.isEnrolled(side.desk)))
    throw new Problem(side.problems.lastFactor)
  await side.tell('passkeyEnded')
  return { ended: true }
}

export async function makeRecoveryCodes<Session>(
  side: FactorSide<Session>,
  { currentPassword }: { readonly currentPassword: string },
): Promise<{ recoveryCodes: string[] }> {
  await requireOwner(side, currentPassword)
  await side.tell('recoveryCodesMade')
  return { recoveryCodes: await factor.replaceRecoveryCodes(side.desk) }
}

/** Who waits for the second factor enrols none: that would be a way around it. */
function requireEnrolling<Session>(side: FactorSide<Session>): void {
  if (side.pending === 'second-factor') throw new Problem(side.problems.notPending)
}

/** The password once more, unless the session was opened by it a moment ago and may do nothing but enrol. */
async function requireOwner<Session>(side: FactorSide<Session>, currentPassword: string): Promise<void> {
  requireEnrolling(side)
  if (side.pending === 'enrolment') return
  await inTurn(() => side.requirePassword(currentPassword), 0)
}
