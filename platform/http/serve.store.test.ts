import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import net, { type AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { openPool, type Pool } from '../db/pool.ts'
import { inScope } from '../db/tx.ts'
import { openLog } from '../log.ts'
import type { Runtime } from '../runtime.ts'
import { Keyring } from '../seal.ts'
import { testDatabase, type TestDatabase } from '../testing/database.ts'
import { route, serve, SESSION_COOKIE, type Authenticate, type ServeOptions } from './serve.ts'
import { httpServer } from './server.ts'

const hida = '212172' as MunicipalityCode
const TOKEN = `${hida}.token`
const knock = endpoint({
  name: 'test.knock',
  method: 'POST',
  path: '/api/knock',
  title: '',
  permission: 'public',
  input: z.object({ municipalityCode: z.string(), word: z.string().optional() }),
  output: z.object({ word: z.string().nullable() }),
})
const note = endpoint({
  name: 'test.note',
  method: 'POST',
  path: '/api/notes/:name',
  title: '',
  permission: 'signed-in',
  input: z.object({ name: z.string(), numbers: z.array(z.string()).default([]) }),
  output: z.object({ name: z.string(), count: z.number() }),
})
const look = endpoint({
  name: 'test.look',
  method: 'GET',
  path: '/api/look',
  title: '',
  permission: 'signed-in',
  input: z.object({}),
  output: z.object({ count: z.number() }),
})
const big = endpoint({ ...note, name: 'test.big', path: '/api/big', input: z.object({}), output: z.bigint() })

const authenticate: Authenticate = async (_ctx, token) =>
  token === 'token'
    ? {
        kind: 'staff',
        staffId: '1',
        home: hida,
        displayName: '試験',
        sessionId: '1',
        csrfToken: 'csrf',
        mustChangePassword: false,
        permissions: new Set(),
      }
    : null

/** A way to the database that can be cut and mended, as a network is. */
async function openWay(url: URL): Promise<{ port: number; cut(): Promise<void>; mend(): Promise<void> }> {
  const through = new Set<net.Socket>()
  const server = net.createServer((near) => {
    const far = net.connect(Number(url.port), url.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      through.add(from)
      from.on('error', () => undefined).on('close', () => to.destroy())
      from.pipe(to)
    }
  })
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    mend: () => listen(port),
    cut: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of through) socket.destroy()
        through.clear()
      }),
  }
}

describe('one request', () => {
  let database: TestDatabase
  let way: Awaited<ReturnType<typeof openWay>>
  let pool: Pool
  let runtime: Runtime
  const apps: FastifyInstance[] = []
  const lines: Record<string, unknown>[] = []
  let whenLogged: (code: unknown) => void = () => undefined
  /** What `note` does and answers. */
  let answer: () => unknown
  before(async () => {
    database = await testDatabase('cloud', migrationsOf('cloud'))
    const url = new URL(database.urls.app)
    way = await openWay(new URL(database.urls.app))
    url.port = String(way.port)
    pool = openPool('test', url.toString(), { max: 4 })
    const write = (line: string): void => {
      const said = JSON.parse(line) as Record<string, unknown>
      lines.push(said)
      whenLogged(said['code'])
    }
    runtime = {
      pool,
      keyring: new Keyring(randomBytes(32)),
      log: openLog('test', { write }),
      production: false,
      now: () => new Date(),
    }
    await inScope(pool, hida, (tx) => runtime.keyring.create(tx, new Date()))
  })
  after(async () => {
    for (const app of apps) await app.close()
    await pool.end()
    await way.cut()
    await database.close()
  })

  const serving = async (options: ServeOptions = {}, over: Partial<Runtime> = {}) => {
    const app = await httpServer({ program: 'test', log: runtime.log, ready: [] })
    apps.push(app)
    const routes = [
      route(knock, async (ctx, { word }) => {
        ctx.cookie?.start('token')
        return { word: word ?? null }
      }),
      route(note, async (_ctx, { name }) => ({ name, ...(answer() as { count: number }) })),
      route(look, async (ctx) => ({ count: (await ctx.tx.sql('select 1')).length })),
      route(big, async () => 1n),
    ]
    for (const bound of routes) serve(app, { ...runtime, ...over }, authenticate, bound, options)
    return app
  }
  const signedIn = () => ({
    cookie: `${SESSION_COOKIE}=${TOKEN}`,
    'x-csrf-token': 'csrf',
    'idempotency-key': uuidv7(),
  })
  const commands = () =>
    inScope(database.app, hida, (tx) =>
      tx.sql('select request_id from app.command where municipality_code = $1', [hida]),
    )

  test('what another site’s page sends is refused before anything is done, even where nobody signs in', async () => {
    const app = await serving()
    const from = async (headers: Record<string, string>) =>
      (
        await app.inject({
          method: 'POST',
          url: knock.path,
          headers: { host: 'bcl.example:8443', ...headers },
          payload: { municipalityCode: hida },
        })
      ).statusCode
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'https://bcl.example' },
      { origin: 'null' },
      { origin: 'https://bcl.example:8443', 'sec-fetch-site': 'cross-site' },
    ])
      assert.equal(await from(headers), 403, JSON.stringify(headers))
    for (const headers of [
      {},
      { origin: 'https://bcl.example:8443', 'sec-fetch-site': 'same-origin' },
      { origin: 'http://bcl.example:8443' },
      { origin: 'https://bcl.example', host: 'bcl.example:443' },
    ])
      assert.equal(await from(headers), 200, JSON.stringify(headers))
  })

  test('a POST takes nothing from its query, so that no link and no form can carry it', async () => {
    const app = await serving()
    const url = `${knock.path}?word=query&municipalityCode=${hida}`
    const taken = await app.inject({ method: 'POST', url, payload: { municipalityCode: hida } })
    assert.deepEqual(taken.json(), { word: null })
    const bare = await app.inject({ method: 'POST', url })
    assert.equal(bare.statusCode, 400)
    const text = await app.inject({
      method: 'POST',
      url,
      payload: 'x',
      headers: { 'content-type': 'text/plain' },
    })
    assert.equal(text.statusCode, 415)
  })

  test('a body that is no JSON object is invalid input', async () => {
    const app = await serving()
    for (const payload of ['[]', 'null', '"x"', '1', '{', `["${hida}"]`]) {
      const headers = { ...signedIn(), 'content-type': 'application/json' }
      const refused = await app.inject({ method: 'POST', url: '/api/notes/a', payload, headers })
      assert.equal(refused.statusCode, 400, payload)
      assert.equal(refused.json<{ type: string }>().type, '/problems/platform/invalid-input')
    }
  })

  test('nobody unknown is told what is wrong with the input, and nobody is told it a thousand times', async () => {
    const app = await serving()
    const payload = { numbers: Array.from({ length: 1_000 }, () => 1) }
    const ask = (cookie: string) =>
      app.inject({ method: 'POST', url: '/api/notes/a', payload, headers: { ...signedIn(), cookie } })
    const unknown = await ask(`${SESSION_COOKIE}=${hida}.other`)
    assert.equal(unknown.statusCode, 401)
    assert.equal(unknown.json<{ errors?: unknown }>().errors, undefined)
    const known = await ask(`${SESSION_COOKIE}=${TOKEN}`)
    assert.equal(known.statusCode, 400)
    assert.equal(known.json<{ errors: unknown[] }>().errors.length, 100)
  })

  test('a write whose answer breaks its contract is undone, and the log says where, not what', async () => {
    const app = await serving()
    const before = await commands()
    answer = () => ({ count: '山田花子' })
    const wrong = await app.inject({ method: 'POST', url: '/api/notes/a', payload: {}, headers: signedIn() })
    assert.equal(wrong.statusCode, 500)
    const bigint = await app.inject({ method: 'POST', url: '/api/big', payload: {}, headers: signedIn() })
    assert.equal(bigint.statusCode, 500)
    assert.deepEqual(await commands(), before)
    const said = lines
      .filter((line) => line['errorName'] === 'AnswerMismatch')
      .map((line) => line['errorCode'])
    assert.deepEqual(said, ['test.note invalid_type:/count', 'test.big not JSON (a bigint?)'])
    assert.ok(!JSON.stringify(lines).includes('山田'))
  })

  test('a write sent again is answered with the same words, and does nothing', async () => {
    const app = await serving()
    let times = 0
    answer = () => ({ count: (times += 1), secret: 'not in the contract' })
    const again = { method: 'POST', url: '/api/notes/a', payload: {}, headers: signedIn() } as const
    const answers = [await app.inject(again), await app.inject(again)].map(({ body }) => body)
    assert.deepEqual(answers, ['{"name":"a","count":1}', '{"name":"a","count":1}'])
    assert.equal(times, 1)
  })

  test('while a standby takes over, reads and writes wait for it', async () => {
    const app = await serving()
    answer = () => ({ count: 7 })
    for (const ask of [
      () => app.inject({ url: look.path, headers: signedIn() }),
      () => app.inject({ method: 'POST', url: '/api/notes/b', payload: {}, headers: signedIn() }),
    ]) {
      await way.cut()
      let tries = 0
      const mended = new Promise<void>((resolve) => {
        whenLogged = (code) => {
          if (code !== 'platform.retried' || (tries += 1) !== 3) return
          void way.mend().then(resolve)
        }
      })
      const [answered] = await Promise.all([ask(), mended])
      assert.equal(answered.statusCode, 200)
    }
    whenLogged = () => undefined
  })

  test('when the database stays away, everybody is told when to come again', async () => {
    const app = await serving({ retryWithinMs: 100 })
    await way.cut()
    const answers = [
      await app.inject({ url: look.path, headers: signedIn() }),
      await app.inject({ method: 'POST', url: '/api/notes/c', payload: {}, headers: signedIn() }),
      await app.inject({ method: 'POST', url: knock.path, payload: { municipalityCode: hida } }),
    ]
    await way.mend()
    for (const answered of answers) {
      assert.equal(answered.statusCode, 503)
      assert.equal(answered.headers['retry-after'], '2')
      assert.equal(answered.json<{ type: string }>().type, '/problems/platform/busy')
    }
    assert.equal((await app.inject({ url: look.path, headers: signedIn() })).statusCode, 200)
  })

  test('in production a session’s cookie never travels in clear, though a proxy may end TLS before us', async () => {
    for (const production of [true, false]) {
      const app = await serving({}, { production })
      const answered = await app.inject({
        method: 'POST',
        url: knock.path,
        payload: { municipalityCode: hida },
      })
      assert.equal(answered.cookies[0]?.secure === true, production)
    }
  })
})
