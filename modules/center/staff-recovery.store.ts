import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { NewRecovery, RecoveryApproval, RecoveryRow } from '@open-bcl/platform/second-factor-recovery.ts'
import type { RecoveryReason } from '../access/recovery.messages.ts'

type Row = RecoveryRow<RecoveryReason>

const columns = `r.recovery_id as "recoveryId", r.staff_id as "staffId", p.display_name as "displayName", p.role as department,
  p.login_id as "loginId", r.reason, r.asked_at as "askedAt", r.asked_by as "askedBy", r.approved_at as "approvedAt",
  r.approved_by as "approvedBy", r.code_until as "codeUntil", r.used_at as "usedAt", r.ended_at as "endedAt"`
const from = `from center.staff_recovery r
  join center.staff p on p.staff_id = r.staff_id`

/** The newest first. */
export async function listRecoveries(tx: Tx): Promise<Row[]> {
  return await tx.sql<Row>(`select ${columns} ${from} order by r.asked_at desc, r.recovery_id limit 100`, [])
}

export async function findRecovery(tx: Tx, recoveryId: string): Promise<Row | undefined> {
  const [row] = await tx.sql<Row>(`select ${columns} ${from} where r.recovery_id = $1`, [recoveryId])
  return row
}

/** Whether one waits for approval, or for its code to be used. */
export async function hasOpenRecovery(tx: Tx, staffId: string, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `select 1 from center.staff_recovery
      where staff_id = $1 and used_at is null and ended_at is null
        and (code_until is null or code_until > $2) limit 1`,
    [staffId, now],
  )
  return rows.length === 1
}

export async function insertRecovery(tx: Tx, row: NewRecovery): Promise<void> {
  await tx.sql(
    `insert into center.staff_recovery (recovery_id, staff_id, reason, asked_at, asked_by)
     values ($1, $2, $3, $4, $5)`,
    [row.recoveryId, row.staffId, row.reason, row.now, row.askedBy],
  )
}

/** False when it was approved or ended meanwhile. */
export async function approveRecovery(
  tx: Tx,
  recoveryId: string,
  approval: RecoveryApproval,
): Promise<boolean> {
  const rows = await tx.sql(
    `update center.staff_recovery set approved_at = $2, approved_by = $3, code_hash = $4, code_until = $5
      where recovery_id = $1 and approved_at is null and ended_at is null
     returning recovery_id`,
    [recoveryId, approval.now, approval.by, approval.codeHash, approval.until],
  )
  return rows.length === 1
}

export async function endRecovery(tx: Tx, recoveryId: string, by: string, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update center.staff_recovery set ended_at = $2, ended_by = $3
      where recovery_id = $1 and used_at is null and ended_at is null
     returning recovery_id`,
    [recoveryId, now, by],
  )
  return rows.length === 1
}

/** Uses the code of an approved one, once and in time. */
export async function takeRecovery(tx: Tx, staffId: string, codeHash: Buffer, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update center.staff_recovery set used_at = $3
      where staff_id = $1 and code_hash = $2 and code_until > $3
        and used_at is null and ended_at is null
     returning recovery_id`,
    [staffId, codeHash, now],
  )
  return rows.length === 1
}
