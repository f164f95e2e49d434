import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Passkey } from '@open-bcl/platform/second-factor.ts'
import type { TotpRow } from '@open-bcl/platform/second-factor-rows.ts'

export async function listTotps(tx: Tx, staffId: string): Promise<TotpRow[]> {
  return await tx.sql<TotpRow>(
    `select totp_id as "totpId", sealed, confirmed_at as "confirmedAt", last_step::float8 as "lastStep"
       from center.staff_totp where staff_id = $1 and ended_at is null`,
    [staffId],
  )
}

/** Ends those that are confirmed, or those that are not. False when there was none. */
export async function endTotps(tx: Tx, staffId: string, confirmed: boolean, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update center.staff_totp set ended_at = $3
      where staff_id = $1 and ended_at is null and (confirmed_at is not null) = $2
     returning totp_id`,
    [staffId, confirmed, now],
  )
  return rows.length > 0
}

export async function insertTotp(
  tx: Tx,
  staffId: string,
  totp: { readonly totpId: string; readonly sealed: Buffer; readonly now: Date },
): Promise<void> {
  await tx.sql(`insert into center.staff_totp (staff_id, totp_id, sealed, made_at) values ($1, $2, $3, $4)`, [
    staffId,
    totp.totpId,
    totp.sealed,
    totp.now,
  ])
}

export async function confirmTotp(
  tx: Tx,
  staffId: string,
  totpId: string,
  step: number,
  now: Date,
): Promise<void> {
  await tx.sql(
    `update center.staff_totp set confirmed_at = $4, last_step = $3
      where staff_id = $1 and totp_id = $2`,
    [staffId, totpId, step, now],
  )
}

export async function takeStep(tx: Tx, staffId: string, totpId: string, step: number): Promise<boolean> {
  const rows = await tx.sql(
    `update center.staff_totp set last_step = $3
      where staff_id = $1 and totp_id = $2 and last_step < $3 and ended_at is null
     returning totp_id`,
    [staffId, totpId, step],
  )
  return rows.length === 1
}

export async function listPasskeys(tx: Tx, staffId: string): Promise<Passkey[]> {
  const rows = await tx.sql<Omit<Passkey, 'transports'> & { transports: string }>(
    `select passkey_id as "passkeyId", credential_id as "credentialId", public_key as "publicKey",
            counter::float8 as counter, transports, name, made_at as "madeAt", used_at as "usedAt"
       from center.staff_passkey where staff_id = $1 and ended_at is null
      order by made_at, passkey_id`,
    [staffId],
  )
  return rows.map((row) => ({ ...row, transports: row.transports.split(' ').filter((one) => one !== '') }))
}

/** False when the credential is known already. */
export async function insertPasskey(
  tx: Tx,
  staffId: string,
  passkey: Omit<Passkey, 'madeAt' | 'usedAt'>,
  now: Date,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.staff_passkey (staff_id, passkey_id, credential_id, public_key, counter,
       transports, name, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict do nothing returning passkey_id`,
    [
      staffId,
      passkey.passkeyId,
      passkey.credentialId,
      Buffer.from(passkey.publicKey),
      passkey.counter,
      passkey.transports.join(' '),
      passkey.name,
      now,
    ],
  )
  return rows.length === 1
}

/** False when the same signature, or a later one, was taken meanwhile. Some authenticators never count: 0 stays 0. */
export async function takePasskey(
  tx: Tx,
  staffId: string,
  passkeyId: string,
  seen: number,
  counter: number,
  now: Date,
): Promise<boolean> {
  const rows = await tx.sql(
    `update center.staff_passkey set counter = $4, used_at = $5
      where staff_id = $1 and passkey_id = $2 and counter = $3 and ended_at is null
     returning passkey_id`,
    [staffId, passkeyId, seen, counter, now],
  )
  return rows.length === 1
}

/** One, or all. */
export async function endPasskeys(
  tx: Tx,
  staffId: string,
  passkeyId: string | null,
  now: Date,
): Promise<boolean> {
  const rows = await tx.sql(
    `update center.staff_passkey set ended_at = $3
      where staff_id = $1 and ($2::uuid is null or passkey_id = $2) and ended_at is null
     returning passkey_id`,
    [staffId, passkeyId, now],
  )
  return rows.length > 0
}

export async function endRecoveryCodes(tx: Tx, staffId: string, now: Date): Promise<void> {
  await tx.sql(
    `update center.staff_recovery_code set ended_at = $2
      where staff_id = $1 and ended_at is null and used_at is null`,
    [staffId, now],
  )
}

export async function insertRecoveryCodes(
  tx: Tx,
  staffId: string,
  hashes: readonly Buffer[],
  now: Date,
): Promise<void> {
  await tx.sql(
    `insert into center.staff_recovery_code (staff_id, code_hash, made_at)
     select $1, hash, $3 from unnest($2::bytea[]) as t (hash)`,
    [staffId, [...hashes], now],
  )
}

export async function countRecoveryCodes(tx: Tx, staffId: string): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(
    `select count(*)::integer as count from center.staff_recovery_code
      where staff_id = $1 and used_at is null and ended_at is null`,
    [staffId],
  )
  return row!.count
}

export async function takeRecoveryCode(tx: Tx, staffId: string, hash: Buffer, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update center.staff_recovery_code set used_at = $3
      where staff_id = $1 and code_hash = $2 and used_at is null and ended_at is null
     returning code_hash`,
    [staffId, hash, now],
  )
  return rows.length === 1
}

export async function putChallenge(tx: Tx, sessionId: string, challenge: string, until: Date): Promise<void> {
  await tx.sql(
    `update center.staff_session set challenge = $2, challenge_until = $3
      where session_id = $1`,
    [sessionId, challenge, until],
  )
}

export async function takeChallenge(tx: Tx, sessionId: string, now: Date): Promise<string | null> {
  const [row] = await tx.sql<{ challenge: string | null; fresh: boolean }>(
    `update center.staff_session s set challenge = null
       from (select session_id, challenge, challenge_until > $2 as fresh from center.staff_session
              where session_id = $1 for update) old
      where s.session_id = old.session_id
     returning old.challenge, old.fresh`,
    [sessionId, now],
  )
  return row?.fresh ? row.challenge : null
}

/** Whether a second factor of the person counts: an app that gave a code, or a passkey. */
export async function hasFactor(tx: Tx, staffId: string): Promise<boolean> {
  const [row] = await tx.sql<{ enrolled: boolean }>(
    `select exists (select 1 from center.staff_totp where staff_id = $1
                      and confirmed_at is not null and ended_at is null)
         or exists (select 1 from center.staff_passkey where staff_id = $1
                      and ended_at is null) as enrolled`,
    [staffId],
  )
  return row!.enrolled
}
