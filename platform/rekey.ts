import { indexGrams } from '@open-bcl/core/ja/fold.ts'
import type { RowNames, SealedTable } from '@open-bcl/core/sealed-table.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from './db/pool.ts'
import { inScope, type Tx } from './db/tx.ts'
import type { Keyring, Keys } from './seal.ts'

/**
 * Changes a municipality's keys while everything runs. Four steps, each of which waits until no transaction is left that
 * knows only the step before, so that nobody ever meets a value that he cannot open, and nothing is sealed with a key that
 * is about to go:
 *
 * 1. `coming`: the new key is there; whoever begins from now on opens with both and seals with the old one.
 * 2. `current`: the new key seals, the old one only opens.
 * 3. Every sealed row is opened and sealed anew, in small transactions that wait for nobody's row.
 * 4. When no row needs the old key, and no transaction is left that could have copied one, what was wrapped is destroyed.
 *
 * Every step is in the database (`app.rekeying`, `app.sealing_key.state`): after a kill the same call goes on. A row that
 * is sealed anew is found by the key's number in its header, so there is no list of what is done.
 */
export type Rekeying = {
  /** Of the role `rekeyer`. */
  readonly pool: Pool
  readonly keyring: Pick<Keyring, 'announce' | 'of'>
  readonly municipality: MunicipalityCode
  readonly tables: readonly SealedTable[]
  readonly now: () => Date
  /** At most this many rows a second, so that others feel nothing; `null` = as fast as it goes. */
  readonly rowsPerSecond: number | null
  readonly tell: (progress: RekeyProgress) => void
}

export type RekeyProgress =
  | { readonly step: 'announced' | 'activated' | 'destroyed'; readonly keyId: number }
  /** Older transactions are still running. */
  | { readonly step: 'waiting'; readonly transactions: number }
  | { readonly step: 'sealing'; readonly table: string; readonly rows: number }

/** What the platform itself seals. */
export const platformSealed: readonly SealedTable[] = [
  {
    table: 'app.command',
    columns: { outcome: { place: 'app.command.outcome', rowKey: (row) => row['request_id']! } },
    forgets: ['body_hmac'],
  },
]

const SECOND = 1_000
const BATCH = 500

/** Starts a change of keys, or goes on with the one that was begun. Answers the new key's number. */
export async function rekey(job: Rekeying): Promise<{ readonly keyId: number; readonly rows: number }> {
  const { keyId, from } = await begin(job)
  if (from === 'coming') {
    await settled(job)
    await scoped(job, (tx) => activate(tx, keyId, job.now()))
    job.tell({ step: 'activated', keyId })
  }
  await settled(job)
  let rows = 0
  for (;;) {
    const sealed = await sealAnew(job, keyId)
    rows += sealed
    // Somebody may be copying a row that he read before it was sealed anew.
    if (sealed === 0) {
      await settled(job)
      if (!(await isNeeded(job, keyId))) break
    }
  }
  await scoped(job, (tx) => destroyOld(tx, keyId, job.now()))
  job.tell({ step: 'destroyed', keyId })
  return { keyId, rows }
}

/** The change that is under way, or a new one. Of two that begin at once the second finds the first one's row. */
async function begin(job: Rekeying): Promise<{ keyId: number; from: 'coming' | 'current' }> {
  return await scoped(job, async (tx) => {
    const keys = await tx.sql<{ key_id: number; state: string }>(
      'select key_id, state from app.sealing_key where municipality_code = $1 order by key_id for update',
      [tx.municipality],
    )
    const under = keys.find((key) => key.state === 'coming')
    if (under) return { keyId: under.key_id, from: 'coming' }
    const current = keys.find((key) => key.state === 'current')
    if (!current) throw new Error('no sealing key for this municipality')
    if (keys.some((key) => key.state === 'leaving')) return { keyId: current.key_id, from: 'current' }
    const keyId = keys.at(-1)!.key_id + 1
    await job.keyring.announce(tx, keyId, job.now())
    await tx.sql(
      'insert into app.rekeying (municipality_code, key_id, started_at, rows_sealed) values ($1, $2, $3, 0)',
      [tx.municipality, keyId, job.now()],
    )
    job.tell({ step: 'announced', keyId })
    return { keyId, from: 'coming' }
  })
}

async function activate(tx: Tx, keyId: number, now: Date): Promise<void> {
  await tx.sql(
    `update app.sealing_key set state = 'leaving' where municipality_code = $1 and state = 'current'`,
    [tx.municipality],
  )
  await tx.sql(`update app.sealing_key set state = 'current' where municipality_code = $1 and key_id = $2`, [
    tx.municipality,
    keyId,
  ])
  await tx.sql('update app.rekeying set activated_at = $3 where municipality_code = $1 and key_id = $2', [
    tx.municipality,
    keyId,
    now,
  ])
}

async function destroyOld(tx: Tx, keyId: number, now: Date): Promise<void> {
  await tx.sql(
    `update app.sealing_key set state = 'destroyed', wrapped = '' where municipality_code = $1 and state = 'leaving'`,
    [tx.municipality],
  )
  await tx.sql('update app.rekeying set finished_at = $3 where municipality_code = $1 and key_id = $2', [
    tx.municipality,
    keyId,
    now,
  ])
}

/** Waits until every transaction of this database that had begun when this was called has ended. */
async function settled(job: Rekeying): Promise<void> {
  const [begun] = await scoped(job, (tx) => tx.sql<{ at: string }>('select clock_timestamp()::text as at'))
  for (let told = -1; ;) {
    const [left] = await scoped(job, (tx) =>
      tx.sql<{ count: bigint }>(
        `select count(*) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and xact_start <= $1::timestamptz
            and backend_type in ('client backend', 'parallel worker')`,
        [begun!.at],
      ),
    )
    const transactions = Number(left!.count)
    if (transactions === 0) return
    if (transactions !== told) job.tell({ step: 'waiting', transactions })
    told = transactions
    await delay(SECOND / 20)
  }
}

/** One walk over all tables. Rows that somebody holds are left to the next walk. Answers how many were sealed anew. */
async function sealAnew(job: Rekeying, keyId: number): Promise<number> {
  let total = 0
  for (const spec of job.tables) {
    const shape = await scoped(job, (tx) => shapeOf(tx, spec))
    let after: RowNames | null = null
    let rows = 0
    for (;;) {
      const began = performance.now()
      const done: Batch = await scoped(job, (tx) => sealBatch(job, tx, shape, keyId, after))
      rows += done.sealed
      if (done.sealed > 0) job.tell({ step: 'sealing', table: spec.table, rows })
      if (done.last === null) break
      after = done.last
      if (job.rowsPerSecond !== null)
        await delay(Math.max(0, (done.sealed / job.rowsPerSecond) * SECOND - (performance.now() - began)))
    }
    total += rows
  }
  return total
}

/** A table with its primary key, as the catalogue has it. */
type Shape = {
  readonly spec: SealedTable
  readonly key: readonly { readonly name: string; readonly type: string }[]
  readonly columns: readonly string[]
}

async function shapeOf(tx: Tx, spec: SealedTable): Promise<Shape> {
  const key = await tx.sql<{ name: string; type: string }>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
       from pg_index i cross join lateral unnest(i.indkey) with ordinality as k (attnum, place)
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
      where i.indrelid = $1::regclass and i.indisprimary and a.attname <> 'municipality_code' order by k.place`,
    [spec.table],
  )
  return { spec, key, columns: Object.keys(spec.columns) }
}

/** True where a value of the row is sealed, and not with the key of that number (2 bytes of the header). */
function underOther(columns: readonly string[], parameter: string): string {
  return columns.map((column) => `substring(${column} from 2 for 2) <> ${parameter}`).join(' or ')
}

function header(keyId: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(keyId)
  return bytes
}

async function isNeeded(job: Rekeying, keyId: number): Promise<boolean> {
  for (const { table, columns } of job.tables) {
    const [found] = await scoped(job, (tx) =>
      tx.sql<{ needed: boolean }>(
        `select exists (select 1 from ${table} where municipality_code = $1
                          and (${underOther(Object.keys(columns), '$2')})) as needed`,
        [tx.municipality, header(keyId)],
      ),
    )
    if (found!.needed) return true
  }
  return false
}

type Batch = { readonly sealed: number; readonly last: RowNames | null }
type OldRow = {
  readonly names: RowNames
  readonly sealed: readonly (Buffer | null)[]
  readonly searched: boolean
}

/** `last` is null when the walk has come to the table's end. */
async function sealBatch(
  job: Rekeying,
  tx: Tx,
  shape: Shape,
  keyId: number,
  after: RowNames | null,
): Promise<Batch> {
  const { spec, key } = shape
  const most = spec.batch ?? BATCH
  const old = await oldRows(tx, shape, keyId, after, most)
  if (old.length === 0) return { sealed: 0, last: null }
  const keys = await job.keyring.of(tx)
  const values = old.map((row) => [
    ...key.map(({ name }) => row.names[name]!),
    ...renewed(keys, shape, row).map((value) => value),
  ])
  const set = [...shape.columns, ...derived(spec)]
  const types = [...set.map((column) => (column === spec.tokens?.column ? 'text' : 'bytea'))]
  const lists = [...key.map(() => 'text'), ...types].map((type, i) => `$${i + 2}::${type}[]`)
  const names = [...key.map((_, i) => `k${i}`), ...set.map((_, i) => `v${i}`)]
  await tx.sql(
    `update ${spec.table} t set ${set
      .map((column, i) => `${column} = u.v${i}${column === spec.tokens?.column ? '::bigint[]' : ''}`)
      .join(', ')}
       from unnest(${lists.join(', ')}) as u (${names.join(', ')})
      where t.municipality_code = $1 and ${key.map(({ name, type }, i) => `t.${name} = u.k${i}::${type}`).join(' and ')}`,
    [tx.municipality, ...names.map((_, i) => values.map((row) => row[i]))],
  )
  await tx.sql(
    'update app.rekeying set rows_sealed = rows_sealed + $3 where municipality_code = $1 and key_id = $2',
    [tx.municipality, keyId, old.length],
  )
  return { sealed: old.length, last: old.length < most ? null : old.at(-1)!.names }
}

async function oldRows(
  tx: Tx,
  { spec, key, columns }: Shape,
  keyId: number,
  after: RowNames | null,
  most: number,
): Promise<OldRow[]> {
  const beyond =
    after === null
      ? ''
      : `and (${key.map(({ name }) => name).join(', ')}) > (${key.map(({ type }, i) => `$${i + 4}::text::${type}`).join(', ')})`
  const rows = await tx.sql<Record<string, Buffer | string | boolean | null>>(
    `select ${key.map(({ name }, i) => `${name}::text as k${i}`).join(', ')},
            ${columns.map((column, i) => `${column} as v${i}`).join(', ')},
            ${spec.tokens ? `cardinality(${spec.tokens.column}) > 0` : 'false'} as searched
       from ${spec.table}
      where municipality_code = $1 and (${underOther(columns, '$2')}) ${beyond}
      order by ${['municipality_code', ...key.map(({ name }) => name)].join(', ')} limit $3 for update skip locked`,
    [tx.municipality, header(keyId), most, ...(after === null ? [] : key.map(({ name }) => after[name]))],
  )
  return rows.map((row) => ({
    names: Object.fromEntries(key.map(({ name }, i) => [name, row[`k${i}`] as string])),
    sealed: columns.map((_, i) => row[`v${i}`] as Buffer | null),
    searched: row['searched'] === true,
  }))
}

function derived({ digest, tokens, forgets = [] }: SealedTable): string[] {
  return [...(digest ? [digest.column] : []), ...(tokens ? [tokens.column] : []), ...forgets]
}

/** The row's values under the key in use, in the order of the columns and `derived`. */
function renewed(keys: Keys, { spec, columns }: Shape, row: OldRow): (Buffer | string | null)[] {
  const opened = row.sealed.map((sealed, i) => {
    const { place, rowKey } = spec.columns[columns[i]!]!
    return sealed === null ? null : keys.open(place, rowKey(row.names), sealed)
  })
  const words = opened[0] ?? ''
  const { digest, tokens, forgets = [] } = spec
  return [
    ...opened.map((plain, i) => {
      const { place, rowKey } = spec.columns[columns[i]!]!
      return plain === null ? null : keys.seal(place, rowKey(row.names), plain)
    }),
    ...(digest ? [keys.recordHmac(digest.purpose(row.names), digest.of(words))] : []),
    ...(tokens ? [row.searched ? `{${tokensOf(keys, tokens.texts(words)).join(',')}}` : '{}'] : []),
    ...forgets.map(() => Buffer.alloc(0)),
  ]
}

function tokensOf(keys: Keys, texts: readonly (readonly [string, string])[]): bigint[] {
  const found = new Set<bigint>()
  for (const [field, text] of texts)
    if (text !== '') for (const gram of indexGrams(text)) found.add(keys.token(field, gram))
  return [...found]
}

async function scoped<T>(job: Rekeying, work: (tx: Tx) => Promise<T>): Promise<T> {
  return await inScope(job.pool, job.municipality, work)
}
