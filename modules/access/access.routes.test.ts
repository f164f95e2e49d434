import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from './access.actions.ts'
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
  const account = (code: MunicipalityCode, loginId: string) =>
    cloud.as(code, (ctx) =>
      createStaff(ctx, {
        loginId,
        displayName: '試験',
        department: '総務課',
        password: TEST_PASSWORD,
        roles: ['viewer'],
        mustChangePassword: false,
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

  test('production lets nobody of a demonstration town sign in, whatever is printed somewhere', async () => {
    const production = await testCloud({ production: true })
    await production.onboard('212172', '飛騨市')
    await assert.rejects(production.signIn(hida, 'admin'), /401|wrong-sign-in/)
    await production.close()
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
    const forged = browser.cookie.replace('212172.', `${takayama}.`)
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
