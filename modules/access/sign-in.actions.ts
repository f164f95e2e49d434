import { createHash, randomBytes } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Actor, Ctx, CtxOutside } from '@open-bcl/platform/ctx.ts'
import { hashPassword, inTurn, verifyPassword } from '@open-bcl/platform/passwords.ts'
import type {
  changePassword as changePasswordEndpoint,
  getSession as getSessionEndpoint,
  signIn as signInEndpoint,
} from './access.contract.ts'
import { accessEvents, accessProblems } from './access.messages.ts'
import * as store from './access.store.ts'
import { audit, type Subject } from './audit.ts'
import { permissionsOf } from './roles.ts'

/** 標準 10.3: 失敗が続いたら強制終了。Five wrong passwords in a row, then a quarter of an hour. */
const FAILURES = 5
const LOCK_MINUTES = 15
const SESSION_HOURS = 10
const IDLE_MINUTES = 60
const MIN_PASSWORD = 12
type Session = OutputOf<typeof getSessionEndpoint>

/**
 * Checks ID and password and starts a session. An unknown town, an unknown ID and a wrong password answer the same, after
 * the same work, and an ID locks whether it exists or not. The attempt is counted before it is checked, and nothing is
 * held while it is checked: guesses at the same moment count, and a flood of them takes no connection from others.
 */
export async function signIn(ctx: CtxOutside, input: InputOf<typeof signInEndpoint>): Promise<Session> {
  const { attempt, right } = await inTurn(async () => {
    const attempt = await ctx.separately((own) => beginAttempt(own, input.loginId))
    const passwordHash = attempt.staff?.passwordHash ?? null
    return { attempt, right: attempt.no !== null && (await verifyPassword(passwordHash, input.password)) }
  })
  if (attempt.no === null) throw new Problem(accessProblems.locked)
  const session = right ? await ctx.separately((own) => startSession(own, attempt)) : null
  if (session === null) {
    if (attempt.login !== null) await ctx.separately((own) => auditFailure(own, attempt))
    throw new Problem(attempt.no >= FAILURES ? accessProblems.locked : accessProblems.wrongSignIn)
  }
  ctx.cookie?.start(session.token)
  return session.view
}

/** A password about to be tried. `login` is `null` in a town we do not serve, `no` is `null` while the ID is locked. */
type Attempt = {
  readonly login: Buffer | null
  readonly no: number | null
  readonly staff: store.StaffRow | null
}

async function beginAttempt(ctx: Ctx, loginId: string): Promise<Attempt> {
  if (!(await store.getTenant(ctx.tx))) return { login: null, no: 1, staff: null }
  const login = (await ctx.keys()).recordHmac('sign-in', loginId)
  const lockUntil = new Date(ctx.now.getTime() + LOCK_MINUTES * 60_000)
  const no = await store.countAttempt(ctx.tx, login, ctx.now, FAILURES, lockUntil)
  const attempt = { login, no, staff: (await store.findStaffByLogin(ctx.tx, loginId)) ?? null }
  if (no === null) await auditFailure(ctx, attempt)
  return attempt
}

/** An ID that nobody has is named by its digest: it may be a password typed into the wrong box. */
async function auditFailure(ctx: Ctx, { login, no, staff }: Attempt): Promise<void> {
  await audit(ctx, no === FAILURES ? accessEvents.accountLocked : accessEvents.signInFailed, {
    subjects: staff === null ? [] : [staffSubject(staff.staffId)],
    facts: {
      locked: no === null,
      unknownLogin: staff === null && login !== null ? login.toString('hex', 0, 8) : null,
    },
  })
}

/** `null`: the account, or the town, may not sign in, or changed while the password was checked. */
async function startSession(
  ctx: Ctx,
  { login, no, staff: checked }: Attempt,
): Promise<{ readonly token: string; readonly view: Session } | null> {
  const tenant = await store.getTenant(ctx.tx)
  const staff = checked ? await store.findStaff(ctx.tx, checked.staffId) : undefined
  if (!tenant || (tenant.demonstration && ctx.production)) return null
  if (!staff || staff.disabledAt !== null || staff.passwordHash !== checked?.passwordHash) return null
  if (login !== null && no !== null) await store.forgiveAttempts(ctx.tx, login, no)
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
  await audit(ctx, accessEvents.signedIn, { subjects: [staffSubject(staff.staffId)] })
  const roles = await store.rolesOf(ctx.tx, staff.staffId, todayInJapan(ctx.now))
  return { token, view: sessionView(ctx, staff, tenant, permissionsOf(roles), csrfToken) }
}

export async function signOut(ctx: Ctx): Promise<{ signedOut: true }> {
  const actor = staffActor(ctx)
  await store.endSession(ctx.tx, actor.sessionId, ctx.now)
  await audit(ctx, accessEvents.signedOut, { subjects: [staffSubject(actor.staffId)] })
  ctx.cookie?.end()
  return { signedOut: true }
}

export async function getSession(ctx: Ctx): Promise<Session> {
  const actor = staffActor(ctx)
  const staff = await store.findStaff(ctx.tx, actor.staffId)
  const tenant = await store.getTenant(ctx.tx)
  if (!staff || !tenant) throw new Problem(accessProblems.wrongSignIn)
  return sessionView(ctx, staff, tenant, actor.permissions, actor.csrfToken)
}

export async function changePassword(
  ctx: Ctx,
  input: InputOf<typeof changePasswordEndpoint>,
): Promise<{ changed: true }> {
  const actor = staffActor(ctx)
  const staff = await store.findStaff(ctx.tx, actor.staffId)
  if (!staff) throw new Problem(accessProblems.wrongSignIn)
  const weak =
    input.newPassword.length < MIN_PASSWORD ||
    input.newPassword === input.currentPassword ||
    input.newPassword.toLowerCase().includes(staff.loginId.toLowerCase())
  if (weak) {
    throw new Problem(accessProblems.weakPassword, [
      { pointer: '/newPassword', message: accessProblems.weakPassword.remedy },
    ])
  }
  const newHash = await inTurn(async () => {
    await requireCurrentPassword(ctx, staff, input.currentPassword)
    return await hashPassword(input.newPassword)
  }, 0)
  await store.setPassword(ctx.tx, staff.staffId, newHash)
  await store.endOtherSessions(ctx.tx, staff.staffId, actor.sessionId, ctx.now)
  await audit(ctx, accessEvents.passwordChanged, { subjects: [staffSubject(staff.staffId)] })
  return { changed: true }
}

/** A wrong one counts like a failed sign-in, or an unwatched screen would be a place to guess at. */
async function requireCurrentPassword(ctx: Ctx, staff: store.StaffRow, password: string): Promise<void> {
  const attempt = await ctx.separately((own) => beginAttempt(own, staff.loginId))
  const { login, no } = attempt
  if (no === null || login === null) throw new Problem(accessProblems.locked)
  if (await verifyPassword(staff.passwordHash, password)) {
    await store.forgiveAttempts(ctx.tx, login, no)
    return
  }
  await ctx.separately((own) => auditFailure(own, attempt))
  if (no >= FAILURES) throw new Problem(accessProblems.locked)
  throw new Problem(accessProblems.wrongCurrentPassword, [
    { pointer: '/currentPassword', message: accessProblems.wrongCurrentPassword.title },
  ])
}

/** Finds who a session token belongs to; ends an idle session. Used by `serve` on every request. */
export async function authenticate(
  ctx: Ctx,
  token: string,
): Promise<Extract<Actor, { kind: 'staff' }> | null> {
  const session = await store.findSession(ctx.tx, sha256(token), todayInJapan(ctx.now))
  if (!session) return null
  const idleMs = ctx.now.getTime() - session.lastSeenAt.getTime()
  if (session.expiresAt <= ctx.now || idleMs > IDLE_MINUTES * 60_000) return null
  // Once a minute is enough to know that somebody is there, and spares a write on every read. In a transaction of its own
  // that this request does not wait for: a session held until a long request ends would make the person's others wait.
  if (idleMs > 60_000) {
    void ctx
      .separately((own) => store.touchSession(own.tx, session.sessionId, own.now))
      .catch(() => undefined)
  }
  return {
    kind: 'staff',
    staffId: session.staffId,
    home: ctx.municipality,
    displayName: session.displayName,
    sessionId: session.sessionId,
    csrfToken: session.csrfToken,
    mustChangePassword: session.mustChangePassword,
    permissions: permissionsOf(session.roles),
  }
}

function sessionView(
  ctx: Ctx,
  staff: store.StaffRow,
  tenant: { name: string; demonstration: boolean },
  permissions: ReadonlySet<string>,
  csrfToken: string,
): Session {
  return {
    user: { staffId: staff.staffId, displayName: staff.displayName, department: staff.department },
    municipality: { code: ctx.municipality, name: tenant.name },
    permissions: [...permissions].sort(),
    csrfToken,
    demonstration: tenant.demonstration,
    mustChangePassword: staff.mustChangePassword,
  }
}

function staffActor(ctx: Ctx): Extract<Actor, { kind: 'staff' }> {
  if (ctx.actor.kind !== 'staff') throw new Error('only staff have sessions')
  return ctx.actor
}

function staffSubject(staffId: string): Subject {
  return { kind: 'staff', id: staffId }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
