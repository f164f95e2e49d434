import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { MY_NUMBER_PLACE, type MyNumberTouch } from './my-numbers.ts'

/** The numbers that hold now, of these people. */
export async function findMyNumbers(
  tx: Tx,
  keys: Keys,
  residentNos: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.sql<{ residentNo: string; sealed: Buffer }>(
    `select resident_no as "residentNo", sealed from residents.my_number
      where municipality_code = $1 and to_seq is null and resident_no = any($2)`,
    [tx.municipality, residentNos],
  )
  return new Map(
    rows.map(({ residentNo, sealed }) => [residentNo, keys.open(MY_NUMBER_PLACE, residentNo, sealed)]),
  )
}

/** What held ends, and is erased with it. */
export async function eraseMyNumbers(tx: Tx, residentNos: readonly string[], seq: bigint): Promise<void> {
  await tx.sql(
    `update residents.my_number set to_seq = $3, sealed = null
      where municipality_code = $1 and to_seq is null and resident_no = any($2)`,
    [tx.municipality, residentNos, seq],
  )
}

/** A person who had a number at this `seq` already gets none: a file that says two numbers of one person says none. */
export async function insertMyNumbers(
  tx: Tx,
  keys: Keys,
  numbers: ReadonlyMap<string, string>,
  seq: bigint,
): Promise<void> {
  const people = [...numbers.keys()]
  await tx.sql(
    `insert into residents.my_number (municipality_code, resident_no, from_seq, sealed)
     select $1, resident_no, $2, sealed from unnest($3::text[], $4::bytea[]) as t (resident_no, sealed)
     on conflict do nothing`,
    [
      tx.municipality,
      seq,
      people,
      people.map((residentNo) => keys.seal(MY_NUMBER_PLACE, residentNo, numbers.get(residentNo)!)),
    ],
  )
}

/** Numbers of people whom the register does not hold any more. */
export async function eraseOfGone(tx: Tx, seq: bigint): Promise<void> {
  await tx.sql(
    `update residents.my_number n set to_seq = $2, sealed = null
      where n.municipality_code = $1 and n.to_seq is null
        and not exists (select 1 from residents.pub_person p
                         where p.municipality_code = $1 and p.resident_no = n.resident_no)`,
    [tx.municipality, seq],
  )
}

/** Every number of the town, where it keeps them no more. */
export async function eraseAll(tx: Tx, seq: bigint): Promise<void> {
  await tx.sql(
    `update residents.my_number set to_seq = $2, sealed = null where municipality_code = $1 and to_seq is null`,
    [tx.municipality, seq],
  )
}

/** What a file did: numbers that hold since it, and numbers that it erased. */
export async function countOf(tx: Tx, seq: bigint): Promise<{ written: number; erased: number }> {
  const [row] = await tx.sql<{ written: bigint; erased: bigint }>(
    `select count(*) filter (where from_seq = $2 and to_seq is null) as written,
            count(*) filter (where to_seq = $2 and from_seq < $2) as erased
       from residents.my_number where municipality_code = $1`,
    [tx.municipality, seq],
  )
  return { written: Number(row!.written), erased: Number(row!.erased) }
}

export async function insertTouch(
  tx: Tx,
  touch: MyNumberTouch,
  by: { readonly at: Date; readonly actor: string; readonly traceId: string },
): Promise<void> {
  const { act } = touch
  await tx.sql(
    `insert into residents.my_number_log (municipality_code, at, log_id, act, actor, resident_no, terminal_id, purpose,
       reason, numbers, seq, trace_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      tx.municipality,
      by.at,
      uuidv7(by.at.getTime()),
      act,
      by.actor,
      act === 'read' || act === 'refused' ? touch.residentNo : null,
      act === 'read' || act === 'refused' ? touch.terminalId : null,
      act === 'read' || act === 'refused' ? touch.purpose : null,
      act === 'refused' ? touch.reason : null,
      act === 'write' || act === 'erase' ? touch.numbers : null,
      act === 'write' || act === 'erase' ? touch.seq : null,
      by.traceId,
    ],
  )
}

export type TouchRow = {
  readonly logId: string
  readonly at: Date
  readonly act: MyNumberTouch['act']
  readonly actor: string
  readonly residentNo: string | null
  readonly terminalId: string | null
  readonly purpose: string | null
  readonly reason: string | null
  readonly numbers: number | null
  readonly seq: bigint | null
}

/** The newest touches of a span of time that are older than a certain one, newest first. */
export async function listTouches(
  tx: Tx,
  options: {
    readonly from: Date | null
    readonly to: Date | null
    readonly residentNo: string | null
    readonly olderThan: { readonly at: Date; readonly logId: string } | null
    readonly most: number
  },
): Promise<TouchRow[]> {
  return await tx.sql<TouchRow>(
    `select log_id as "logId", at, act, actor, resident_no as "residentNo", terminal_id as "terminalId", purpose, reason,
            numbers, seq
       from residents.my_number_log
      where municipality_code = $1 and ($2::timestamptz is null or at >= $2)
        and ($3::timestamptz is null or at < $3) and ($4::text is null or resident_no = $4)
        and ($5::timestamptz is null or (at, log_id) < ($5, $6::uuid))
      order by at desc, log_id desc limit $7`,
    [
      tx.municipality,
      options.from,
      options.to,
      options.residentNo,
      options.olderThan?.at ?? null,
      options.olderThan?.logId ?? null,
      options.most,
    ],
  )
}
