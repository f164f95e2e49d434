import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { readInBatches } from '@open-bcl/platform/db/cursor.ts'
import {
  applyVersions,
  copyField,
  copyStaged,
  holdStaged,
  listArrived,
  openStaged,
  setRepeatsAside,
  type VersionCounts,
  type VersionedTable,
} from '@open-bcl/platform/db/staging.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'

/** One row of 支援措置対象者情報, checked. */
export type IncomingSuppression = {
  /** Physical line in the file. */
  readonly line: number
  /** The key of the row as the file has it. */
  readonly rowKey: string
  readonly latest: boolean
  readonly deleted: boolean
  readonly record: {
    readonly residentNo: ResidentNo
    readonly historyNo: number
    readonly startsOn: PlainDate
    /** `null` = open. Its passing lifts nothing (標準 3.4). */
    readonly endsOn: PlainDate | null
    readonly categoryCode: string
    /** 区分「終了」 */
    readonly ended: boolean
  }
  /** Interface version, U+001F and canonical row: sealed, so that the town can have it back as it was. */
  readonly payload: Buffer
}

const table: VersionedTable = {
  table: 'access.suppression',
  staged: 'staged_suppression',
  key: { resident_no: 'text', history_no: 'integer' },
  columns: {
    starts_on: 'date',
    ends_on: 'date',
    category: 'text',
    lifted: 'boolean',
    latest: 'boolean',
    kept: 'boolean',
  },
  carried: { record_hmac: 'bytea', origin: 'text', sealed: 'bytea' },
  digest: 'record_hmac',
  // The link's word of what staff had loaded by hand.
  differs: `c.origin = 'hand' and s.origin = 'link'`,
}
const values = [...Object.keys(table.columns), ...Object.keys(table.carried!)]

/** Where the sealed rows belong: a value moved to another row does not open. */
export const SUPPRESSION_PLACE = 'access.suppression.sealed'

/**
 * What the town had sent as of `seq` and still had then, as it was sent, in batches. Rows of the first release were not kept
 * so: they come with the town's next full file.
 */
export async function* streamSuppressions(
  ctx: Ctx,
  seq: bigint,
): AsyncGenerator<{ readonly payload: string; readonly latest: boolean }[]> {
  const keys = await ctx.keys()
  for await (const rows of readInBatches<{ key: string; latest: boolean; sealed: Buffer }>(
    ctx.tx,
    `select resident_no || '|' || history_no as key, latest, sealed from access.suppression
      where municipality_code = $1 and sealed is not null and not kept
        and from_seq <= $2 and (to_seq is null or to_seq > $2)
      order by municipality_code, resident_no, history_no, from_seq`,
    [ctx.municipality, seq],
  ))
    yield rows.map(({ key, latest, sealed }) => ({
      payload: keys.open(SUPPRESSION_PLACE, key, sealed),
      latest,
    }))
}

/**
 * What protects as of `seq` though the town had it no more then, as it was sent, in batches: for whom gives the town its data
 * back, since a protection that nobody carries over would be lifted by the move.
 */
export async function* streamKeptSuppressions(
  ctx: Ctx,
  seq: bigint,
): AsyncGenerator<{ readonly payload: string; readonly latest: boolean }[]> {
  const keys = await ctx.keys()
  for await (const rows of readInBatches<{ key: string; latest: boolean; sealed: Buffer }>(
    ctx.tx,
    `select resident_no || '|' || history_no as key, latest, sealed from access.suppression
      where municipality_code = $1 and sealed is not null and kept
        and from_seq <= $2 and (to_seq is null or to_seq > $2)
      order by municipality_code, resident_no, history_no, from_seq`,
    [ctx.municipality, seq],
  ))
    yield rows.map(({ key, latest, sealed }) => ({
      payload: keys.open(SUPPRESSION_PLACE, key, sealed),
      latest,
    }))
}

/**
 * People protected as of `seq` of whom no row can be given back: one that could not be read, or of the first release; and
 * those whom a measure entered here protects now.
 */
export async function* streamUnreadProtections(ctx: Ctx, seq: bigint): AsyncGenerator<ResidentNo[]> {
  for await (const rows of readInBatches<{ residentNo: ResidentNo }>(
    ctx.tx,
    `select resident_no as "residentNo" from access.suppression_doubt
      where municipality_code = $1 and from_seq <= $2 and (to_seq is null or to_seq > $2)
     union
     select resident_no from access.suppression
      where municipality_code = $1 and sealed is null and not lifted and from_seq <= $2 and (to_seq is null or to_seq > $2)
     union
     select resident_no from protection.pub_protected where municipality_code = $1
      order by 1`,
    [ctx.municipality, seq],
  ))
    yield rows.map(({ residentNo }) => residentNo)
}

/** `keptPeople`: persons whose record went away without an end, and who stay protected all the same. */
export type SuppressionCounts = VersionCounts & { readonly keptPeople: number }

/**
 * Takes in 支援措置 as the town sends it. Whom it protects is `access.is_suppressed`: nothing but an explicit end (区分 終了)
 * of the newest 履歴番号 lifts a protection. So a record that has not ended stays when the town deletes it or leaves it
 * out of a full file; a deleted end is taken back; an end that a full file leaves out stays an end. What stands here but no
 * more in the town is marked `kept`. A person of whom a wrong row came is protected until a good one comes.
 */
export async function openSuppressionIntake(
  ctx: Ctx,
  mode: 'full' | 'delta',
  origin: 'link' | 'hand',
): Promise<{
  write(rows: readonly IncomingSuppression[]): Promise<void>
  /** What could be read of wrong rows. `anybodys`: nobody can say whose one of them is. */
  spare(
    rows: readonly { readonly rowKey: string | null; readonly residentNo: string | null }[],
    anybodys?: boolean,
  ): Promise<void>
  finish(): ReturnType<typeof setRepeatsAside>
  apply(seq: bigint): Promise<SuppressionCounts>
  arrived(rowKeys: readonly string[]): Promise<ReadonlySet<string>>
}> {
  const { tx } = ctx
  const keys = await ctx.keys()
  await openStaged(tx, table)
  let missing = mode === 'full'
  return {
    write: (rows) =>
      copyStaged(
        tx,
        table,
        rows.map((row) => stagedLine(keys, origin, row)),
      ),
    async spare(rows, anybodys) {
      if (anybodys === true) missing = false
      await holdStaged(tx, table, rows)
    },
    finish: () => setRepeatsAside(tx, table),
    async apply(seq) {
      const keptPeople = await countKept(tx, missing)
      await doubt(tx, seq)
      const keptRows = await keepUnended(tx)
      if (missing) await keepUnnamed(tx)
      await stepBack(tx)
      const counts = await applyVersions(tx, table, 'delta', seq)
      return { ...counts, unchanged: counts.unchanged + keptRows, keptPeople }
    },
    arrived: (rowKeys) => listArrived(tx, table, rowKeys),
  }
}

function stagedLine(
  keys: Keys,
  origin: 'link' | 'hand',
  { line, rowKey, latest, deleted, record, payload }: IncomingSuppression,
): string {
  const [hmac, otherHmac = hmac] = keys.each.map((key) => key.recordHmac(SUPPRESSION_PLACE, payload))
  return `${[
    String(line),
    deleted ? 'f' : 't',
    copyField(rowKey),
    copyField(record.residentNo),
    String(record.historyNo),
    record.startsOn,
    record.endsOn ?? '\\N',
    copyField(record.categoryCode),
    record.ended ? 't' : 'f',
    latest ? 't' : 'f',
    'f',
    `\\\\x${hmac!.toString('hex')}`,
    origin,
    `\\\\x${keys.seal(SUPPRESSION_PLACE, `${record.residentNo}|${record.historyNo}`, payload.toString()).toString('hex')}`,
    `\\\\x${otherHmac!.toString('hex')}`,
  ].join('\t')}\n`
}

/**
 * Persons protected by a record that this file takes away: named as deleted, or (`missing`) not named at all, with nothing
 * of the same person or newer in its place.
 */
async function countKept(tx: Tx, missing: boolean): Promise<number> {
  const [row] = await tx.sql<{ people: bigint }>(
    `select count(distinct c.resident_no) as people
       from access.suppression c
       left join staged_suppression s on (s.resident_no, s.history_no) = (c.resident_no, c.history_no)
      where c.municipality_code = $1 and c.to_seq is null and not c.lifted
        and access.is_suppressed(c.municipality_code, c.resident_no)
        and case when s.line is null then $2 and not ${held('c')} else not s.present end
        and (c.latest or not exists (
          select 1 from access.suppression n
           where n.municipality_code = $1 and n.to_seq is null and n.resident_no = c.resident_no
             and n.history_no > c.history_no))
        and not exists (select 1 from staged_suppression n
                         where n.present and n.resident_no = c.resident_no and n.history_no > c.history_no)`,
    [tx.municipality, missing],
  )
  return Number(row!.people)
}

/** A wrong row of the file was about this person, or about this record. */
function held(alias: string): string {
  return `exists (select 1 from staged_suppression_held h
    where h.resident_no = ${alias}.resident_no or h.row_key = ${alias}.resident_no || '|' || ${alias}.history_no)`
}

/** Whoever a wrong row was about is protected; the first file that has good rows of theirs and no wrong one decides again. */
async function doubt(tx: Tx, seq: bigint): Promise<void> {
  await tx.sql(
    `update access.suppression_doubt d set to_seq = $2
      where d.municipality_code = $1 and d.to_seq is null
        and exists (select 1 from staged_suppression s where s.present and s.resident_no = d.resident_no)
        and not exists (select 1 from staged_suppression_held h where h.resident_no = d.resident_no)`,
    [tx.municipality, seq],
  )
  await tx.sql(
    `insert into access.suppression_doubt (municipality_code, resident_no, from_seq)
     select distinct $1::char(6), h.resident_no, $2::bigint from staged_suppression_held h
      where h.resident_no is not null
        and not exists (select 1 from access.suppression_doubt d
                         where d.municipality_code = $1 and d.to_seq is null and d.resident_no = h.resident_no)`,
    [tx.municipality, seq],
  )
}

/** A deleted record that has not ended is staged as it stands, as one the town has no more. Answers how many. */
async function keepUnended(tx: Tx): Promise<number> {
  const rows = await tx.sql(
    `update staged_suppression s set line = 0, present = true, ${values.map((name) => `${name} = ${ofKept(name)}`).join(', ')}
       from access.suppression c
      where c.municipality_code = $1 and c.to_seq is null and not c.lifted and not s.present
        and (s.resident_no, s.history_no) = (c.resident_no, c.history_no)
     returning s.line`,
    [tx.municipality],
  )
  return rows.length
}

/** So is what a full file leaves out, an end too. */
async function keepUnnamed(tx: Tx): Promise<void> {
  await tx.sql(
    `insert into staged_suppression (line, present, resident_no, history_no, ${values.join(', ')})
     select 0, true, c.resident_no, c.history_no, ${values.map(ofKept).join(', ')}
       from access.suppression c
      where c.municipality_code = $1 and c.to_seq is null and not ${held('c')}
        and not exists (select 1 from staged_suppression s
                         where (s.resident_no, s.history_no) = (c.resident_no, c.history_no))`,
    [tx.municipality],
  )
}

function ofKept(name: string): string {
  return name === 'kept' ? 'true' : `c.${name}`
}

/** A file that brings a person's newer row need not repeat the older one: it is no more the latest. */
async function stepBack(tx: Tx): Promise<void> {
  await tx.sql(
    `update staged_suppression o set latest = false
      where o.line = 0 and o.latest
        and exists (select 1 from staged_suppression s
                     where s.line > 0 and s.present and s.latest and s.resident_no = o.resident_no
                       and s.history_no > o.history_no)`,
  )
  await tx.sql(
    `insert into staged_suppression (line, present, resident_no, history_no, ${values.join(', ')})
     select 0, true, c.resident_no, c.history_no,
            ${values.map((name) => (name === 'latest' ? 'false' : `c.${name}`)).join(', ')}
       from access.suppression c
      where c.municipality_code = $1 and c.to_seq is null and c.latest
        and not exists (select 1 from staged_suppression s
                         where (s.resident_no, s.history_no) = (c.resident_no, c.history_no))
        and exists (select 1 from staged_suppression s
                     where s.present and s.latest and s.resident_no = c.resident_no and s.history_no > c.history_no)`,
    [tx.municipality],
  )
}
