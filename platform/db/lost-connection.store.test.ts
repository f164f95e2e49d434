import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { testDatabase, type TestDatabase } from '../testing/database.ts'
import { isRetryable, openPool } from './pool.ts'
import { inScope, type Tx } from './tx.ts'

const hida = '212172' as MunicipalityCode

describe('a database that goes away', () => {
  let database: TestDatabase
  before(async () => {
    database = await testDatabase('cloud', migrationsOf('cloud'))
  })
  after(() => database.close())

  /** Ends the server's side of the transaction's connection, and waits until our side knows. */
  const cutOff = async (tx: Tx): Promise<void> => {
    const [row] = await tx.sql<{ pid: number }>('select pg_backend_pid() as pid')
    const ended = new Promise((resolve) => tx.client.once('end', resolve))
    await inScope(database.app, hida, (other) =>
      other.sql('select pg_terminate_backend($1::integer)', [row!.pid]),
    )
    await ended
  }
  /** The same database behind these hosts, `{}` for its own. */
  const behind = (hosts: string): string => {
    const { host } = new URL(database.urls.app)
    return database.urls.app.replace(host, hosts.replaceAll('{}', host))
  }

  test('a transaction whose connection ends between two statements fails and may be repeated; the process lives', async () => {
    const failed = await inScope(database.app, hida, async (tx) => {
      await cutOff(tx)
      await tx.sql('select 1')
    }).catch((error: unknown) => error)
    assert.ok(failed instanceof Error)
    assert.ok(isRetryable(failed), failed.message)
    assert.deepEqual(await inScope(database.app, hida, (tx) => tx.sql('select 1 as one')), [{ one: 1 }])
  })

  test('with the first host dead, callers that come together all reach the second', async () => {
    const pool = openPool('two hosts', behind('127.0.0.1:1,{}'), { max: 4 })
    try {
      const ones = [1, 2, 3].map(() => inScope(pool, hida, (tx) => tx.sql('select 1 as one')))
      assert.equal((await Promise.all(ones)).length, 3)
    } finally {
      await pool.end()
    }
  })

  test('a host that does not say whether it is the primary keeps no connection', async () => {
    const owner = openPool('owner', database.urls.admin)
    const pool = openPool('two hosts', behind('{},{}'), { max: 1 })
    const say = async (sql: string): Promise<void> => {
      const client = await owner.connect()
      await client.query(sql).finally(() => client.release())
    }
    try {
      await say('revoke execute on function pg_is_in_recovery from public')
      await assert.rejects(pool.connect(), { code: '42501' })
      await say('grant execute on function pg_is_in_recovery to public')
      assert.equal((await inScope(pool, hida, (tx) => tx.sql('select 1'))).length, 1)
    } finally {
      await owner.end()
      await pool.end()
    }
  })

  test('a pool without a free connection, and a host nobody answers at, may be tried again', async () => {
    const dead = openPool('dead', behind('127.0.0.1:1'))
    const failed = await dead.connect().catch((error: unknown) => error)
    assert.ok(isRetryable(failed))
    await dead.end()
    const small = openPool('small', database.urls.app, { max: 1 })
    const held = await small.connect()
    const waited = await small.connect().catch((error: unknown) => error)
    assert.ok(isRetryable(waited), String(waited))
    held.release()
    await small.end()
  })
})
