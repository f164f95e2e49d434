import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { fillPath, type RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { cloudEndpoints } from '../../apps/cloud/compose.ts'
import { TEST_PASSWORD, testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from './access.actions.ts'
import { getSession, signOut } from './access.contract.ts'
import { approveRecovery, askRecovery, endRecovery, listRecoveries } from './recovery.contract.ts'
import { roles } from './roles.ts'
import * as factor from './second-factor.contract.ts'
import { changeSignInSetting, getSignInSettings } from './sign-in-settings.contract.ts'
import type { SecondFactorRule } from './sign-in-settings.ts'

describe('second factor', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  let admin: Browser
  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    admin = await cloud.signIn(hida, 'admin')
  })
  after(() => cloud.close())

  const account = (loginId: string, role = 'clerk') =>
    cloud.as(hida, (ctx) =>
      createStaff(ctx, {
        ...{ loginId, displayName: '試験', department: '総務課', password: TEST_PASSWORD },
        ...{ roles: [role], mustChangePassword: false },
      }),
    )
  const require = async (rule: SecondFactorRule): Promise<void> => {
    const { settingNo } = await admin.get(getSignInSettings, {})
    const value = { requiredFor: rule.requiredFor, roles: [...rule.roles] }
    const setting: RawInputOf<typeof changeSignInSetting>['setting'] = { key: 'second-factor', value }
    await admin.get(changeSignInSetting, { fromOn: '2026-11-21', setting, settingNo })
  }
  const codeOf = (secret: string, stepsOn = 0): string =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({
      timestamp: cloud.clock.getTime() + stepsOn * 30_000,
    })
  /** As the town's clock goes: the next code. */
  const later = (minutes: number): void => {
    cloud.clock = new Date(cloud.clock.getTime() + minutes * 60_000)
  }
  /** Enrols an app for somebody who signs in with a password alone; gives its secret and the recovery codes. */
  async function enrol(loginId: string): Promise<{ secret: string; recoveryCodes: string[] }> {
    const own = await cloud.browserOf(hida, loginId)
    const { secret } = await own.get(factor.beginTotp, { currentPassword: TEST_PASSWORD })
    const { recoveryCodes } = await own.get(factor.finishTotp, { code: codeOf(secret) })
    later(1)
    return { secret, recoveryCodes }
  }
  const problemOf = async (answer: Promise<{ ok: boolean; problem?: { type: string } }>): Promise<string> =>
    (await answer).problem?.type ?? 'ok'

  test('a session without its second factor may do nothing but show it, over every endpoint there is', async () => {
    await account('waiting')
    await enrol('waiting')
    await require({ requiredFor: 'roles', roles: ['viewer'] })
    await account('enrolling', 'viewer')
    const open = cloudEndpoints().filter((one) => one.beforeSecondFactor === true)
    assert.deepEqual(open.map(({ name }) => name).sort(), [
      ...['addPasskey', 'askForPasskey', 'askPasskey', 'beginTotp', 'confirmByCode', 'confirmByPasskey'],
      ...['confirmByRecoveryCode', 'finishTotp', 'getSecondFactor', 'getSession', 'signOut'],
    ])
    for (const [loginId, pending] of [
      ['waiting', 'second-factor'],
      ['enrolling', 'enrolment'],
    ] as const) {
      const half = await cloud.browserOf(hida, loginId)
      const session = await half.get(getSession, {})
      assert.deepEqual([session.pending, session.permissions], [pending, []])
      let asked = 0
      for (const endpoint of cloudEndpoints()) {
        if (endpoint.permission === 'public' || endpoint.beforeSecondFactor) continue
        const names = [...endpoint.path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => [name!, uuidv7()])
        const { path } = fillPath(endpoint.path, Object.fromEntries(names) as Record<string, string>)
        const answer = await cloud.app.inject({
          ...{ method: endpoint.method, url: path },
          headers: { cookie: half.cookie, 'x-csrf-token': half.csrfToken, 'idempotency-key': uuidv7() },
          ...(endpoint.method === 'POST' ? { payload: {} } : {}),
        })
        const code = answer.json<{ type?: string }>().type
        assert.equal(code, `/problems/${platformProblems.secondFactorFirst.code}`, endpoint.name)
        asked += 1
      }
      assert.ok(asked > 200, String(asked))
    }
    await require({ requiredFor: 'nobody', roles: [] })
  })

  test('what the role of BCL’s operators holds opens no endpoint of a town', () => {
    const opened = cloudEndpoints().filter(({ permission }) =>
      (roles.operator.permissions as readonly string[]).includes(permission),
    )
    assert.deepEqual(opened, [])
  })

  test('who waits for the second factor cannot enrol another one instead', async () => {
    const half = await cloud.browserOf(hida, 'waiting')
    for (const call of [
      half.call(factor.beginTotp, { currentPassword: TEST_PASSWORD }),
      half.call(factor.finishTotp, { code: '000000' }),
      half.call(factor.askForPasskey, { currentPassword: TEST_PASSWORD }),
      half.call(factor.addPasskey, { name: 'x', response: { id: 'x' } }),
    ])
      assert.match(await problemOf(call), /not-pending/)
  })

  test('a code opens once; the session of before it is gone', async () => {
    await account('once')
    const { secret } = await enrol('once')
    const half = await cloud.browserOf(hida, 'once')
    const code = codeOf(secret)
    assert.match(await problemOf(half.call(factor.confirmByCode, { code: '000000' })), /wrong-code/)
    const done = await half.call(factor.confirmByCode, { code })
    assert.ok(done.ok && done.body.pending === null && done.body.permissions.length > 0)
    assert.equal((await half.call(getSession, {})).status, 401)
    const again = await cloud.browserOf(hida, 'once')
    assert.match(await problemOf(again.call(factor.confirmByCode, { code })), /wrong-code/)
    assert.match(
      await problemOf(again.call(factor.confirmByCode, { code: codeOf(secret, -1) })),
      /wrong-code/,
    )
    assert.match(await problemOf(again.call(factor.confirmByCode, { code: codeOf(secret, 3) })), /wrong-code/)
    assert.equal((await again.call(factor.confirmByCode, { code: codeOf(secret, 1) })).status, 200)
  })

  test('of two who send the same code at the same moment one is let in', async () => {
    await account('twice')
    const { secret } = await enrol('twice')
    const both = [await cloud.browserOf(hida, 'twice'), await cloud.browserOf(hida, 'twice')]
    const code = codeOf(secret)
    const answers = await Promise.all(both.map((one) => one.call(factor.confirmByCode, { code })))
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 422],
    )
  })

  test('wrong codes lock, and the right password does not forgive them', async () => {
    await account('guessed')
    const { secret } = await enrol('guessed')
    for (let i = 0; i < 4; i++) {
      const half = await cloud.browserOf(hida, 'guessed')
      assert.equal((await half.call(factor.confirmByCode, { code: '000000' })).status, 422)
    }
    const half = await cloud.browserOf(hida, 'guessed')
    assert.equal((await half.call(factor.confirmByCode, { code: '000000' })).status, 423)
    assert.equal((await half.call(factor.confirmByCode, { code: codeOf(secret) })).status, 423)
    later(16)
    const after = await cloud.browserOf(hida, 'guessed')
    assert.equal((await after.call(factor.confirmByCode, { code: codeOf(secret) })).status, 200)
  })

  test('ten recovery codes, each for once, however it is typed', async () => {
    await account('paper')
    const { recoveryCodes } = await enrol('paper')
    assert.equal(new Set(recoveryCodes).size, 10)
    const typed = recoveryCodes[0]!.replaceAll('-', ' ').toUpperCase()
    const half = await cloud.browserOf(hida, 'paper')
    assert.equal((await half.call(factor.confirmByRecoveryCode, { code: typed })).status, 200)
    const again = await cloud.browserOf(hida, 'paper')
    assert.equal((await again.call(factor.confirmByRecoveryCode, { code: typed })).status, 422)
    assert.equal((await again.get(factor.getSecondFactor, {})).recoveryCodesLeft, 9)
    const [stored] = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ hits: number }>(
        `select count(*)::integer as hits from app.command c
          where c.municipality_code = $1 and c.endpoint in ('finishTotp', 'beginTotp') and c.outcome is not null`,
        [hida],
      ),
    )
    assert.equal(stored!.hits, 0, 'what is shown once is kept nowhere')
  })

  test('where a role requires it, enrolling comes first, and the last one stays', async () => {
    await account('new-one', 'window')
    await require({ requiredFor: 'roles', roles: ['window'] })
    const half = await cloud.browserOf(hida, 'new-one')
    const { secret, uri } = await half.get(factor.beginTotp, { currentPassword: '' })
    assert.match(uri, /^otpauth:\/\/totp\/.*new-one\?.*secret=/)
    assert.equal((await half.call(factor.finishTotp, { code: '000000' })).status, 422)
    const done = await half.get(factor.finishTotp, { code: codeOf(secret) })
    assert.deepEqual([done.session.pending, done.recoveryCodes.length], [null, 10])
    later(1)
    const next = await cloud.browserOf(hida, 'new-one')
    const answer = await cloud.app.inject({
      ...{ method: 'POST', url: factor.confirmByCode.path, payload: { code: codeOf(secret) } },
      headers: { cookie: next.cookie, 'x-csrf-token': next.csrfToken, 'idempotency-key': uuidv7() },
    })
    const cookie = answer.cookies.map((one) => `${one.name}=${one.value}`).join('; ')
    const { csrfToken } = answer.json<{ csrfToken: string }>()
    const end = await cloud.app.inject({
      ...{ method: 'POST', url: factor.endTotp.path, payload: { currentPassword: TEST_PASSWORD } },
      headers: { cookie, 'x-csrf-token': csrfToken, 'idempotency-key': uuidv7() },
    })
    assert.equal(end.statusCode, 409)
    await require({ requiredFor: 'nobody', roles: [] })
  })

  test('an open session that somebody sits down at enrols nothing without the password', async () => {
    await account('away')
    const own = await cloud.browserOf(hida, 'away')
    const begun = await own.call(factor.beginTotp, { currentPassword: 'a guess at the password' })
    assert.match(await problemOf(Promise.resolve(begun as never)), /wrong-current-password/)
    assert.equal((await own.call(factor.makeRecoveryCodes, { currentPassword: '' })).status, 422)
  })

  test('two administrators give a person one new enrolment; never one alone, never for oneself', async () => {
    await account('phoneless')
    const { secret } = await enrol('phoneless')
    await account('helper', 'admin')
    await account('other', 'admin')
    await enrol('other')
    const helper = await cloud.browserOf(hida, 'helper')
    assert.equal((await helper.call(askRecovery, { loginId: 'helper', reason: 'lost' })).status, 422)
    const { recoveryId } = await helper.get(askRecovery, { loginId: 'phoneless', reason: 'lost' })
    assert.equal((await admin.call(askRecovery, { loginId: 'phoneless', reason: 'lost' })).status, 409)
    assert.match(await problemOf(helper.call(approveRecovery, { recoveryId })), /same-administrator/)
    const clerk = await cloud.signIn(hida, 'clerk')
    assert.equal((await clerk.call(approveRecovery, { recoveryId })).status, 403)
    const { code } = await admin.get(approveRecovery, { recoveryId })
    assert.equal((await admin.call(approveRecovery, { recoveryId })).status, 409)

    const half = await cloud.browserOf(hida, 'phoneless')
    const session = await half.get(factor.confirmByRecoveryCode, { code })
    assert.equal(session.pending, 'enrolment')
    const again = await cloud.browserOf(hida, 'phoneless')
    assert.notEqual((await again.call(factor.confirmByCode, { code: codeOf(secret) })).status, 200)
    const { recoveries } = await admin.get(listRecoveries, {})
    assert.deepEqual([recoveries[0]?.state, recoveries[0]?.mayApprove], ['used', false])
  })

  test('a recovery code that nobody fetches ends after a day, one that is withdrawn at once', async () => {
    await account('slow')
    await enrol('slow')
    const asker = await cloud.signIn(hida, 'admin')
    const ask = async (): Promise<{ recoveryId: string; code: string }> => {
      const { recoveryId } = await asker.get(askRecovery, { loginId: 'slow', reason: 'broken' })
      return { recoveryId, code: (await admin.get(approveRecovery, { recoveryId })).code }
    }
    const first = await ask()
    assert.equal((await admin.call(endRecovery, { recoveryId: first.recoveryId })).status, 200)
    const half = await cloud.browserOf(hida, 'slow')
    assert.equal((await half.call(factor.confirmByRecoveryCode, { code: first.code })).status, 422)
    later(1)
    const second = await ask()
    later(25 * 60)
    const late = await cloud.browserOf(hida, 'slow')
    assert.equal((await late.call(factor.confirmByRecoveryCode, { code: second.code })).status, 422)
    const fresh = await cloud.signIn(hida, 'admin')
    const { recoveries } = await fresh.get(listRecoveries, {})
    assert.deepEqual(
      recoveries.slice(0, 2).map(({ state }) => state),
      ['expired', 'ended'],
    )
    assert.equal((await late.call(signOut, {})).status, 200)
  })
})
