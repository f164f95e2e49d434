import { copyField } from '@open-bcl/platform/db/staging.ts'
import { readInBatches } from '@open-bcl/platform/db/cursor.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import {
  type BadRow,
  type CheckedRow,
  type IntakeCounts,
  type Repeat,
} from '../interfaces/interfaces.intake.ts'
import { digestPurpose, ENTRY_PLACE, entrySealKey, type EntryShape } from './entries.ts'

/** One transaction's staging of one file of one business. */
export type StagedEntries = {
  readonly tx: Tx
  readonly keys: Keys
  readonly shape: EntryShape
  readonly mode: 'full' | 'delta'
  readonly origin: 'link' | 'hand'
}

export async function openStagedEntries(tx: Tx): Promise<void> {
  // Temporary tables know no RLS: COPY FROM is refused under it (design §4 rule 4).
  await tx.client.query(`create temporary table staged_entry (
      line integer not null, row_key text not null, scope text not null, resident_no text, latest boolean not null,
      deleted boolean not null, clear jsonb not null, record_hmac bytea not null, sealed bytea
    ) on commit drop`)
  await tx.client.query('alter table staged_entry alter column sealed set storage external')
  await tx.client.query('create temporary table held_entry (row_key text, resident_no text) on commit drop')
}

/**
 * Stages rows. Only what differs from the current version is sealed and carried on: an image of tens of kilobytes that has
 * not changed is read, compared and forgotten.
 */
export async function stageEntries(
  { tx, keys, shape }: StagedEntries,
  rows: readonly CheckedRow[],
): Promise<void> {
  const { business } = shape.file
  const current = await tx.sql<{ rowKey: string; hmac: Buffer }>(
    // One look into the unique index for each key, whatever the planner knows of a business just loaded.
    `select c.row_key as "rowKey", c.record_hmac as hmac
       from unnest($3::text[]) k (row_key)
      cross join lateral (
        select e.row_key, e.record_hmac from registers.entry e
         where e.municipality_code = $1 and e.business = $2 and e.row_key = k.row_key and e.to_seq is null
           and not e.deleted limit 1) c`,
    [tx.municipality, business, rows.map(({ rowKey }) => rowKey)],
  )
  const hmacs = new Map(current.map(({ rowKey, hmac }) => [rowKey, hmac]))
  const copy = tx.copyIn('copy staged_entry from stdin')
  for (const { line, fields, rowKey, residentNo, latest, deleted, payload, digest } of rows) {
    const known = hmacs.get(rowKey)
    // While the town's keys are changed, what stands may be digested with either.
    const same =
      known !== undefined &&
      keys.each.some((one) => one.recordHmac(digestPurpose(business), digest).equals(known))
    const hmac = same ? known : keys.recordHmac(digestPurpose(business), digest)
    const sealed =
      deleted || same ? null : keys.seal(ENTRY_PLACE, entrySealKey(business, rowKey), payload.toString())
    await copy.write(
      `${[
        String(line),
        copyField(rowKey),
        copyField(shape.scope(fields)),
        // 世帯主未設定 is legal (標準 1.1.10).
        residentNo === '' ? '\\N' : copyField(residentNo),
        latest ? 't' : 'f',
        deleted ? 't' : 'f',
        copyField(JSON.stringify(shape.clear(fields))),
        `\\\\x${hmac.toString('hex')}`,
        sealed === null ? '\\N' : `\\\\x${sealed.toString('hex')}`,
      ].join('\t')}\n`,
    )
  }
  await copy.finish()
}

/** Wrong rows of the file: what stands for their keys and their people stays. */
export async function holdEntries({ tx }: StagedEntries, rows: readonly BadRow[]): Promise<void> {
  await tx.sql('insert into held_entry select * from unnest($1::text[], $2::text[])', [
    rows.map(({ rowKey }) => rowKey),
    rows.map(({ residentNo }) => residentNo),
  ])
}

/** Takes rows whose key, or whose claim to be the latest of its scope, stands in the file twice out of the staging table. */
export async function setRepeatsAside({ tx }: StagedEntries): Promise<void> {
  await tx.client.query('analyze staged_entry')
  await tx.client.query(`create temporary table repeated_entry on commit drop as
    with keyed as (
      select line, row_key, scope, resident_no, latest and not deleted as claims,
             min(line) over w as first, max(line) over w as last
        from staged_entry window w as (partition by row_key)),
    claimed as (
      select line, row_key, resident_no, min(line) over w as first, max(line) over w as last
        from keyed where first = last and claims window w as (partition by scope))
    select line, row_key, resident_no, 'key' as what, first, last from keyed where first < last
    union all
    select line, row_key, resident_no, 'latest', first, last from claimed where first < last`)
  await tx.client.query('insert into held_entry select row_key, resident_no from repeated_entry')
  await tx.client.query('delete from staged_entry s using repeated_entry r where s.line = r.line')
  await tx.client.query('analyze held_entry')
}

export async function* listRepeats({ tx }: StagedEntries): AsyncGenerator<Repeat[]> {
  yield* readInBatches<Repeat>(
    tx,
    `select line, row_key as "rowKey", resident_no as "residentNo", what,
            case when line = first then last else first end as "otherLine"
       from repeated_entry order by line`,
    [],
  )
}

/**
 * Writes what the staged file changes, as of `seq`. `full`: what the file does not hold is deleted; `delta`: only what it
 * names is touched. An older row of a scope steps back when a newer one arrives. Never truncate-and-fill.
 *
 * A row that staff loaded by hand is written again when the link brings the same: from then on it is the link's.
 */
export async function applyEntries(
  { tx, shape, mode, origin }: StagedEntries,
  seq: bigint,
  deletes: boolean,
): Promise<IntakeCounts> {
  const { business } = shape.file
  if (business === 'issue-blocks') await keepInForce(tx)
  await tx.client.query(
    `create temporary table entry_change on commit drop as
     select s.row_key, s.deleted, c.row_key is not null and not c.deleted as known, true as named
       from staged_entry s left join registers.entry c on ${currentOf(tx, business)} and c.row_key = s.row_key
      where case when s.deleted then c.row_key is not null and not c.deleted
                 -- Found the same while staging: only a change of keys can have touched its digest since.
                 else c.row_key is null or c.deleted or c.latest <> s.latest
                   or s.sealed is not null and c.record_hmac <> s.record_hmac
                   or c.origin = 'hand' and ${origin === 'link'} end`,
  )
  if (mode === 'full' && deletes)
    await tx.client.query(
      `insert into entry_change select c.row_key, true, true, false ${missingOf(tx, business)}`,
    )
  await tx.client.query('analyze entry_change')
  await tx.sql(
    `update registers.entry c set to_seq = $3 from entry_change e
      where c.municipality_code = $1 and c.business = $2 and c.to_seq is null and c.row_key = e.row_key`,
    [tx.municipality, business, seq],
  )
  await tx.sql(
    `insert into registers.entry (municipality_code, business, row_key, from_seq, scope, resident_no, latest, deleted,
       clear, origin, record_hmac, sealed)
     select c.municipality_code, c.business, c.row_key, $3, c.scope, c.resident_no, false, true, c.clear, $4,
            c.record_hmac, c.sealed
       from registers.entry c join entry_change e on e.row_key = c.row_key and e.deleted
      where c.municipality_code = $1 and c.business = $2 and c.to_seq = $3`,
    [tx.municipality, business, seq, origin],
  )
  await stepBack(tx, business, seq)
  // What was found the same while staging brings no sealed row; the version just ended still has it, under whichever key.
  await tx.sql(
    `insert into registers.entry (municipality_code, business, row_key, from_seq, scope, resident_no, latest, deleted,
       clear, origin, record_hmac, sealed)
     select $1, $2, s.row_key, $3, s.scope, s.resident_no, s.latest, false, s.clear, $4,
            coalesce(c.record_hmac, s.record_hmac), coalesce(s.sealed, c.sealed)
       from staged_entry s join entry_change e on e.row_key = s.row_key and not e.deleted
       left join registers.entry c on c.municipality_code = $1 and c.business = $2 and c.row_key = s.row_key
        and c.to_seq = $3 and s.sealed is null`,
    [tx.municipality, business, seq, origin],
  )
  const [counts] = await tx.sql<Record<'inserted' | 'updated' | 'deleted' | 'staged' | 'named', bigint>>(
    `select count(*) filter (where not deleted and not known) as inserted,
            count(*) filter (where not deleted and known) as updated,
            count(*) filter (where deleted) as deleted,
            count(*) filter (where named) as named,
            (select count(*) from staged_entry) as staged
       from entry_change`,
  )
  const { inserted, updated, deleted, staged, named } = counts!
  return {
    inserted: Number(inserted),
    updated: Number(updated),
    deleted: Number(deleted),
    unchanged: Number(staged - named),
  }
}

/**
 * A 発行抑止 that only stops being the latest is not lifted: the row that takes its place has not come yet, or was wrong. Until
 * it comes, the newest that did is the latest.
 */
async function keepInForce(tx: Tx): Promise<void> {
  const historyNo = (alias: string): string => `split_part(${alias}.row_key, '|', 3)::integer`
  await tx.client.query(
    `update staged_entry s set latest = true
      where not s.latest and not s.deleted
        and not exists (select 1 from staged_entry n
                         where n.scope = s.scope and not n.deleted
                           and (n.latest or ${historyNo('n')} > ${historyNo('s')}))
        and not exists (select 1 from registers.entry c
                         where ${currentOf(tx, 'issue-blocks')} and c.scope = s.scope and c.latest and not c.deleted
                           and not exists (select 1 from staged_entry r where r.row_key = c.row_key))`,
  )
}

/** The people whose rows a full file leaves out. */
export async function* listMissing({ tx, shape }: StagedEntries): AsyncGenerator<string[]> {
  for await (const rows of readInBatches<{ residentNo: string }>(
    tx,
    `select distinct c.resident_no as "residentNo" ${missingOf(tx, shape.file.business)} and c.resident_no is not null`,
    [],
  ))
    yield rows.map(({ residentNo }) => residentNo)
}

/** Which of these keys the file held a good row of. */
export async function listArrived({ tx }: StagedEntries, rowKeys: readonly string[]): Promise<Set<string>> {
  const rows = await tx.sql<{ rowKey: string }>(
    'select row_key as "rowKey" from staged_entry where row_key = any($1)',
    [rowKeys],
  )
  return new Set(rows.map(({ rowKey }) => rowKey))
}

/** Names are ours: the town in scope, whose form was proved, and a business of the definitions. */
function currentOf(tx: Tx, business: string): string {
  return `c.municipality_code = '${tx.municipality}' and c.business = '${business}' and c.to_seq is null`
}

/** What stands and is not in the file, but for what belongs to a wrong row. */
function missingOf(tx: Tx, business: string): string {
  return `from registers.entry c
    where ${currentOf(tx, business)} and not c.deleted
      and not exists (select 1 from staged_entry s where s.row_key = c.row_key)
      and not exists (select 1 from held_entry h where h.row_key = c.row_key)
      and not exists (select 1 from held_entry h where h.resident_no = c.resident_no)`
}

/** A file that brings a newer row need not repeat the older one: it is no more the latest of its scope. */
async function stepBack(tx: Tx, business: string, seq: bigint): Promise<void> {
  await tx.sql(
    `with older as (
       update registers.entry c set to_seq = $3
         from staged_entry s
        where c.municipality_code = $1 and c.business = $2 and c.to_seq is null and c.latest and not c.deleted
          and s.latest and not s.deleted and s.scope = c.scope and s.row_key <> c.row_key
       returning c.*)
     insert into registers.entry (municipality_code, business, row_key, from_seq, scope, resident_no, latest, deleted,
       clear, origin, record_hmac, sealed)
     select o.municipality_code, o.business, o.row_key, $3, o.scope, o.resident_no, false, false, o.clear, o.origin,
            o.record_hmac, o.sealed
       from older o`,
    [tx.municipality, business, seq],
  )
}
