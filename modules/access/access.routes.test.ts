import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from './access.actions.ts'
import { getMunicipalitySettings } from '../municipalities/municipalities.contract.ts'
import { changePassword, getSession, signOut } from './access.contract.ts'

describe('sign-in and sessions', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  let takayama: MunicipalityCode
  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    takayama = await cloud.onboard('212032', '高山市')
  })
  after(() => cloud.close())

  const attempt = (payload: Record<string, string>) =>
    cloud.app.inject({ method: 'POST', url: '/api/sign-in', payload })
  const account = (code: MunicipalityCode, loginId: string, mustChangePassword = false) =>
    cloud.as(code, (ctx) =>
      createStaff(ctx, {
        loginId,
        displayName: '試験',
        department: '総務課',
        password: TEST_PASSWORD,
        roles: ['admin'],
        mustChangePassword,
      }),
    )

  test('a wrong password, an unknown ID and an unknown town are told apart by nobody', async () => {
    await account(hida, 'known')
    const answers = await Promise.all([
      attempt({ municipalityCode: '212172', loginId: 'known', password: 'wrong password!' }),
      attempt({ municipalityCode: '212172', loginId: 'unknown', password: 'wrong password!' }),
      attempt({ municipalityCode: '011002', loginId: 'known', password: 'wrong password!' }),
    ])
    const bodies = answers.map((answer) => ({ ...answer.json<Record<string, unknown>>(), instance: '' }))
    assert.deepEqual(
      answers.map((answer) => answer.statusCode),
      [401, 401, 401],
    )
    assert.deepEqual(bodies[1], bodies[0])
    assert.deepEqual(bodies[2], bodies[0])
  })

  test('five wrong passwords lock the account even for the right one, and time opens it again', async () => {
    await account(hida, 'locked')
    for (let i = 0; i < 5; i++)
      await attempt({ municipalityCode: hida, loginId: 'locked', password: 'wrong' })
    const right = { municipalityCode: hida, loginId: 'locked', password: TEST_PASSWORD }
    assert.equal((await attempt(right)).statusCode, 423)
    const before = cloud.clock
    cloud.clock = new Date(before.getTime() + 16 * 60_000)
    assert.equal((await attempt(right)).statusCode, 200)
    cloud.clock = before
    const failures = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ event: string }>(
        `select event from access.audit where municipality_code = $1 and event in ('access.sign-in-failed', 'access.account-locked')`,
        [hida],
      ),
    )
    assert.ok(failures.some((row) => row.event === 'access.account-locked'))
  })

  test('guesses at the same moment are counted too: no more than five are tried', async () => {
    await account(hida, 'parallel')
    const answers = await Promise.all(
      Array.from({ length: 9 }, () =>
        attempt({ municipalityCode: hida, loginId: 'parallel', password: 'wrong' }),
      ),
    )
    const tried = answers.filter((answer) => answer.statusCode === 401).length
    assert.deepEqual(
      [tried, answers.length - tried],
      [4, 5],
      'the fifth and all after it are told of the lock',
    )
    assert.ok(answers.every((answer) => [401, 423].includes(answer.statusCode)))
    const right = await attempt({ municipalityCode: hida, loginId: 'parallel', password: TEST_PASSWORD })
    assert.equal(right.statusCode, 423)
  })

  test('the right password on the fifth attempt opens, and what was mistyped before is forgotten', async () => {
    await account(hida, 'clumsy')
    const type = async (password: string) =>
      (await attempt({ municipalityCode: hida, loginId: 'clumsy', password })).statusCode
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 4; i++) assert.equal(await type('wrong'), 401)
      assert.equal(await type(TEST_PASSWORD), 200)
    }
  })

  test('a flood of sign-ins takes no connection from the others, and every one of them counts', async () => {
    await account(hida, 'flooded')
    const browser = await cloud.signIn(hida, 'viewer')
    const flood = Array.from({ length: 30 }, () =>
      attempt({ municipalityCode: hida, loginId: 'flooded', password: 'wrong' }),
    )
    assert.equal((await browser.call(getSession, {})).status, 200)
    const answers = await Promise.all(flood)
    const count = (status: number) => answers.filter((answer) => answer.statusCode === status).length
    assert.deepEqual([count(401), count(423)], [4, 26])
    const [audited] = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ count: bigint }>(
        `select count(*) as count
           from access.audit a
           join access.audit_subject s using (municipality_code, at, audit_id)
           join access.staff p on p.municipality_code = a.municipality_code and p.staff_id::text = s.subject_id
          where a.municipality_code = $1 and p.login_id = 'flooded'
            and a.event in ('access.sign-in-failed', 'access.account-locked')`,
        [hida],
      ),
    )
    assert.equal(audited!.count, 30n)
  })

  test('an ID that nobody has and one that was closed lock like any other, and are kept in the audit trail', async () => {
    await account(hida, 'open')
    await account(hida, 'closed')
    await cloud.as(hida, (ctx) =>
      ctx.tx.sql(
        `update access.staff set disabled_at = $2 where municipality_code = $1 and login_id = 'closed'`,
        [hida, ctx.now],
      ),
    )
    const answersOf = async (loginId: string) => {
      const statuses = []
      for (let i = 0; i < 6; i++) {
        const password = loginId === 'closed' ? TEST_PASSWORD : 'wrong'
        const answer = await attempt({ municipalityCode: hida, loginId, password })
        statuses.push(answer.statusCode)
      }
      return statuses
    }
    const failures = async () => {
      const [row] = await cloud.as(hida, (ctx) =>
        ctx.tx.sql<{ count: bigint }>(
          `select count(*) as count from access.audit
            where municipality_code = $1 and event in ('access.sign-in-failed', 'access.account-locked')`,
          [hida],
        ),
      )
      return row!.count
    }
    const expected = [401, 401, 401, 401, 423, 423]
    for (const loginId of ['open', 'closed', 'nobody']) {
      const before = await failures()
      assert.deepEqual(await answersOf(loginId), expected, loginId)
      assert.equal((await failures()) - before, 6n, loginId)
    }
  })

  test('production lets nobody of a demonstration town sign in, whatever is printed somewhere', async () => {
    const production = await testCloud({ production: true })
    await production.onboard('212172', '飛騨市')
    await assert.rejects(production.signIn(hida, 'admin'), /401|wrong-sign-in/)
    await production.close()
  })

  test('whoever must change the password can do that and nothing else', async () => {
    await account(hida, 'newcomer', true)
    const browser = await cloud.browserOf(hida, 'newcomer')
    assert.equal((await browser.call(getSession, {})).status, 200)
    const refused = await browser.call(getMunicipalitySettings, {})
    assert.equal(!refused.ok && refused.problem.type, '/problems/platform/password-first')
    await browser.get(changePassword, { currentPassword: TEST_PASSWORD, newPassword: 'a password of my own' })
    assert.equal((await browser.call(getMunicipalitySettings, {})).status, 200)
  })

  test('a wrong current password counts like a failed sign-in', async () => {
    await account(hida, 'unwatched')
    const browser = await cloud.browserOf(hida, 'unwatched')
    const guess = (currentPassword: string) =>
      browser.call(changePassword, { currentPassword, newPassword: 'another fine password' })
    for (let i = 0; i < 4; i++) assert.equal((await guess('wrong')).status, 422)
    assert.equal((await guess('wrong')).status, 423)
    assert.equal((await guess(TEST_PASSWORD)).status, 423)
    const signIn = { municipalityCode: hida, loginId: 'unwatched', password: TEST_PASSWORD }
    const there = await cloud.app.inject({
      ...{ method: 'POST', url: '/api/sign-in', payload: signIn, headers: { cookie: browser.cookie } },
    })
    assert.equal(there.statusCode, 423)
  })

  test('a request does not wait for another one of the same session', async () => {
    const browser = await cloud.signIn(hida, 'viewer')
    const before = cloud.clock
    cloud.clock = new Date(before.getTime() + 2 * 60_000)
    await cloud.as(hida, async (held) => {
      await held.tx.sql('select 1 from access.session where municipality_code = $1 for update', [hida])
      assert.equal((await browser.call(getSession, {})).status, 200)
    })
    cloud.clock = before
  })

  test('an idle session ends, and so does one signed out', async () => {
    const browser = await cloud.signIn(hida, 'viewer')
    assert.equal((await browser.call(getSession, {})).status, 200)
    const before = cloud.clock
    cloud.clock = new Date(before.getTime() + 61 * 60_000)
    assert.equal((await browser.call(getSession, {})).status, 401)
    cloud.clock = before
    await browser.get(signOut, {})
    assert.equal((await browser.call(getSession, {})).status, 401)
  })

  test('a session token of one town opens nothing in another town', async () => {
    const browser = await cloud.signIn(hida, 'admin')
    const forged = browser.cookie.replaceAll('212172.', `${takayama}.`)
    const answer = await cloud.app.inject({ method: 'GET', url: '/api/session', headers: { cookie: forged } })
    assert.equal(answer.statusCode, 401)
  })

  test('a write without the CSRF token is refused', async () => {
    const browser = await cloud.signIn(hida, 'viewer')
    const answer = await cloud.app.inject({
      method: 'POST',
      url: '/api/sign-out',
      payload: {},
      headers: { cookie: browser.cookie, 'idempotency-key': uuidv7() },
    })
    assert.equal(answer.statusCode, 403)
    assert.equal(answer.json<{ type: string }>().type, '/problems/platform/bad-origin')
  })

  test('the same requestId changes a password once, and with another body is refused', async () => {
    const browser = await cloud.signIn(hida, 'viewer')
    const requestId = uuidv7()
    const input = { currentPassword: TEST_PASSWORD, newPassword: 'another fine password' }
    await browser.get(changePassword, input, requestId)
    // A second effect would fail: the current password is another by now.
    assert.deepEqual(await browser.get(changePassword, input, requestId), { changed: true })
    const other = await browser.call(
      changePassword,
      { ...input, newPassword: 'yet another password' },
      requestId,
    )
    assert.equal(other.status, 409)
  })

  test('log lines hold codes and ids, never a name or a login id', async () => {
    assert.ok(cloud.logLines.length > 0)
    for (const line of cloud.logLines) {
      assert.doesNotMatch(line, /試験|locked@|known|correct horse/)
    }
  })
})
