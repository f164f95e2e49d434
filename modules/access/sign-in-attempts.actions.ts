import { createHash } from 'node:crypto'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx, CtxOutside } from '@open-bcl/platform/ctx.ts'
import { accessEvents, accessProblems } from './access.messages.ts'
import { findStaffByLogin, getTenant, type StaffRow } from './access.store.ts'
import { audit } from './audit.ts'
import * as store from './sign-in.store.ts'

/** 標準 10.3: 失敗が続いたら強制終了。Five wrong secrets in a row, then a quarter of an hour. */
export const FAILURES = 5
const LOCK_MINUTES = 15
/** Who waits for it gets no more guesses than who lets an ID lock again and again. */
const STALE_MINUTES = 60

/** A secret about to be tried. `counter` is `null` in a town we do not serve, `no` is `null` while the ID is locked. */
export type Attempt = {
  readonly counter: Buffer | null
  readonly no: number | null
  readonly staff: StaffRow | null
}

/**
 * Counts a password about to be tried. Guesses from elsewhere lock nobody out of the browser they work at: where a person
 * has signed in before, attempts are counted apart (a device cookie). Invented IDs take a bounded number of rows; past
 * it IDs without a row of their own are counted together, so that nobody can tell which of them exist.
 */
export async function beginAttempt(ctx: Ctx, loginId: string): Promise<Attempt> {
  if (!(await getTenant(ctx.tx))) return { counter: null, no: 1, staff: null }
  const keys = await ctx.keys()
  const staff = (await findStaffByLogin(ctx.tx, loginId)) ?? null
  const device = deviceHash(ctx)
  // Asked for nobody's sake, too: who is there must not be told by how long an answer takes.
  const nobody = '00000000-0000-7000-8000-000000000000'
  const known = device !== null && (await store.isKnownDevice(ctx.tx, staff?.staffId ?? nobody, device))
  const own = keys.recordHmac('sign-in', known ? `${loginId}|${device.toString('hex')}` : loginId)
  const stale = new Date(ctx.now.getTime() - STALE_MINUTES * 60_000)
  const room = known || (await store.hasRoomFor(ctx.tx, own, stale))
  const counter = room ? own : keys.recordHmac('sign-in', '')
  const attempt = { counter, no: await count(ctx, counter), staff }
  if (attempt.no === null) await auditFailure(ctx, attempt)
  return attempt
}

/** The same for the second factor of a person: apart, since a right password must not forgive wrong codes. */
export async function beginFactorAttempt(ctx: Ctx, staff: StaffRow): Promise<Attempt> {
  const counter = (await ctx.keys()).recordHmac('second-factor', staff.staffId)
  const attempt = { counter, no: await count(ctx, counter), staff }
  if (attempt.no === null) await auditFailure(ctx, attempt)
  return attempt
}

async function count(ctx: Ctx, counter: Buffer): Promise<number | null> {
  const lockUntil = new Date(ctx.now.getTime() + LOCK_MINUTES * 60_000)
  return await store.countAttempt(ctx.tx, counter, ctx.now, FAILURES, lockUntil)
}

export async function forgive(ctx: Ctx, { counter, no }: Attempt): Promise<void> {
  if (counter !== null && no !== null) await store.forgiveAttempts(ctx.tx, counter, no)
}

/** An ID that nobody has is named by its digest: it may be a password typed into the wrong box. */
export async function auditFailure(ctx: Ctx, { counter, no, staff }: Attempt): Promise<void> {
  await audit(ctx, no === FAILURES ? accessEvents.accountLocked : accessEvents.signInFailed, {
    subjects: staff === null ? [] : [{ kind: 'staff', id: staff.staffId }],
    facts: {
      locked: no === null,
      unknownLogin: staff === null && counter !== null ? counter.toString('hex', 0, 8) : null,
    },
  })
}

/** Says no to an attempt that was wrong, and remembers it. */
export async function refuse(ctx: CtxOutside, attempt: Attempt, wrong: Problem): Promise<never> {
  if (attempt.counter !== null) await ctx.separately((own) => auditFailure(own, attempt))
  throw attempt.no === null || attempt.no >= FAILURES ? new Problem(accessProblems.locked) : wrong
}

/** The browser by the digest of its cookie; `null`: it has none yet. */
export function deviceHash({ device }: Pick<Ctx, 'device'>): Buffer | null {
  return device?.token ? createHash('sha256').update(device.token).digest() : null
}
