import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { openPool, type Pool } from './db/pool.ts'
import { openLog } from './log.ts'
import { withCtx, type Call } from './runtime.ts'
import { Keyring } from './seal.ts'
import { testDatabase, type TestDatabase } from './testing/database.ts'

describe('a transaction beside an open one', () => {
  let database: TestDatabase
  let pool: Pool
  before(async () => {
    database = await testDatabase('cloud', migrationsOf('cloud'))
    pool = openPool('narrow', database.urls.app, { max: 2 })
  })
  after(async () => {
    await pool.end()
    await database.close()
  })

  test('more at once than there are connections, each with one open, wait for nobody for ever', async () => {
    const runtime = {
      ...{ pool, keyring: new Keyring(randomBytes(32)), log: openLog('test', { write: () => undefined }) },
      ...{ production: false, now: () => new Date() },
    }
    const call: Call = {
      actor: { kind: 'job', task: 'test' },
      municipality: '212172' as MunicipalityCode,
      traceId: 'test',
    }
    const ask = async (): Promise<number> =>
      await withCtx(runtime, call, async (ctx) => {
        await ctx.tx.sql('select 1')
        // Of theirs, too: what runs beside may do so again.
        return await ctx.separately(async (own) =>
          own.separately(async (third) => (await third.tx.sql('select 1')).length),
        )
      })
    assert.deepEqual(await Promise.all(Array.from({ length: 12 }, ask)), Array(12).fill(1))
  })
})
