import { createHash, randomBytes } from 'node:crypto'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { hashPassword } from '@open-bcl/platform/passwords.ts'
import { listActs, recordAct, type ActSubject } from './center-audit.store.ts'
import type * as contract from './staff.contract.ts'
import { staffEvents, staffProblems } from './staff.messages.ts'
import * as store from './staff.store.ts'
import { signedIn } from './staff-sessions.actions.ts'
import { needsSecondAdministrator, type StaffRole } from './staff.ts'

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

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
  const staffId = await makeStaff(ctx, {
    ...{ ...input, password: initialPassword, mustChangePassword: true },
    passwordBy: signedIn(ctx).staffId,
  })
  return { staffId, initialPassword, waits: needsSecondAdministrator(input.role) }
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
    /** Who sees the password; absent = whoever runs the command. */
    readonly passwordBy?: string
  },
): Promise<string> {
  const staffId = uuidv7(ctx.now.getTime())
  const { loginId, displayName, role, mustChangePassword, passwordBy = null } = staff
  const passwordHash = await hashPassword(staff.password)
  const made = await store.insertStaff(ctx.tx, {
    ...{ staffId, loginId, displayName, role, passwordHash, mustChangePassword },
    ...{ createdAt: ctx.now, passwordBy },
    disabledAt: passwordBy !== null && needsSecondAdministrator(role) ? ctx.now : null,
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
  const staff = await store.findStaff(ctx.tx, staffId)
  if (!staff) throw new Problem(platformProblems.notFound)
  if (needsSecondAdministrator(staff.role) && staff.passwordBy === signedIn(ctx).staffId)
    throw new Problem(staffProblems.ownPassword)
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
  const waits = needsSecondAdministrator(staff.role)
  const passwordHash = await hashPassword(initialPassword)
  await store.resetPassword(ctx.tx, staffId, passwordHash, signedIn(ctx).staffId)
  if (waits) await store.disableStaff(ctx.tx, staffId, ctx.now)
  else await store.endSessions(ctx.tx, staffId, ctx.now)
  await store.unlock(ctx.tx, sha256(staff.loginId))
  await recordAct(ctx, staffEvents.passwordReset, staffSubject(staffId))
  return { initialPassword, waits }
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

function staffSubject(staffId: string): ActSubject {
  return { kind: 'staff', id: staffId }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
