import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type ExchangeSession = {
  readonly residentNo: ResidentNo
  readonly cardHmac: Buffer
  readonly expiresAt: Date
}

/** The first one stays: false when there was one. */
export async function openSession(
  tx: Tx,
  sessionHash: Buffer,
  session: ExchangeSession & { readonly startedAt: Date },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into certificates.exchange_session
       (municipality_code, session_hash, card_hmac, resident_no, started_at, expires_at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning session_hash`,
    [
      tx.municipality,
      sessionHash,
      session.cardHmac,
      session.residentNo,
      session.startedAt,
      session.expiresAt,
    ],
  )
  return rows.length === 1
}

export async function findSession(tx: Tx, sessionHash: Buffer): Promise<ExchangeSession | undefined> {
  const [row] = await tx.sql<ExchangeSession>(
    `select resident_no as "residentNo", card_hmac as "cardHmac", expires_at as "expiresAt"
       from certificates.exchange_session where municipality_code = $1 and session_hash = $2`,
    [tx.municipality, sessionHash],
  )
  return row
}
