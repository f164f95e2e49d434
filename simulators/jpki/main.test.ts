import assert from 'node:assert/strict'
import { createPublicKey, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { cardDialogue } from '@open-bcl/modules/center/card-dialogue.ts'
import { challengeDigestInfo } from '@open-bcl/modules/center/challenge.ts'
import { trustStore, validateJpki, type JpkiResult, type TrustStore } from '@open-bcl/modules/center/jpki.ts'
import { revocationLists } from '@open-bcl/modules/center/revocation-lists.actions.ts'
import { readCrl } from '@open-bcl/modules/center/crl.ts'
import { ocspOverHttp } from '@open-bcl/modules/center/ocsp-http.ts'
import { start as startCards } from '../cards/main.ts'
import type { Simulator } from '../loopback.ts'
import type { RegisterEntry } from './authority.ts'
import { start as startJpki } from './main.ts'
import { testPolicy } from './profile.ts'

const kiosk = 'http://localhost:8081'
let folder: string
let jpki: Simulator
let cards: Simulator
let trust: TrustStore

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-bcl-jpki-'))
  jpki = await startJpki({ folder: join(folder, 'jpki'), port: 0 })
  cards = await startCards({
    folder: join(folder, 'cards'),
    port: 0,
    kioskOrigins: [kiosk],
    jpkiUrl: jpki.url,
  })
  const { certificates } = (await get(`${jpki.url}/ca`)) as { certificates: string[] }
  trust = trustStore(certificates.map((pem) => Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')))
})
after(async () => {
  await cards.close()
  await jpki.close()
  await rm(folder, { recursive: true })
})

async function get(url: string): Promise<unknown> {
  return (await fetch(url)).json()
}

async function post<T>(url: string, body: unknown = {}): Promise<T> {
  const headers = { 'content-type': 'application/json', origin: new URL(url).origin }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  assert.ok(response.ok, `${url} ${response.status}`)
  return (await response.json()) as T
}

type Made = { issuerSki: string; serial: string }

function make(cardId: string, wishes: Record<string, string> = {}): Promise<Made> {
  return post<Made>(`${cards.url}/cards`, {
    cardId,
    label: `${cardId}さんのカード`,
    subjectId: cardId,
    pin: '1234',
    ...wishes,
  })
}

/** The kiosk's reader, as its page sees it. */
async function layOn(cardId: string) {
  const { insertionId } = await post<{ insertionId: string }>(`${cards.url}/insert`, { cardId })
  return cardDialogue(async (apdu) => {
    const headers = { 'content-type': 'application/json', origin: kiosk }
    const body = JSON.stringify({ insertionId, apdu })
    const response = await fetch(`${cards.url}/apdu`, { method: 'POST', headers, body })
    return ((await response.json()) as { response?: string }).response ?? ''
  })
}

/** A resident at the kiosk, from the card on the reader to the centre's verdict. */
async function visit(cardId: string, pin = '1234'): Promise<JpkiResult> {
  const now = new Date()
  const challenge = {
    transactionId: '019aa3f0-0000-7000-8000-000000000001',
    nonce: randomBytes(32).toString('base64url'),
    centerOrigin: kiosk,
    issuedAt: now.toISOString(),
  }
  const dialogue = await layOn(cardId)
  const certificateDer = await dialogue.readCertificate()
  assert.deepEqual(await dialogue.verifyPin(pin), { kind: 'ok' })
  const signature = await dialogue.sign(await challengeDigestInfo(challenge))
  return validateJpki(
    { certificateDer, signature, challenge },
    {
      trust,
      policies: [testPolicy],
      now,
      challengeLifeMs: 120_000,
      useChallenge: async () => true,
      ocspNonce: randomBytes(32),
      askOcsp: ocspOverHttp(`${jpki.url}/ocsp`),
      ocspTimeoutMs: 1500,
      findCrl: revocationLists({ url: `${jpki.url}/crl`, now: () => now }),
    },
  )
}

function verdict(result: JpkiResult): string {
  return result.kind === 'valid' ? 'valid' : result.reason
}

test('a card of either generation is accepted under its own key', async () => {
  const present = await make('sato', { serial: '200001' })
  const old = await make('suzuki', { serial: '200001', generation: '1' })
  const [first, second] = [await visit('sato'), await visit('suzuki')]
  assert.ok(first.kind === 'valid' && second.kind === 'valid', JSON.stringify([first, second]))
  assert.deepEqual(first.key, { issuerSki: present.issuerSki, serial: '200001' })
  assert.deepEqual(second.key, { issuerSki: old.issuerSki, serial: '200001' })
  assert.notEqual(present.issuerSki, old.issuerSki)
})

test('a lost card is on hold until it is found; a revoked one stays dead', async () => {
  const { issuerSki, serial } = await make('tanaka')
  const path = `${jpki.url}/api/certificates/${issuerSki}/${serial}`
  await post(`${path}/hold`)
  assert.equal(verdict(await visit('tanaka')), 'hold')
  await post(`${path}/release`)
  assert.equal(verdict(await visit('tanaka')), 'valid')
  await post(`${path}/revoke`, { reason: 'cessationOfOperation' })
  assert.equal(verdict(await visit('tanaka')), 'revoked')
  const response = await fetch(`${path}/release`, { method: 'POST', headers: { origin: jpki.url } })
  assert.equal(response.status, 409)
})

test('renewal gives a new serial and ends the old one', async () => {
  const { issuerSki, serial } = await make('ito')
  const publicKeyPem = await publicKeyOf('ito')
  const renewed = await post<Made>(`${jpki.url}/api/certificates/${issuerSki}/${serial}/renew`, {
    publicKeyPem,
  })
  assert.notEqual(renewed.serial, serial)
  assert.equal(verdict(await visit('ito')), 'revoked')
})

test('a telephone is a second certificate of the same person, with a life of its own', async () => {
  const card = await make('mori-card')
  const phone = await make('mori-phone', { subjectId: 'mori-card', carrier: 'smartphone', pin: '9876' })
  assert.notEqual(phone.serial, card.serial)
  const { certificates } = (await get(`${jpki.url}/api/certificates`)) as { certificates: RegisterEntry[] }
  const held = certificates.filter(({ subjectId }) => subjectId === 'mori-card')
  assert.deepEqual(
    held.map(({ carrier, serial }) => [carrier, serial]),
    [
      ['card', card.serial],
      ['smartphone', phone.serial],
    ],
  )
  await post(`${jpki.url}/api/certificates/${card.issuerSki}/${card.serial}/hold`)
  assert.equal(verdict(await visit('mori-card')), 'hold')
  const byPhone = await visit('mori-phone', '9876')
  const { issuerSki, serial } = phone
  assert.deepEqual(byPhone.kind === 'valid' && byPhone.key, { issuerSki, serial })
})

test('the list is that of the day: who is revoked after it was made stands in the next one', async () => {
  const { issuerSki, serial } = await make('kimura')
  const listed = async (): Promise<boolean> => {
    const der = Buffer.from(await (await fetch(`${jpki.url}/crl/${issuerSki}`)).arrayBuffer())
    const issuer = trust.find(({ ski }) => ski === issuerSki)!
    return readCrl(der, issuer)!.entries.has(serial)
  }
  await post(`${jpki.url}/api/crls`)
  await post(`${jpki.url}/api/certificates/${issuerSki}/${serial}/revoke`, { reason: 'superseded' })
  assert.equal(await listed(), false)
  assert.equal(verdict(await visit('kimura')), 'revoked')
  await post(`${jpki.url}/api/crls`)
  assert.equal(await listed(), true)
})

test('a hold lifted after the list of the day was made is lifted', async () => {
  const { issuerSki, serial } = await make('hayashi')
  const path = `${jpki.url}/api/certificates/${issuerSki}/${serial}`
  await post(`${path}/hold`)
  await post(`${jpki.url}/api/crls`)
  await post(`${path}/release`)
  assert.equal(verdict(await visit('hayashi')), 'valid')
})

test('an expired card and one from tomorrow are told apart', async () => {
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  await make('expired', { notBefore: at(-10), notAfter: at(-1) })
  await make('tomorrow', { notBefore: at(1) })
  assert.equal(verdict(await visit('expired')), 'expired')
  assert.equal(verdict(await visit('tomorrow')), 'not-yet-valid')
})

test('when JPKI is down, busy or silent nobody is accepted, within two seconds', async () => {
  await make('kato')
  for (const ocsp of ['down', 'try-later', 'silent']) {
    await post(`${jpki.url}/api/faults`, { ocsp })
    const begun = Date.now()
    assert.equal(verdict(await visit('kato')), 'cannot-confirm')
    assert.ok(Date.now() - begun < 2500, ocsp)
  }
  await post(`${jpki.url}/api/faults`, { ocsp: 'none' })
  assert.equal(verdict(await visit('kato')), 'valid')
})

test('the same serial is not issued twice by one generation', async () => {
  await make('mori', { serial: '300001' })
  const response = await fetch(`${jpki.url}/api/certificates`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subjectId: 'x', serial: '300001', publicKeyPem: await publicKeyOf('mori') }),
  })
  assert.equal(response.status, 409)
  await assert.rejects(make('mori2', { serial: '300001' }), /502/)
  await assert.rejects(make('mori'), /409/)
})

test('wrong PINs are remembered by the card through removal and restart, and three lock it', async () => {
  await make('abe')
  assert.deepEqual(await (await layOn('abe')).verifyPin('0000'), { kind: 'wrong', triesLeft: 2 })
  assert.deepEqual(await (await layOn('abe')).verifyPin('0000'), { kind: 'wrong', triesLeft: 1 })
  await cards.close()
  cards = await startCards({
    folder: join(folder, 'cards'),
    port: 0,
    kioskOrigins: [kiosk],
    jpkiUrl: jpki.url,
  })
  assert.deepEqual(await (await layOn('abe')).verifyPin('0000'), { kind: 'locked' })
  assert.deepEqual(await (await layOn('abe')).verifyPin('1234'), { kind: 'locked' })
})

test("a dialogue never goes on with the next person's card", async () => {
  await make('first')
  await make('second')
  const before = await layOn('first')
  await before.verifyPin('1234')
  await layOn('second')
  await assert.rejects(before.sign(new Uint8Array(51)), /broken-answer/)
  await post(`${cards.url}/remove`)
  const { inserted } = (await get(`${cards.url}/status`)) as { inserted: unknown }
  assert.equal(inserted, null)
})

test('a page of another origin, or a host name that is not ours, gets nothing from the reader', async () => {
  const body = JSON.stringify({ insertionId: 'x', apdu: '00A4040C00' })
  const headers = { 'content-type': 'application/json', origin: 'https://evil.example' }
  const response = await fetch(`${cards.url}/apdu`, { method: 'POST', headers, body })
  assert.equal(response.status, 403)
  assert.equal(response.headers.get('access-control-allow-origin'), null)
  const rebound = await new Promise<number | undefined>((resolve, reject) => {
    request(`${cards.url}/status`, { headers: { host: 'evil.example' } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
  })
  assert.equal(rebound, 421)
  const preflight = await fetch(`${cards.url}/apdu`, { method: 'OPTIONS', headers: { origin: kiosk } })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers.get('access-control-allow-origin'), kiosk)
})

test('keys are readable by their owner alone and survive a restart', async () => {
  const before = await get(`${jpki.url}/ca`)
  const listed = await get(`${jpki.url}/api/certificates`)
  await jpki.close()
  jpki = await startJpki({ folder: join(folder, 'jpki'), port: Number(new URL(jpki.url).port) })
  assert.deepEqual(await get(`${jpki.url}/ca`), before)
  assert.deepEqual(await get(`${jpki.url}/api/certificates`), listed)
  for (const path of ['jpki/generation-2.json', 'jpki/register.json', 'cards/abe.json']) {
    assert.equal((await stat(join(folder, path))).mode & 0o777, 0o600, path)
  }
})

test('the pages show cards and register, with names escaped', async () => {
  await make('xss', { label: '<script>alert(1)</script>' })
  const tray = await (await fetch(cards.url)).text()
  assert.ok(tray.includes('仮想マイナンバーカード（模擬）') && !tray.includes('<script>'))
  const register = await (await fetch(jpki.url)).text()
  assert.ok(register.includes('公的個人認証サービス（模擬）') && register.includes('200001'))
})

async function publicKeyOf(cardId: string): Promise<string> {
  const { privateKeyPem } = JSON.parse(await readFile(join(folder, 'cards', `${cardId}.json`), 'utf8')) as {
    privateKeyPem: string
  }
  return createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' }) as string
}
