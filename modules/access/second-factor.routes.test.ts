import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudEndpoints } from '../../apps/cloud/compose.ts'
import { TEST_PASSWORD, testCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from './access.actions.ts'
import { isForTowns } from './permission-words.ts'
import { opensTo, roles } from './roles.ts'
import { changeSignInSetting, getSignInSettings } from './sign-in-settings.contract.ts'
import { secondFactorCases } from './testing/second-factor-cases.ts'

secondFactorCases('second factor of a town’s staff', async () => {
  const cloud = await testCloud()
  const hida = await cloud.onboard('212172', '飛騨市')
  return {
    app: cloud.app,
    get clock() {
      return cloud.clock
    },
    set clock(value: Date) {
      cloud.clock = value
    },
    password: TEST_PASSWORD,
    endpoints: cloudEndpoints(),
    async account(loginId, kind) {
      await cloud.as(hida, (ctx) =>
        createStaff(ctx, {
          ...{ loginId, displayName: '試験', department: '総務課', password: TEST_PASSWORD },
          ...{ roles: [kind === 'worker' ? 'clerk' : 'admin'], mustChangePassword: false },
        }),
      )
    },
    signInBody: (loginId) => ({ municipalityCode: hida, loginId, password: TEST_PASSWORD }),
    async require(required) {
      const admin = await cloud.signIn(hida, 'admin')
      const { settingNo } = await admin.get(getSignInSettings, {})
      const value = required
        ? ({ requiredFor: 'roles', roles: ['clerk'] } as const)
        : ({ requiredFor: 'nobody', roles: [] } as const)
      await admin.get(changeSignInSetting, {
        ...{ fromOn: '2026-11-21', settingNo },
        setting: { key: 'second-factor', value: { ...value, roles: [...value.roles] } },
      })
    },
    async storedSecrets() {
      const rows = await cloud.as(hida, (ctx) =>
        ctx.tx.sql<{ sealed: Buffer }>('select sealed from access.totp where municipality_code = $1', [hida]),
      )
      return rows.map(({ sealed }) => sealed)
    },
    async answersKept(endpoints) {
      const [row] = await cloud.as(hida, (ctx) =>
        ctx.tx.sql<{ hits: number }>(
          `select count(*)::integer as hits from app.command c
            where c.municipality_code = $1 and c.endpoint = any($2::text[]) and c.outcome is not null`,
          [hida, [...endpoints]],
        ),
      )
      return row!.hits
    },
    close: () => cloud.close(),
  }
})

test('open before the second factor is what leads to it, and nothing else', () => {
  const open = cloudEndpoints().filter((one) => one.beforeSecondFactor === true)
  assert.deepEqual(open.map(({ name }) => name).sort(), [
    ...['addPasskey', 'askForPasskey', 'askPasskey', 'beginTotp', 'confirmByCode', 'confirmByPasskey'],
    ...['confirmByRecoveryCode', 'finishTotp', 'getSecondFactor', 'getSession', 'signOut'],
  ])
})

test('what the role of BCL’s operators holds no town gives to anybody, and it opens nothing but readings', () => {
  const held: readonly string[] = roles.operator.permissions
  assert.ok(held.some((permission) => !isForTowns(permission)))
  const opened = cloudEndpoints().filter(
    (endpoint) => held.includes(endpoint.permission) && opensTo('operator', endpoint),
  )
  assert.ok(opened.length > 0)
  assert.ok(
    opened.every(
      ({ method, reads, produces }) => (method === 'GET' || reads === true) && produces === undefined,
    ),
  )
})
