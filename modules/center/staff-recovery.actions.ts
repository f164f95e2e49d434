import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { hashOfCode, newRecoveryCodes } from '@open-bcl/platform/one-time-codes.ts'
import type * as contract from '../access/recovery.contract.ts'
import { recoveryProblems, type RecoveryReason } from '../access/recovery.messages.ts'
import { recordAct } from './center-audit.store.ts'
import { hasFactor } from './staff-factor.store.ts'
import { staffEvents } from './staff.messages.ts'
import * as store from './staff-recovery.store.ts'
import { signedIn } from './staff-sessions.actions.ts'
import { displayNames, findStaffByLogin } from './staff.store.ts'
import { staffRoles, type StaffRole } from './staff.ts'

/** The person comes for the code in person, or is called back. */
const CODE_HOURS = 24

export async function listRecoveries(ctx: CenterCtx): Promise<OutputOf<typeof contract.listRecoveries>> {
  const me = signedIn(ctx).staffId
  const rows = await store.listRecoveries(ctx.tx)
  const ids = rows.flatMap(({ askedBy, approvedBy }) =>
    approvedBy === null ? [askedBy] : [askedBy, approvedBy],
  )
  const names = new Map(
    (await displayNames(ctx.tx, ids)).map(({ staffId, displayName }) => [staffId, displayName]),
  )
  return {
    recoveries: rows.map((row) => ({
      recoveryId: row.recoveryId,
      displayName: row.displayName,
      department: staffRoles[row.department as StaffRole].ja,
      loginId: row.loginId,
      reason: row.reason as RecoveryReason,
      askedAt: row.askedAt.toISOString(),
      askedBy: names.get(row.askedBy) ?? '',
      approvedAt: row.approvedAt?.toISOString() ?? null,
      approvedBy: row.approvedBy === null ? null : (names.get(row.approvedBy) ?? ''),
      codeUntil: row.codeUntil?.toISOString() ?? null,
      state: stateOf(row, ctx.now),
      mayApprove: stateOf(row, ctx.now) === 'asked' && row.askedBy !== me && row.staffId !== me,
    })),
  }
}

function stateOf(
  { usedAt, endedAt, approvedAt, codeUntil }: store.RecoveryRow,
  now: Date,
): OutputOf<typeof contract.listRecoveries>['recoveries'][number]['state'] {
  if (usedAt !== null) return 'used'
  if (endedAt !== null) return 'ended'
  if (approvedAt === null || codeUntil === null) return 'asked'
  return codeUntil > now ? 'approved' : 'expired'
}

export async function askRecovery(
  ctx: CenterCtx,
  { loginId, reason }: InputOf<typeof contract.askRecovery>,
): Promise<OutputOf<typeof contract.askRecovery>> {
  const askedBy = signedIn(ctx).staffId
  const staff = await findStaffByLogin(ctx.tx, loginId)
  if (!staff || staff.disabledAt !== null) throw new Problem(recoveryProblems.noSuchStaff)
  const { staffId } = staff
  if (staffId === askedBy) throw new Problem(recoveryProblems.oneself)
  if (!(await hasFactor(ctx.tx, staffId))) throw new Problem(recoveryProblems.noFactor)
  if (await store.hasOpenRecovery(ctx.tx, staffId, ctx.now)) throw new Problem(recoveryProblems.already)
  const recoveryId = uuidv7(ctx.now.getTime())
  await store.insertRecovery(ctx.tx, { recoveryId, staffId, reason, now: ctx.now, askedBy })
  await recordAct(ctx, staffEvents.recoveryAsked, { kind: 'staff', id: staffId }, { reason })
  return { recoveryId }
}

/** The code lets the person in beside the password, once, and only as far as enrolling a new second factor. */
export async function approveRecovery(
  ctx: CenterCtx,
  { recoveryId }: InputOf<typeof contract.approveRecovery>,
): Promise<OutputOf<typeof contract.approveRecovery>> {
  const by = signedIn(ctx).staffId
  const recovery = await store.findRecovery(ctx.tx, recoveryId)
  if (!recovery) throw new Problem(platformProblems.notFound)
  if (recovery.staffId === by) throw new Problem(recoveryProblems.oneself)
  if (recovery.askedBy === by) throw new Problem(recoveryProblems.sameAdministrator)
  const [code = ''] = newRecoveryCodes(1)
  const until = new Date(ctx.now.getTime() + CODE_HOURS * 3_600_000)
  const approval = { by, now: ctx.now, codeHash: hashOfCode(code), until }
  if (!(await store.approveRecovery(ctx.tx, recoveryId, approval)))
    throw new Problem(platformProblems.changedByOther)
  await recordAct(ctx, staffEvents.recoveryApproved, { kind: 'staff', id: recovery.staffId })
  return { code, codeUntil: until.toISOString() }
}

export async function endRecovery(
  ctx: CenterCtx,
  { recoveryId }: InputOf<typeof contract.endRecovery>,
): Promise<OutputOf<typeof contract.endRecovery>> {
  const recovery = await store.findRecovery(ctx.tx, recoveryId)
  if (!recovery) throw new Problem(platformProblems.notFound)
  if (!(await store.endRecovery(ctx.tx, recoveryId, signedIn(ctx).staffId, ctx.now)))
    throw new Problem(platformProblems.changedByOther)
  await recordAct(ctx, staffEvents.recoveryEnded, { kind: 'staff', id: recovery.staffId })
  return { ended: true }
}
