import type { CopyIn } from './copy-in.ts'
import type { Tx } from './tx.ts'

/**
 * Bulk loading of versioned tables (`from_seq`, `to_seq`): COPY into a temporary table of the transaction, which knows no
 * RLS, then write only the differences (design §4 rule 7). Names below are SQL text: constants of a store, never input.
 */
export type VersionedTable = {
  readonly table: string
  /** The temporary table; it also gets `line integer` and `present boolean` (false = this row is to end). */
  readonly staged: string
  /** Column name → type. Together with the municipality they name one current row. */
  readonly key: Readonly<Record<string, string>>
  readonly columns: Readonly<Record<string, string>>
}

/** Lines of the staging table, in the order of its columns. */
export type Staging = CopyIn

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

/** Opens the staging table; columns of a line in order: line, present, key, columns. */
export async function openStaging(tx: Tx, spec: VersionedTable): Promise<Staging> {
  const key = Object.entries(spec.key).map(([name, type]) => `${name} ${type} not null`)
  const columns = Object.entries(spec.columns).map(([name, type]) => `${name} ${type}`)
  await tx.client.query(
    `create temporary table ${spec.staged} (line integer not null, present boolean not null, ${[...key, ...columns].join(', ')}) on commit drop`,
  )
  const copy = tx.copyIn(`copy ${spec.staged} from stdin`)
  return {
    write: copy.write,
    async finish() {
      await copy.finish()
      await tx.client.query(`analyze ${spec.staged}`)
    },
  }
}

/** Lines whose key stands earlier in the file too; the first 1,000. */
export async function listStagedRepeats(
  tx: Tx,
  spec: VersionedTable,
): Promise<{ readonly line: number; readonly firstLine: number }[]> {
  const key = Object.keys(spec.key).join(', ')
  return await tx.sql(
    `select line, "firstLine" from (
       select line, min(line) over (partition by ${key}) as "firstLine" from ${spec.staged}) d
      where line <> "firstLine" order by line limit 1000`,
  )
}

/**
 * Writes what the staged rows change, as of `seq`. `full`: current rows that are not staged end too; `delta`: only what
 * is named is touched. A row that is staged as it stands is not written again.
 */
export async function applyVersions(
  tx: Tx,
  spec: VersionedTable,
  mode: 'full' | 'delta',
  seq: bigint,
): Promise<VersionCounts> {
  const names = Object.keys(spec.key)
  const columns = Object.keys(spec.columns)
  const list = (alias: string, of: readonly string[]) => of.map((name) => `${alias}.${name}`).join(', ')
  const same = (a: string, b: string) => `(${list(a, names)}) = (${list(b, names)})`
  await tx.client.query(
    `create temporary table ended on commit drop as
     select ${list('c', names)}, s.line is not null and not s.present as named
       from ${spec.table} c left join ${spec.staged} s on ${same('s', 'c')}
      where c.municipality_code = '${tx.municipality}' and c.to_seq is null
        and case when s.line is null then ${mode === 'full'}
                 else not s.present or (${list('c', columns)}) is distinct from (${list('s', columns)}) end`,
  )
  await tx.client.query('analyze ended')
  await tx.sql(
    `update ${spec.table} c set to_seq = $2 from ended e
      where c.municipality_code = $1 and c.to_seq is null and ${same('c', 'e')}`,
    [tx.municipality, seq],
  )
  const [counts] = await tx.sql<Record<'added' | 'replaced' | 'ended' | 'named' | 'staged', bigint>>(
    `with added as (
       insert into ${spec.table} (municipality_code, ${names.join(', ')}, ${columns.join(', ')}, from_seq)
       select $1, ${list('s', names)}, ${list('s', columns)}, $2 from ${spec.staged} s
        where s.present and not exists (
          select 1 from ${spec.table} c
           where c.municipality_code = $1 and (c.to_seq is null and ${same('c', 's')}))
       returning ${names.join(', ')})
     select count(*) as added,
            count(*) filter (where exists (select 1 from ended e where ${same('e', 'added')})) as replaced,
            (select count(*) from ended) as ended,
            (select count(*) from ended where named) as named,
            (select count(*) from ${spec.staged}) as staged
       from added`,
    [tx.municipality, seq],
  )
  const { added, replaced, ended, named, staged } = counts!
  return {
    inserted: Number(added - replaced),
    updated: Number(replaced),
    deleted: Number(ended - replaced),
    unchanged: Number(staged - added - named),
  }
}
