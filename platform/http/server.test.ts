import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { afterEach, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { openLog } from '../log.ts'
import { httpServer, type HttpOptions } from './server.ts'

describe('a server of ours under strain', () => {
  const opened: FastifyInstance[] = []
  const sockets: net.Socket[] = []
  let release: () => void = () => undefined
  afterEach(async () => {
    release()
    for (const socket of sockets.splice(0)) socket.destroy()
    for (const app of opened.splice(0)) await app.close()
  })

  /** Serves `/echo`, and `/held`, which answers when it is released. */
  const start = async (options: Partial<HttpOptions>): Promise<FastifyInstance> => {
    const app = await httpServer({
      program: 'test',
      log: openLog('test', { write: () => undefined }),
      ready: [],
      ...options,
    })
    opened.push(app)
    app.post('/echo', async (request) => request.body)
    app.get('/held', () => new Promise((resolve) => (release = () => resolve({}))))
    return app
  }
  const listen = async (app: FastifyInstance): Promise<number> => {
    await app.listen({ host: '127.0.0.1', port: 0 })
    return (app.server.address() as AddressInfo).port
  }
  const begin = (port: number): net.Socket => {
    const socket = net.connect(port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.write(
      'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    )
    return socket
  }
  const post = (port: number, body: string, type = 'application/json') =>
    fetch(`http://127.0.0.1:${port}/echo`, { method: 'POST', body, headers: { 'content-type': type } })

  test('who sends a body slowly keeps nobody else out', async () => {
    const app = await start({ maxInFlight: 2 })
    let begun = 0
    const all = new Promise<void>((resolve) =>
      app.addHook('onRequest', async () => {
        begun += 1
        if (begun === 3) resolve()
      }),
    )
    const port = await listen(app)
    for (let i = 0; i < 3; i++) begin(port)
    await all
    assert.equal((await post(port, '{"a":1}')).status, 200)
  })

  test('a body that never comes to its end is answered 408 and cut off', async () => {
    const app = await start({ requestTimeoutMs: 100 })
    const socket = begin(await listen(app))
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(socket, 'close')
    assert.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 408 /)
  })

  test('a listener for streams may wait for as long as they need', async () => {
    const app = await start({ requestTimeoutMs: 0 })
    assert.equal(app.server.requestTimeout, 0)
  })

  test('one request too many is told when to come again; who watches us is always let in', async () => {
    const app = await start({ maxInFlight: 1 })
    const held = new Promise<void>((resolve) => app.addHook('preHandler', async () => resolve()))
    const port = await listen(app)
    const first = fetch(`http://127.0.0.1:${port}/held`)
    await held
    const second = await post(port, '{}')
    assert.equal(second.status, 503)
    assert.equal(second.headers.get('retry-after'), '2')
    for (const probe of ['healthz', 'readyz'])
      assert.equal((await fetch(`http://127.0.0.1:${port}/${probe}`)).status, 200, probe)
    release()
    assert.equal((await first).status, 200)
    assert.equal((await post(port, '{}')).status, 200)
  })

  test('connections past the limit are closed', async () => {
    const app = await start({ maxConnections: 1 })
    const port = await listen(app)
    const first = begin(port)
    await once(first, 'connect')
    await once(begin(port), 'close')
    assert.equal(first.destroyed, false)
  })

  test('plain text, which a form of any site can send, is no type of ours', async () => {
    const app = await start({})
    const answer = await post(await listen(app), '{}', 'text/plain')
    assert.equal(answer.status, 415)
    const body = (await answer.json()) as { type: string }
    assert.equal(body.type, '/problems/platform/unsupported-type')
  })
})
