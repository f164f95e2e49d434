import { randomBytes } from 'node:crypto'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { hashPassword } from '@open-bcl/platform/passwords.ts'
import { accessEvents } from './access.messages.ts'
import { findStaff } from './access.store.ts'
import { audit } from './audit.ts'
import { openSession, type Session } from './sessions.actions.ts'
import { deviceHash } from './sign-in-attempts.actions.ts'
import * as signIns from './sign-in.store.ts'
import * as staff from './staff.store.ts'
import type { Comer } from './this-terminal.actions.ts'

export type Guest = {
  readonly loginId: string
  readonly displayName: string
  readonly department: string
  /** A built-in role; with a disaster one all of whose permissions may be held for one alone. */
  readonly role: string
  readonly disasterId: string | null
  /** 町字 of the disaster; `null` = all. */
  readonly areas: readonly string[] | null
  readonly fromOn: string
  readonly untilOn: string
}

/**
 * An account for somebody from outside, for some days and one disaster (or, of the operator, none). It stands among the town's staff, so that whatever
 * it does is theirs on record; nobody has its password. `null`: the login ID is taken.
 */
export async function openGuest(ctx: Ctx, guest: Guest): Promise<string | null> {
  const staffId = uuidv7(ctx.now.getTime())
  const passwordHash = await hashPassword(randomBytes(32).toString('base64'))
  const { loginId, displayName, department, role, disasterId, areas, fromOn, untilOn } = guest
  if (
    !(await staff.insertAccount(ctx.tx, {
      staffId,
      loginId,
      displayName,
      department,
      passwordHash,
      now: ctx.now,
    }))
  )
    return null
  // Not an initial password: there is none to be changed.
  await signIns.setPassword(ctx.tx, staffId, passwordHash, ctx.now)
  await staff.assign(ctx.tx, { staffId, role, fromOn, untilOn, disasterId, areas })
  await audit(ctx, accessEvents.staffCreated, {
    subjects: [{ kind: 'staff', id: staffId }],
    facts: { roles: role, fromOn, untilOn },
  })
  return staffId
}

/** Signs a guest in, on this browser. `null`: the account is not in use any more. */
export async function startGuest(
  ctx: Ctx,
  staffId: string,
  who: Exclude<Comer, 'staff'> = 'guest',
  endsAt: Date | null = null,
): Promise<{ readonly token: string; readonly view: Session } | null> {
  const account = await findStaff(ctx.tx, staffId)
  return account ? await openSession(ctx, account, null, who, endsAt) : null
}

/** Whether this browser is the one that the guest signed in with. */
export async function isGuestsDevice(ctx: Ctx, staffId: string): Promise<boolean> {
  const device = deviceHash(ctx)
  return device !== null && (await signIns.isKnownDevice(ctx.tx, staffId, device))
}

/** Ends a guest's time, at once and on every device; the account stays, since its acts stand on record. */
export async function closeGuest(
  ctx: Ctx,
  { staffId, role, fromOn, disasterId }: Pick<Guest, 'role' | 'fromOn' | 'disasterId'> & { staffId: string },
): Promise<void> {
  // As every act that changes rights: what is read of the account below is what is changed.
  await staff.lockStaff(ctx.tx)
  await staff.endSpell(ctx.tx, { staffId, role, fromOn, disasterId }, addDays(todayInJapan(ctx.now), -1))
  const account = await staff.findAccount(ctx.tx, staffId)
  if (account) await staff.updateAccount(ctx.tx, account, { ...account, disabledAt: ctx.now })
  const sessions = await staff.endSessions(ctx.tx, staffId, ctx.now)
  await audit(ctx, accessEvents.sessionsEnded, {
    subjects: [{ kind: 'staff', id: staffId }],
    facts: { count: sessions },
  })
}
