import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { Secret, TOTP } from 'otpauth'
import { fillPath } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { centerCtx, type CenterRuntime } from '@open-bcl/platform/http/serve-center.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'
import { centerRoutes, servePeople, type CenterSide } from '../../apps/center/compose.ts'
import { testFactor, testPassword, testPerson, type TestPerson } from '../../apps/center/testing/people.ts'
import { approveRecovery, askRecovery } from '../access/recovery.contract.ts'
import * as factor from '../access/second-factor.contract.ts'
import { listMySessions } from '../access/sessions.contract.ts'
import { makeStaff } from './staff.actions.ts'
import { changePassword, getSession, listStaff } from './staff.contract.ts'
import type { StaffRole } from './staff.ts'

/** The operators' console in production: nobody works there with a password alone. */
describe('second factor of the centre’s operators', () => {
  let database: TestDatabase
  let app: FastifyInstance
  let runtime: CenterRuntime
  let clock = new Date('2026-11-25T00:00:00Z')
  const side: CenterSide = {
    ...{ centre: null as never, papers: null as never, test: false },
    factor: { ...testFactor, required: true },
  }

  before(async () => {
    database = await testDatabase('center', migrationsOf('center'))
    const log = openLog('center', { write: () => undefined })
    runtime = { pool: database.app, log, production: false, now: () => clock }
    app = await httpServer({ program: 'center', log, ready: [] })
    servePeople(app, runtime, side)
    await app.ready()
    await account('hanako', 'operator')
    for (const loginId of ['admin1', 'admin2', 'admin3']) await account(loginId, 'administrator')
  })
  after(async () => {
    await app.close()
    await database.close()
  })

  const account = (loginId: string, role: StaffRole) =>
    centerCtx(runtime).separately((ctx) =>
      makeStaff(ctx, {
        ...{ loginId, displayName: `運用 ${loginId}`, role, password: testPassword },
        mustChangePassword: false,
      }),
    )
  type In = { readonly person: TestPerson; readonly cookie: string; readonly csrfToken: string }
  const inBy = (answer: Awaited<ReturnType<FastifyInstance['inject']>>): In => {
    const cookie = answer.cookies.map((one) => `${one.name}=${one.value}`).join('; ')
    const body = answer.json<{ csrfToken?: string; session?: { csrfToken: string } }>()
    const csrfToken = body.csrfToken ?? body.session?.csrfToken ?? ''
    return { person: testPerson(() => app, cookie, csrfToken), cookie, csrfToken }
  }
  const password = async (loginId: string, cookie = ''): Promise<In & { status: number }> => {
    const payload = { loginId, password: testPassword }
    const answer = await app.inject({
      ...{ method: 'POST', url: '/api/sign-in', payload, headers: { cookie } },
    })
    return { ...inBy(answer), status: answer.statusCode }
  }
  const post = async (half: In, path: string, payload: object): Promise<{ status: number; next: In }> => {
    const answer = await app.inject({
      ...{ method: 'POST', url: path, payload },
      headers: { cookie: half.cookie, 'x-csrf-token': half.csrfToken, 'idempotency-key': uuidv7() },
    })
    return { status: answer.statusCode, next: inBy(answer) }
  }
  const codeOf = (secret: string): string => {
    clock = new Date(clock.getTime() + 60_000)
    return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.getTime() })
  }
  async function enrol(loginId: string): Promise<{ secret: string; full: In }> {
    const half = await password(loginId)
    const { secret } = await half.person.get(factor.beginTotp, { currentPassword: '' })
    const { status, next } = await post(half, factor.finishTotp.path, { code: codeOf(secret) })
    assert.equal(status, 200)
    return { secret, full: next }
  }

  test('with the password alone nothing is open, over every endpoint', async () => {
    const half = await password('hanako')
    assert.equal((await half.person.get(getSession, {})).pending, 'enrolment')
    let asked = 0
    for (const { endpoint } of centerRoutes(side)) {
      if (endpoint.permission === 'public' || endpoint.beforeSecondFactor) continue
      const names = [...endpoint.path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => [name!, uuidv7()])
      const { path } = fillPath(endpoint.path, Object.fromEntries(names) as Record<string, string>)
      const answer = await app.inject({
        ...{ method: endpoint.method, url: path },
        headers: {
          ...{ cookie: half.cookie, 'x-csrf-token': half.csrfToken, 'idempotency-key': uuidv7() },
        },
        ...(endpoint.method === 'POST' ? { payload: {} } : {}),
      })
      const { type } = answer.json<{ type?: string }>()
      assert.equal(type, `/problems/${platformProblems.secondFactorFirst.code}`, endpoint.name)
      asked += 1
    }
    assert.ok(asked > 60, String(asked))
  })

  test('an app is enrolled, asked for at the next sign-in, and its code opens once; the secret is sealed', async () => {
    const { secret, full } = await enrol('hanako')
    assert.equal((await full.person.get(getSession, {})).pending, null)
    const half = await password('hanako')
    assert.equal((await half.person.get(getSession, {})).pending, 'second-factor')
    assert.equal(await half.person.refused(factor.confirmByCode, { code: '000000' }), 'access/wrong-code')
    const code = codeOf(secret)
    const done = await post(half, factor.confirmByCode.path, { code })
    assert.equal(done.status, 200)
    assert.equal((await half.person.call(getSession, {})).status, 401)
    const again = await password('hanako')
    assert.equal((await post(again, factor.confirmByCode.path, { code })).status, 422)
    const { sessions } = await done.next.person.get(listMySessions, {})
    assert.ok(sessions.some((one) => one.isThis) && sessions.length >= 4)
    const rows = await centerCtx(runtime).separately((ctx) =>
      ctx.tx.sql<{ sealed: Buffer }>('select sealed from center.staff_totp', []),
    )
    assert.ok(rows.every(({ sealed }) => !sealed.includes(secret)))
    const weak = { currentPassword: testPassword, newPassword: 'Password2026!' }
    assert.equal(await done.next.person.refused(changePassword, weak), 'center/weak-password')
  })

  test('two administrators, never one, let an operator enrol anew', async () => {
    const [one, two] = [(await enrol('admin1')).full, (await enrol('admin2')).full]
    const { recoveryId } = await one.person.get(askRecovery, { loginId: 'hanako', reason: 'lost' })
    assert.equal(
      await one.person.refused(approveRecovery, { recoveryId }),
      'access/recovery-same-administrator',
    )
    assert.equal(
      await two.person.refused(askRecovery, { loginId: 'admin2', reason: 'lost' }),
      'access/recovery-oneself',
    )
    const { code } = await two.person.get(approveRecovery, { recoveryId })
    const half = await password('hanako')
    const { status, next } = await post(half, factor.confirmByRecoveryCode.path, { code })
    assert.equal(status, 200)
    assert.equal((await next.person.get(getSession, {})).pending, 'enrolment')
    assert.equal(await next.person.refused(listStaff, {}), platformProblems.secondFactorFirst.code)
  })

  test('a stranger’s guesses lock nobody out of the own browser', async () => {
    const { full } = await enrol('admin3')
    const device = /open_bcl_center_device=[^;]+/.exec(full.cookie)![0]
    for (let i = 0; i < 5; i++)
      await app.inject({
        ...{ method: 'POST', url: '/api/sign-in', payload: { loginId: 'admin3', password: 'wrong' } },
      })
    assert.equal((await password('admin3')).status, 423)
    assert.equal((await password('admin3', device)).status, 200)
  })
})
