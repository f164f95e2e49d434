import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from './access.actions.ts'
import { changePassword, getSession } from './access.contract.ts'
import { endMyOtherSessions, endMySession, listMySessions } from './sessions.contract.ts'
import { changeSignInSetting } from './sign-in-settings.contract.ts'
import { MOST_ROWS } from './sign-in.store.ts'

/** What a stranger's guesses do to a person, and a flood of them to a town; and what a person sees of own sessions. */
describe('lock-out and devices', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
  })
  after(() => cloud.close())

  const account = (loginId: string) =>
    cloud.as(hida, (ctx) =>
      createStaff(ctx, {
        ...{ loginId, displayName: '試験', department: '総務課', password: TEST_PASSWORD },
        ...{ roles: ['admin'], mustChangePassword: false },
      }),
    )
  const type = async (loginId: string, password: string, cookie = ''): Promise<number> => {
    const payload = { municipalityCode: hida, loginId, password }
    const answer = await cloud.app.inject({
      ...{ method: 'POST', url: '/api/sign-in', payload, headers: { cookie } },
    })
    return answer.statusCode
  }
  const deviceOf = (cookie: string): string => /open_bcl_device=[^;]+/.exec(cookie)![0]

  test('guesses elsewhere lock nobody out of the browser they work at, and open nothing to the guesser', async () => {
    await account('hanako')
    const own = deviceOf((await cloud.browserOf(hida, 'hanako')).cookie)
    for (let i = 0; i < 6; i++) await type('hanako', 'wrong')
    assert.equal(await type('hanako', TEST_PASSWORD), 423)
    assert.equal(await type('hanako', TEST_PASSWORD, own), 200)
    // What is not a browser of hers counts as a stranger: an invented cookie, or one of a colleague.
    await account('jiro')
    const his = deviceOf((await cloud.browserOf(hida, 'jiro')).cookie)
    assert.equal(await type('hanako', TEST_PASSWORD, his), 423)
    assert.equal(await type('hanako', TEST_PASSWORD, 'open_bcl_device=212172.invented'), 423)
  })

  test('at the known browser five wrong ones lock, too', async () => {
    await account('saburo')
    const own = deviceOf((await cloud.browserOf(hida, 'saburo')).cookie)
    for (let i = 0; i < 5; i++) await type('saburo', 'wrong', own)
    assert.equal(await type('saburo', TEST_PASSWORD, own), 423)
    assert.equal(await type('saburo', TEST_PASSWORD), 200, 'elsewhere it is another count')
  })

  test('a flood of invented IDs takes a bounded number of rows, and a known browser goes on', async () => {
    const takayama = await cloud.onboard('212032', '高山市')
    await cloud.as(takayama, async (ctx) => {
      await createStaff(ctx, {
        ...{ loginId: 'known', displayName: '試験', department: '', password: TEST_PASSWORD },
        ...{ roles: ['viewer'], mustChangePassword: false },
      })
    })
    const own = deviceOf((await cloud.browserOf(takayama, 'known')).cookie)
    const rows = async (): Promise<number> =>
      await cloud.as(takayama, async (ctx) => {
        const [row] = await ctx.tx.sql<{ count: number }>(
          'select count(*)::integer as count from access.sign_in where municipality_code = $1',
          [takayama],
        )
        return row!.count
      })
    await cloud.as(takayama, (ctx) =>
      ctx.tx.sql(
        `insert into access.sign_in (municipality_code, login_hmac, attempts, last_at)
         select $1, decode(md5(n::text), 'hex'), 1, $2 from generate_series(1, $3) n`,
        [takayama, ctx.now, MOST_ROWS],
      ),
    )
    const before = await rows()
    const at = (loginId: string, cookie = '') =>
      cloud.app.inject({
        ...{ method: 'POST', url: '/api/sign-in', headers: { cookie } },
        payload: { municipalityCode: takayama, loginId, password: TEST_PASSWORD },
      })
    for (let i = 0; i < 6; i++) await at(`invented-${i}`)
    assert.equal((await at('invented-9')).statusCode, 423, 'counted together')
    assert.equal(await rows(), before + 1, 'one row for all of them')
    assert.equal((await at('known', own)).statusCode, 200)
    cloud.clock = new Date(cloud.clock.getTime() + 2 * 3_600_000)
    assert.equal((await at('invented-10')).statusCode, 401, 'rows that nobody touched serve again')
    assert.equal(await rows(), before + 2, 'besides them only the known browser has one')
  })

  test('one sees where one is signed in, and ends one of them or all others', async () => {
    await account('shiro')
    const [a, b, c] = [
      await cloud.browserOf(hida, 'shiro'),
      await cloud.browserOf(hida, 'shiro'),
      await cloud.browserOf(hida, 'shiro'),
    ]
    const { sessions } = await a.get(listMySessions, {})
    assert.deepEqual(
      [sessions.filter((one) => one.open).length, sessions.filter((one) => one.isThis).length],
      [3, 1],
    )
    const stranger = await cloud.signIn(hida, 'viewer')
    const other = sessions.find((one) => !one.isThis)!
    assert.equal((await stranger.call(endMySession, { sessionId: other.sessionId })).status, 404)
    assert.equal((await a.call(endMySession, { sessionId: other.sessionId })).status, 200)
    assert.deepEqual(
      (await Promise.all([b, c].map((one) => one.call(getSession, {}))))
        .map(({ status }) => status)
        .toSorted((a, b) => a - b),
      [200, 401],
    )
    assert.deepEqual(await a.get(endMyOtherSessions, {}), { count: 1 })
    assert.deepEqual(
      (await Promise.all([a, b, c].map((one) => one.call(getSession, {})))).map(({ status }) => status),
      [200, 401, 401],
    )
  })

  test('passwords: the common ones are refused, and age matters only where the town says so', async () => {
    await account('goro')
    const own = await cloud.browserOf(hida, 'goro')
    const change = async (newPassword: string): Promise<number> =>
      (await own.call(changePassword, { currentPassword: TEST_PASSWORD, newPassword })).status
    assert.equal(await change('Password1234!'), 422)
    const aged = await cloud.as(hida, (ctx) =>
      ctx.tx.sql(
        `update access.staff set password_set_at = $2::timestamptz - interval '400 days'
          where municipality_code = $1 and login_id = 'goro' returning 1`,
        [hida, ctx.now],
      ),
    )
    assert.equal(aged.length, 1)
    const mustChange = async (): Promise<boolean> =>
      (await (await cloud.browserOf(hida, 'goro')).get(getSession, {})).mustChangePassword
    assert.equal(await mustChange(), false)
    const setting = { key: 'password', value: { rotationDays: 365 } } as const
    await own.get(changeSignInSetting, { fromOn: '2026-11-21', setting, settingNo: 0 })
    assert.equal(await mustChange(), true)
  })
})
