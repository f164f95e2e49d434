import { hash, verify } from '@node-rs/argon2'
import { createHash, randomBytes } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Actor, Ctx } from '@open-bcl/platform/ctx.ts'
import type {
  changePassword as changePasswordEndpoint,
  getSession as getSessionEndpoint,
  signIn as signInEndpoint,
} from './access.contract.ts'
import { accessEvents, accessProblems } from './access.messages.ts'
import * as store from './access.store.ts'
import { audit } from './audit.ts'
import { permissionsOf } from './roles.ts'

/** 標準 10.3: 失敗が続いたら強制終了。Five wrong passwords in a row, then a quarter of an hour. */
const FAILURES = 5
const LOCK_MINUTES = 15
const SESSION_HOURS = 10
const IDLE_MINUTES = 60
const MIN_PASSWORD = 12
/** argon2id, 19 MiB, 2 passes (OWASP minimum for interactive sign-in). */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

type Session = OutputOf<typeof getSessionEndpoint>

export async function hashPassword(password: string): Promise<string> {
  return await hash(password, ARGON2)
}

let nobodysHash: Promise<string> | undefined

/**
 * Checks ID and password and starts a session. An unknown town, an unknown ID and a wrong password answer the same,
 * after the same work; what failed is kept in the audit trail although the request is refused.
 */
export async function signIn(ctx: Ctx, input: InputOf<typeof signInEndpoint>): Promise<Session> {
  const tenant = await store.getTenant(ctx.tx)
  const staff = tenant ? await store.findStaffByLogin(ctx.tx, input.loginId) : undefined
  nobodysHash ??= hashPassword('nobody has this password')
  const known = await verify(staff?.passwordHash ?? (await nobodysHash), input.password)
  const refused = !tenant || (tenant.demonstration && ctx.production)
  if (refused || !staff || staff.disabledAt !== null) throw new Problem(accessProblems.wrongSignIn)
  const subjects = [{ kind: 'staff', id: staff.staffId } as const]
  if (staff.lockedUntil !== null && staff.lockedUntil > ctx.now) {
    await ctx.separately((own) =>
      audit(own, accessEvents.signInFailed, { subjects, facts: { locked: true } }),
    )
    throw new Problem(accessProblems.locked)
  }
  if (!known) {
    const lockUntil = new Date(ctx.now.getTime() + LOCK_MINUTES * 60_000)
    const locked = await ctx.separately(async (own) => {
      const count = await store.countFailure(own.tx, staff.staffId, FAILURES, lockUntil)
      await audit(own, count === 0 ? accessEvents.accountLocked : accessEvents.signInFailed, { subjects })
      return count === 0
    })
    throw new Problem(locked ? accessProblems.locked : accessProblems.wrongSignIn)
  }
  await store.clearFailures(ctx.tx, staff.staffId)
  const token = randomBytes(32).toString('base64url')
  const csrfToken = randomBytes(24).toString('base64url')
  const sessionId = uuidv7(ctx.now.getTime())
  await store.insertSession(ctx.tx, {
    sessionId,
    tokenHash: sha256(token),
    staffId: staff.staffId,
    csrfToken,
    now: ctx.now,
    expiresAt: new Date(ctx.now.getTime() + SESSION_HOURS * 3_600_000),
  })
  await audit(ctx, accessEvents.signedIn, { subjects })
  ctx.cookie?.start(token)
  const roles = await store.rolesOf(ctx.tx, staff.staffId, todayInJapan(ctx.now))
  return sessionView(ctx, staff, tenant, permissionsOf(roles), csrfToken)
}

export async function signOut(ctx: Ctx): Promise<{ signedOut: true }> {
  const actor = staffActor(ctx)
  await store.endSession(ctx.tx, actor.sessionId, ctx.now)
  await audit(ctx, accessEvents.signedOut, { subjects: [{ kind: 'staff', id: actor.staffId }] })
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
  if (!staff || !(await verify(staff.passwordHash, input.currentPassword))) {
    throw new Problem(accessProblems.wrongCurrentPassword, [
      { pointer: '/currentPassword', message: accessProblems.wrongCurrentPassword.title },
    ])
  }
  const weak =
    input.newPassword.length < MIN_PASSWORD ||
    input.newPassword === input.currentPassword ||
    input.newPassword.toLowerCase().includes(staff.loginId.toLowerCase())
  if (weak) {
    throw new Problem(accessProblems.weakPassword, [
      { pointer: '/newPassword', message: accessProblems.weakPassword.remedy },
    ])
  }
  await store.setPassword(ctx.tx, staff.staffId, await hashPassword(input.newPassword))
  await store.endOtherSessions(ctx.tx, staff.staffId, actor.sessionId, ctx.now)
  await audit(ctx, accessEvents.passwordChanged, { subjects: [{ kind: 'staff', id: staff.staffId }] })
  return { changed: true }
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
  // Once a minute is enough to know that somebody is there, and spares a write on every read.
  if (idleMs > 60_000) await store.touchSession(ctx.tx, session.sessionId, ctx.now)
  return {
    kind: 'staff',
    staffId: session.staffId,
    home: ctx.municipality,
    displayName: session.displayName,
    sessionId: session.sessionId,
    csrfToken: session.csrfToken,
    permissions: permissionsOf(session.roles),
  }
}

/** Makes an account. The first ones of a town are made at onboarding. */
export async function createStaff(
  ctx: Ctx,
  staff: {
    loginId: string
    displayName: string
    department: string
    password: string
    roles: readonly string[]
    mustChangePassword: boolean
  },
): Promise<string> {
  const staffId = uuidv7(ctx.now.getTime())
  await store.insertStaff(ctx.tx, {
    staffId,
    loginId: staff.loginId,
    displayName: staff.displayName,
    department: staff.department,
    passwordHash: await hashPassword(staff.password),
    mustChangePassword: staff.mustChangePassword,
    roles: staff.roles,
    fromOn: todayInJapan(ctx.now),
    now: ctx.now,
  })
  await audit(ctx, accessEvents.staffCreated, {
    subjects: [{ kind: 'staff', id: staffId }],
    facts: { roles: staff.roles.join(' ') },
  })
  return staffId
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

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
