import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'

/** One value of each type; ids are all the same, so that what hangs on another row hangs on the one that is there. */
const ID = '019a0000-0000-7000-8000-00000000000a'
const OTHER = '019a0000-0000-7000-8000-00000000000b'
const HOME = '212172'
const NEIGHBOUR = '212032'
const values: Readonly<Record<string, string>> = {
  uuid: `'${ID}'`,
  text: `'x'`,
  character: `'x'`,
  'character varying': `'x'`,
  integer: '1',
  smallint: '1',
  bigint: '1',
  numeric: '1',
  'double precision': '1',
  real: '1',
  boolean: 'false',
  bytea: `'\\x00'`,
  jsonb: `'{}'`,
  json: `'{}'`,
  date: `'2026-11-21'`,
  'timestamp with time zone': `'2026-11-21T00:00:00Z'`,
  'time without time zone': `'09:00'`,
}

type Table = {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly byDisaster: boolean
}

/**
 * Row level security by itself: statements of no program of ours, on a connection as a program has one. Every table of a
 * municipality has one row of 飛騨市; what the catalogue gains later is tried as well.
 */
describe('past the application', () => {
  let database: TestDatabase
  let tables: readonly Table[]
  const clients = new Map<string, pg.Client>()
  before(async () => {
    database = await testDatabase('cloud', migrationsOf('cloud'))
    for (const role of ['admin', 'app', 'linkage', 'rekeyer'] as const) {
      const client = new pg.Client({ connectionString: database.urls[role] })
      await client.connect()
      clients.set(role, client)
    }
    tables = await readTables()
    await fill()
  })
  after(async () => {
    for (const client of clients.values()) await client.end()
    await database.close()
  })

  async function readTables(): Promise<Table[]> {
    const { rows } = await clients.get('admin')!.query<Table>(
      `select c.oid::regclass::text as name,
              json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum) as columns,
              exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'disaster') as "byDisaster"
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
        group by c.oid, n.nspname, c.relname
       having bool_or(a.attname = 'municipality_code') order by 1`,
    )
    return rows
  }

  function insertOf({ name, columns }: Table, municipality: string): string {
    const cells = columns.map((column) => {
      if (column.name === 'municipality_code') return `'${municipality}'`
      return column.type.endsWith('[]') ? `'{}'` : (values[column.type] ?? 'null')
    })
    const names = columns.map((column) => `"${column.name}"`)
    return `insert into ${name} (${names.join(', ')}) overriding system value values (${cells.join(', ')})`
  }

  /** Past foreign keys and checks, which are not what is tried here. */
  async function fill(): Promise<void> {
    const admin = clients.get('admin')!
    const { rows } = await admin.query<{ drop: string }>(
      `select format('alter table %s drop constraint %I', k.conrelid::regclass, k.conname) as drop
         from pg_constraint k join pg_class c on c.oid = k.conrelid and not c.relispartition
        where k.contype = 'c' and k.coninhcount = 0 and k.conrelid::regclass::text = any($1)`,
      [tables.map(({ name }) => name)],
    )
    for (const { drop } of rows) await admin.query(drop)
    await admin.query('set session_replication_role = replica')
    for (const table of tables) await admin.query(insertOf(table, HOME))
    await admin.query('set session_replication_role = default')
  }

  /** The answer, or the SQLSTATE of the refusal. */
  async function tried(
    role: string,
    scope: readonly string[],
    statement: string,
  ): Promise<{ rows: number; count: number | null } | string> {
    const client = clients.get(role)!
    await client.query('begin')
    try {
      for (const setting of scope) await client.query(setting)
      const { rowCount, rows } = await client.query<{ count?: number }>(statement)
      return { rows: rowCount ?? 0, count: rows[0]?.count ?? null }
    } catch (error) {
      return (error as { code?: string }).code ?? 'unknown'
    } finally {
      await client.query('rollback')
    }
  }
  const inTown = (code: string): string[] => [`set local app.municipality_code = '${code}'`]
  const count = (table: Table): string => `select count(*)::integer as count from ${table.name}`
  const DENIED = '42501'

  async function may(role: string, table: Table, privilege: string): Promise<boolean> {
    const { rows } = await clients
      .get('admin')!
      .query<{ may: boolean }>('select has_any_column_privilege($1, $2, $3) as may', [
        role,
        table.name,
        privilege,
      ])
    return rows[0]!.may
  }

  test('there is a row to be seen in every table, and its own town sees it', async () => {
    assert.ok(tables.length > 150, `${tables.length} tables`)
    const unseen = []
    for (const table of tables) {
      if (!(await may('app', table, 'select'))) continue
      const seen = await tried('app', inTown(HOME), count(table))
      if (typeof seen === 'string' ? seen !== DENIED : seen.count !== 1) unseen.push(table.name)
    }
    assert.deepEqual(unseen, [])
  })

  for (const role of ['app', 'linkage', 'rekeyer']) {
    test(`${role} reads, writes and changes nothing of another town, nor of any when none is in scope`, async () => {
      const wrong: string[] = []
      for (const table of tables) {
        const other = await tried(role, inTown(NEIGHBOUR), count(table))
        if (typeof other === 'string' ? other !== DENIED : other.count !== 0)
          wrong.push(`${table.name} is read: ${JSON.stringify(other)}`)
        const none = await tried(role, [], count(table))
        if (none !== DENIED) wrong.push(`${table.name} is read without a town: ${JSON.stringify(none)}`)
        const inserted = await tried(role, inTown(NEIGHBOUR), insertOf(table, HOME))
        if (inserted !== DENIED) wrong.push(`${table.name} is written: ${JSON.stringify(inserted)}`)
        for (const column of table.columns) {
          const changed = await tried(
            role,
            inTown(NEIGHBOUR),
            `update ${table.name} set "${column.name}" = "${column.name}"`,
          )
          if (typeof changed === 'string' ? changed !== DENIED : changed.rows !== 0)
            wrong.push(`${table.name}.${column.name} is changed: ${JSON.stringify(changed)}`)
        }
        const deleted = await tried(role, inTown(NEIGHBOUR), `delete from ${table.name}`)
        if (typeof deleted === 'string' ? deleted !== DENIED : deleted.rows !== 0)
          wrong.push(`${table.name} is deleted from: ${JSON.stringify(deleted)}`)
      }
      assert.deepEqual(wrong, [])
    })
  }

  test('a right for one disaster sees its rows and what hangs on them, and none of another’s', async () => {
    const limited = (disaster: string): string[] => [
      ...inTown(HOME),
      `set local app.limited = 'yes'`,
      `set local app.disasters = '${disaster}'`,
    ]
    const wrong: string[] = []
    const own = tables.filter((table) => table.byDisaster)
    assert.ok(own.length > 80, `${own.length} tables`)
    for (const table of own) {
      if (!(await may('app', table, 'select'))) continue
      const here = await tried('app', limited(ID), count(table))
      const there = await tried('app', limited(OTHER), count(table))
      if (here === DENIED && there === DENIED) continue
      if (typeof here === 'string' || here.count !== 1) wrong.push(`${table.name}: ${JSON.stringify(here)}`)
      if (typeof there === 'string' || there.count !== 0)
        wrong.push(`${table.name} of another: ${JSON.stringify(there)}`)
      const inserted = await tried('app', limited(OTHER), insertOf(table, HOME))
      if (inserted !== DENIED) wrong.push(`${table.name} is written: ${JSON.stringify(inserted)}`)
    }
    assert.deepEqual(wrong, [])
  })
})
