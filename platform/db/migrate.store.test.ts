import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { bootstrapDatabase, databaseUrl } from './bootstrap.ts'
import { migrate, type Migration } from './migrate.ts'
import { splitSql } from './sql-split.ts'

const passwords = { migrator: 'test', app: 'test', linkage: 'test', worker: 'test', rekeyer: 'test' }

describe('migrations', () => {
  const server = process.env['TEST_DATABASE_URL']!
  const name = `migrate_${randomBytes(6).toString('hex')}`
  const url = databaseUrl(server, name, { name: 'migrator', password: passwords.migrator })
  before(() => bootstrapDatabase(server, name, passwords))
  after(async () => {
    const admin = new pg.Client({ connectionString: server })
    await admin.connect()
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  })

  test('three processes that start at once apply each file once', async () => {
    const all = migrationsOf('cloud')
    const results = await Promise.all([migrate(url, all), migrate(url, all), migrate(url, all)])
    assert.equal(
      results.reduce((sum, result) => sum + result.applied.length, 0),
      all.length,
    )
    for (const result of results) assert.equal(result.applied.length + result.already, all.length)
  })

  test('an applied file that was edited is refused', async () => {
    const [first, ...rest] = migrationsOf('cloud')
    const edited: Migration = { ...first!, checksum: 'other' }
    await assert.rejects(migrate(url, [edited, ...rest]), /was edited after it had been applied/)
  })

  test('a failed file leaves nothing behind', async () => {
    const failing: Migration = {
      name: '29990101T0000_fails',
      module: 'test',
      checksum: 'x',
      breaking: false,
      tables: ['create schema half', 'create table half.done (x int)', 'select 1 / 0'],
      constraints: [],
    }
    await assert.rejects(
      migrate(url, [...migrationsOf('cloud'), failing]),
      /29990101T0000_fails: division by zero/,
    )
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const left = await client.query(`select 1 from pg_namespace where nspname = 'half'`)
    await client.end()
    assert.equal(left.rowCount, 0)
  })

  test('an old program refuses a database that a newer release changed in a breaking way', async () => {
    const all = migrationsOf('cloud')
    const breaking: Migration = {
      name: '29990102T0000_breaks',
      module: 'test',
      checksum: 'y',
      breaking: true,
      tables: ['select 1'],
      constraints: [],
    }
    await migrate(url, [...all, breaking])
    await assert.rejects(migrate(url, all), /newer release \(29990102T0000_breaks\)/)
  })

  test('a foreign key is checked against the rows of every town', async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`begin; set local app.municipality_code = '212172'`)
    await client.query(`insert into app.tenant values ('212172', 't', true, now())`)
    await client.query('commit')
    await client.end()
    const orphan: Migration = {
      name: '29990103T0000_orphan',
      module: 'test',
      checksum: 'z',
      breaking: false,
      tables: [
        'create table app.parent (municipality_code char(6) not null, primary key (municipality_code))',
        `call app.protect('app.parent', '')`,
      ],
      constraints: [
        'alter table app.tenant add constraint tenant_parent foreign key (municipality_code) references app.parent (municipality_code)',
      ],
    }
    const known = [
      ...migrationsOf('cloud'),
      {
        name: '29990102T0000_breaks',
        module: 'test',
        checksum: 'y',
        breaking: true,
        tables: [],
        constraints: [],
      },
    ]
    await assert.rejects(migrate(url, [...known, orphan]), /tenant_parent/)
  })
})

test('a migration is cut into single statements, whatever its quotes and comments hold', () => {
  const text = `-- one; two\ncreate table a (b text default ';');\n/* x; y */ do $$ begin perform 1; end $$;\ncreate function f() returns int as $body$ select 1; $body$ language sql; -- end`
  assert.deepEqual(
    splitSql(text).map((statement) => statement.replace(/\s+/g, ' ').slice(0, 30)),
    [
      '-- one; two create table a (b t',
      '/* x; y */ do $$ begin perform',
      'create function f() returns int',
    ].map((s) => s.slice(0, 30)),
  )
})
