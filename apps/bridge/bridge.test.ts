import assert from 'node:assert/strict'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { bridgeFaults } from '@open-bcl/modules/center/bridge-protocol.ts'
import { readConfig } from '@open-bcl/platform/config.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { startBridge, type Bridge } from './bridge.ts'
import { BridgeConfig } from './config.ts'
import { ReaderFault, type Reader, type ReaderStatus } from './reader.ts'
import { twoSided } from './two-sided.ts'

const kiosk = 'http://localhost:8081'
const insertionId = 'laid-on-1'
const select = '00A4040C0AD392F000260100000001'
/** What reached the card, in order. */
const sent: string[] = []
let released = 0
const printed: string[] = []
let answer: () => Promise<Uint8Array>
let shown: ReaderStatus
let bridge: Bridge

const reader: Reader = {
  status: async () => shown,
  transmit: async (_insertionId, apdu) => {
    sent.push(Buffer.from(apdu).toString('hex').toUpperCase())
    return await answer()
  },
  release: async () => void (released += 1),
  close: async () => undefined,
}

before(async () => {
  bridge = await startBridge({
    port: 0,
    origins: [kiosk],
    readers: [reader],
    applications: ['jpki'],
    printers: {
      trays: ['certificate'],
      print: async (tray, pdf, sides) => {
        printed.push(sides === 'one-sided' ? `${tray} ${pdf.length}` : `${tray} ${sides}`)
        if (pdf.length === 13) throw new Error('lp ended with 1')
        return pdf.length === 12 ? 'failed' : 'printed'
      },
    },
  })
  reset()
})
after(() => bridge.close())

function reset(): void {
  sent.length = 0
  answer = async () => Uint8Array.of(0x90, 0x00)
  shown = { reader: { kind: 'pcsc', name: 'test' }, inserted: { insertionId } }
}

type Asked = { method?: string; path?: string; headers?: Record<string, string>; body?: string }
/** With any header, also those a browser would not let a page set. */
function ask({ method = 'POST', path = '/apdu', headers = {}, body }: Asked): Promise<{
  status: number
  headers: NodeJS.Dict<string | string[]>
  body: string
}> {
  return new Promise((resolve, reject) => {
    const usual = { origin: kiosk, 'content-type': 'application/json' }
    const call = request(
      `${bridge.url}${path}`,
      { method, headers: { ...usual, ...headers } },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}
const apdu = (text: string, id = insertionId) => JSON.stringify({ insertionId: id, apdu: text })

test('the page of the kiosk reaches the card', async () => {
  reset()
  const { status, body, headers } = await ask({ body: apdu(select) })
  assert.deepEqual([status, JSON.parse(body)], [200, { response: '9000' }])
  assert.equal(headers['access-control-allow-origin'], kiosk)
  assert.equal(headers['cache-control'], 'no-store')
  assert.deepEqual(sent, [select])
})

test('nobody else does', async () => {
  reset()
  const body = apdu(select)
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${kiosk}.evil.example` },
    { host: 'evil.example' },
    { host: 'localhost.evil.example' },
  ]) {
    const { status, headers: back } = await ask({ headers, body })
    assert.ok(status === 403 || status === 421, JSON.stringify(headers))
    assert.equal(back['access-control-allow-origin'], undefined)
  }
  // A form of a strange page needs no leave of ours; it can only send such types.
  assert.equal((await ask({ headers: { 'content-type': 'text/plain' }, body })).status, 400)
  assert.equal(
    (await ask({ headers: { origin: 'https://evil.example' }, method: 'GET', path: '/status' })).status,
    403,
  )
  assert.equal((await ask({ headers: { origin: 'https://evil.example' }, method: 'OPTIONS' })).status, 403)
  assert.deepEqual(sent, [])
})

test('a browser that asks whether the page may reach this machine is told', async () => {
  const { status, headers } = await ask({
    method: 'OPTIONS',
    headers: { 'access-control-request-private-network': 'true' },
  })
  assert.equal(status, 204)
  assert.equal(headers['access-control-allow-private-network'], 'true')
})

test('a command that is not on the list never reaches the card', async () => {
  reset()
  const { status, body } = await ask({ body: apdu('00A4040C0AD3921000310001010408') })
  assert.deepEqual(
    [status, JSON.parse(body)],
    [403, { code: 'not-allowed', error: bridgeFaults['not-allowed'].error }],
  )
  assert.deepEqual(sent, [])
})

test('commands wait for each other', async () => {
  reset()
  let working = 0
  answer = async () => {
    working += 1
    assert.equal(working, 1)
    await new Promise((resolve) => setImmediate(resolve))
    working -= 1
    return Uint8Array.of(0x90, 0x00)
  }
  const all = await Promise.all(Array.from({ length: 20 }, () => ask({ body: apdu(select) })))
  assert.deepEqual(new Set(all.map(({ status }) => status)), new Set([200]))
})

test('each trouble has its code, and none stops the bridge', async () => {
  reset()
  for (const fault of ['card-gone', 'card-silent', 'reader-busy', 'reader-gone'] as const) {
    answer = () => Promise.reject(new ReaderFault(fault))
    const { status, body } = await ask({ body: apdu(select) })
    assert.equal(status, bridgeFaults[fault].status)
    assert.equal((JSON.parse(body) as { code: string }).code, fault)
  }
  reset()
  assert.equal((await ask({ body: apdu(select, 'laid-on-2') })).status, 409)
  shown = { reader: null, inserted: null }
  assert.equal((await ask({ body: apdu(select) })).status, 503)
  reset()
  assert.equal((await ask({ body: apdu(select) })).status, 200)
})

test('a card that was released begins anew', async () => {
  reset()
  await ask({ body: apdu(select) })
  assert.equal((await ask({ body: apdu('00A4020C020018') })).status, 200)
  const before = released
  assert.equal((await ask({ path: '/release', body: JSON.stringify({ insertionId }) })).status, 200)
  assert.equal(released, before + 1)
  assert.equal((await ask({ body: apdu('00A4020C020018') })).status, 403)
})

test('a paper is printed where there is a printer for it, and a failure is told', async () => {
  const headers = { 'content-type': 'application/pdf' }
  const print = async (tray: string, body: string) =>
    (await ask({ path: `/print/${tray}`, headers, body })).status
  const status = JSON.parse((await ask({ method: 'GET', path: '/status' })).body) as { printers: string[] }
  assert.deepEqual(status.printers, ['certificate'])
  assert.equal(await print('certificate', '%PDF-1.7 x'), 200)
  assert.equal(await print('certificate', '%PDF-1.7 xyz'), 503)
  assert.equal(await print('certificate', '%PDF-1.7 xyzz'), 503)
  assert.equal(await print('slip', '%PDF-1.7 x'), 404)
  assert.equal(await print('certificate', '<html></html>'), 400)
  assert.deepEqual(printed, ['certificate 10', 'certificate 12', 'certificate 13'])
  assert.equal((await ask({ path: '/print/certificate', body: '%PDF-1.7 x' })).status, 400)
})

test('whatever is sent, the bridge answers and goes on', async () => {
  reset()
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string(), fc.json(), fc.string({ minLength: 3_000, maxLength: 5_000 })),
      fc.constantFrom('/apdu', '/release', '/', '/status', '/%00'),
      async (body, path) => {
        const { status } = await ask({ path, body })
        assert.ok(status >= 400 && status < 500, `${status}`)
      },
    ),
  )
  assert.equal((await ask({ body: apdu(select) })).status, 200)
})

test('in production there is no simulated card', () => {
  const url = { OPEN_BCL_BRIDGE_SIMULATOR_URL: 'http://localhost:8091' }
  assert.equal(readConfig('bridge', BridgeConfig, url).simulatorUrl, 'http://localhost:8091')
  assert.throws(
    () => readConfig('bridge', BridgeConfig, { ...url, OPEN_BCL_PRODUCTION: 'true' }),
    /仮想カード/,
  )
  assert.throws(() => readConfig('bridge', BridgeConfig, { OPEN_BCL_BRIDGE_APPLICATIONS: 'jpki,juki' }))
})

test('a front and its back pages become one job on both sides; anything else is refused', async () => {
  const engine = await startPdfEngine({
    cacheDir: fileURLToPath(new URL('../../.cache', import.meta.url)),
    layoutDir: fileURLToPath(new URL('../../platform/pdf/test-layouts', import.meta.url)),
  })
  const paper = (...pages: string[]): Promise<Uint8Array> =>
    engine.render('letter', { pages: pages.map((words) => [words]) }, { timeoutMs: 30_000 })
  const [front, back, short] = [await paper('表一', '表二'), await paper('裏一', '裏二'), await paper('裏一')]
  await engine.close()
  const said = extractPages(twoSided(front, back)).map((text) => text.replace(/\s/g, ''))
  assert.deepEqual(said, ['表一', '裏一', '表二', '裏二'])

  const print = async (body: object): Promise<number> => {
    const headers = { 'content-type': 'application/json' }
    return (await ask({ path: '/print/certificate', headers, body: JSON.stringify(body) })).status
  }
  const base64 = (pdf: Uint8Array): string => Buffer.from(pdf).toString('base64')
  const before = printed.length
  assert.equal(await print({ frontBase64: base64(front), backBase64: base64(back) }), 200)
  assert.deepEqual(printed.slice(before), ['certificate two-sided-long-edge'])
  assert.equal(await print({ frontBase64: base64(front), backBase64: base64(short) }), 400)
  assert.equal(await print({ frontBase64: base64(front), backBase64: 'AAAA' }), 400)
  assert.equal(await print({ frontBase64: base64(front) }), 400)
})
