import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'

/** Issuing servers that some route leads to today. */
export async function listIssuers(tx: Tx, today: PlainDate): Promise<string[]> {
  const rows = await tx.sql<{ endpoint: string }>(
    `select distinct endpoint from center.route
      where from_on <= $1 and (until_on is null or until_on >= $1) and withdrawn_at is null order by endpoint`,
    [today],
  )
  return rows.map((row) => row.endpoint)
}

export type Heartbeat = {
  readonly endpoint: string
  readonly askedAt: Date
  /** `null` = no answer. */
  readonly answer: { readonly clockAheadMs: number; readonly build: string } | null
}

/** Keeps what a server answered; since when it has not, where it did not. */
export async function saveHeartbeat(tx: Tx, { endpoint, askedAt, answer }: Heartbeat): Promise<Date | null> {
  const [row] = await tx.sql<{ failingSince: Date | null }>(
    `insert into center.issuer_health as h (endpoint, asked_at, answered_at, clock_ahead_ms, build, failing_since)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (endpoint) do update set asked_at = excluded.asked_at,
       answered_at = coalesce(excluded.answered_at, h.answered_at),
       clock_ahead_ms = coalesce(excluded.clock_ahead_ms, h.clock_ahead_ms),
       build = coalesce(excluded.build, h.build),
       failing_since = case when excluded.failing_since is null then null else coalesce(h.failing_since, excluded.failing_since) end
     returning failing_since as "failingSince"`,
    [
      endpoint,
      askedAt,
      answer === null ? null : askedAt,
      answer?.clockAheadMs ?? null,
      answer?.build ?? null,
      answer === null ? askedAt : null,
    ],
  )
  return row?.failingSince ?? null
}

export type Overdue = { readonly of: string; readonly transactionId: string; readonly since: Date }

/** Issuing servers that have not acknowledged something since before then, with the oldest. */
export async function listOverdueTold(tx: Tx, before: Date): Promise<Overdue[]> {
  return await tx.sql<Overdue>(
    `select distinct on (t.endpoint) t.endpoint as of, s.transaction_id as "transactionId", s.at as since
       from center.transaction_state s join center.transaction t using (transaction_id)
      where s.told_at is null and s.at < $1 order by t.endpoint, s.at`,
    [before],
  )
}

/** Machines that owe money since before then, with the oldest. */
export async function listOverduePayouts(tx: Tx, before: Date): Promise<Overdue[]> {
  return await tx.sql<Overdue>(
    `select distinct on (t.kiosk_id) t.kiosk_id as of, p.transaction_id as "transactionId", p.decided_at as since
       from center.payout p join center.transaction t using (transaction_id)
      where p.handed_at is null and p.decided_at < $1 order by t.kiosk_id, p.decided_at`,
    [before],
  )
}
