import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { testDatabase, type TestDatabase } from '../testing/database.ts'
import { catalogueViolations } from './catalogue-lint.ts'

describe('schema rules', () => {
  let database: TestDatabase
  let admin: pg.Client
  before(async () => {
    database = await testDatabase('cloud', migrationsOf('cloud'))
    admin = new pg.Client({ connectionString: database.urls.admin })
    await admin.connect()
  })
  after(async () => {
    await admin.end()
    await database.close()
  })

  test('every table of the product keeps them', async () => {
    assert.deepEqual(await catalogueViolations(admin), [])
  })

  const broken: Readonly<Record<string, readonly string[]>> = {
    'municipality_code char(6)': ['create table access.bad (id uuid primary key)'],
    'is unique without': [
      'create table access.bad (municipality_code char(6) not null, id uuid, primary key (municipality_code, id), unique (id))',
    ],
    'not enabled and forced': [
      'create table access.bad (municipality_code char(6) not null, id uuid, primary key (municipality_code, id))',
      'alter table access.bad enable row level security',
    ],
    'the policy must be': [
      'create table access.bad (municipality_code char(6) not null, id uuid, primary key (municipality_code, id))',
      'alter table access.bad enable row level security',
      'alter table access.bad force row level security',
      'create policy everybody on access.bad using (true)',
    ],
    'is out of reach for whom': [
      'create table access.bad (municipality_code char(6) not null, id uuid, disaster_id uuid, primary key (municipality_code, id))',
      `call app.protect('access.bad', 'select')`,
      'drop policy disaster on access.bad',
    ],
    'hangs on a row of a disaster': [
      'create table access.bad (municipality_code char(6) not null, id uuid, primary key (municipality_code, id))',
      'alter table access.bad add constraint hanging foreign key (municipality_code, id) references disasters.disaster (municipality_code, disaster_id)',
    ],
    'is a foreign key without': [
      'create table access.good (municipality_code char(6) not null, id uuid, primary key (municipality_code, id))',
      'create table access.bad (municipality_code char(6) not null, id uuid, other char(6), primary key (municipality_code, id))',
      'alter table access.bad add constraint odd foreign key (id, other) references access.good (id, municipality_code)',
    ],
    'triggers are not used': [
      `create function access.f() returns trigger language plpgsql as 'begin return new; end'`,
      'create trigger t before insert on access.staff for each row execute function access.f()',
    ],
    'may delete or truncate': ['grant delete on access.staff to app'],
    'must fix its search_path': [
      `create function access.f() returns int language sql security definer as 'select 1'`,
    ],
    'may not be executed by everybody': [
      `create function access.f() returns int language sql security definer set search_path = '' as 'select 1'`,
    ],
    'only named roles that cannot sign in': ['create role passer nologin bypassrls'],
    'loader may only insert': ['grant insert (municipality_code) on residents.version to loader'],
    'loader ← rekeyer: nothing of a role': ['grant loader to rekeyer'],
    'disposer ← rekeyer: nothing of a role': ['grant disposer to rekeyer'],
    'what a clearer may delete must be limited': ['grant delete on access.staff to clearer'],
    'can be cleared of what was practised': ['revoke delete on relief.note from clearer'],
    'must be security_invoker': ['create view access.v as select * from access.staff'],
    'may not be granted by itself': ['grant select on access.audit_202611 to app'],
  }
  for (const [says, statements] of Object.entries(broken)) {
    test(`a schema that breaks “${says}” is found`, async () => {
      await admin.query('begin')
      try {
        for (const statement of statements) {
          // The foreign key on a wrong pair of columns needs a unique key that the rules forbid too.
          if (statement.includes('constraint odd'))
            await admin.query('create unique index on access.good (id, municipality_code)')
          await admin.query(statement)
        }
        const found = await catalogueViolations(admin)
        assert.ok(
          found.some((line) => line.includes(says)),
          found.join('\n'),
        )
      } finally {
        await admin.query('rollback')
      }
    })
  }
})
