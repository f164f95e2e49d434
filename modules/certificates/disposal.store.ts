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

type Emptying = { readonly today: PlainDate; readonly most: number }

/** Empties what was certified before a day, where no paper of it is kept any more; answers of how many issues. */
export async function emptyWords(tx: Tx, before: PlainDate, { today, most }: Emptying): Promise<number> {
  return await asDisposer(
    tx,
    `with gone as (
       update certificates.issue set frozen = null, frozen_gone_on = $3
        where municipality_code = $1 and frozen_gone_on is null and transaction_id in (
          select i.transaction_id from certificates.issue i
           where i.municipality_code = $1 and i.issued_on < $2 and i.frozen_gone_on is null
             and not exists (select 1 from certificates.archive a
                              where a.municipality_code = $1 and a.transaction_id = i.transaction_id) limit $4)
       returning 1)
     select count(*)::int as count from gone`,
    [tx.municipality, before, today, most],
  )
}

/** Empties the evidence of alarms that were acknowledged before; an open one is evidence still. Answers of how many. */
export async function emptyEvidence(tx: Tx, before: Date, { today, most }: Emptying): Promise<number> {
  return await asDisposer(
    tx,
    `with gone as (
       update certificates.alarm set evidence = null, evidence_gone_on = $3
        where municipality_code = $1 and evidence_gone_on is null and alarm_id in (
          select k.alarm_id from certificates.alarm_acknowledgement k
            join certificates.alarm a on a.municipality_code = $1 and a.alarm_id = k.alarm_id
           where k.municipality_code = $1 and k.at < $2 and a.evidence_gone_on is null limit $4)
       returning 1)
     select count(*)::int as count from gone`,
    [tx.municipality, before, today, most],
  )
}

/** Empties 宛名台紙 of bundles made before: the papers they were made for are no more. Answers of how many bundles. */
export async function emptySheets(tx: Tx, before: Date, { today, most }: Emptying): Promise<number> {
  return await asDisposer(
    tx,
    `with gone as (
       update certificates.batch_bundle b set sheets = null, sheets_gone_on = $3
        where b.municipality_code = $1 and b.sheets_gone_on is null and (b.batch_id, b.bundle_no) in (
          select o.batch_id, o.bundle_no from certificates.batch_bundle o
           where o.municipality_code = $1 and o.made_at < $2 and o.sheets_gone_on is null limit $4)
       returning 1)
     select count(*)::int as count from gone`,
    [tx.municipality, before, today, most],
  )
}

/** Nobody who signs in may delete: it is done as a role that may do nothing else. A failure ends it with the transaction. */
async function asDisposer(tx: Tx, sql: string, values: readonly unknown[]): Promise<number> {
  await tx.client.query('set local role disposer')
  const [row] = await tx.sql<{ count: number }>(sql, values)
  await tx.client.query('set local role none')
  return row!.count
}
