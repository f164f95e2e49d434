import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { splitSql } from './sql-split.ts'

/**
 * Forward-only migrations in three phases: tables → distribution (where Citus is) → foreign keys. On Citus a table
 * that already has foreign keys cannot be distributed whatever the order (data tier §1.1), so a file writes its
 * foreign keys behind a line `--! constraints`.
 */
export type Migration = {
  readonly name: string
  readonly module: string
  readonly checksum: string
  readonly breaking: boolean
  readonly tables: readonly string[]
  readonly constraints: readonly string[]
}

const FILE = /^\d{8}T\d{4}_[a-z0-9_]+\.sql$/

/** Reads the migrations of one folder per module; sorted by file name, which begins with its time. */
export function readMigrations(folders: readonly { module: string; folder: string }[]): Migration[] {
  const all = folders.flatMap(({ module, folder }) => {
    if (!fs.existsSync(folder)) return []
    return fs.readdirSync(folder).map((file) => {
      if (!FILE.test(file))
        throw new Error(`migration ${module}/${file}: name must be YYYYMMDDTHHMM_words.sql`)
      const text = fs.readFileSync(path.join(folder, file), 'utf8')
      const [tables = '', constraints = ''] = text.split(/^--! constraints\s*$/m)
      return {
        name: file.replace(/\.sql$/, ''),
        module,
        checksum: createHash('sha256').update(text).digest('hex'),
        breaking: text.startsWith('--! breaking'),
        tables: splitSql(tables),
        constraints: splitSql(constraints),
      }
    })
  })
  return all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

export type MigrationResult = { readonly applied: readonly string[]; readonly already: number }

/**
 * Applies what is missing, as role `migrator`. Two processes may start at once: each file is one transaction that holds
 * the lock of the `app.migration` table, and the loser finds the work done. Refused: an applied file that was edited,
 * and a database that a newer release has changed in a breaking way.
 */
export async function migrate(
  migratorUrl: string,
  migrations: readonly Migration[],
): Promise<MigrationResult> {
  const client = new pg.Client({ connectionString: migratorUrl })
  await client.connect()
  try {
    await createHistory(client)
    const applied: string[] = []
    let already = 0
    for (const migration of migrations) {
      if (await applyOne(client, migration)) applied.push(migration.name)
      else already += 1
    }
    await refuseNewer(client, migrations)
    return { applied, already }
  } finally {
    await client.end()
  }
}

/** What `if not exists` of two sessions can still collide on: unique key, schema, table, its row type, the catalogue. */
const createdMeanwhile = new Set(['23505', '42P06', '42P07', '42710', 'XX000'])

async function createHistory(client: pg.Client): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await client.query('create schema if not exists app')
      await client.query(`create table if not exists app.migration (
        name text primary key, module text not null, checksum text not null, breaking boolean not null,
        applied_at timestamptz not null default now())`)
      return
    } catch (error) {
      const code = (error as { code?: string }).code
      if (tries > 20 || !createdMeanwhile.has(code ?? '')) throw error
      await delay(50)
    }
  }
}

async function applyOne(client: pg.Client, migration: Migration): Promise<boolean> {
  await client.query('begin')
  try {
    await client.query('lock table app.migration in share row exclusive mode')
    const { rows } = await client.query<{ checksum: string }>(
      'select checksum from app.migration where name = $1',
      [migration.name],
    )
    if (rows[0]) {
      if (rows[0].checksum !== migration.checksum) {
        throw new Error(
          `migration ${migration.name} was edited after it had been applied; write a new one instead`,
        )
      }
      await client.query('commit')
      return false
    }
    for (const statement of migration.tables) await run(client, migration, statement)
    await distribute(client)
    for (const statement of migration.constraints) await constrain(client, migration, statement)
    await client.query(
      'insert into app.migration (name, module, checksum, breaking) values ($1, $2, $3, $4)',
      [migration.name, migration.module, migration.checksum, migration.breaking],
    )
    await client.query('commit')
    return true
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/**
 * Adds a foreign key. PostgreSQL checks the rows that are there already as the owner, and the owner too is under
 * forced RLS: it would see nobody's rows. The force is lifted inside this transaction, which holds both tables.
 */
async function constrain(client: pg.Client, migration: Migration, statement: string): Promise<void> {
  const tables = [...statement.matchAll(/(?:alter table|references)\s+([a-z_]+\.[a-z_]+)/gi)].map(
    (match) => match[1]!,
  )
  const forced = await client.query<{ name: string }>(
    'select oid::regclass::text as name from pg_class where relforcerowsecurity and oid = any($1::regclass[])',
    [tables],
  )
  for (const { name } of forced.rows) await client.query(`alter table ${name} no force row level security`)
  await run(client, migration, statement)
  for (const { name } of forced.rows) await client.query(`alter table ${name} force row level security`)
}

async function run(client: pg.Client, migration: Migration, statement: string): Promise<void> {
  try {
    await client.query(statement)
  } catch (error) {
    const head = statement.slice(0, 200)
    throw new Error(
      `migration ${migration.name}: ${error instanceof Error ? error.message : 'failed'}\n${head}`,
    )
  }
}

/** Citus only: every new table with the tenant column is distributed by it, the others become reference tables. */
async function distribute(client: pg.Client): Promise<void> {
  const citus = await client.query(`select 1 from pg_extension where extname = 'citus'`)
  if (citus.rowCount === 0) return
  const { rows } = await client.query<{ name: string; tenant: boolean; first: string | null }>(`
    select format('%I.%I', n.nspname, c.relname) as name,
           exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'municipality_code') as tenant,
           (select min(table_name::text) from citus_tables where citus_table_type = 'distributed') as first
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition
       and n.nspname not in ('pg_catalog', 'information_schema', 'graphile_worker', 'app_private')
       and n.nspname not like 'pg\\_%' and n.nspname not like 'citus%'
       and not exists (select 1 from pg_dist_partition p where p.logicalrelid = c.oid)
       and format('%I.%I', n.nspname, c.relname) <> 'app.migration'
     order by 1`)
  let together = rows[0]?.first ?? null
  for (const table of rows) {
    if (table.tenant) {
      const colocate = together === null ? `shard_count => 32` : `colocate_with => '${together}'`
      await client.query(`select create_distributed_table('${table.name}', 'municipality_code', ${colocate})`)
      together ??= table.name
    } else {
      await client.query(`select create_reference_table('${table.name}')`)
    }
  }
}

async function refuseNewer(client: pg.Client, migrations: readonly Migration[]): Promise<void> {
  const known = migrations.map((migration) => migration.name)
  const { rows } = await client.query<{ name: string }>(
    'select name from app.migration where breaking and name <> all($1)',
    [known],
  )
  if (rows[0])
    throw new Error(`the database was changed by a newer release (${rows[0].name}); start that release`)
}
