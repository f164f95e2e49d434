import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { z } from 'zod'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import { getSession } from '@open-bcl/modules/access/access.contract.ts'
import { endMySession, listMySessions } from '@open-bcl/modules/access/sessions.contract.ts'
import { exchangeEndpoints } from '@open-bcl/modules/certificates/exchange.contract.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { centerEndpoints } from '../center/compose.ts'
import { cloudEndpoints, composeCloud, noServices } from './compose.ts'
import { recordStatements } from './testing/statements.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from './testing/town.ts'

/**
 * An attacker's afternoon. What other tests try already is named here, and that they are there is checked; the rest is below
 * and in `attackers-words.routes.test.ts` (scripts and formulas in every text) and `attackers-reach.test.ts` (what we ask of the
 * network, of folders and of packed files).
 */
const elsewhere: readonly (readonly [attack: string, file: string, test: string])[] = [
  [
    'session fixation',
    'modules/access/testing/second-factor-cases.ts',
    'a code opens once; the session of before it is gone; the secret is sealed',
  ],
  ['IDOR', 'apps/cloud/neighbour.walk.test.ts', 'that knows all ids is told nothing of them'],
  [
    'IDOR',
    'apps/cloud/neighbour.walk.test.ts',
    'and somebody with every right, but for another disaster, is told nothing of this one',
  ],
  [
    'IDOR',
    'modules/access/access.routes.test.ts',
    'a session token of one town opens nothing in another town',
  ],
  [
    'CSRF',
    'platform/http/server.test.ts',
    'plain text, which a form of any site can send, is no type of ours',
  ],
  [
    'mail',
    'modules/notices/notices.jobs.routes.test.ts',
    'no line break in a name, a subject, a text or an address becomes a header or a recipient',
  ],
  ['CSV', 'modules/manual/hostile.routes.test.ts', 'formulas are text, on the way in and on the way out'],
  ['SQL', 'apps/cloud/hostile-input.walk.test.ts', 'is answered, refused with words, and never told back'],
  ['SQL', 'apps/cloud/hostile-input.walk.test.ts', 'reaches no statement’s text'],
  ['zip bombs', 'modules/manual/hostile.routes.test.ts', 'workbooks made to hurt'],
  [
    'zip bombs',
    'modules/files/files.routes.test.ts',
    'what is no photo is refused, each with its own words, and nothing is kept',
  ],
  [
    'zip bombs',
    'modules/external-link/external-link.routes.test.ts',
    'results: by line what is right is taken, what is wrong is told with line, item and reason; twice changes nothing',
  ],
  [
    'SSRF',
    'modules/access/sso.routes.test.ts',
    'a town cannot name a provider that the operator does not allow, nor take a secret there',
  ],
  [
    'mass assignment',
    'modules/access/staff.routes.test.ts',
    'nobody changes their own rights or state, and who may not manage staff manages nobody',
  ],
  [
    'timing of sign-in',
    'modules/access/access.routes.test.ts',
    'a wrong password, an unknown ID and an unknown town are told apart by nobody',
  ],
  [
    'brute force',
    'modules/access/access.routes.test.ts',
    'guesses at the same moment are counted too: no more than five are tried',
  ],
  [
    'brute force',
    'modules/access/access.routes.test.ts',
    'an ID that nobody has and one that was closed lock like any other, and are kept in the audit trail',
  ],
  [
    'brute force',
    'modules/access/testing/second-factor-cases.ts',
    'wrong codes lock, and the right password does not forgive them',
  ],
  ['brute force', 'modules/center/admission.routes.test.ts', 'guessing codes closes enrolment for a while'],
  [
    'forged link messages',
    'modules/linkage/gateway.routes.test.ts',
    'a message signed by another key, or for another machine, is refused',
  ],
  [
    'forged link messages',
    'modules/linkage/gateway.routes.test.ts',
    'a manifest of another town is refused, whatever its rows say',
  ],
  [
    'forged link messages',
    'platform/signed-message.test.ts',
    'a message of an enrolled machine is accepted once, and its replay is refused',
  ],
  [
    'forged kiosk messages',
    'modules/center/admission.routes.test.ts',
    'a message is taken once, as it was signed, by the machine that signed it',
  ],
  [
    'forged kiosk messages',
    'modules/center/admission.routes.test.ts',
    'a signature is good for its own session, once, and for a minute',
  ],
  [
    'forged kiosk messages',
    'modules/certificates/exchange-eligibility.routes.test.ts',
    "another person's subject, an expired session and another town's transaction lead nowhere",
  ],
]

const root = path.resolve(import.meta.dirname, '../..')

describe('an attacker’s afternoon', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  const endpoints = cloudEndpoints()

  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
  })
  after(() => cloud.close())

  const account = (loginId: string, town = hida): Promise<string> =>
    cloud.as(town, (ctx) =>
      createStaff(ctx, {
        ...{ loginId, displayName: loginId, department: '総務課', password: TEST_PASSWORD },
        ...{ roles: ['admin'], mustChangePassword: false },
      }),
    )
  const signIn = (loginId: string, password = TEST_PASSWORD, cookie = '') =>
    cloud.app.inject({
      ...{ method: 'POST', url: '/api/sign-in', headers: { cookie } },
      payload: { municipalityCode: hida, loginId, password },
    })
  const cookieOf = (answer: LightMyRequestResponse, name: string) =>
    answer.cookies.find((one) => one.name === name)

  test('what other tests try is tried there', () => {
    const missing = elsewhere.filter(
      ([, file, title]) =>
        !["'", '"', '`'].some((quote) =>
          fs.readFileSync(path.join(root, file), 'utf8').includes(`test(${quote}${title}${quote}`),
        ),
    )
    assert.deepEqual(missing, [])
  })

  describe('session fixation', () => {
    test('a session that somebody else chose becomes nobody’s', async () => {
      await account('attacker')
      await account('victim')
      const attacker = await cloud.browserOf(hida, 'attacker')
      for (const planted of [attacker.cookie, `open_bcl_session=${hida}.${'a'.repeat(43)}`]) {
        const answer = await signIn('victim', TEST_PASSWORD, planted)
        const own = cookieOf(answer, 'open_bcl_session')!
        assert.equal(answer.statusCode, 200)
        assert.ok(!planted.includes(own.value))
        assert.deepEqual([own.httpOnly, own.sameSite, own.path, own.domain], [true, 'Strict', '/', undefined])
        const at = await cloud.app.inject({ url: getSession.path, headers: { cookie: planted } })
        const name =
          at.statusCode === 200 ? at.json<{ user: { displayName: string } }>().user.displayName : null
        assert.equal(name, planted === attacker.cookie ? 'attacker' : null)
      }
    })

    test('in production no cookie goes over a line in clear', async () => {
      const app = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
      composeCloud(app, { ...cloud.runtime, production: true }, noServices)
      const real = '212032' as MunicipalityCode
      await cloud.as(real, async (ctx) => {
        await cloud.runtime.keyring.create(ctx.tx, ctx.now)
        await ctx.tx.sql(
          'insert into app.tenant (municipality_code, name, demonstration, onboarded_at) values ($1, $2, false, $3)',
          [real, '高山市', ctx.now],
        )
      })
      await account('cautious', real)
      const payload = { municipalityCode: real, loginId: 'cautious', password: TEST_PASSWORD }
      const answer = await app.inject({ method: 'POST', url: '/api/sign-in', payload })
      await app.close()
      assert.deepEqual([answer.cookies.length, answer.cookies.every((one) => one.secure)], [2, true])
    })

    test('a mark planted in a browser does not make its guesses those of a known one', async () => {
      await account('marked')
      const planted = `open_bcl_device=${hida}.planted`
      const mark = cookieOf(await signIn('marked', TEST_PASSWORD, planted), 'open_bcl_device')!
      assert.notEqual(`${mark.name}=${mark.value}`, planted)
      for (let i = 0; i < 5; i++) await signIn('marked', 'wrong', i % 2 === 0 ? planted : '')
      assert.equal((await signIn('marked', TEST_PASSWORD, planted)).statusCode, 423)
      const own = `${mark.name}=${mark.value}`
      const again = await signIn('marked', TEST_PASSWORD, own)
      assert.equal(again.statusCode, 200)
      assert.equal(cookieOf(again, 'open_bcl_device')!.value, mark.value)
    })
  })

  describe('what the server answers to', () => {
    test('is an endpoint, which the walks know, or one of these', async () => {
      const app = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
      const served = new Set<string>()
      app.addHook('onRoute', ({ method, url }) => {
        for (const one of [method].flat()) if (one !== 'HEAD') served.add(`${one} ${url}`)
      })
      composeCloud(app, cloud.runtime, noServices)
      await app.ready()
      await app.close()
      for (const { method, path: at } of endpoints) served.delete(`${method} ${at}`)
      assert.deepEqual([...served], ['GET /api/openapi.json', 'GET /api/docs'])
    })

    test('no page may run a script that is not ours, be framed, or be taken for another type', async () => {
      for (const url of ['/api/docs', '/api/session', '/nowhere']) {
        const { headers } = await cloud.app.inject({ url })
        const policy = String(headers['content-security-policy'])
        assert.doesNotMatch(policy, /unsafe-|\*|https?:|script-src/, url)
        for (const rule of ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
          assert.ok(policy.includes(rule), `${url} ${rule}`)
        assert.equal(headers['x-content-type-options'], 'nosniff', url)
        assert.equal(headers['referrer-policy'], 'no-referrer', url)
      }
    })
  })

  describe('CSRF', () => {
    const posts = endpoints.filter(({ method }) => method === 'POST')
    const urlOf = (at: string): string => at.replaceAll(/:[A-Za-z]+/g, uuidv7())

    test('no page of another site makes a browser do anything, signed in or not', async () => {
      const { cookie, csrfToken } = await cloud.signIn(hida, 'admin')
      const own = { cookie, 'x-csrf-token': csrfToken }
      const foreign: readonly Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
      ]
      for (const endpoint of posts) {
        for (const headers of foreign) {
          const answer = await cloud.app.inject({
            ...{ method: 'POST', url: urlOf(endpoint.path), payload: { municipalityCode: hida } },
            headers: { ...own, 'idempotency-key': uuidv7(), ...headers },
          })
          const refused = answer.json<{ type: string }>().type
          assert.equal(
            refused,
            '/problems/platform/bad-origin',
            `${endpoint.name} ${JSON.stringify(headers)}`,
          )
        }
      }
    })

    test('no write is taken without the token, and none as a form', async () => {
      const { cookie, csrfToken } = await cloud.signIn(hida, 'admin')
      for (const endpoint of posts) {
        const url = urlOf(endpoint.path)
        const signedIn = { cookie, 'idempotency-key': uuidv7() }
        if (endpoint.permission !== 'public' && endpoint.reads !== true) {
          for (const token of [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': csrfToken.slice(1) }]) {
            const headers = { ...signedIn, ...token }
            const answer = await cloud.app.inject({ method: 'POST', url, payload: {}, headers })
            assert.equal(answer.json<{ type: string }>().type, '/problems/platform/bad-origin', endpoint.name)
          }
        }
        for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
          const headers = { ...signedIn, 'x-csrf-token': csrfToken, 'content-type': type }
          const answer = await cloud.app.inject({ method: 'POST', url, payload: 'a=b', headers })
          assert.equal(answer.statusCode, 415, `${endpoint.name} ${type}`)
        }
      }
    })
  })

  describe('mass assignment', () => {
    type Schema = {
      readonly type?: string
      readonly properties?: Record<string, Schema>
      readonly additionalProperties?: boolean | Schema
      readonly items?: Schema
      readonly anyOf?: readonly Schema[]
      readonly oneOf?: readonly Schema[]
      readonly allOf?: readonly Schema[]
    }
    /** Objects whose names are data themselves, and the answer of a passkey, which is the browser's own. */
    const open = new Set([
      ...[
        'confirmByPasskey.response',
        'addPasskey.response',
        'startRun.plan.fills',
        'startRun.plan.zeroFill',
      ],
      ...['changeMunicipalitySetting.setting.value.until', 'writeTownProgramme.rule.gradeYen'],
      ...['saveCircumstances.reasons', 'recordSurveySheet.sheet.answers', 'recordSecurityCheck.items'],
      ...['issueAtCounter.choices', 'previewIssue.choices', 'quoteIssue.choices'],
    ])

    function openIn(schema: Schema, at: string): string[] {
      const { properties = {}, additionalProperties, items, anyOf = [], oneOf = [], allOf = [] } = schema
      return [
        ...(schema.type === 'object' && additionalProperties !== false && !open.has(at) ? [at] : []),
        ...Object.entries(properties).flatMap(([name, one]) => openIn(one, `${at}.${name}`)),
        ...[...anyOf, ...oneOf, ...allOf, ...(items ? [items] : [])].flatMap((one) => openIn(one, at)),
      ]
    }

    test('what a contract does not name is dropped before an action sees it, in every body, at every depth', () => {
      const contracts = [...endpoints, ...centerEndpoints(), ...Object.values(exchangeEndpoints)]
      const found = contracts.flatMap(({ name, input }) =>
        openIn(z.toJSONSchema(input, { io: 'output', unrepresentable: 'any' }) as Schema, name),
      )
      assert.deepEqual(found, [])
    })

    test('the address says which thing is meant, whatever the body says besides', async () => {
      await account('two-browsers')
      const [mine, other] = [
        await cloud.browserOf(hida, 'two-browsers'),
        await cloud.browserOf(hida, 'two-browsers'),
      ]
      const { sessions } = await mine.get(listMySessions, {})
      const [own, their] = [sessions.find((one) => one.isThis)!, sessions.find((one) => !one.isThis)!]
      const answer = await cloud.app.inject({
        ...{ method: 'POST', url: endMySession.path.replace(':sessionId', their.sessionId) },
        payload: { sessionId: own.sessionId, staffId: uuidv7(), permissions: ['access.audit'] },
        headers: { cookie: mine.cookie, 'x-csrf-token': mine.csrfToken, 'idempotency-key': uuidv7() },
      })
      assert.equal(answer.statusCode, 200)
      assert.equal((await mine.call(getSession, {})).status, 200)
      assert.equal((await other.call(getSession, {})).status, 401)
    })
  })

  describe('timing of sign-in', () => {
    /** Native work has no name of its own in Node's hooks; that of passwords is all there is here. */
    async function workOf(loginId: string): Promise<{ hashes: number; statements: number }> {
      let hashes = 0
      const hook = createHook({
        init(_id, type) {
          if (type === 'undefined') hashes += 1
        },
      })
      const recorded = recordStatements()
      hook.enable()
      const answer = await signIn(loginId, 'wrong password!')
      hook.disable()
      recorded.end()
      assert.equal(answer.statusCode, 401)
      return { hashes, statements: recorded.texts.length }
    }

    test('an ID that is there, one that is not, and one that is closed cost the same work', async () => {
      const closed = await account('closed')
      await account('there')
      await cloud.as(hida, (ctx) =>
        ctx.tx.sql(
          'update access.staff set disabled_at = $3 where municipality_code = $1 and staff_id = $2',
          [hida, closed, ctx.now],
        ),
      )
      // The first of a process makes what the others use.
      await workOf('first')
      const there = await workOf('there')
      assert.ok(there.hashes > 0 && there.statements > 5, JSON.stringify(there))
      assert.deepEqual(await workOf('nobody'), there)
      assert.deepEqual(await workOf('closed'), there)
    })
  })
})
