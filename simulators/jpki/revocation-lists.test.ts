import assert from 'node:assert/strict'
import { sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { readCertificate, type ReadCertificate } from '@open-bcl/modules/center/certificate-reading.ts'
import { readCrl, type HeldCrl } from '@open-bcl/modules/center/crl.ts'
import { elements, sequence } from '@open-bcl/modules/center/der.ts'
import { revocationLists } from '@open-bcl/modules/center/revocation-lists.actions.ts'
import { generateRsaKeys, makeAuthority, makeCrl, type Issuer } from './profile.ts'

const noon = Date.parse('2026-11-21T03:00:00Z')
const hour = 3_600_000
let issuer: Issuer
let authority: ReadCertificate
let server: Server
let url: string
/** What the distribution point answers: bytes, an error, or nothing at all. */
let answer: Buffer | number | 'silence'
let asked: number
let testNo = 0
let clock: number

before(async () => {
  const life = { notBefore: new Date(noon - 1000 * hour), notAfter: new Date(noon + 1000 * hour) }
  issuer = await makeAuthority(await generateRsaKeys(), { serial: '1', ...life })
  authority = readCertificate(new Uint8Array(issuer.certificate.rawData))!
  server = createServer((request, response) => {
    // A fetch of the test before may still be under way.
    if (request.url?.startsWith(`/${testNo}/`) !== true) return void response.writeHead(404).end()
    asked += 1
    if (answer === 'silence') return
    if (typeof answer === 'number') response.writeHead(answer).end()
    else response.end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked = 0
  testNo += 1
  clock = noon
})

const listOf = (serials: readonly string[], at: number): Promise<Buffer> =>
  makeCrl(issuer, {
    number: 1,
    thisUpdate: new Date(at),
    nextUpdate: new Date(at + 25 * hour),
    entries: serials.map((serial) => ({ serial, revokedAt: new Date(at), reason: 'superseded' })),
  })
const open = () => revocationLists({ url: `${url}/${testNo}`, now: () => new Date(clock) })
const serialsIn = (held: HeldCrl): string[] | string =>
  typeof held === 'string' ? held : [...held.entries.keys()]

/** Fetched behind the back of whoever asks: so it is asked for until it is there. */
async function until(find: ReturnType<typeof open>, expected: readonly string[]): Promise<void> {
  for (;;) {
    const got = serialsIn(await find(authority))
    if (Array.isArray(got) && got.join() === expected.join()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('a list is fetched once for all who ask, kept, and made new behind their backs', async () => {
  answer = await listOf(['7'], noon - hour)
  const find = open()
  const held = await Promise.all(Array.from({ length: 50 }, () => find(authority)))
  assert.deepEqual(new Set(held.map((one) => serialsIn(one).toString())), new Set(['7']))
  assert.equal(asked, 1)
  clock += 5 * 60_000
  await find(authority)
  assert.equal(asked, 1)
  answer = await listOf(['7', '8'], noon)
  clock += 6 * 60_000
  assert.deepEqual(serialsIn(await find(authority)), ['7'])
  await until(find, ['7', '8'])
  assert.equal(asked, 2)
})

test('while the distribution point is away, the list in force serves on; nobody waits for it', async () => {
  answer = await listOf(['7'], noon - hour)
  const find = open()
  await find(authority)
  answer = 503
  clock += hour
  assert.deepEqual(serialsIn(await find(authority)), ['7'])
  clock += 25 * hour
  assert.equal(await find(authority), 'none')
})

test('an older list than the one we have does not bring revoked cards back to life', async () => {
  answer = await listOf(['7'], noon - hour)
  const find = open()
  await find(authority)
  answer = await listOf([], noon - 2 * hour)
  // So late that the one we have has run out and the new one is waited for.
  clock += 25 * hour
  assert.deepEqual(serialsIn(await find(authority)), ['7'])
})

test('no list at all: asked for again after half a minute, not by every card', async () => {
  answer = 404
  const find = open()
  assert.equal(await find(authority), 'none')
  assert.equal(await find(authority), 'none')
  assert.equal(asked, 1)
  clock += 31_000
  answer = await listOf(['9'], noon)
  assert.deepEqual(serialsIn(await find(authority)), ['9'])
})

test('something that is no list of this issuer is not taken for silence', async () => {
  answer = Buffer.from('<html>')
  assert.equal(await open()(authority), 'unusable')
})

test('a distribution point that never answers costs a second, once', async () => {
  answer = 'silence'
  const find = open()
  const begun = Date.now()
  assert.equal(await find(authority), 'none')
  assert.ok(Date.now() - begun < 5_000)
  assert.equal(await find(authority), 'none')
  assert.equal(asked, 1)
})

/** A long list, put together by hand: the library that makes our lists is slow at it. */
function longList(serials: readonly number[], from: Buffer): Buffer {
  const [outer] = elements(from)
  const [body] = elements(from, outer!.from, outer!.to)
  const fields = elements(from, body!.from, body!.to)
  const at = fields.findLastIndex(({ tag }) => tag === 0x30)
  const [sample] = elements(from, fields[at]!.from, fields[at]!.to)
  const entry = from.subarray(fields[at]!.from, sample!.to)
  const [number] = elements(entry, sample!.from - fields[at]!.from)
  const entries = serials.map((serial) => {
    const copy = Buffer.from(entry)
    copy.writeUInt32BE(serial, number!.from)
    return copy
  })
  const signed = sequence(
    from.subarray(body!.from, fields[at - 1]!.to),
    sequence(...entries),
    from.subarray(fields[at]!.to, body!.to),
  )
  const [algorithm] = elements(from, body!.to, outer!.to)
  const signature = sign('sha256', signed, issuer.privateKey)
  const bits = Buffer.concat([Uint8Array.of(0x03, 0x82, 0x01, 0x01, 0x00), signature])
  return sequence(signed, from.subarray(body!.to, algorithm!.to), bits)
}

test('a list of a hundred thousand takes less than two seconds of a processor to read', async () => {
  const serials = Array.from({ length: 100_000 }, (_, index) => 114_400_000 + index)
  const der = longList(serials, await listOf(['114400001'], noon))
  const begun = process.cpuUsage()
  const list = readCrl(der, authority)!
  const { user, system } = process.cpuUsage(begun)
  assert.ok(user + system < 2_000_000, `${(user + system) / 1000} ms`)
  assert.equal(list.entries.size, serials.length)
  assert.equal(list.entries.get('114499999'), 'revoked')
  assert.equal(list.entries.get('114500000'), undefined)
  der[2000]! ^= 1
  assert.equal(readCrl(der, authority), null)
})
