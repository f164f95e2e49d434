import { createHash } from 'node:crypto'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { CenterCtx, CenterCtxOutside } from '@open-bcl/platform/http/serve-center.ts'
import { hashPassword, inTurn, verifyPassword } from '@open-bcl/platform/passwords.ts'
import { passwordFault, passwordFaults } from '../access/password-rules.ts'
import { recordAct } from './center-audit.store.ts'
import type * as contract from './staff.contract.ts'
import { staffEvents, staffProblems } from './staff.messages.ts'
import {
  openSession,
  pendingFor,
  signedIn,
  signedInRow,
  type Session,
  type StaffSide,
  type Started,
} from './staff-sessions.actions.ts'
import * as store from './staff.store.ts'

/** 標準 10.3: 失敗が続いたら強制終了. As in the cloud: five wrong secrets in a row, then a quarter of an hour. */
const FAILURES = 5
const LOCK_MINUTES = 15
/** Who waits for it gets no more guesses than who lets an ID lock again and again. */
const STALE_MINUTES = 60

type Attempt = {
  readonly counter: Buffer
  readonly no: number | null
  readonly staff: store.StaffRow | undefined
}

/**
 * Counted apart where the person has signed in before: guesses from elsewhere lock nobody out of the own browser. Invented
 * IDs take a bounded number of rows; past it IDs without a row of their own are counted together, so that nobody can tell
 * which of them exist.
 */
async function beginAttempt(ctx: CenterCtx, loginId: string): Promise<Attempt> {
  const staff = await store.findStaffByLogin(ctx.tx, loginId)
  const device = ctx.device?.token ? sha256(ctx.device.token) : null
  const known =
    device !== null && staff !== undefined && (await store.isKnownDevice(ctx.tx, staff.staffId, device))
  const own = sha256(known ? `${loginId}|${device.toString('hex')}` : loginId)
  const stale = new Date(ctx.now.getTime() - STALE_MINUTES * 60_000)
  const counter = known || (await store.hasRoomFor(ctx.tx, own, stale)) ? own : sha256('')
  return { counter, staff, no: await count(ctx, counter) }
}

/** Apart from passwords: a right one must not forgive wrong codes. */
export async function beginFactorAttempt(ctx: CenterCtx, staff: store.StaffRow): Promise<Attempt> {
  const counter = sha256(`second-factor|${staff.staffId}`)
  return { counter, staff, no: await count(ctx, counter) }
}

async function count(ctx: CenterCtx, counter: Buffer): Promise<number | null> {
  const lockUntil = new Date(ctx.now.getTime() + LOCK_MINUTES * 60_000)
  return await store.countAttempt(ctx.tx, counter, ctx.now, FAILURES, lockUntil)
}

export async function forgive(ctx: CenterCtx, { counter, no }: Attempt): Promise<void> {
  if (no !== null) await store.forgiveAttempts(ctx.tx, counter, no)
}

/** Says no to an attempt that was wrong, and remembers it. An ID that nobody has is named by its digest. */
export async function refuse(ctx: CenterCtxOutside, attempt: Attempt, wrong: Problem): Promise<never> {
  const { counter, no, staff } = attempt
  const subject = staff ? { kind: 'staff', id: staff.staffId } : null
  const facts = { locked: no === null, ...(staff ? {} : { unknownLogin: counter.toString('hex', 0, 8) }) }
  await ctx.separately((own) => recordAct(own, staffEvents.signInFailed, subject, facts))
  throw no === null || no >= FAILURES ? new Problem(staffProblems.locked) : wrong
}

/** An unknown ID and a wrong password answer the same, after the same work; the attempt counts before it is checked. */
export async function signIn(
  ctx: CenterCtxOutside,
  { loginId, password }: InputOf<typeof contract.signIn>,
  side: StaffSide,
): Promise<Session> {
  const { attempt, right } = await inTurn(async () => {
    const attempt = await ctx.separately((own) => beginAttempt(own, loginId))
    const usable = attempt.staff?.disabledAt === null ? attempt.staff.passwordHash : null
    return { attempt, right: attempt.no !== null && (await verifyPassword(usable, password)) }
  })
  const started = right ? await ctx.separately((own) => afterPassword(own, attempt, side)) : null
  if (started === null) return await refuse(ctx, attempt, new Problem(staffProblems.wrongSignIn))
  return started.view
}

/** `null`: the account was changed while the password was checked. */
async function afterPassword(ctx: CenterCtx, attempt: Attempt, side: StaffSide): Promise<Started | null> {
  const checked = attempt.staff
  const staff = checked ? await store.findStaff(ctx.tx, checked.staffId) : undefined
  if (!staff || staff.disabledAt !== null || staff.passwordHash !== checked?.passwordHash) return null
  await forgive(ctx, attempt)
  return await openSession(ctx, staff, await pendingFor(ctx, staff.staffId, side), side)
}

export async function changePassword(
  ctx: CenterCtx,
  { currentPassword, newPassword }: InputOf<typeof contract.changePassword>,
): Promise<{ changed: true }> {
  const { staffId, sessionId } = signedIn(ctx)
  const staff = await signedInRow(ctx)
  const fault = passwordFault(newPassword, { loginId: staff.loginId, current: currentPassword })
  if (fault !== null) {
    throw new Problem(staffProblems.weakPassword, [
      { pointer: '/newPassword', message: passwordFaults[fault] },
    ])
  }
  const newHash = await inTurn(async () => {
    await requireCurrentPassword(ctx, staff, currentPassword)
    return await hashPassword(newPassword)
  }, 0)
  await store.setPassword(ctx.tx, staffId, newHash)
  await store.endOtherSessions(ctx.tx, staffId, sessionId, ctx.now)
  await recordAct(ctx, staffEvents.passwordChanged, { kind: 'staff', id: staffId })
  return { changed: true }
}

/** A wrong one counts like a failed sign-in, or an unwatched screen would be a place to guess at. */
export async function requireCurrentPassword(
  ctx: CenterCtx,
  staff: store.StaffRow,
  password: string,
): Promise<void> {
  const attempt = await ctx.separately((own) => beginAttempt(own, staff.loginId))
  if (attempt.no === null) throw new Problem(staffProblems.locked)
  if (!(await verifyPassword(staff.passwordHash, password)))
    await refuse(ctx, attempt, new Problem(staffProblems.wrongCurrentPassword))
  await forgive(ctx, attempt)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
