import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { hashOfCode, newRecoveryCodes } from '@open-bcl/platform/one-time-codes.ts'
import { displayNames, findStaffByLogin } from './access.store.ts'
import { audit } from './audit.ts'
import type * as contract from './recovery.contract.ts'
import { recoveryEvents, recoveryProblems, type RecoveryReason } from './recovery.messages.ts'
import * as store from './recovery.store.ts'
import { hasFactor } from './second-factor.store.ts'
import { mayBeUsed, staffActor } from './sessions.actions.ts'

/** The person comes for the code in person, or is called back. */
const CODE_HOURS = 24

export async function listRecoveries(ctx: Ctx): Promise<OutputOf<typeof contract.listRecoveries>> {
  const me = staffActor(ctx).staffId
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
      department: row.department,
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
  ctx: Ctx,
  { loginId, reason }: InputOf<typeof contract.askRecovery>,
): Promise<OutputOf<typeof contract.askRecovery>> {
  const askedBy = staffActor(ctx).staffId
  const staff = await findStaffByLogin(ctx.tx, loginId)
  if (!staff || !mayBeUsed(ctx, staff)) throw new Problem(recoveryProblems.noSuchStaff)
  const { staffId } = staff
  if (staffId === askedBy) throw new Problem(recoveryProblems.oneself)
  if (!(await hasFactor(ctx.tx, staffId))) throw new Problem(recoveryProblems.noFactor)
  if (await store.hasOpenRecovery(ctx.tx, staffId, ctx.now)) throw new Problem(recoveryProblems.already)
  const recoveryId = uuidv7(ctx.now.getTime())
  await store.insertRecovery(ctx.tx, { recoveryId, staffId, reason, now: ctx.now, askedBy })
  await audit(ctx, recoveryEvents.asked, { subjects: [{ kind: 'staff', id: staffId }], facts: { reason } })
  return { recoveryId }
}

/** The code lets the person in beside the password, once, and only as far as enrolling a new second factor. */
export async function approveRecovery(
  ctx: Ctx,
  { recoveryId }: InputOf<typeof contract.approveRecovery>,
): Promise<OutputOf<typeof contract.approveRecovery>> {
  const by = staffActor(ctx).staffId
  const recovery = await store.findRecovery(ctx.tx, recoveryId)
  if (!recovery) throw new Problem(platformProblems.notFound)
  if (recovery.staffId === by) throw new Problem(recoveryProblems.oneself)
  if (recovery.askedBy === by) throw new Problem(recoveryProblems.sameAdministrator)
  const [code = ''] = newRecoveryCodes(1)
  const until = new Date(ctx.now.getTime() + CODE_HOURS * 3_600_000)
  const approval = { by, now: ctx.now, codeHash: hashOfCode(code), until }
  if (!(await store.approveRecovery(ctx.tx, recoveryId, approval)))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, recoveryEvents.approved, { subjects: [{ kind: 'staff', id: recovery.staffId }] })
  return { code, codeUntil: until.toISOString() }
}

export async function endRecovery(
  ctx: Ctx,
  { recoveryId }: InputOf<typeof contract.endRecovery>,
): Promise<OutputOf<typeof contract.endRecovery>> {
  const recovery = await store.findRecovery(ctx.tx, recoveryId)
  if (!recovery) throw new Problem(platformProblems.notFound)
  if (!(await store.endRecovery(ctx.tx, recoveryId, staffActor(ctx).staffId, ctx.now)))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, recoveryEvents.ended, { subjects: [{ kind: 'staff', id: recovery.staffId }] })
  return { ended: true }
}
