import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'

/** Deletes archived bytes whose last day was before this one; answers of how many papers, at most `most`. */
export async function deleteArchived(tx: Tx, day: PlainDate, most: number): Promise<number> {
  return await asDisposer(
    tx,
    `with gone as (
       delete from certificates.archive where municipality_code = $1 and transaction_id in (
         select transaction_id from certificates.archive where municipality_code = $1 and keep_until < $2 limit $3)
       returning 1)
     select count(*)::int as count from gone`,
    [tx.municipality, day, most],
  )
}

/** Deletes who was at a kiosk when, of sessions that were over before; answers how many, at most `most`. */
export async function deleteSessions(tx: Tx, before: Date, most: number): Promise<number> {
  return await asDisposer(
    tx,
    `with gone as (
       delete from certificates.exchange_session where municipality_code = $1 and session_hash in (
         select session_hash from certificates.exchange_session where municipality_code = $1 and expires_at < $2 limit $3)
       returning 1)
     select count(*)::int as count from gone`,
    [tx.municipality, before, most],
  )
}

/** Nobody who signs in may delete: it is done as a role that may do nothing else. A failure ends it with the transaction. */
async function asDisposer(tx: Tx, sql: string, values: readonly unknown[]): Promise<number> {
  await tx.client.query('set local role disposer')
  const [row] = await tx.sql<{ count: number }>(sql, values)
  await tx.client.query('set local role none')
  return row!.count
}
