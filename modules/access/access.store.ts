import type { Tx } from '@open-bcl/platform/db/tx.ts'

/** An account with what sign-in needs. */
export type StaffRow = {
  readonly staffId: string
  readonly loginId: string
  readonly displayName: string
  readonly department: string
  readonly passwordHash: string
  readonly mustChangePassword: boolean
  readonly disabledAt: Date | null
}

export type SessionRow = {
  readonly sessionId: string
  readonly staffId: string
  readonly csrfToken: string
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly displayName: string
  readonly mustChangePassword: boolean
  readonly roles: readonly string[]
}

const staffColumns = `staff_id as "staffId", login_id as "loginId", display_name as "displayName", department,
  password_hash as "passwordHash", must_change_password as "mustChangePassword",
  disabled_at as "disabledAt"`

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

export async function displayNames(
  tx: Tx,
  staffIds: readonly string[],
): Promise<{ staffId: string; displayName: string }[]> {
  return await tx.sql(
    `select staff_id as "staffId", display_name as "displayName" from access.staff
      where municipality_code = $1 and staff_id = any($2::uuid[])`,
    [tx.municipality, staffIds],
  )
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

/**
 * Counts a password about to be tried for a login ID, known or not. Answers its number since the last right one, from 1;
 * `null` while the ID is locked. The one with the number `limit` locks until `lockUntil`, unless it proves right.
 */
export async function countAttempt(
  tx: Tx,
  loginHmac: Buffer,
  now: Date,
  limit: number,
  lockUntil: Date,
): Promise<number | null> {
  const [row] = await tx.sql<{ attempts: number }>(
    `insert into access.sign_in as a (municipality_code, login_hmac, attempts) values ($1, $2, 1)
     on conflict (municipality_code, login_hmac) do update
       set attempts = case when a.locked_until is null then a.attempts + 1 else 1 end,
           locked_until = case when a.locked_until is null and a.attempts + 1 >= $4 then $5::timestamptz end
     where a.locked_until is null or a.locked_until <= $3
     returning attempts`,
    [tx.municipality, loginHmac, now, limit, lockUntil],
  )
  return row?.attempts ?? null
}

/** Attempt number `attempt` was right: it and those before it count no more, unless later ones have locked the ID. */
export async function forgiveAttempts(tx: Tx, loginHmac: Buffer, attempt: number): Promise<void> {
  await tx.sql(
    `update access.sign_in set attempts = greatest(attempts - $3, 0), locked_until = null
      where municipality_code = $1 and login_hmac = $2 and (locked_until is null or attempts = $3)`,
    [tx.municipality, loginHmac, attempt],
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
            p.must_change_password as "mustChangePassword",
            -- Whom a temporary lift of 支援措置 is for (protection.pub_protected); no round trip of its own.
            set_config('app.staff', s.staff_id::text, true),
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

/** Waits for nobody: a session that another request holds is seen by that one. */
export async function touchSession(tx: Tx, sessionId: string, now: Date): Promise<void> {
  await tx.sql(
    `update access.session set last_seen_at = $3
      where municipality_code = $1 and session_id = (
        select session_id from access.session
         where municipality_code = $1 and session_id = $2 for update skip locked)`,
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
