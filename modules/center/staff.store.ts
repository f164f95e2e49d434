import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Pending } from '@open-bcl/platform/ctx.ts'
import type { StaffRole } from './staff.ts'

export type StaffRow = {
  readonly staffId: string
  readonly loginId: string
  readonly displayName: string
  readonly passwordHash: string
  readonly role: StaffRole
  readonly mustChangePassword: boolean
  readonly createdAt: Date
  readonly disabledAt: Date | null
  /** Which administrator made the password; `null` = the command on the centre's machine. */
  readonly passwordBy: string | null
}

const columns = `staff_id as "staffId", login_id as "loginId", display_name as "displayName",
  password_hash as "passwordHash", role, must_change_password as "mustChangePassword",
  created_at as "createdAt", disabled_at as "disabledAt",
  password_by as "passwordBy"`

export async function findStaff(tx: Tx, staffId: string): Promise<StaffRow | undefined> {
  const [row] = await tx.sql<StaffRow>(`select ${columns} from center.staff where staff_id = $1`, [staffId])
  return row
}

export async function findStaffByLogin(tx: Tx, loginId: string): Promise<StaffRow | undefined> {
  const [row] = await tx.sql<StaffRow>(`select ${columns} from center.staff where login_id = $1`, [loginId])
  return row
}

export async function listStaff(tx: Tx): Promise<StaffRow[]> {
  return await tx.sql<StaffRow>(`select ${columns} from center.staff order by login_id`)
}

/** False when the login ID is taken. */
export async function insertStaff(tx: Tx, staff: StaffRow): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.staff
       (staff_id, login_id, display_name, password_hash, role, must_change_password, created_at, disabled_at, password_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (login_id) do nothing returning staff_id`,
    [
      staff.staffId,
      staff.loginId,
      staff.displayName,
      staff.passwordHash,
      staff.role,
      staff.mustChangePassword,
      staff.createdAt,
      staff.disabledAt,
      staff.passwordBy,
    ],
  )
  return rows.length === 1
}

export async function disableStaff(tx: Tx, staffId: string, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    'update center.staff set disabled_at = $2 where staff_id = $1 and disabled_at is null returning staff_id',
    [staffId, at],
  )
  await endSessions(tx, staffId, at)
  return rows.length === 1
}

export async function enableStaff(tx: Tx, staffId: string): Promise<boolean> {
  const rows = await tx.sql(
    'update center.staff set disabled_at = null where staff_id = $1 and disabled_at is not null returning staff_id',
    [staffId],
  )
  return rows.length === 1
}

/** A password somebody else has made: its owner must change it. */
export async function resetPassword(
  tx: Tx,
  staffId: string,
  passwordHash: string,
  by: string,
): Promise<void> {
  await tx.sql(
    'update center.staff set password_hash = $2, must_change_password = true, password_by = $3 where staff_id = $1',
    [staffId, passwordHash, by],
  )
}

export async function endSessions(tx: Tx, staffId: string, at: Date): Promise<void> {
  await tx.sql('update center.staff_session set ended_at = $2 where staff_id = $1 and ended_at is null', [
    staffId,
    at,
  ])
}

/** Wrong passwords tried so far count no more. */
export async function unlock(tx: Tx, login: Buffer): Promise<void> {
  await tx.sql('update center.sign_in set attempts = 0, locked_until = null where login_hash = $1', [login])
}

/** More rows than this the centre's operators do not need: further IDs are counted together. */
export const MOST_LOGINS = 20_000

/**
 * Whether an ID may be counted by itself: it has a row, there is room for one, or one that nobody has touched since
 * `staleBefore` is taken over for it.
 */
export async function hasRoomFor(tx: Tx, login: Buffer, staleBefore: Date): Promise<boolean> {
  const [row] = await tx.sql<{ room: boolean }>(
    `select exists (select 1 from center.sign_in where login_hash = $1)
         or (select count(*) from (select 1 from center.sign_in limit $2) as counted) < $2 as room`,
    [login, MOST_LOGINS],
  )
  if (row!.room) return true
  const taken = await tx.sql(
    `update center.sign_in set login_hash = $1, attempts = 0, locked_until = null
      where login_hash = (
        select login_hash from center.sign_in
         where last_at < $2 and (locked_until is null or locked_until < $2)
         order by last_at limit 1 for update skip locked)
     returning attempts`,
    [login, staleBefore],
  )
  return taken.length === 1
}

/**
 * Counts a password about to be tried for a login ID, known or not. Answers its number since the last right one, from 1;
 * `null` while the ID is locked. The one with the number `limit` locks until `lockUntil`, unless it proves right.
 */
export async function countAttempt(
  tx: Tx,
  login: Buffer,
  now: Date,
  limit: number,
  lockUntil: Date,
): Promise<number | null> {
  const [row] = await tx.sql<{ attempts: number }>(
    `insert into center.sign_in as a (login_hash, attempts, last_at) values ($1, 1, $2)
     on conflict (login_hash) do update
       set attempts = case when a.locked_until is null then a.attempts + 1 else 1 end,
           locked_until = case when a.locked_until is null and a.attempts + 1 >= $3 then $4::timestamptz end,
           last_at = $2
     where a.locked_until is null or a.locked_until <= $2
     returning attempts`,
    [login, now, limit, lockUntil],
  )
  return row?.attempts ?? null
}

/** Attempt number `attempt` was right: it and those before it count no more, unless later ones have locked the ID. */
export async function forgiveAttempts(tx: Tx, login: Buffer, attempt: number): Promise<void> {
  await tx.sql(
    `update center.sign_in set attempts = greatest(attempts - $2, 0), locked_until = null
      where login_hash = $1 and (locked_until is null or attempts = $2)`,
    [login, attempt],
  )
}

export async function setPassword(tx: Tx, staffId: string, passwordHash: string): Promise<void> {
  await tx.sql(
    'update center.staff set password_hash = $2, must_change_password = false, password_by = null where staff_id = $1',
    [staffId, passwordHash],
  )
}

export type SessionRow = {
  readonly sessionId: string
  readonly csrfToken: string
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly pending: Pending | null
}

/** Whether somebody has signed in at a browser before, wholly. */
export async function isKnownDevice(tx: Tx, staffId: string, deviceHash: Buffer): Promise<boolean> {
  const rows = await tx.sql(
    `select 1 from center.staff_session
      where staff_id = $1 and device_hash = $2 and pending is null limit 1`,
    [staffId, deviceHash],
  )
  return rows.length === 1
}

/** Whether we have given a browser this mark: one that came from elsewhere may be known to whoever put it there. */
export async function isOurDevice(tx: Tx, deviceHash: Buffer): Promise<boolean> {
  const rows = await tx.sql('select 1 from center.staff_session where device_hash = $1 limit 1', [deviceHash])
  return rows.length === 1
}

export async function insertSession(
  tx: Tx,
  session: {
    readonly sessionId: string
    readonly tokenHash: Buffer
    readonly staffId: string
    readonly csrfToken: string
    readonly now: Date
    readonly expiresAt: Date
    readonly pending: Pending | null
    readonly deviceHash: Buffer | null
    readonly device: string
  },
): Promise<void> {
  await tx.sql(
    `insert into center.staff_session
       (session_id, token_hash, staff_id, csrf_token, created_at, last_seen_at, expires_at, pending, device_hash, device)
     values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)`,
    [
      session.sessionId,
      session.tokenHash,
      session.staffId,
      session.csrfToken,
      session.now,
      session.expiresAt,
      session.pending,
      session.deviceHash,
      session.device,
    ],
  )
}

/** The open session of a token whose person may still sign in. */
export async function findSession(
  tx: Tx,
  tokenHash: Buffer,
): Promise<
  (SessionRow & Pick<StaffRow, 'staffId' | 'displayName' | 'role' | 'mustChangePassword'>) | undefined
> {
  const [row] = await tx.sql<
    SessionRow & Pick<StaffRow, 'staffId' | 'displayName' | 'role' | 'mustChangePassword'>
  >(
    `select s.session_id as "sessionId", s.csrf_token as "csrfToken", s.last_seen_at as "lastSeenAt",
            s.expires_at as "expiresAt", s.pending, p.staff_id as "staffId", p.display_name as "displayName", p.role,
            p.must_change_password as "mustChangePassword"
       from center.staff_session s join center.staff p using (staff_id)
      where s.token_hash = $1 and s.ended_at is null and p.disabled_at is null`,
    [tokenHash],
  )
  return row
}

export async function touchSession(tx: Tx, sessionId: string, at: Date): Promise<void> {
  await tx.sql('update center.staff_session set last_seen_at = $2 where session_id = $1', [sessionId, at])
}

/** False when it has ended before, or is nobody's or somebody else's. */
export async function endSession(tx: Tx, staffId: string, sessionId: string, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update center.staff_session set ended_at = $3
      where staff_id = $1 and session_id = $2 and ended_at is null returning session_id`,
    [staffId, sessionId, at],
  )
  return rows.length === 1
}

export async function endOtherSessions(
  tx: Tx,
  staffId: string,
  sessionId: string,
  at: Date,
): Promise<number> {
  const rows = await tx.sql(
    `update center.staff_session set ended_at = $3
      where staff_id = $1 and session_id <> $2 and ended_at is null returning session_id`,
    [staffId, sessionId, at],
  )
  return rows.length
}

export type OwnSession = {
  readonly sessionId: string
  readonly device: string
  readonly pending: Pending | null
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly endedAt: Date | null
}

/** The newest of a person, ended ones of the last days too. */
export async function listSessions(tx: Tx, staffId: string, since: Date): Promise<OwnSession[]> {
  return await tx.sql<OwnSession>(
    `select session_id as "sessionId", device, pending, created_at as "createdAt", last_seen_at as "lastSeenAt",
            expires_at as "expiresAt", ended_at as "endedAt"
       from center.staff_session where staff_id = $1 and created_at > $2
      order by created_at desc, session_id limit 50`,
    [staffId, since],
  )
}

export async function displayNames(
  tx: Tx,
  staffIds: readonly string[],
): Promise<{ staffId: string; displayName: string }[]> {
  return await tx.sql(
    `select staff_id as "staffId", display_name as "displayName" from center.staff where staff_id = any($1::uuid[])`,
    [[...staffIds]],
  )
}
