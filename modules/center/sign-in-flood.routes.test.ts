import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { centerCtx, type CenterRuntime } from '@open-bcl/platform/http/serve-center.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'
import { servePeople } from '../../apps/center/compose.ts'
import { testFactor, testPassword } from '../../apps/center/testing/people.ts'
import { makeStaff } from './staff.actions.ts'
import { MOST_LOGINS } from './staff.store.ts'

/** What a flood of invented IDs does to the centre's operators. */
describe('sign-in of the centre’s operators under a flood', () => {
  let database: TestDatabase
  let app: FastifyInstance
  let runtime: CenterRuntime
  let clock = new Date('2026-11-25T00:00:00Z')

  before(async () => {
    database = await testDatabase('center', migrationsOf('center'))
    const log = openLog('center', { write: () => undefined })
    runtime = { pool: database.app, log, production: false, now: () => clock }
    app = await httpServer({ program: 'center', log, ready: [] })
    servePeople(app, runtime, {
      ...{ centre: null as never, papers: null as never, test: false },
      factor: testFactor,
    })
    await app.ready()
    for (const loginId of ['hanako', 'jiro'])
      await centerCtx(runtime).separately((ctx) =>
        makeStaff(ctx, {
          ...{ loginId, displayName: '運用', role: 'operator', password: testPassword },
          mustChangePassword: false,
        }),
      )
  })
  after(async () => {
    await app.close()
    await database.close()
  })

  const type = (loginId: string, cookie = '', password = testPassword) =>
    app.inject({
      ...{ method: 'POST', url: '/api/sign-in', headers: { cookie }, payload: { loginId, password } },
    })
  const rows = async (): Promise<number> => {
    const [row] = await inCenter(database.app, (tx) =>
      tx.sql<{ count: number }>('select count(*)::integer as count from center.sign_in'),
    )
    return row!.count
  }

  test('invented IDs take a bounded number of rows; a known browser goes on, and stale rows serve again', async () => {
    const first = await type('hanako')
    assert.equal(first.statusCode, 200)
    const own = first.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    await inCenter(database.app, (tx) =>
      tx.sql(
        `insert into center.sign_in (login_hash, attempts, last_at)
         select decode(md5(n::text), 'hex'), 1, $1 from generate_series(1, $2) n`,
        [clock, MOST_LOGINS],
      ),
    )
    const before = await rows()
    for (let i = 0; i < 5; i++) assert.notEqual((await type(`invented-${i}`)).statusCode, 200)
    assert.equal((await type('invented-9')).statusCode, 423, 'counted together')
    assert.equal((await type('jiro')).statusCode, 423, 'nobody can tell that this one exists')
    assert.equal(await rows(), before + 1, 'one row for all of them')
    assert.equal((await type('hanako', own)).statusCode, 200)
    assert.equal((await type('hanako')).statusCode, 200, 'whoever has a row keeps it')
    clock = new Date(clock.getTime() + 2 * 3_600_000)
    assert.equal((await type('invented-10')).statusCode, 401)
    assert.equal((await type('jiro')).statusCode, 200)
    assert.equal(await rows(), before + 2, 'only the known browser took one besides')
  })
})
