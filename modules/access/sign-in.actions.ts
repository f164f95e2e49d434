import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx, CtxOutside } from '@open-bcl/platform/ctx.ts'
import { hashPassword, inTurn, verifyPassword } from '@open-bcl/platform/passwords.ts'
import type { changePassword as changePasswordEndpoint, signIn as signInEndpoint } from './access.contract.ts'
import { accessEvents, accessProblems } from './access.messages.ts'
import { findStaff, type StaffRow } from './access.store.ts'
import { audit } from './audit.ts'
import { passwordFault, passwordFaults } from './password-rules.ts'
import {
  mayBeUsed,
  openSession,
  pendingFor,
  signedInStaff,
  staffActor,
  type Session,
  type Started,
} from './sessions.actions.ts'
import { beginAttempt, forgive, refuse, type Attempt } from './sign-in-attempts.actions.ts'
import * as store from './sign-in.store.ts'
import { admitAtTerminal } from './this-terminal.actions.ts'

/**
 * Checks ID and password and starts a session, which may do nothing but show its second factor where there is one. An
 * unknown town, an unknown ID and a wrong password answer the same, after the same work, and an ID locks whether it exists
 * or not. The attempt is counted before it is checked, and nothing is held while it is checked: guesses at the same moment
 * count, and a flood of them takes no connection from others.
 */
export async function signIn(ctx: CtxOutside, input: InputOf<typeof signInEndpoint>): Promise<Session> {
  const { attempt, right } = await inTurn(async () => {
    const attempt = await ctx.separately(async (own) => {
      // Said before any password is looked at: at a stranger's machine there is nothing to guess.
      await admitAtTerminal(own, 'staff')
      return await beginAttempt(own, input.loginId)
    })
    const passwordHash = attempt.staff?.passwordHash ?? null
    return { attempt, right: attempt.no !== null && (await verifyPassword(passwordHash, input.password)) }
  })
  if (attempt.no === null) throw new Problem(accessProblems.locked)
  const started = right ? await ctx.separately((own) => afterPassword(own, attempt)) : null
  if (started === null) return await refuse(ctx, attempt, new Problem(accessProblems.wrongSignIn))
  ctx.cookie?.start(started.token)
  return started.view
}

/** `null`: the account, or the town, may not sign in, or changed while the password was checked. */
async function afterPassword(ctx: Ctx, attempt: Attempt): Promise<Started | null> {
  const checked = attempt.staff
  const staff = checked ? await findStaff(ctx.tx, checked.staffId) : undefined
  if (!staff || !mayBeUsed(ctx, staff) || staff.passwordHash !== checked?.passwordHash) return null
  const started = await openSession(ctx, staff, await pendingFor(ctx, staff.staffId))
  if (started !== null) await forgive(ctx, attempt)
  return started
}

export async function changePassword(
  ctx: Ctx,
  input: InputOf<typeof changePasswordEndpoint>,
): Promise<{ changed: true }> {
  const { staffId, sessionId } = staffActor(ctx)
  const staff = await signedInStaff(ctx)
  const { currentPassword: current, newPassword } = input
  const fault = passwordFault(newPassword, { loginId: staff.loginId, current })
  if (fault !== null) {
    throw new Problem(accessProblems.weakPassword, [
      { pointer: '/newPassword', message: passwordFaults[fault] },
    ])
  }
  const newHash = await inTurn(async () => {
    await requireCurrentPassword(ctx, staff, current)
    return await hashPassword(newPassword)
  }, 0)
  await store.setPassword(ctx.tx, staffId, newHash, ctx.now)
  await store.endOtherSessions(ctx.tx, staffId, sessionId, ctx.now)
  await audit(ctx, accessEvents.passwordChanged, { subjects: [{ kind: 'staff', id: staffId }] })
  return { changed: true }
}

/** A wrong one counts like a failed sign-in, or an unwatched screen would be a place to guess at. */
export async function requireCurrentPassword(ctx: Ctx, staff: StaffRow, password: string): Promise<void> {
  const attempt = await ctx.separately((own) => beginAttempt(own, staff.loginId))
  if (attempt.no === null) throw new Problem(accessProblems.locked)
  if (await verifyPassword(staff.passwordHash, password)) {
    await forgive(ctx, attempt)
    return
  }
  const wrong = new Problem(accessProblems.wrongCurrentPassword, [
    { pointer: '/currentPassword', message: accessProblems.wrongCurrentPassword.title },
  ])
  await refuse(ctx, attempt, wrong)
}
