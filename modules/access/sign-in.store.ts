import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Pending } from '@open-bcl/platform/ctx.ts'

/** More rows than this a town's people do not need: further IDs are counted together. */
export const MOST_ROWS = 20_000

/** Whether somebody has signed in at a browser before, wholly. */
export async function isKnownDevice(tx: Tx, staffId: string, deviceHash: Buffer): Promise<boolean> {
  const rows = await tx.sql(
    `select 1 from access.session
      where municipality_code = $1 and staff_id = $2 and device_hash = $3 and pending is null limit 1`,
    [tx.municipality, staffId, deviceHash],
  )
  return rows.length === 1
}

/** Whether the town has given a browser this mark: one that came from elsewhere may be known to whoever put it there. */
export async function isOurDevice(tx: Tx, deviceHash: Buffer): Promise<boolean> {
  const rows = await tx.sql(
    'select 1 from access.session where municipality_code = $1 and device_hash = $2 limit 1',
    [tx.municipality, deviceHash],
  )
  return rows.length === 1
}

/**
 * Whether an ID may be counted by itself: it has a row, there is room for one, or one that nobody has touched since
 * `staleBefore` is taken over for it.
 */
export async function hasRoomFor(tx: Tx, loginHmac: Buffer, staleBefore: Date): Promise<boolean> {
  const [row] = await tx.sql<{ room: boolean }>(
    `select exists (select 1 from access.sign_in where municipality_code = $1 and login_hmac = $2)
         or (select count(*) from (select 1 from access.sign_in where municipality_code = $1 limit $3) as counted) < $3
       as room`,
    [tx.municipality, loginHmac, MOST_ROWS],
  )
  if (row!.room) return true
  const taken = await tx.sql(
    `update access.sign_in set login_hmac = $2, attempts = 0, locked_until = null
      where municipality_code = $1 and login_hmac = (
        select login_hmac from access.sign_in
         where municipality_code = $1 and last_at < $3 and (locked_until is null or locked_until < $3)
         order by last_at limit 1 for update skip locked)
     returning attempts`,
    [tx.municipality, loginHmac, staleBefore],
  )
  return taken.length === 1
}

/**
 * Counts a secret about to be tried for a login ID, known or not. Answers its number since the last right one, from 1;
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
    `insert into access.sign_in as a (municipality_code, login_hmac, attempts, last_at) values ($1, $2, 1, $3)
     on conflict (municipality_code, login_hmac) do update
       set attempts = case when a.locked_until is null then a.attempts + 1 else 1 end,
           locked_until = case when a.locked_until is null and a.attempts + 1 >= $4 then $5::timestamptz end,
           last_at = $3
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

export async function setPassword(tx: Tx, staffId: string, passwordHash: string, now: Date): Promise<void> {
  await tx.sql(
    `update access.staff set password_hash = $3, must_change_password = false, password_set_at = $4
      where municipality_code = $1 and staff_id = $2`,
    [tx.municipality, staffId, passwordHash, now],
  )
}

/** A password that is older than the town allows is changed before anything else. */
export async function demandNewPassword(tx: Tx, staffId: string, setBefore: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update access.staff set must_change_password = true
      where municipality_code = $1 and staff_id = $2 and coalesce(password_set_at, created_at) < $3
     returning staff_id`,
    [tx.municipality, staffId, setBefore],
  )
  return rows.length === 1
}

export type NewSession = {
  readonly sessionId: string
  readonly tokenHash: Buffer
  readonly staffId: string
  readonly csrfToken: string
  readonly now: Date
  readonly expiresAt: Date
  readonly pending: Pending | null
  readonly deviceHash: Buffer | null
  readonly device: string
  readonly terminalId: string | null
}

export async function insertSession(tx: Tx, session: NewSession): Promise<void> {
  await tx.sql(
    `insert into access.session (municipality_code, session_id, token_hash, staff_id, csrf_token, created_at,
       last_seen_at, expires_at, pending, device_hash, device, terminal_id)
     values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11)`,
    [
      tx.municipality,
      session.sessionId,
      session.tokenHash,
      session.staffId,
      session.csrfToken,
      session.now,
      session.expiresAt,
      session.pending,
      session.deviceHash,
      session.device,
      session.terminalId,
    ],
  )
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

/** False when it has ended before, or is nobody's or somebody else's. */
export async function endSession(tx: Tx, staffId: string, sessionId: string, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update access.session set ended_at = $4
      where municipality_code = $1 and staff_id = $2 and session_id = $3 and ended_at is null returning session_id`,
    [tx.municipality, staffId, sessionId, now],
  )
  return rows.length === 1
}

/** Ends every session of a person but one (`null`: every one). Answers how many. */
export async function endOtherSessions(
  tx: Tx,
  staffId: string,
  keep: string | null,
  now: Date,
): Promise<number> {
  const rows = await tx.sql(
    `update access.session set ended_at = $4
      where municipality_code = $1 and staff_id = $2 and session_id is distinct from $3::uuid and ended_at is null
     returning session_id`,
    [tx.municipality, staffId, keep, now],
  )
  return rows.length
}

/** Of everybody in the town. */
export async function endAllSessions(tx: Tx, now: Date): Promise<void> {
  await tx.sql('update access.session set ended_at = $2 where municipality_code = $1 and ended_at is null', [
    tx.municipality,
    now,
  ])
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
       from access.session
      where municipality_code = $1 and staff_id = $2 and created_at > $3
      order by created_at desc, session_id limit 50`,
    [tx.municipality, staffId, since],
  )
}
