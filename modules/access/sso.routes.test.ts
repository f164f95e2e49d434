import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from './access.actions.ts'
import { changeSignInSetting, getSignInSettings } from './sign-in-settings.contract.ts'
import { testProvider, type TestProvider } from './testing/oidc.ts'

/** Against a provider that speaks the whole protocol. */
describe('single sign-on', () => {
  let cloud: TestCloud
  let app: FastifyInstance
  let provider: TestProvider
  let hida: MunicipalityCode
  let takayama: MunicipalityCode
  let settingNo = 0
  const origin = 'https://staff.example.lg.jp'

  before(async () => {
    cloud = await testCloud()
    // Tokens carry the time of the provider, which is today's.
    cloud.clock = new Date()
    provider = await testProvider(`${origin}/sign-in/sso`)
    hida = await cloud.onboard('212172', '飛騨市')
    takayama = await cloud.onboard('212032', '高山市')
    app = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    const signIn = { origins: [origin], ssoIssuers: [provider.issuer] }
    composeCloud(app, cloud.runtime, { ...noServices, signIn })
    await app.ready()
    for (const code of [hida, takayama]) await account(code, 'hanako', 'clerk')
    await account(hida, 'admin', 'admin')
    await set({})
  })
  after(async () => {
    await app.close()
    await provider.close()
    await cloud.close()
  })

  const account = (code: MunicipalityCode, loginId: string, role: string) =>
    cloud.as(code, (ctx) =>
      createStaff(ctx, {
        ...{ loginId, displayName: '試験', department: '総務課', password: TEST_PASSWORD },
        ...{ roles: [role], mustChangePassword: false },
      }),
    )
  /** Through the endpoint, with the site that names the provider. */
  async function set(
    changed: Partial<{ enabled: boolean; issuer: string; claim: string; domain: string; trusts: boolean }>,
    clientSecret: string | null = provider.clientSecret,
  ): Promise<number> {
    const signedIn = await app.inject({
      ...{ method: 'POST', url: '/api/sign-in' },
      payload: { municipalityCode: hida, loginId: 'admin', password: TEST_PASSWORD },
    })
    const cookie = signedIn.cookies.map((one) => `${one.name}=${one.value}`).join('; ')
    const headers = {
      ...{ cookie, 'x-csrf-token': signedIn.json<{ csrfToken: string }>().csrfToken },
      'idempotency-key': uuidv7(),
    }
    const { enabled = true, issuer = provider.issuer, claim = 'preferred_username', domain = '' } = changed
    const value = { enabled, issuer, clientId: provider.clientId, claim, domain }
    const answer = await app.inject({
      ...{ method: 'POST', url: changeSignInSetting.path, headers },
      payload: {
        ...{ fromOn: '2026-11-21', settingNo },
        setting: {
          key: 'sso',
          value: { ...value, trustsProvidersFactor: changed.trusts === true },
          clientSecret,
        },
      },
    })
    if (answer.statusCode === 200) settingNo += 1
    return answer.statusCode
  }
  const offered = async (code: string): Promise<boolean> =>
    (await app.inject({ method: 'GET', url: '/api/sso', query: { municipalityCode: code } })).json<{
      offered: boolean
    }>().offered
  const begin = async (code: string): Promise<{ status: number; url: string; cookie: string }> => {
    const answer = await app.inject({
      ...{ method: 'POST', url: '/api/sso/begin', payload: { municipalityCode: code } },
    })
    const cookie = answer.cookies.map((one) => `${one.name}=${one.value}`).join('; ')
    return { status: answer.statusCode, url: answer.json<{ url?: string }>().url ?? '', cookie }
  }
  const finish = (code: string, query: string, cookie: string) =>
    app.inject({
      ...{ method: 'POST', url: '/api/sso/finish', headers: { cookie } },
      payload: { municipalityCode: code, query },
    })
  async function through(accountName: string): Promise<{ status: number; pending?: string | null }> {
    provider.account = accountName
    const { url, cookie } = await begin(hida)
    const back = await provider.browse(url)
    const answer = await finish(hida, back.search.slice(1), cookie)
    return { status: answer.statusCode, ...answer.json<{ pending?: string | null }>() }
  }

  test('it is offered to the towns that use it, and to nobody else’s', async () => {
    assert.equal(await offered(hida), true)
    assert.equal(await offered(takayama), false)
    // A town that is not served here.
    assert.equal(await offered('232076'), false)
  })

  test('who has an account is let in as that account, with the rights it has', async () => {
    provider.account = 'hanako'
    const begun = await begin(hida)
    const asked = new URL(begun.url)
    assert.equal(asked.searchParams.get('code_challenge_method'), 'S256')
    assert.ok(asked.searchParams.get('nonce') && asked.searchParams.get('state')?.startsWith('212172.'))
    const back = await provider.browse(begun.url)
    const answer = await finish(hida, back.search.slice(1), begun.cookie)
    assert.equal(answer.statusCode, 200, answer.body)
    const session = answer.json<{ permissions: string[]; pending: null }>()
    assert.ok(session.permissions.includes('risai.apply') && !session.permissions.includes('access.audit'))
    const again = await finish(hida, back.search.slice(1), begun.cookie)
    assert.equal(again.statusCode, 401, 'a code is taken once')
  })

  test('whoever has none is let in nowhere, and none is made', async () => {
    assert.equal((await through('stranger')).status, 401)
    const [row] = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ count: number }>(
        `select count(*)::integer as count from access.staff where municipality_code = $1 and login_id = 'stranger'`,
        [hida],
      ),
    )
    assert.equal(row!.count, 0)
  })

  test('the answer belongs to the browser that began, to its town, and to ten minutes', async () => {
    provider.account = 'hanako'
    const own = await begin(hida)
    const back = (await provider.browse(own.url)).search.slice(1)
    assert.equal((await finish(hida, back, '')).statusCode, 401, 'another browser')
    assert.equal((await finish(hida, back, (await begin(hida)).cookie)).statusCode, 401)
    assert.equal((await finish(takayama, back, own.cookie)).statusCode, 422, 'a town without it')
    const altered = back.replace(/state=212172\.(..)/, 'state=212172.AA')
    assert.equal((await finish(hida, altered, own.cookie)).statusCode, 401)
    const other = new URLSearchParams(back)
    other.set('iss', 'https://elsewhere.example')
    assert.equal((await finish(hida, other.toString(), own.cookie)).statusCode, 401, 'another issuer')
    const now = cloud.clock
    cloud.clock = new Date(now.getTime() + 11 * 60_000)
    assert.equal((await finish(hida, back, own.cookie)).statusCode, 401, 'too late')
    cloud.clock = now
  })

  test('the domain of a claim must be the town’s', async () => {
    assert.equal(await set({ claim: 'email', domain: '@city.hida.lg.jp' }), 200)
    assert.equal((await through('hanako')).status, 200)
    assert.equal(await set({ claim: 'email', domain: '@city.takayama.lg.jp' }), 200)
    assert.equal((await through('hanako')).status, 401)
    assert.equal(await set({}), 200)
  })

  test('our second factor stays, unless the town trusts a provider that says it asked for one', async () => {
    const rule = async (requiredFor: 'everybody' | 'nobody') =>
      await cloud.as(hida, (ctx) =>
        ctx.tx.sql(
          `insert into access.sign_in_setting (municipality_code, setting_no, key, from_on, set_at, set_by, value)
           values ($1, $2, 'second-factor', '2026-11-21', $3, 'test', $4)`,
          [hida, (settingNo += 1), ctx.now, JSON.stringify({ requiredFor, roles: [] })],
        ),
      )
    await rule('everybody')
    provider.factors = ['pwd', 'mfa']
    assert.equal((await through('hanako')).pending, 'enrolment')
    await rule('nobody')
    assert.equal(await set({ trusts: true }), 200)
    await rule('everybody')
    assert.equal((await through('hanako')).pending, null)
    provider.factors = ['pwd']
    assert.equal((await through('hanako')).pending, 'enrolment')
    await rule('nobody')
  })

  test('a town cannot name a provider that the operator does not allow, nor take a secret there', async () => {
    assert.equal(await set({ issuer: 'https://10.0.0.1' }), 422)
    assert.equal(await set({ enabled: false, issuer: 'https://elsewhere.example' }, null), 200)
    assert.equal((await begin(hida)).status, 422)
    assert.equal(await offered(hida), false)
    const [row] = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ sealed: Buffer | null }>(
        'select sealed from access.sign_in_setting where municipality_code = $1 order by setting_no desc limit 1',
        [hida],
      ),
    )
    assert.equal(row!.sealed, null)
    const viewer = await cloud.signIn(hida, 'admin')
    const shown = JSON.stringify(await viewer.get(getSignInSettings, {}))
    assert.ok(!shown.includes(provider.clientSecret))
  })
})
