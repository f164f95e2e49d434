import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { testDatabase, type TestDatabase } from '../testing/database.ts'
import { isRetryable, openPool, type Pool } from './pool.ts'
import { inCenter, inCenterEach, inCenterOnce, inScope, type Tx } from './tx.ts'

const hida = '212172' as MunicipalityCode

describe('statements that do not wait for each other', () => {
  let database: TestDatabase
  /** Statements of these connections wait for each other. */
  let waiting: Pool
  before(async () => {
    database = await testDatabase('cloud', migrationsOf('cloud'))
    waiting = openPool('test waiting', database.urls.app, { max: 2 })
  })
  after(async () => {
    await waiting.end()
    await database.close()
  })

  const insert = (tx: Tx, name: string) =>
    tx.sql(
      `insert into app.tenant (municipality_code, name, demonstration, onboarded_at) values ($1, $2, true, now())`,
      [hida, name],
    )
  const count = async (): Promise<number> =>
    await inScope(database.machines, hida, async (tx) => {
      const rows = await tx.sql('select 1 from app.tenant where municipality_code = $1', [hida])
      return rows.length
    })

  test('each finds its own answer, in the order they were asked, with and without a pipeline', async () => {
    for (const pool of [waiting, database.machines]) {
      const answers = await inScope(pool, hida, (tx) =>
        tx.together(
          () => tx.sql('select $1::integer as n', [1]),
          async () => (await tx.sql<{ n: number }>('select $1::integer as n', [2]))[0]!.n,
          () => tx.together(() => tx.sql('select current_setting($1) as town', ['app.municipality_code'])),
        ),
      )
      assert.deepEqual(answers, [[{ n: 1 }], 2, [[{ town: hida }]]])
    }
  })

  test('they are one transaction: where one fails, nothing of the others stays, and the connection is good again', async () => {
    for (const pool of [waiting, database.machines]) {
      const failing = inScope(pool, hida, (tx) =>
        tx.together(
          () => insert(tx, 'first'),
          () => tx.sql('select 1 / $1::integer', [0]),
          () => insert(tx, 'last'),
        ),
      )
      await assert.rejects(failing, { code: '22012' })
      assert.equal(await count(), 0)
    }
    await Promise.all(Array.from({ length: 20 }, () => count()))
  })

  test('the very first statement fails with its BEGIN: nothing of what follows is saved', async () => {
    const failing = inScope(database.machines, hida, async (tx) => {
      await tx.sql('select no_such_column').catch(() => undefined)
      await insert(tx, 'after an error that was swallowed')
    })
    await assert.rejects(failing, { code: '25P02' })
    assert.equal(await count(), 0)
  })

  test('a connection cut between BEGIN and COMMIT is told as one to try again, and nothing is saved', async () => {
    const cut = inScope(database.machines, hida, async (tx) => {
      await tx.together(
        () => insert(tx, 'lost'),
        () => tx.sql('select pg_terminate_backend(pg_backend_pid())'),
      )
    })
    await assert.rejects(cut, (error) => isRetryable(error))
    assert.equal(await count(), 0)
  })

  test('a statement by itself is a whole transaction, and there is no second one', async () => {
    const rows = await inCenterOnce(database.machines, (tx) => tx.sql('select 1 as one'))
    assert.deepEqual(rows, [{ one: 1 }])
    const two = inCenterOnce(database.machines, async (tx) => {
      await tx.sql('select 1')
      await tx.sql('select 2')
    })
    await assert.rejects(two, /by itself/)
    await assert.rejects(
      inCenterOnce(database.machines, (tx) => tx.sql('select 1 / 0')),
      { code: '22012' },
    )
    assert.deepEqual(await inCenter(database.machines, (tx) => tx.sql('select 2 as two')), [{ two: 2 }])
  })

  test('the last ones leave with their COMMIT: all of it is saved, or nothing; nothing follows them', async () => {
    const name = async (): Promise<unknown> =>
      await inScope(waiting, hida, (tx) =>
        tx.sql('select name from app.tenant where municipality_code = $1', [hida]),
      )
    for (const pool of [database.machines, waiting]) {
      const failing = inScope(pool, hida, (tx) =>
        tx.lastly(
          () => insert(tx, 'lost'),
          () => tx.sql('select 1 / $1::integer', [0]),
        ),
      )
      await assert.rejects(failing, { code: '22012' })
      assert.deepEqual(await name(), [])
    }
    const late = inScope(waiting, hida, async (tx) => {
      await tx.lastly(() => insert(tx, 'rolled back with what came too late'))
      await tx.sql('select 1')
    })
    await assert.rejects(late, /after the last one/)
    assert.deepEqual(await name(), [])
    const [, two] = await inScope(database.machines, hida, (tx) =>
      tx.lastly(
        () => insert(tx, 'kept'),
        () => tx.sql('select 2 as two'),
      ),
    )
    assert.deepEqual([two, await name()], [[{ two: 2 }], [{ name: 'kept' }]])
    const deferred = inScope(database.machines, hida, (tx) =>
      tx.lastly(async () => {
        await Promise.resolve()
        return await tx.sql('select 1')
      }),
    )
    await assert.rejects(deferred, /after the last one/)
  })

  test('what nobody waits for is saved with its transaction, or is what the transaction failed of', async () => {
    const towns = [
      [database.machines, '212032'],
      [waiting, '216046'],
    ] as const
    for (const [pool, code] of towns) {
      const town = code as MunicipalityCode
      await inScope(pool, town, (tx) =>
        tx.alongside(
          `insert into app.tenant (municipality_code, name, demonstration, onboarded_at) values ($1, $2, true, now())`,
          [town, 'alongside'],
        ),
      )
      const saved = await inScope(pool, town, (tx) =>
        tx.sql('select name from app.tenant where municipality_code = $1', [town]),
      )
      assert.deepEqual(saved, [{ name: 'alongside' }])
      for (const after of ['nothing', 'a statement', 'the last ones'])
        await assert.rejects(
          inScope(pool, hida, async (tx) => {
            await tx.alongside('select 1 / $1::integer', [0])
            if (after === 'a statement') await tx.sql('select 1')
            if (after === 'the last ones') await tx.lastly(() => tx.sql('select 1'))
          }),
          { code: '22012' },
          after,
        )
    }
    await Promise.all(Array.from({ length: 20 }, () => count()))
  })

  test('statements of which each is a transaction by itself: one that fails leaves the others', async () => {
    const asked = inCenterEach(database.machines, (tx) =>
      tx.together(
        () => tx.sql('select 1 / $1::integer', [0]).catch(() => 'refused'),
        () => tx.sql('select 2 as two'),
      ),
    )
    assert.deepEqual((await asked)[1], [{ two: 2 }])
    assert.deepEqual(await inCenter(database.machines, (tx) => tx.sql('select 3 as three')), [{ three: 3 }])
  })

  test('plans are kept for machines alone', async () => {
    const mode = async (pool: Pool): Promise<unknown> =>
      await inScope(pool, hida, (tx) => tx.sql('show plan_cache_mode'))
    assert.deepEqual(await mode(waiting), [{ plan_cache_mode: 'force_custom_plan' }])
    assert.deepEqual(await mode(database.machines), [{ plan_cache_mode: 'auto' }])
  })
})
