import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import type { RecoverySide } from '@open-bcl/platform/second-factor-recovery.ts'
import { recoveryProblems, type RecoveryReason } from '../access/recovery.messages.ts'
import { recordAct } from './center-audit.store.ts'
import { hasFactor } from './staff-factor.store.ts'
import { staffEvents } from './staff.messages.ts'
import * as rows from './staff-recovery.store.ts'
import { signedIn } from './staff-sessions.actions.ts'
import { displayNames, findStaffByLogin } from './staff.store.ts'
import { staffRoles, type StaffRole } from './staff.ts'

const events = {
  asked: staffEvents.recoveryAsked,
  approved: staffEvents.recoveryApproved,
  ended: staffEvents.recoveryEnded,
} as const

/** An administrator of the operators' accounts; what they do is the same in the cloud (platform). */
export function recoverySide(ctx: CenterCtx): RecoverySide<RecoveryReason> {
  const { tx, now } = ctx
  return {
    ...{ tx, now, rows, staffId: signedIn(ctx).staffId, problems: recoveryProblems },
    departmentOf: ({ department }) => staffRoles[department as StaffRole].ja,
    namesOf: (staffIds) => displayNames(tx, staffIds),
    async findStaffId(loginId) {
      const staff = await findStaffByLogin(tx, loginId)
      return staff?.disabledAt === null ? staff.staffId : null
    },
    hasFactor: (staffId) => hasFactor(tx, staffId),
    tell: (act, staffId, facts = {}) => recordAct(ctx, events[act], { kind: 'staff', id: staffId }, facts),
  }
}
