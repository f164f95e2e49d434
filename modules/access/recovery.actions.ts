import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { RecoverySide } from '@open-bcl/platform/second-factor-recovery.ts'
import { displayNames, findStaffByLogin } from './access.store.ts'
import { audit } from './audit.ts'
import { recoveryEvents, recoveryProblems, type RecoveryReason } from './recovery.messages.ts'
import * as rows from './recovery.store.ts'
import { hasFactor } from './second-factor.store.ts'
import { mayBeUsed, staffActor } from './sessions.actions.ts'

/** An administrator of a town; what they do is the same at the centre (platform). */
export function recoverySide(ctx: Ctx): RecoverySide<RecoveryReason> {
  const { tx, now } = ctx
  return {
    ...{ tx, now, rows, staffId: staffActor(ctx).staffId, problems: recoveryProblems },
    departmentOf: ({ department }) => department,
    namesOf: (staffIds) => displayNames(tx, staffIds),
    async findStaffId(loginId) {
      const staff = await findStaffByLogin(tx, loginId)
      return staff && mayBeUsed(ctx, staff) ? staff.staffId : null
    },
    hasFactor: (staffId) => hasFactor(tx, staffId),
    tell: (act, staffId, facts = {}) =>
      audit(ctx, recoveryEvents[act], { subjects: [{ kind: 'staff', id: staffId }], facts }),
  }
}
