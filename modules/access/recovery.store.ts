import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { NewRecovery, RecoveryApproval, RecoveryRow } from '@open-bcl/platform/second-factor-recovery.ts'
import type { RecoveryReason } from './recovery.messages.ts'

type Row = RecoveryRow<RecoveryReason>

const columns = `r.recovery_id as "recoveryId", r.staff_id as "staffId", p.display_name as "displayName", p.department,
  p.login_id as "loginId", r.reason, r.asked_at as "askedAt", r.asked_by as "askedBy", r.approved_at as "approvedAt",
  r.approved_by as "approvedBy", r.code_until as "codeUntil", r.used_at as "usedAt", r.ended_at as "endedAt"`
const from = `from access.recovery r
  join access.staff p on p.municipality_code = r.municipality_code and p.staff_id = r.staff_id`

/** The newest first. */
export async function listRecoveries(tx: Tx): Promise<Row[]> {
  return await tx.sql<Row>(
    `select ${columns} ${from} where r.municipality_code = $1 order by r.asked_at desc, r.recovery_id limit 100`,
    [tx.municipality],
  )
}

export async function findRecovery(tx: Tx, recoveryId: string): Promise<Row | undefined> {
  const [row] = await tx.sql<Row>(
    `select ${columns} ${from} where r.municipality_code = $1 and r.recovery_id = $2`,
    [tx.municipality, recoveryId],
  )
  return row
}

/** Whether one waits for approval, or for its code to be used. */
export async function hasOpenRecovery(tx: Tx, staffId: string, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `select 1 from access.recovery
      where municipality_code = $1 and staff_id = $2 and used_at is null and ended_at is null
        and (code_until is null or code_until > $3) limit 1`,
    [tx.municipality, staffId, now],
  )
  return rows.length === 1
}

export async function insertRecovery(tx: Tx, row: NewRecovery): Promise<void> {
  await tx.sql(
    `insert into access.recovery (municipality_code, recovery_id, staff_id, reason, asked_at, asked_by)
     values ($1, $2, $3, $4, $5, $6)`,
    [tx.municipality, row.recoveryId, row.staffId, row.reason, row.now, row.askedBy],
  )
}

/** False when it was approved or ended meanwhile. */
export async function approveRecovery(
  tx: Tx,
  recoveryId: string,
  approval: RecoveryApproval,
): Promise<boolean> {
  const rows = await tx.sql(
    `update access.recovery set approved_at = $3, approved_by = $4, code_hash = $5, code_until = $6
      where municipality_code = $1 and recovery_id = $2 and approved_at is null and ended_at is null
     returning recovery_id`,
    [tx.municipality, recoveryId, approval.now, approval.by, approval.codeHash, approval.until],
  )
  return rows.length === 1
}

export async function endRecovery(tx: Tx, recoveryId: string, by: string, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update access.recovery set ended_at = $3, ended_by = $4
      where municipality_code = $1 and recovery_id = $2 and used_at is null and ended_at is null
     returning recovery_id`,
    [tx.municipality, recoveryId, now, by],
  )
  return rows.length === 1
}

/** Uses the code of an approved one, once and in time. */
export async function takeRecovery(tx: Tx, staffId: string, codeHash: Buffer, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update access.recovery set used_at = $4
      where municipality_code = $1 and staff_id = $2 and code_hash = $3 and code_until > $4
        and used_at is null and ended_at is null
     returning recovery_id`,
    [tx.municipality, staffId, codeHash, now],
  )
  return rows.length === 1
}
