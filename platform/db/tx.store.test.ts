import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { testDatabase, type TestDatabase } from '../testing/database.ts'
import { isRetryable, splitHosts } from './pool.ts'
import { inScope } from './tx.ts'

type Tables = {
  'app.tenant': { municipality_code: string; name: string; demonstration: boolean; onboarded_at: Date }
}

describe('scope of one municipality', () => {
  let database: TestDatabase
  const hida = '212172' as MunicipalityCode
  const takayama = '212032' as MunicipalityCode
  const tenant = (code: MunicipalityCode, name: string) => ({
    municipality_code: code,
    name,
    demonstration: true,
    onboarded_at: new Date(0),
  })
  before(async () => {
    database = await testDatabase('cloud', migrationsOf('cloud'))
    await inScope(database.app, hida, (tx) =>
      tx.as<Tables>().insertInto('app.tenant').values(tenant(hida, '飛騨市')).execute(),
    )
    await inScope(database.app, takayama, (tx) =>
      tx.as<Tables>().insertInto('app.tenant').values(tenant(takayama, '高山市')).execute(),
    )
  })
  after(() => database.close())

  test('a query without its municipality is refused before it reaches the database', async () => {
    await inScope(database.app, hida, async (tx) => {
      const db = tx.as<Tables>()
      await assert.rejects(db.selectFrom('app.tenant').selectAll().execute(), /without municipality_code/)
      const mine = await db
        .selectFrom('app.tenant')
        .select('name')
        .where('municipality_code', '=', hida)
        .execute()
      assert.deepEqual(mine, [{ name: '飛騨市' }])
    })
  })

  test('in a join every table must say its municipality, by itself or by the join', async () => {
    await inScope(database.app, hida, async (tx) => {
      const db = tx.as<Tables>()
      const pair = (on: 'municipality_code' | 'name') =>
        db
          .selectFrom('app.tenant as a')
          .innerJoin('app.tenant as b', `a.${on}`, `b.${on}`)
          .select(['a.name', 'b.municipality_code as code'])
          .where('a.municipality_code', '=', hida)
      await assert.rejects(pair('name').execute(), /query on app.tenant without municipality_code/)
      assert.equal((await pair('municipality_code').execute()).length, 1)
      assert.equal((await pair('name').where('b.municipality_code', '=', hida).execute()).length, 1)
      const others = db.selectFrom('app.tenant').select('name').where('municipality_code', '<>', hida)
      await assert.rejects(others.execute(), /without municipality_code/)
      const qualified = db
        .selectFrom('app.tenant')
        .select('name')
        .where('app.tenant.municipality_code', '=', hida)
      assert.equal((await qualified.execute()).length, 1)
      const changed = db.updateTable('app.tenant').set({ demonstration: true })
      await assert.rejects(changed.execute(), /without municipality_code/)
    })
  })

  test('row security hides another town even from SQL that asks for it, and refuses to write there', async () => {
    await inScope(database.app, hida, async (tx) => {
      assert.deepEqual(await tx.sql('select name from app.tenant'), [{ name: '飛騨市' }])
      assert.deepEqual(
        await tx.sql('select name from app.tenant where municipality_code = $1', [takayama]),
        [],
      )
    })
    await assert.rejects(
      inScope(database.app, hida, (tx) =>
        tx.sql(`insert into app.tenant values ('011002', 'x', true, now())`),
      ),
      { code: '42501' },
    )
  })

  test('what stays the same is asked for once where the transaction sees one moment, and anew in any other', async () => {
    let asked = 0
    const ask = async (): Promise<number> => ++asked
    await inScope(
      database.app,
      hida,
      async (tx) => {
        assert.deepEqual(
          [await tx.once('a', ask), await tx.once('a', ask), await tx.once('b', ask)],
          [1, 1, 2],
        )
        await assert.rejects(tx.once('c', () => Promise.reject(new Error('away'))))
        assert.equal(await tx.once('c', ask), 3)
      },
      { isolation: 'repeatable read' },
    )
    await inScope(database.app, hida, async (tx) => {
      assert.deepEqual([await tx.once('a', ask), await tx.once('a', ask)], [4, 5])
    })
  })

  test('a connection that goes back to the pool remembers no town: a query without scope is an error, not an empty answer', async () => {
    const client = await database.app.connect()
    try {
      await assert.rejects(client.query('select * from app.tenant'), { code: '42501' })
    } finally {
      client.release()
    }
  })

  test('a request waits for a lock and sits in a transaction only so long; a file being taken in may last', async () => {
    const limits = (pool: typeof database.app) =>
      inScope(pool, hida, (tx) =>
        tx.sql<{ name: string; setting: string }>(
          `select name, setting from pg_settings where name in
             ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`,
        ),
      )
    const ms = (rows: readonly { setting: string }[]) => rows.map((row) => row.setting)
    assert.deepEqual(ms(await limits(database.app)), ['60000', '10000', '60000'])
    assert.deepEqual(ms(await limits(database.linkage)), ['120000', '0', '0'])
  })

  test('what is no municipality code never becomes SQL', async () => {
    for (const bad of [`212172'; drop table app.tenant; --`, '212173', '', '21217']) {
      await assert.rejects(
        inScope(database.app, bad as MunicipalityCode, async () => undefined),
        /not a municipality code/,
      )
    }
  })
})

test('several hosts of one database URL become one URL each', () => {
  assert.deepEqual(splitHosts('postgres://u:p@east:5432,west:5433/bcl?x=1'), [
    'postgres://u:p@east:5432/bcl?x=1',
    'postgres://u:p@west:5433/bcl?x=1',
  ])
})

test('a lost connection and a deadlock may be tried again, a refused row may not', () => {
  for (const code of ['40001', '40P01', '57P01', '08006', 'ECONNRESET'])
    assert.ok(isRetryable(Object.assign(new Error('x'), { code })), code)
  for (const code of ['23505', '42501', undefined])
    assert.ok(!isRetryable(Object.assign(new Error('x'), { code })), String(code))
})
