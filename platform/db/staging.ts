import { readInBatches } from './cursor.ts'
import type { Tx } from './tx.ts'

/**
 * Bulk loading of versioned tables (`from_seq`, `to_seq`): COPY into a temporary table of the transaction, which knows no
 * RLS, then write only the differences (design §4 rule 7). Names below are SQL text: constants of a store, never input.
 */
export type VersionedTable = {
  readonly table: string
  /**
   * The temporary table; it also gets `line integer` (0 = not of the file, and not counted) and `present boolean` (false =
   * this row is to end).
   */
  readonly staged: string
  /** Column name → type. Together with the municipality they name one current row. */
  readonly key: Readonly<Record<string, string>>
  readonly columns: Readonly<Record<string, string>>
  /** Written with a row but not compared: a sealed value looks different each time. */
  readonly carried?: Readonly<Record<string, string>>
  /**
   * The one of `carried` that is a keyed digest: it is compared with the staged one and with the staged `other_digest`, made
   * under the town's other key while its keys are changed.
   */
  readonly digest?: string
  /** A condition on `c` (current) and `s` (staged) that makes a row another one although its columns are the same. */
  readonly differs?: string
}

export type VersionCounts = {
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  readonly unchanged: number
}

/** One field of COPY text. */
export function copyField(value: string | null): string {
  if (value === null) return '\\N'
  return value.replace(/[\\\t\n\r]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c]!)
}

/**
 * Opens the staging table of a file of which some rows may be wrong; columns of a line in order: line, present, row_key,
 * key, columns, carried, other_digest. Beside it a table of what the wrong rows were about.
 */
export async function openStaged(tx: Tx, spec: VersionedTable): Promise<void> {
  const key = Object.entries(spec.key).map(([name, type]) => `${name} ${type} not null`)
  const columns = Object.entries({ ...spec.columns, ...spec.carried }).map(
    ([name, type]) => `${name} ${type}`,
  )
  await tx.client.query(
    `create temporary table ${spec.staged} (line integer not null, present boolean not null, row_key text,
       ${[...key, ...columns, ...(spec.digest ? ['other_digest bytea'] : [])].join(', ')}) on commit drop`,
  )
  await tx.client.query(
    `create temporary table ${spec.staged}_held (row_key text, resident_no text) on commit drop`,
  )
}

function otherDigest({ digest }: VersionedTable): string {
  if (digest === undefined) return 'false'
  return `c.${digest} is distinct from s.${digest} and c.${digest} is distinct from coalesce(s.other_digest, s.${digest})`
}

/** One COPY of its own: between two of them the transaction may be asked other things. */
export async function copyStaged(tx: Tx, spec: VersionedTable, lines: readonly string[]): Promise<void> {
  const copy = tx.copyIn(`copy ${spec.staged} from stdin`)
  for (const line of lines) await copy.write(line)
  await copy.finish()
}

/** Wrong rows: what stands for their keys and their people stays. */
export async function holdStaged(
  tx: Tx,
  spec: VersionedTable,
  rows: readonly { readonly rowKey: string | null; readonly residentNo: string | null }[],
): Promise<void> {
  await tx.sql(`insert into ${spec.staged}_held select * from unnest($1::text[], $2::text[])`, [
    rows.map(({ rowKey }) => rowKey),
    rows.map(({ residentNo }) => residentNo),
  ])
}

/** Takes the rows whose key stands in the file twice out of the staging table, holds them, and tells of them in batches. */
export async function* setRepeatsAside(
  tx: Tx,
  spec: VersionedTable,
): AsyncGenerator<
  {
    readonly line: number
    readonly otherLine: number
    readonly rowKey: string
    readonly residentNo: string
  }[]
> {
  const key = Object.keys(spec.key).join(', ')
  await tx.client.query(`analyze ${spec.staged}`)
  await tx.client.query(
    `create temporary table ${spec.staged}_repeated on commit drop as
     select line, row_key, resident_no, first, last from (
       select line, row_key, resident_no, min(line) over w as first, max(line) over w as last
         from ${spec.staged} window w as (partition by ${key})) d where first < last`,
  )
  await tx.client.query(
    `insert into ${spec.staged}_held select row_key, resident_no from ${spec.staged}_repeated`,
  )
  await tx.client.query(`delete from ${spec.staged} s using ${spec.staged}_repeated r where s.line = r.line`)
  await tx.client.query(`analyze ${spec.staged}_held`)
  yield* readInBatches(
    tx,
    `select line, row_key as "rowKey", resident_no as "residentNo",
            case when line = first then last else first end as "otherLine"
       from ${spec.staged}_repeated order by line`,
    [],
  )
}

/** Which of these keys the file held a good row of. */
export async function listArrived(
  tx: Tx,
  spec: VersionedTable,
  rowKeys: readonly string[],
): Promise<Set<string>> {
  const rows = await tx.sql<{ rowKey: string }>(
    `select row_key as "rowKey" from ${spec.staged} where row_key = any($1)`,
    [rowKeys],
  )
  return new Set(rows.map(({ rowKey }) => rowKey))
}

/**
 * Writes what the staged rows change, as of `seq`. `full`: current rows that are not staged end too, but for those of which
 * `kept` (a condition on `c`) holds; `delta`: only what is named is touched. A row that is staged as it stands is not
 * written again.
 */
export async function applyVersions(
  tx: Tx,
  spec: VersionedTable,
  mode: 'full' | 'delta',
  seq: bigint,
  kept = 'false',
): Promise<VersionCounts> {
  const names = Object.keys(spec.key)
  const compared = Object.keys(spec.columns)
  const columns = [...compared, ...Object.keys(spec.carried ?? {})]
  const list = (alias: string, of: readonly string[]) => of.map((name) => `${alias}.${name}`).join(', ')
  const same = (a: string, b: string) => `(${list(a, names)}) = (${list(b, names)})`
  await tx.client.query(
    `create temporary table ended on commit drop as
     select ${list('c', names)}, s.line is not null and not s.present as named
       from ${spec.table} c left join ${spec.staged} s on ${same('s', 'c')}
      where c.municipality_code = '${tx.municipality}' and c.to_seq is null
        and case when s.line is null then ${mode === 'full'} and not (${kept})
                 else not s.present or ${spec.differs ?? 'false'} or ${otherDigest(spec)}
                   or (${list('c', compared)}) is distinct from (${list('s', compared)}) end`,
  )
  await tx.client.query('analyze ended')
  await tx.sql(
    `update ${spec.table} c set to_seq = $2 from ended e
      where c.municipality_code = $1 and c.to_seq is null and ${same('c', 'e')}`,
    [tx.municipality, seq],
  )
  const [counts] = await tx.sql<
    Record<'added' | 'replaced' | 'updated' | 'ended' | 'named' | 'staged', bigint>
  >(
    `with added as (
       insert into ${spec.table} (municipality_code, ${names.join(', ')}, ${columns.join(', ')}, from_seq)
       select $1, ${list('s', names)}, ${list('s', columns)}, $2 from ${spec.staged} s
        where s.present and not exists (
          select 1 from ${spec.table} c
           where c.municipality_code = $1 and (c.to_seq is null and ${same('c', 's')}))
       returning ${names.join(', ')})
     select count(*) as added,
            count(e.named) as replaced,
            count(e.named) filter (where s.line > 0) as updated,
            (select count(*) from ended) as ended,
            (select count(*) from ended where named) as named,
            (select count(*) from ${spec.staged} where line > 0) as staged
       from added a join ${spec.staged} s on ${same('s', 'a')} left join ended e on ${same('e', 'a')}`,
    [tx.municipality, seq],
  )
  const { added, replaced, updated, ended, named, staged } = counts!
  return {
    inserted: Number(added - replaced),
    updated: Number(updated),
    deleted: Number(ended - replaced),
    unchanged: Number(staged - (added - replaced) - updated - named),
  }
}
