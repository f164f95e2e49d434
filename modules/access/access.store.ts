import type { Tx } from '@open-bcl/platform/db/tx.ts'

/** An account with what sign-in needs. */
export type StaffRow = {
  readonly staffId: string
  readonly loginId: string
  readonly displayName: string
  readonly department: string
  readonly passwordHash: string
  readonly mustChangePassword: boolean
  readonly failedCount: number
  readonly lockedUntil: Date | null
  readonly disabledAt: Date | null
}

export type SessionRow = {
  readonly sessionId: string
  readonly staffId: string
  readonly csrfToken: string
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly displayName: string
  readonly roles: readonly string[]
}

const staffColumns = `staff_id as "staffId", login_id as "loginId", display_name as "displayName", department,
  password_hash as "passwordHash", must_change_password as "mustChangePassword", failed_count as "failedCount",
  locked_until as "lockedUntil", disabled_at as "disabledAt"`

export async function findStaffByLogin(tx: Tx, loginId: string): Promise<StaffRow | undefined> {
  const [row] = await tx.sql<StaffRow>(
    `select ${staffColumns} from access.staff where municipality_code = $1 and login_id = $2`,
    [tx.municipality, loginId],
  )
  return row
}

export async function findStaff(tx: Tx, staffId: string): Promise<StaffRow | undefined> {
  const [row] = await tx.sql<StaffRow>(
    `select ${staffColumns} from access.staff where municipality_code = $1 and staff_id = $2`,
    [tx.municipality, staffId],
  )
  return row
}

export async function insertStaff(
  tx: Tx,
  staff: {
    staffId: string
    loginId: string
    displayName: string
    department: string
    passwordHash: string
    mustChangePassword: boolean
    roles: readonly string[]
    fromOn: string
    now: Date
  },
): Promise<void> {
  await tx.sql(
    `insert into access.staff (municipality_code, staff_id, login_id, display_name, department, password_hash,
       must_change_password, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tx.municipality,
      staff.staffId,
      staff.loginId,
      staff.displayName,
      staff.department,
      staff.passwordHash,
      staff.mustChangePassword,
      staff.now,
    ],
  )
  await tx.sql(
    `insert into access.staff_role (municipality_code, staff_id, role, from_on)
     select $1, $2, role, $4 from unnest($3::text[]) as t (role)`,
    [tx.municipality, staff.staffId, [...staff.roles], staff.fromOn],
  )
}

/** Adds a failure and returns the new count; the fifth locks until `lockUntil`. */
export async function countFailure(tx: Tx, staffId: string, limit: number, lockUntil: Date): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(
    `update access.staff
        set failed_count = case when failed_count + 1 >= $3 then 0 else failed_count + 1 end,
            locked_until = case when failed_count + 1 >= $3 then $4::timestamptz else locked_until end
      where municipality_code = $1 and staff_id = $2
      returning failed_count as count`,
    [tx.municipality, staffId, limit, lockUntil],
  )
  return row?.count ?? 0
}

export async function clearFailures(tx: Tx, staffId: string): Promise<void> {
  await tx.sql(
    `update access.staff set failed_count = 0, locked_until = null where municipality_code = $1 and staff_id = $2`,
    [tx.municipality, staffId],
  )
}

export async function setPassword(tx: Tx, staffId: string, passwordHash: string): Promise<void> {
  await tx.sql(
    `update access.staff set password_hash = $3, must_change_password = false
      where municipality_code = $1 and staff_id = $2`,
    [tx.municipality, staffId, passwordHash],
  )
}

export async function rolesOf(tx: Tx, staffId: string, on: string): Promise<string[]> {
  const rows = await tx.sql<{ role: string }>(
    `select role from access.staff_role
      where municipality_code = $1 and staff_id = $2 and from_on <= $3 and (until_on is null or until_on >= $3)
      order by role`,
    [tx.municipality, staffId, on],
  )
  return rows.map((row) => row.role)
}

export async function insertSession(
  tx: Tx,
  session: {
    sessionId: string
    tokenHash: Buffer
    staffId: string
    csrfToken: string
    now: Date
    expiresAt: Date
  },
): Promise<void> {
  await tx.sql(
    `insert into access.session (municipality_code, session_id, token_hash, staff_id, csrf_token, created_at,
       last_seen_at, expires_at) values ($1, $2, $3, $4, $5, $6, $6, $7)`,
    [
      tx.municipality,
      session.sessionId,
      session.tokenHash,
      session.staffId,
      session.csrfToken,
      session.now,
      session.expiresAt,
    ],
  )
}

/** The session of a token with its person and the roles in force, unless ended or the account was disabled. */
export async function findSession(tx: Tx, tokenHash: Buffer, on: string): Promise<SessionRow | undefined> {
  const [row] = await tx.sql<SessionRow>(
    `select s.session_id as "sessionId", s.staff_id as "staffId", s.csrf_token as "csrfToken",
            s.last_seen_at as "lastSeenAt", s.expires_at as "expiresAt", p.display_name as "displayName",
            array(select r.role from access.staff_role r
                   where r.municipality_code = $1 and r.staff_id = s.staff_id
                     and r.from_on <= $3 and (r.until_on is null or r.until_on >= $3)) as roles
       from access.session s
       join access.staff p on p.municipality_code = s.municipality_code and p.staff_id = s.staff_id
      where s.municipality_code = $1 and s.token_hash = $2 and s.ended_at is null and p.disabled_at is null`,
    [tx.municipality, tokenHash, on],
  )
  return row
}

export async function touchSession(tx: Tx, sessionId: string, now: Date): Promise<void> {
  await tx.sql(
    'update access.session set last_seen_at = $3 where municipality_code = $1 and session_id = $2',
    [tx.municipality, sessionId, now],
  )
}

export async function endSession(tx: Tx, sessionId: string, now: Date): Promise<void> {
  await tx.sql('update access.session set ended_at = $3 where municipality_code = $1 and session_id = $2', [
    tx.municipality,
    sessionId,
    now,
  ])
}

/** Ends every other session of a person, as a changed password demands. */
export async function endOtherSessions(tx: Tx, staffId: string, keep: string, now: Date): Promise<void> {
  await tx.sql(
    `update access.session set ended_at = $4
      where municipality_code = $1 and staff_id = $2 and session_id <> $3 and ended_at is null`,
    [tx.municipality, staffId, keep, now],
  )
}

export async function getTenant(tx: Tx): Promise<{ name: string; demonstration: boolean } | undefined> {
  const [row] = await tx.sql<{ name: string; demonstration: boolean }>(
    'select name, demonstration from app.tenant where municipality_code = $1',
    [tx.municipality],
  )
  return row
}
