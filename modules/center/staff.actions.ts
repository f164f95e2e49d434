import { createHash, randomBytes } from 'node:crypto'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { OPERATOR_REALM } from '@open-bcl/core/brand.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { CenterCtx, CenterCtxOutside, CenterStaff } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { hashPassword, inTurn, verifyPassword } from '@open-bcl/platform/passwords.ts'
import { listActs, recordAct, type ActSubject } from './center-audit.store.ts'
import type * as contract from './staff.contract.ts'
import { staffEvents, staffProblems } from './staff.messages.ts'
import * as store from './staff.store.ts'
import { permissionsOfRole, staffRoles, type StaffRole } from './staff.ts'

/** 標準 10.3: 失敗が続いたら強制終了. As in the cloud: five wrong passwords in a row, then a quarter of an hour. */
const FAILURES = 5
const LOCK_MINUTES = 15
/** A shift with its hand-over. */
const SESSION_HOURS = 13
const IDLE_MINUTES = 60
const MIN_PASSWORD = 12
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

type Session = OutputOf<typeof contract.getSession>
export type StaffSide = {
  /** 試験環境: every screen says so. */
  readonly test: boolean
}

/** An unknown ID and a wrong password answer the same, after the same work; the attempt counts before it is checked. */
export async function signIn(
  ctx: CenterCtxOutside,
  { loginId, password }: InputOf<typeof contract.signIn>,
  side: StaffSide,
): Promise<Session> {
  const login = sha256(loginId)
  const { no, staff, right } = await inTurn(async () => {
    const lockUntil = new Date(ctx.now.getTime() + LOCK_MINUTES * 60_000)
    const begun = await ctx.separately(async (own) => ({
      no: await store.countAttempt(own.tx, login, own.now, FAILURES, lockUntil),
      staff: await store.findStaffByLogin(own.tx, loginId),
    }))
    const usable = begun.staff?.disabledAt === null ? begun.staff.passwordHash : null
    return { ...begun, right: begun.no !== null && (await verifyPassword(usable, password)) }
  })
  const session =
    right && staff && no !== null
      ? await ctx.separately((own) => startSession(own, staff, login, no, side))
      : null
  if (session === null) {
    // An ID that nobody has is named by its digest: it may be a password typed into the wrong box.
    const subject = staff ? staffSubject(staff.staffId) : null
    const facts = { locked: no === null, ...(staff ? {} : { unknownLogin: login.toString('hex', 0, 8) }) }
    await ctx.separately((own) => recordAct(own, staffEvents.signInFailed, subject, facts))
    throw new Problem(no === null || no >= FAILURES ? staffProblems.locked : staffProblems.wrongSignIn)
  }
  ctx.cookie?.start(session.token)
  return session.view
}

/** `null`: the account was changed while the password was checked. */
async function startSession(
  ctx: CenterCtx,
  checked: store.StaffRow,
  login: Buffer,
  no: number,
  side: StaffSide,
): Promise<{ readonly token: string; readonly view: Session } | null> {
  const staff = await store.findStaff(ctx.tx, checked.staffId)
  if (!staff || staff.disabledAt !== null || staff.passwordHash !== checked.passwordHash) return null
  await store.forgiveAttempts(ctx.tx, login, no)
  const token = randomBytes(32).toString('base64url')
  const csrfToken = randomBytes(24).toString('base64url')
  await store.insertSession(ctx.tx, {
    sessionId: uuidv7(ctx.now.getTime()),
    tokenHash: sha256(token),
    staffId: staff.staffId,
    csrfToken,
    now: ctx.now,
    expiresAt: new Date(ctx.now.getTime() + SESSION_HOURS * 3_600_000),
  })
  await recordAct(ctx, staffEvents.signedIn, staffSubject(staff.staffId))
  return { token, view: viewOf(staff, csrfToken, side) }
}

function viewOf(staff: store.StaffRow, csrfToken: string, { test }: StaffSide): Session {
  return {
    user: {
      staffId: staff.staffId,
      displayName: staff.displayName,
      department: staffRoles[staff.role].ja,
    },
    municipality: {
      code: OPERATOR_REALM,
      name: test ? '証明書交付センター（試験環境）' : '証明書交付センター',
    },
    permissions: [...permissionsOfRole(staff.role)].sort(),
    csrfToken,
    demonstration: test,
    mustChangePassword: staff.mustChangePassword,
    pending: null,
  }
}

export async function signOut(ctx: CenterCtx): Promise<{ signedOut: true }> {
  const { sessionId, staffId } = signedIn(ctx)
  await store.endSession(ctx.tx, sessionId, ctx.now)
  await recordAct(ctx, staffEvents.signedOut, staffSubject(staffId))
  ctx.cookie?.end()
  return { signedOut: true }
}

export async function getSession(ctx: CenterCtx, side: StaffSide): Promise<Session> {
  const { staffId, csrfToken } = signedIn(ctx)
  const staff = await store.findStaff(ctx.tx, staffId)
  if (!staff) throw new Problem(platformProblems.notSignedIn)
  return viewOf(staff, csrfToken, side)
}

export async function changePassword(
  ctx: CenterCtx,
  { currentPassword, newPassword }: InputOf<typeof contract.changePassword>,
): Promise<{ changed: true }> {
  const { staffId, sessionId } = signedIn(ctx)
  const staff = await store.findStaff(ctx.tx, staffId)
  if (!staff) throw new Problem(platformProblems.notSignedIn)
  const weak =
    newPassword.length < MIN_PASSWORD ||
    newPassword === currentPassword ||
    newPassword.toLowerCase().includes(staff.loginId.toLowerCase())
  if (weak) {
    throw new Problem(staffProblems.weakPassword, [
      { pointer: '/newPassword', message: staffProblems.weakPassword.remedy },
    ])
  }
  const newHash = await inTurn(async () => {
    const login = sha256(staff.loginId)
    const lockUntil = new Date(ctx.now.getTime() + LOCK_MINUTES * 60_000)
    const no = await ctx.separately((own) => store.countAttempt(own.tx, login, own.now, FAILURES, lockUntil))
    if (no === null) throw new Problem(staffProblems.locked)
    if (!(await verifyPassword(staff.passwordHash, currentPassword))) {
      await ctx.separately((own) => recordAct(own, staffEvents.signInFailed, staffSubject(staffId)))
      throw new Problem(no >= FAILURES ? staffProblems.locked : staffProblems.wrongCurrentPassword)
    }
    await store.forgiveAttempts(ctx.tx, login, no)
    return await hashPassword(newPassword)
  }, 0)
  await store.setPassword(ctx.tx, staffId, newHash)
  await store.endOtherSessions(ctx.tx, staffId, sessionId, ctx.now)
  await recordAct(ctx, staffEvents.passwordChanged, staffSubject(staffId))
  return { changed: true }
}

/** Finds who a session token belongs to; an idle session counts no more. */
export async function authenticateStaff(ctx: CenterCtx, token: string): Promise<CenterStaff | null> {
  const session = await store.findSession(ctx.tx, sha256(token))
  if (!session) return null
  const idleMs = ctx.now.getTime() - session.lastSeenAt.getTime()
  if (session.expiresAt <= ctx.now || idleMs > IDLE_MINUTES * 60_000) return null
  if (idleMs > 60_000) await store.touchSession(ctx.tx, session.sessionId, ctx.now)
  const { staffId, displayName, sessionId, csrfToken, mustChangePassword, role } = session
  return {
    ...{ staffId, displayName, sessionId, csrfToken, mustChangePassword },
    permissions: permissionsOfRole(role),
  }
}

export async function listStaff(ctx: CenterCtx): Promise<OutputOf<typeof contract.listStaff>> {
  const staff = await store.listStaff(ctx.tx)
  return {
    staff: staff.map(({ staffId, loginId, displayName, role, createdAt, disabledAt }) => ({
      ...{ staffId, loginId, displayName, role },
      createdAt: createdAt.toISOString(),
      disabledAt: disabledAt?.toISOString() ?? null,
    })),
  }
}

export async function createStaff(
  ctx: CenterCtx,
  input: InputOf<typeof contract.createStaff>,
): Promise<OutputOf<typeof contract.createStaff>> {
  const initialPassword = newPassword()
  const staffId = await makeStaff(ctx, { ...input, password: initialPassword, mustChangePassword: true })
  return { staffId, initialPassword }
}

function newPassword(): string {
  return [...randomBytes(16)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
}

/** The first accounts are made by a command on the centre's own machine; the others by an administrator on screen. */
export async function makeStaff(
  ctx: CenterCtx,
  staff: {
    readonly loginId: string
    readonly displayName: string
    readonly role: StaffRole
    readonly password: string
    readonly mustChangePassword: boolean
  },
): Promise<string> {
  const staffId = uuidv7(ctx.now.getTime())
  const { loginId, displayName, role, mustChangePassword } = staff
  const passwordHash = await hashPassword(staff.password)
  const made = await store.insertStaff(ctx.tx, {
    ...{ staffId, loginId, displayName, role, passwordHash, mustChangePassword },
    createdAt: ctx.now,
  })
  if (!made) throw new Problem(staffProblems.loginTaken)
  await recordAct(ctx, staffEvents.created, staffSubject(staffId), { loginId, role })
  return staffId
}

export async function disableStaff(
  ctx: CenterCtx,
  { staffId }: InputOf<typeof contract.disableStaff>,
): Promise<{ disabled: true }> {
  if (staffId === signedIn(ctx).staffId) throw new Problem(staffProblems.ownAccount)
  if (!(await store.findStaff(ctx.tx, staffId))) throw new Problem(platformProblems.notFound)
  if (await store.disableStaff(ctx.tx, staffId, ctx.now))
    await recordAct(ctx, staffEvents.disabled, staffSubject(staffId))
  return { disabled: true }
}

export async function enableStaff(
  ctx: CenterCtx,
  { staffId }: InputOf<typeof contract.enableStaff>,
): Promise<{ enabled: true }> {
  if (staffId === signedIn(ctx).staffId) throw new Problem(staffProblems.ownAccount)
  if (!(await store.findStaff(ctx.tx, staffId))) throw new Problem(platformProblems.notFound)
  if (await store.enableStaff(ctx.tx, staffId))
    await recordAct(ctx, staffEvents.enabled, staffSubject(staffId))
  return { enabled: true }
}

/** The account is no longer locked, and whoever is signed in with the old password is not any more. */
export async function resetStaffPassword(
  ctx: CenterCtx,
  { staffId }: InputOf<typeof contract.resetStaffPassword>,
): Promise<OutputOf<typeof contract.resetStaffPassword>> {
  if (staffId === signedIn(ctx).staffId) throw new Problem(staffProblems.ownAccount)
  const staff = await store.findStaff(ctx.tx, staffId)
  if (!staff) throw new Problem(platformProblems.notFound)
  if (staff.disabledAt !== null) throw new Problem(staffProblems.suspended)
  const initialPassword = newPassword()
  await store.resetPassword(ctx.tx, staffId, await hashPassword(initialPassword))
  await store.endSessions(ctx.tx, staffId, ctx.now)
  await store.unlock(ctx.tx, sha256(staff.loginId))
  await recordAct(ctx, staffEvents.passwordReset, staffSubject(staffId))
  return { initialPassword }
}

export async function listAudit(
  ctx: CenterCtx,
  input: InputOf<typeof contract.listAudit>,
): Promise<OutputOf<typeof contract.listAudit>> {
  const acts = await listActs(ctx, input)
  return {
    acts: acts.map((act) => ({ ...act, at: act.at.toISOString() })),
  }
}

function signedIn(ctx: CenterCtxOutside): CenterStaff {
  if (ctx.staff === null) throw new Error('only people have sessions')
  return ctx.staff
}

function staffSubject(staffId: string): ActSubject {
  return { kind: 'staff', id: staffId }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
