import type { Tx } from '@open-bcl/platform/db/tx.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import { NO_LATEST } from './intake.ts'
import type { BadRow } from '../interfaces/interfaces.intake.ts'

/** Which rows of an applied file were bad, and since when. */
export type BadRowsOf = {
  readonly business: Business
  /** `null` where it came by hand. */
  readonly fileNo: number | null
  readonly seq: bigint
  readonly now: Date
}

export async function insertBadRows(tx: Tx, of: BadRowsOf, rows: readonly BadRow[]): Promise<void> {
  await tx.sql(
    `insert into linkage.bad_row (municipality_code, bad_row_id, business, row_key, resident_no, file_no, line, items,
       from_seq, to_seq, at)
     select $1, id, $2, row_key, resident_no, $3, line, string_to_array(items, '|'), $4, null, $5
       from unnest($6::uuid[], $7::text[], $8::text[], $9::integer[], $10::text[])
         as t (id, row_key, resident_no, line, items)`,
    [
      tx.municipality,
      of.business,
      of.fileNo,
      of.seq,
      of.now,
      rows.map(() => uuidv7(of.now.getTime())),
      rows.map((row) => row.rowKey),
      rows.map((row) => row.residentNo),
      rows.map((row) => row.line),
      rows.map((row) => row.items.join('|')),
    ],
  )
}

/** Keys of bad rows of earlier files that still block, after a key; at most `most`. */
export async function listOpenKeys(
  tx: Tx,
  { business, seq }: BadRowsOf,
  after: string,
  most: number,
): Promise<string[]> {
  const rows = await tx.sql<{ rowKey: string }>(
    `select distinct row_key as "rowKey" from linkage.bad_row
      where municipality_code = $1 and business = $2 and to_seq is null and from_seq < $3 and row_key > $4
      order by row_key limit $5`,
    [tx.municipality, business, seq, after, most],
  )
  return rows.map((row) => row.rowKey)
}

/** These keys have good rows now. */
export async function closeKeys(
  tx: Tx,
  { business, seq }: BadRowsOf,
  keys: readonly string[],
): Promise<void> {
  await tx.sql(
    `update linkage.bad_row set to_seq = $3
      where municipality_code = $1 and business = $2 and to_seq is null and from_seq < $3 and row_key = any($4)`,
    [tx.municipality, business, seq, keys],
  )
}

/** Of a key that is bad again only the newest row blocks. */
export async function closeRepeated(tx: Tx, { business, seq }: BadRowsOf): Promise<void> {
  await tx.sql(
    `update linkage.bad_row old set to_seq = $3
      where old.municipality_code = $1 and old.business = $2 and old.to_seq is null and old.from_seq < $3
        and exists (select 1 from linkage.bad_row again
                     where again.municipality_code = $1 and again.business = $2 and again.from_seq = $3
                       and again.row_key = old.row_key)`,
    [tx.municipality, business, seq],
  )
}

/** Whether a row of this file could not be read so far that it says whose it is. */
export async function hasUnreadable(tx: Tx, { business, seq }: BadRowsOf): Promise<boolean> {
  const [row] = await tx.sql<{ some: boolean }>(
    `select exists (select 1 from linkage.bad_row
       where municipality_code = $1 and business = $2 and from_seq = $3 and row_key is null) as some`,
    [tx.municipality, business, seq],
  )
  return row!.some
}

/** A full file of which every key could be read says all there is: what it does not call bad is good, or gone. */
export async function closeEarlier(tx: Tx, { business, seq }: BadRowsOf): Promise<void> {
  await tx.sql(
    `update linkage.bad_row set to_seq = $3
      where municipality_code = $1 and business = $2 and to_seq is null and from_seq < $3
        and (row_key is null or row_key not like $4)`,
    [tx.municipality, business, seq, `%|${NO_LATEST}`],
  )
}

/** Whoever had rows and no latest one has a latest one now, or no rows any more. */
export async function closeLatest(tx: Tx, { business, seq }: BadRowsOf): Promise<void> {
  await tx.sql(
    `update linkage.bad_row b set to_seq = $3
      where b.municipality_code = $1 and b.business = $2 and b.to_seq is null and b.from_seq < $3 and b.row_key like $4
        and not exists (select 1 from residents.pub_without_latest p
                         where p.municipality_code = $1 and p.resident_no = b.resident_no)`,
    [tx.municipality, business, seq, `%|${NO_LATEST}`],
  )
}

/** How many people a file's bad rows block. */
export async function countBlockedBy(tx: Tx, { business, seq }: BadRowsOf): Promise<number> {
  const [row] = await tx.sql<{ count: bigint }>(
    `select count(distinct resident_no) from linkage.bad_row
      where municipality_code = $1 and business = $2 and from_seq = $3`,
    [tx.municipality, business, seq],
  )
  return Number(row!.count)
}

/** Bad rows that still block, by business; `nameless` = nobody knows whom they are about. */
export async function countOpenBadRows(
  tx: Tx,
): Promise<ReadonlyMap<Business, { readonly rows: number; readonly nameless: number }>> {
  const rows = await tx.sql<{ business: Business; rows: bigint; nameless: bigint }>(
    `select business, count(*) as rows, count(*) filter (where resident_no is null) as nameless
       from linkage.bad_row where municipality_code = $1 and to_seq is null group by business`,
    [tx.municipality],
  )
  return new Map(
    rows.map((one) => [one.business, { rows: Number(one.rows), nameless: Number(one.nameless) }]),
  )
}

/** How many people are blocked, by business. */
export async function countBlocked(tx: Tx): Promise<ReadonlyMap<Business, number>> {
  const rows = await tx.sql<{ business: Business; count: bigint }>(
    `select business, count(distinct resident_no) as count from linkage.bad_row
      where municipality_code = $1 and to_seq is null group by business`,
    [tx.municipality],
  )
  return new Map(rows.map((row) => [row.business, Number(row.count)]))
}

export type OpenBadRow = {
  readonly business: Business
  readonly residentNo: string
  readonly fileNo: number | null
  readonly line: number | null
  readonly items: readonly string[]
  readonly at: Date
}

const badRowColumns = `business, resident_no as "residentNo", file_no as "fileNo", line, items, at`

export async function listOpenBadRows(tx: Tx, most: number): Promise<OpenBadRow[]> {
  return await tx.sql<OpenBadRow>(
    `select ${badRowColumns} from linkage.bad_row
      where municipality_code = $1 and to_seq is null and resident_no is not null
      order by at desc, business, resident_no, line limit $2`,
    [tx.municipality, most],
  )
}

/** Businesses of which one of these people has a bad row. */
export async function businessesBlocking(tx: Tx, residentNos: readonly string[]): Promise<Business[]> {
  const rows = await tx.sql<{ business: Business }>(
    `select distinct business from linkage.bad_row
      where municipality_code = $1 and to_seq is null and resident_no = any($2)`,
    [tx.municipality, residentNos],
  )
  return rows.map((row) => row.business)
}

/** Whether a row that stands now of one of these people came by hand. */
export async function hasHandRows(
  tx: Tx,
  residentNos: readonly string[],
  of: readonly Business[],
): Promise<boolean> {
  const [row] = await tx.sql<{ some: boolean }>(
    `select exists (select 1 from residents.pub_person
       where municipality_code = $1 and resident_no = any($2) and origin = 'hand')
     or exists (select 1 from registers.pub_entry
       where municipality_code = $1 and resident_no = any($2) and business = any($3) and origin = 'hand') as some`,
    [tx.municipality, residentNos, of],
  )
  return row!.some
}

/** Whether the register holds anybody, from wherever. */
export async function hasResidents(tx: Tx): Promise<boolean> {
  const [row] = await tx.sql<{ some: boolean }>(
    'select exists (select 1 from residents.pub_person where municipality_code = $1) as some',
    [tx.municipality],
  )
  return row!.some
}

export type Reconciliation = {
  readonly reconciliationId: string
  readonly business: Business
  readonly fileNo: number
  readonly seq: bigint
  readonly townRows: number
  readonly townHashTotal: string
  readonly rows: number
  readonly hashTotal: string
  readonly agrees: boolean
  readonly at: Date
}

export async function insertReconciliation(tx: Tx, one: Reconciliation): Promise<void> {
  await tx.sql(
    `insert into linkage.reconciliation (municipality_code, reconciliation_id, business, file_no, seq, town_rows,
       town_hash_total, rows, hash_total, agrees, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tx.municipality,
      one.reconciliationId,
      one.business,
      one.fileNo,
      one.seq,
      one.townRows,
      one.townHashTotal,
      one.rows,
      one.hashTotal,
      one.agrees,
      one.at,
    ],
  )
}

/** The newest of each business. */
export async function lastReconciliations(tx: Tx): Promise<ReadonlyMap<Business, Reconciliation>> {
  const rows = await tx.sql<Omit<Reconciliation, 'townRows' | 'rows'> & { townRows: bigint; rows: bigint }>(
    `select distinct on (business) reconciliation_id as "reconciliationId", business, file_no as "fileNo", seq,
            town_rows as "townRows", town_hash_total as "townHashTotal", rows, hash_total as "hashTotal", agrees, at
       from linkage.reconciliation where municipality_code = $1
      order by business, at desc, reconciliation_id desc`,
    [tx.municipality],
  )
  return new Map(
    rows.map((row) => [row.business, { ...row, townRows: Number(row.townRows), rows: Number(row.rows) }]),
  )
}

export type Override = {
  readonly overrideId: string
  readonly kind: CertificateKindCode
  readonly until: Date
  readonly reason: string
  readonly givenBy: string
  readonly at: Date
}

/** Lets those that are over make room, then puts these in; answers how many there was room for. Two at once: one finds none. */
export async function insertOverrides(tx: Tx, all: readonly Override[], now: Date): Promise<number> {
  const kinds = all.map(({ kind }) => kind)
  await tx.sql(
    `update linkage.override set ended_at = until
      where municipality_code = $1 and kind = any($2) and ended_at is null and until <= $3`,
    [tx.municipality, kinds, now],
  )
  const rows = await tx.sql(
    `insert into linkage.override (municipality_code, override_id, kind, until, reason, given_by, at)
     select $1, id, kind, until, reason, given_by, at
       from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::timestamptz[])
         as t (id, kind, until, reason, given_by, at)
      -- In one order, whoever asks: so that of two at once none waits for the other for ever.
      order by kind
     on conflict (municipality_code, kind) where ended_at is null do nothing
     returning override_id`,
    [
      tx.municipality,
      all.map((one) => one.overrideId),
      kinds,
      all.map((one) => one.until),
      all.map((one) => one.reason),
      all.map((one) => one.givenBy),
      all.map((one) => one.at),
    ],
  )
  return rows.length
}

/** The overrides that hold at an instant, at most one of each kind. */
export async function standingOverrides(
  tx: Tx,
  now: Date,
): Promise<ReadonlyMap<CertificateKindCode, Override>> {
  const rows = await tx.sql<Override>(
    `select override_id as "overrideId", kind, until, reason, given_by as "givenBy", at from linkage.override
      where municipality_code = $1 and kind is not null and ended_at is null and until > $2`,
    [tx.municipality, now],
  )
  return new Map(rows.map((row) => [row.kind, row]))
}

/** The kind that was overridden; `undefined` = there is no such override, or no more. */
export async function endOverride(
  tx: Tx,
  overrideId: string,
  { by, now }: { by: string; now: Date },
): Promise<CertificateKindCode | undefined> {
  const [row] = await tx.sql<{ kind: CertificateKindCode }>(
    `update linkage.override set ended_at = $3, ended_by = $4
      where municipality_code = $1 and override_id = $2 and kind is not null and ended_at is null and until > $3
      returning kind`,
    [tx.municipality, overrideId, now, by],
  )
  return row?.kind
}
