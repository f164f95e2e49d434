import { Problem, type ProblemKind } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Tx } from './db/tx.ts'
import { platformProblems } from './messages.ts'
import { hashOfCode, newRecoveryCodes } from './one-time-codes.ts'

/** 復旧: two administrators, never one, let somebody enrol anew who has lost the second factor. In the cloud and at the centre. */

/** The person comes for the code in person, or is called back. */
const CODE_HOURS = 24

export type RecoveryRow<Reason extends string> = {
  readonly recoveryId: string
  readonly staffId: string
  readonly displayName: string
  readonly department: string
  readonly loginId: string
  readonly reason: Reason
  readonly askedAt: Date
  readonly askedBy: string
  readonly approvedAt: Date | null
  readonly approvedBy: string | null
  readonly codeUntil: Date | null
  readonly usedAt: Date | null
  readonly endedAt: Date | null
}

/** The statements of one database. */
export type RecoveryRows<Reason extends string> = {
  /** The newest first. */
  listRecoveries(tx: Tx): Promise<RecoveryRow<Reason>[]>
  findRecovery(tx: Tx, recoveryId: string): Promise<RecoveryRow<Reason> | undefined>
  /** Whether one waits for approval, or for its code to be used. */
  hasOpenRecovery(tx: Tx, staffId: string, now: Date): Promise<boolean>
  insertRecovery(tx: Tx, row: NewRecovery): Promise<void>
  /** False when it was approved or ended meanwhile. */
  approveRecovery(tx: Tx, recoveryId: string, approval: RecoveryApproval): Promise<boolean>
  endRecovery(tx: Tx, recoveryId: string, by: string, now: Date): Promise<boolean>
}

export type NewRecovery = {
  readonly recoveryId: string
  readonly staffId: string
  readonly reason: string
  readonly now: Date
  readonly askedBy: string
}

export type RecoveryApproval = {
  readonly by: string
  readonly now: Date
  readonly codeHash: Buffer
  readonly until: Date
}

/** One administrator's request on one side. */
export type RecoverySide<Reason extends string> = {
  readonly tx: Tx
  readonly now: Date
  readonly rows: RecoveryRows<Reason>
  /** The administrator. */
  readonly staffId: string
  readonly problems: Readonly<
    Record<'noSuchStaff' | 'oneself' | 'sameAdministrator' | 'already' | 'noFactor', ProblemKind>
  >
  /** Where somebody works, in words. */
  departmentOf(row: RecoveryRow<Reason>): string
  namesOf(
    staffIds: readonly string[],
  ): Promise<readonly { readonly staffId: string; readonly displayName: string }[]>
  /** Of an account that may be used. */
  findStaffId(loginId: string): Promise<string | null>
  hasFactor(staffId: string): Promise<boolean>
  /** Puts the act into the audit trail. */
  tell(act: RecoveryAct, staffId: string, facts?: Readonly<Record<string, string>>): Promise<void>
}

export type RecoveryAct = 'asked' | 'approved' | 'ended'
type State = 'asked' | 'approved' | 'used' | 'expired' | 'ended'

export async function listRecoveries<Reason extends string>(side: RecoverySide<Reason>) {
  const rows = await side.rows.listRecoveries(side.tx)
  const ids = rows.flatMap(({ askedBy, approvedBy }) =>
    approvedBy === null ? [askedBy] : [askedBy, approvedBy],
  )
  const names = new Map(
    (await side.namesOf(ids)).map(({ staffId, displayName }) => [staffId, displayName] as const),
  )
  return {
    recoveries: rows.map((row) => {
      const state = stateOf(row, side.now)
      return {
        recoveryId: row.recoveryId,
        displayName: row.displayName,
        department: side.departmentOf(row),
        loginId: row.loginId,
        reason: row.reason,
        askedAt: row.askedAt.toISOString(),
        askedBy: names.get(row.askedBy) ?? '',
        approvedAt: row.approvedAt?.toISOString() ?? null,
        approvedBy: row.approvedBy === null ? null : (names.get(row.approvedBy) ?? ''),
        codeUntil: row.codeUntil?.toISOString() ?? null,
        state,
        mayApprove: state === 'asked' && row.askedBy !== side.staffId && row.staffId !== side.staffId,
      }
    }),
  }
}

function stateOf<Reason extends string>(
  { usedAt, endedAt, approvedAt, codeUntil }: RecoveryRow<Reason>,
  now: Date,
): State {
  if (usedAt !== null) return 'used'
  if (endedAt !== null) return 'ended'
  if (approvedAt === null || codeUntil === null) return 'asked'
  return codeUntil > now ? 'approved' : 'expired'
}

export async function askRecovery<Reason extends string>(
  { tx, now, rows, problems, ...side }: RecoverySide<Reason>,
  { loginId, reason }: { readonly loginId: string; readonly reason: Reason },
): Promise<{ recoveryId: string }> {
  const staffId = await side.findStaffId(loginId)
  if (staffId === null) throw new Problem(problems.noSuchStaff)
  if (staffId === side.staffId) throw new Problem(problems.oneself)
  if (!(await side.hasFactor(staffId))) throw new Problem(problems.noFactor)
  if (await rows.hasOpenRecovery(tx, staffId, now)) throw new Problem(problems.already)
  const recoveryId = uuidv7(now.getTime())
  await rows.insertRecovery(tx, { recoveryId, staffId, reason, now, askedBy: side.staffId })
  await side.tell('asked', staffId, { reason })
  return { recoveryId }
}

/** The code lets the person in beside the password, once, and only as far as enrolling a new second factor. */
export async function approveRecovery<Reason extends string>(
  { tx, now, rows, problems, ...side }: RecoverySide<Reason>,
  { recoveryId }: { readonly recoveryId: string },
): Promise<{ code: string; codeUntil: string }> {
  const by = side.staffId
  const recovery = await rows.findRecovery(tx, recoveryId)
  if (!recovery) throw new Problem(platformProblems.notFound)
  if (recovery.staffId === by) throw new Problem(problems.oneself)
  if (recovery.askedBy === by) throw new Problem(problems.sameAdministrator)
  const [code = ''] = newRecoveryCodes(1)
  const until = new Date(now.getTime() + CODE_HOURS * 3_600_000)
  if (!(await rows.approveRecovery(tx, recoveryId, { by, now, codeHash: hashOfCode(code), until })))
    throw new Problem(platformProblems.changedByOther)
  await side.tell('approved', recovery.staffId)
  return { code, codeUntil: until.toISOString() }
}

export async function endRecovery<Reason extends string>(
  { tx, now, rows, ...side }: RecoverySide<Reason>,
  { recoveryId }: { readonly recoveryId: string },
): Promise<{ ended: true }> {
  const recovery = await rows.findRecovery(tx, recoveryId)
  if (!recovery) throw new Problem(platformProblems.notFound)
  if (!(await rows.endRecovery(tx, recoveryId, side.staffId, now)))
    throw new Problem(platformProblems.changedByOther)
  await side.tell('ended', recovery.staffId)
  return { ended: true }
}
