import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Passkey } from '@open-bcl/platform/second-factor.ts'
import type { TotpRow } from '@open-bcl/platform/second-factor-rows.ts'

export async function listTotps(tx: Tx, staffId: string): Promise<TotpRow[]> {
  return await tx.sql<TotpRow>(
    `select totp_id as "totpId", sealed, confirmed_at as "confirmedAt", last_step::float8 as "lastStep"
       from access.totp where municipality_code = $1 and staff_id = $2 and ended_at is null`,
    [tx.municipality, staffId],
  )
}

/** Ends those that are confirmed, or those that are not. False when there was none. */
export async function endTotps(tx: Tx, staffId: string, confirmed: boolean, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update access.totp set ended_at = $4
      where municipality_code = $1 and staff_id = $2 and ended_at is null and (confirmed_at is not null) = $3
     returning totp_id`,
    [tx.municipality, staffId, confirmed, now],
  )
  return rows.length > 0
}

export async function insertTotp(
  tx: Tx,
  staffId: string,
  totp: { readonly totpId: string; readonly sealed: Buffer; readonly now: Date },
): Promise<void> {
  await tx.sql(
    `insert into access.totp (municipality_code, staff_id, totp_id, sealed, made_at) values ($1, $2, $3, $4, $5)`,
    [tx.municipality, staffId, totp.totpId, totp.sealed, totp.now],
  )
}

export async function confirmTotp(
  tx: Tx,
  staffId: string,
  totpId: string,
  step: number,
  now: Date,
): Promise<void> {
  await tx.sql(
    `update access.totp set confirmed_at = $5, last_step = $4
      where municipality_code = $1 and staff_id = $2 and totp_id = $3`,
    [tx.municipality, staffId, totpId, step, now],
  )
}

export async function takeStep(tx: Tx, staffId: string, totpId: string, step: number): Promise<boolean> {
  const rows = await tx.sql(
    `update access.totp set last_step = $4
      where municipality_code = $1 and staff_id = $2 and totp_id = $3 and last_step < $4 and ended_at is null
     returning totp_id`,
    [tx.municipality, staffId, totpId, step],
  )
  return rows.length === 1
}

export async function listPasskeys(tx: Tx, staffId: string): Promise<Passkey[]> {
  const rows = await tx.sql<Omit<Passkey, 'transports'> & { transports: string }>(
    `select passkey_id as "passkeyId", credential_id as "credentialId", public_key as "publicKey",
            counter::float8 as counter, transports, name, made_at as "madeAt", used_at as "usedAt"
       from access.passkey where municipality_code = $1 and staff_id = $2 and ended_at is null
      order by made_at, passkey_id`,
    [tx.municipality, staffId],
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
    `insert into access.passkey (municipality_code, staff_id, passkey_id, credential_id, public_key, counter,
       transports, name, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict do nothing returning passkey_id`,
    [
      tx.municipality,
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
    `update access.passkey set counter = $5, used_at = $6
      where municipality_code = $1 and staff_id = $2 and passkey_id = $3 and counter = $4 and ended_at is null
     returning passkey_id`,
    [tx.municipality, staffId, passkeyId, seen, counter, now],
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
    `update access.passkey set ended_at = $4
      where municipality_code = $1 and staff_id = $2 and ($3::uuid is null or passkey_id = $3) and ended_at is null
     returning passkey_id`,
    [tx.municipality, staffId, passkeyId, now],
  )
  return rows.length > 0
}

export async function endRecoveryCodes(tx: Tx, staffId: string, now: Date): Promise<void> {
  await tx.sql(
    `update access.recovery_code set ended_at = $3
      where municipality_code = $1 and staff_id = $2 and ended_at is null and used_at is null`,
    [tx.municipality, staffId, now],
  )
}

export async function insertRecoveryCodes(
  tx: Tx,
  staffId: string,
  hashes: readonly Buffer[],
  now: Date,
): Promise<void> {
  await tx.sql(
    `insert into access.recovery_code (municipality_code, staff_id, code_hash, made_at)
     select $1, $2, hash, $4 from unnest($3::bytea[]) as t (hash)`,
    [tx.municipality, staffId, [...hashes], now],
  )
}

export async function countRecoveryCodes(tx: Tx, staffId: string): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(
    `select count(*)::integer as count from access.recovery_code
      where municipality_code = $1 and staff_id = $2 and used_at is null and ended_at is null`,
    [tx.municipality, staffId],
  )
  return row!.count
}

export async function takeRecoveryCode(tx: Tx, staffId: string, hash: Buffer, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update access.recovery_code set used_at = $4
      where municipality_code = $1 and staff_id = $2 and code_hash = $3 and used_at is null and ended_at is null
     returning code_hash`,
    [tx.municipality, staffId, hash, now],
  )
  return rows.length === 1
}

export async function putChallenge(tx: Tx, sessionId: string, challenge: string, until: Date): Promise<void> {
  await tx.sql(
    `update access.session set challenge = $3, challenge_until = $4
      where municipality_code = $1 and session_id = $2`,
    [tx.municipality, sessionId, challenge, until],
  )
}

export async function takeChallenge(tx: Tx, sessionId: string, now: Date): Promise<string | null> {
  const [row] = await tx.sql<{ challenge: string | null; fresh: boolean }>(
    `update access.session s set challenge = null
       from (select session_id, challenge, challenge_until > $3 as fresh from access.session
              where municipality_code = $1 and session_id = $2 for update) old
      where s.municipality_code = $1 and s.session_id = old.session_id
     returning old.challenge, old.fresh`,
    [tx.municipality, sessionId, now],
  )
  return row?.fresh ? row.challenge : null
}

/** Whether a second factor of the person counts: an app that gave a code, or a passkey. */
export async function hasFactor(tx: Tx, staffId: string): Promise<boolean> {
  const [row] = await tx.sql<{ enrolled: boolean }>(
    `select exists (select 1 from access.totp where municipality_code = $1 and staff_id = $2
                      and confirmed_at is not null and ended_at is null)
         or exists (select 1 from access.passkey where municipality_code = $1 and staff_id = $2
                      and ended_at is null) as enrolled`,
    [tx.municipality, staffId],
  )
  return row!.enrolled
}
