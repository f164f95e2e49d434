import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'

/** Table → its columns, as docs/security.md lists them. */
function documented(): Map<string, { sealed: string[]; all: string[] }> {
  const text = fs.readFileSync(path.resolve(import.meta.dirname, '../../docs/security.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `([a-z_]+\.[a-z_]+)` \|([^|]*)\|([^|]*)\|([^|]*)\|/gm)]
  const words = (cell: string | undefined): string[] => (cell ?? '').trim().split(/\s+/).filter(Boolean)
  return new Map(
    rows.map(([, table = '', sealed, keyed, clear]) => [
      table,
      { sealed: words(sealed), all: [...words(sealed), ...words(keyed), ...words(clear)].sort() },
    ]),
  )
}

describe('docs/security.md', () => {
  let database: TestDatabase
  let columns: { table: string; column: string; type: string }[]
  before(async () => {
    database = await testDatabase('cloud', migrationsOf('cloud'))
    const client = new pg.Client({ connectionString: database.urls.admin })
    await client.connect()
    const found = await client.query<{ table: string; column: string; type: string }>(
      `select n.nspname || '.' || c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relkind in ('r', 'p') and not c.relispartition
          and exists (select 1 from pg_attribute t where t.attrelid = c.oid and t.attname = 'municipality_code')
          and n.nspname not in ('pg_catalog', 'information_schema')`,
    )
    columns = found.rows
    await client.end()
  })
  after(() => database.close())

  test('names every column of every tenant table as sealed, keyed or clear', () => {
    const tables = Map.groupBy(columns, (row) => row.table)
    const listed = documented()
    for (const [table, rows] of tables) {
      assert.deepEqual(listed.get(table)?.all, rows.map((row) => row.column).sort(), table)
    }
    assert.deepEqual(
      [...listed.keys()].filter((table) => !tables.has(table)),
      [],
    )
  })

  test('calls sealed only what is stored as bytes', () => {
    const listed = documented()
    for (const { table, column, type } of columns) {
      if (listed.get(table)?.sealed.includes(column)) assert.equal(type, 'bytea', `${table}.${column}`)
    }
  })
})
