import assert from 'node:assert/strict'
import { verify, X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { BridgeStatus } from '@open-bcl/modules/center/bridge-protocol.ts'
import { cardDialogue, type CardDialogue } from '@open-bcl/modules/center/card-dialogue.ts'
import { challengeBytes, challengeDigestInfo } from '@open-bcl/modules/center/challenge.ts'
import { start as startCards } from '../../simulators/cards/main.ts'
import { start as startJpki } from '../../simulators/jpki/main.ts'
import type { Simulator } from '../../simulators/loopback.ts'
import { startBridge, type Bridge } from './bridge.ts'
import { PcscReader } from './pcsc-reader.ts'
import { simulatorReader } from './simulator-reader.ts'
import { testPcscd, type TestPcscd } from './testing/pcscd.ts'

const kiosk = 'http://localhost:8081'
const challenge = {
  transactionId: '019aa3f0-0000-7000-8000-000000000001',
  nonce: 'q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80',
  centerOrigin: kiosk,
  issuedAt: '2026-11-21T02:59:30.000Z',
}

describe('the bridge on a real pcscd with a virtual reader', () => {
  let folder: string
  let pcscd: TestPcscd
  let jpki: Simulator
  /** Its cards lie in the virtual reader of pcscd. */
  let cards: Simulator
  /** A tray of its own, for a machine without reader. */
  let tray: Simulator
  let bridge: Bridge

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'open-bcl-bridge-'))
    pcscd = await testPcscd()
    jpki = await startJpki({ folder: join(folder, 'jpki'), port: 0 })
    const shared = { port: 0, kioskOrigins: [], jpkiUrl: jpki.url }
    cards = await startCards({ ...shared, folder: join(folder, 'cards'), virtualReader: pcscd.reader })
    tray = await startCards({ ...shared, folder: join(folder, 'tray') })
    for (const [url, cardId] of [
      [cards.url, 'sato'],
      [cards.url, 'suzuki'],
      [tray.url, 'tanaka'],
    ])
      await post(`${url}/cards`, { cardId, label: cardId, subjectId: cardId, pin: '1234' })
    bridge = await startBridge({
      port: 0,
      origins: [kiosk],
      readers: [new PcscReader(pcscd.pcsc, { answerMs: 3_000 }), simulatorReader(tray.url)],
      applications: ['jpki'],
      idleMs: 1_500,
    })
    await until(({ reader }) => reader?.kind === 'pcsc')
  })
  after(async () => {
    await bridge.close()
    await tray.close()
    await cards.close()
    await jpki.close()
    await pcscd.close()
    await rm(folder, { recursive: true })
  })
  beforeEach(async () => {
    await post(`${cards.url}/api/faults`, { card: 'none' })
    await post(`${cards.url}/remove`, {})
    await until(({ inserted }) => inserted === null)
  })

  async function post(
    url: string,
    body: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const headers = {
      'content-type': 'application/json',
      ...(url.startsWith(bridge?.url) ? { origin: kiosk } : {}),
    }
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const status = async (): Promise<BridgeStatus> =>
    (await (await fetch(`${bridge.url}/status`)).json()) as BridgeStatus
  /** The reader's own pace; the test runner ends what never comes. */
  async function until(holds: (now: BridgeStatus) => boolean): Promise<BridgeStatus> {
    for (;;) {
      const now = await status()
      if (holds(now)) return now
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  async function lay(cardId: string): Promise<string> {
    const before = (await status()).inserted?.insertionId
    await post(`${cards.url}/insert`, { cardId })
    const now = await until(({ inserted }) => inserted !== null && inserted.insertionId !== before)
    return now.inserted!.insertionId
  }
  const send = (insertionId: string, apdu: string) => post(`${bridge.url}/apdu`, { insertionId, apdu })
  /** As the page does; a fault of the bridge ends the talk. */
  const talk = (insertionId: string): CardDialogue =>
    cardDialogue(async (apdu) => {
      const { status: code, body } = await send(insertionId, apdu)
      if (code !== 200) throw new Error(String(body['code']))
      return String(body['response'])
    })

  test('a card is read, its PIN verified, and it signs', async () => {
    const insertionId = await lay('sato')
    const { reader } = await status()
    assert.equal(reader?.kind, 'pcsc')
    assert.match(reader.name, /Open BCL test reader/)
    const card = talk(insertionId)
    const certificate = new X509Certificate(await card.readCertificate())
    assert.deepEqual(await card.verifyPin('0000'), { kind: 'wrong', triesLeft: 2 })
    assert.deepEqual(await card.verifyPin('1234'), { kind: 'ok' })
    const signature = await card.sign(await challengeDigestInfo(challenge))
    assert.ok(verify('sha256', challengeBytes(challenge), certificate.publicKey, signature))
    assert.equal(await card.tries(), 3)
  })

  test('a card that is lifted takes its talk with it; the next one begins its own', async () => {
    const first = await lay('sato')
    assert.deepEqual(await talk(first).verifyPin('1234'), { kind: 'ok' })
    await post(`${cards.url}/remove`, {})
    await until(({ inserted }) => inserted === null)
    assert.equal((await send(first, '00A4020C020017')).body['code'], 'card-gone')
    const second = await lay('suzuki')
    assert.notEqual(second, first)
    assert.equal((await send(first, '00A4020C020017')).status, 409)
    await assert.rejects(talk(second).sign(await challengeDigestInfo(challenge)), /not-allowed/)
    await talk(second).readCertificate()
    // Its PIN has not been shown: the right that the first card gave is not there.
    assert.equal((await send(second, '00A4020C020017')).body['response'], '9000')
    const signing = `802A008033${Buffer.from(await challengeDigestInfo(challenge)).toString('hex')}00`
    assert.equal((await send(second, signing)).body['response'], '6982')
  })

  test('a card changed as fast as a hand can is another laying-on', async () => {
    const first = await lay('sato')
    await post(`${cards.url}/insert`, { cardId: 'suzuki' })
    const now = await until(({ inserted }) => inserted !== null && inserted.insertionId !== first)
    await talk(now.inserted!.insertionId).readCertificate()
    assert.equal((await send(first, '00A4040C0AD392F000260100000001')).status, 409)
  })

  test('who asks the bridge to forget, or says nothing for a while, must show the PIN again', async () => {
    const insertionId = await lay('sato')
    const card = talk(insertionId)
    assert.deepEqual(await card.verifyPin('1234'), { kind: 'ok' })
    assert.deepEqual((await post(`${bridge.url}/release`, { insertionId })).body, { released: true })
    assert.equal((await send(insertionId, '00A4020C020017')).body['code'], 'not-allowed')
    assert.deepEqual(await card.verifyPin('1234'), { kind: 'ok' })
    // Twice as long as the bridge waits; the same card lies there all the time.
    const begun = Date.now()
    await until(() => Date.now() - begun > 3_000)
    assert.equal((await send(insertionId, '00A4020C020017')).body['code'], 'not-allowed')
    assert.equal((await status()).inserted?.insertionId, insertionId)
  })

  test('a card that hangs is given up in time, and what lies there is talked to anew', async () => {
    const insertionId = await lay('sato')
    await post(`${cards.url}/api/faults`, { card: 'silent' })
    const { status: code, body } = await send(insertionId, '00A4040C0AD392F000260100000001')
    assert.deepEqual([code, body['code']], [504, 'card-silent'])
    assert.equal((await send(insertionId, '00A4040C0AD392F000260100000001')).status, 409)
    await post(`${cards.url}/api/faults`, { card: 'none' })
    await post(`${cards.url}/remove`, {})
    await until(({ inserted }) => inserted === null)
    await talk(await lay('sato')).readCertificate()
  })

  test('another chip card is told from a My Number card', async () => {
    await post(`${cards.url}/api/faults`, { card: 'foreign' })
    await assert.rejects(talk(await lay('sato')).readCertificate(), /not-my-number-card/)
  })

  test('a reader that another program holds is busy, not broken', async () => {
    const insertionId = await lay('sato')
    const context = await pcscd.pcsc.establish()
    const other = await pcscd.pcsc.connect(context, (await status()).reader!.name)
    const { status: code, body } = await send(insertionId, '00A4040C0AD392F000260100000001')
    assert.deepEqual([code, body['code']], [503, 'reader-busy'])
    await pcscd.pcsc.disconnect(other)
    await pcscd.pcsc.release(context)
    const now = await until(({ inserted }) => inserted !== null)
    await talk(now.inserted!.insertionId).readCertificate()
  })

  test('the reader is unplugged: the simulator takes over; plugged in again, the reader is back', async (t) => {
    // Somebody's own daemon is never ended for a test: there it is told as skipped. A machine that setup-tests made has none running.
    if (!pcscd.own) return t.skip('the pcscd of this machine is not ours to stop')
    const insertionId = await lay('sato')
    await pcscd.stop()
    await until(({ reader }) => reader?.kind === 'simulator')
    assert.equal((await send(insertionId, '00A4040C0AD392F000260100000001')).status, 409)
    await post(`${tray.url}/insert`, { cardId: 'tanaka' })
    const byTray = await until(({ inserted }) => inserted !== null)
    await talk(byTray.inserted!.insertionId).readCertificate()
    await post(`${cards.url}/remove`, {})
    await pcscd.start()
    await until(({ reader }) => reader?.kind === 'pcsc')
    await talk(await lay('sato')).readCertificate()
  })
})
