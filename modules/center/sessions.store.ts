import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { SessionEnd } from './center.ts'

export type Session = {
  readonly sessionId: string
  readonly kioskId: string
  readonly startedAt: Date
  readonly lastSeenAt: Date
  /** `null` = no challenge was asked for yet. */
  readonly nonce: string | null
  readonly challengeIssuedAt: Date | null
  readonly proofDigest: Buffer | null
  readonly municipalityCode: MunicipalityCode | null
  readonly authenticatedAt: Date | null
  readonly endedAt: Date | null
}

const columns = `session_id as "sessionId", kiosk_id as "kioskId", started_at as "startedAt", last_seen_at as "lastSeenAt", nonce,
  challenge_issued_at as "challengeIssuedAt", proof_digest as "proofDigest",
  municipality_code as "municipalityCode", authenticated_at as "authenticatedAt", ended_at as "endedAt"`

export async function insertSession(tx: Tx, sessionId: string, kioskId: string, at: Date): Promise<void> {
  await tx.sql(
    'insert into center.session (session_id, kiosk_id, started_at, last_seen_at) values ($1, $2, $3, $3)',
    [sessionId, kioskId, at],
  )
}

/** The session, its row locked until the transaction ends: whoever changes it or its transactions comes through here. */
export async function lockSession(tx: Tx, sessionId: string): Promise<Session | undefined> {
  const [row] = await tx.sql<Session>(
    `select ${columns} from center.session where session_id = $1 for update`,
    [sessionId],
  )
  return row
}

/**
 * The session as it stands, not locked: for looking. Writes down that it was touched, if it is this machine's and open and
 * was not touched since `touchedBefore`.
 */
export async function seeSession(
  tx: Tx,
  sessionId: string,
  touch: { readonly kioskId: string; readonly now: Date; readonly alive: Date; readonly touchedBefore: Date },
): Promise<Session | undefined> {
  const [row] = await tx.sql<Session>(
    `with touched as (
       update center.session set last_seen_at = $3
        where session_id = $1 and kiosk_id = $2 and ended_at is null
          and last_seen_at >= $4 and (last_seen_at <= $5 or last_seen_at > $3))
     select ${columns} from center.session where session_id = $1`,
    [sessionId, touch.kioskId, touch.now, touch.alive, touch.touchedBefore],
  )
  return row
}

export async function touchSession(tx: Tx, sessionId: string, at: Date): Promise<void> {
  await tx.sql('update center.session set last_seen_at = $2 where session_id = $1', [sessionId, at])
}

export async function listOpenSessions(tx: Tx, kioskId: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    'select session_id as id from center.session where kiosk_id = $1 and ended_at is null',
    [kioskId],
  )
  return rows.map((row) => row.id)
}

/** Sessions nobody has touched since then. */
export async function listAbandoned(tx: Tx, before: Date): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    'select session_id as id from center.session where ended_at is null and last_seen_at < $1 limit 200',
    [before],
  )
  return rows.map((row) => row.id)
}

/**
 * A new challenge for a session that is this machine's, open and without its card yet, and touches it; false for any other,
 * which stays as it is.
 */
export async function setChallenge(
  tx: Tx,
  sessionId: string,
  nonce: string,
  of: { readonly kioskId: string; readonly now: Date; readonly alive: Date },
): Promise<boolean> {
  const rows = await tx.sql(
    `update center.session
        set nonce = $2, challenge_issued_at = $4, challenge_used_at = null, last_seen_at = $4
      where session_id = $1 and kiosk_id = $3 and ended_at is null and authenticated_at is null and last_seen_at >= $5
     returning session_id`,
    [sessionId, nonce, of.kioskId, of.now, of.alive],
  )
  return rows.length === 1
}

/** Marks the challenge used; false when it was used before or replaced. */
export async function useChallenge(tx: Tx, sessionId: string, nonce: string, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update center.session set challenge_used_at = $3
      where session_id = $1 and nonce = $2 and challenge_used_at is null and ended_at is null returning session_id`,
    [sessionId, nonce, at],
  )
  return rows.length === 1
}

export async function setAuthenticated(
  tx: Tx,
  sessionId: string,
  proof: { readonly municipalityCode: MunicipalityCode; readonly digest: Buffer; readonly at: Date },
): Promise<void> {
  await tx.sql(
    `update center.session set municipality_code = $2, proof_digest = $3, authenticated_at = $4 where session_id = $1`,
    [sessionId, proof.municipalityCode, proof.digest, proof.at],
  )
}

export type SessionIssuer = { readonly endpoint: string; readonly exchangeSession: string }

export async function insertIssuer(tx: Tx, sessionId: string, issuer: SessionIssuer): Promise<void> {
  await tx.sql(
    'insert into center.session_issuer (session_id, endpoint, exchange_session) values ($1, $2, $3)',
    [sessionId, issuer.endpoint, issuer.exchangeSession],
  )
}

export async function listIssuers(tx: Tx, sessionId: string): Promise<SessionIssuer[]> {
  return await tx.sql<SessionIssuer>(
    `select endpoint, exchange_session as "exchangeSession" from center.session_issuer
      where session_id = $1 and exchange_session is not null order by endpoint`,
    [sessionId],
  )
}

export async function endSession(tx: Tx, sessionId: string, why: SessionEnd, at: Date): Promise<void> {
  await tx.sql(
    `with forgotten as (
       update center.session_issuer set exchange_session = null where session_id = $1)
     update center.session set ended_at = $2, ended_why = $3, nonce = null where session_id = $1`,
    [sessionId, at, why],
  )
}
