import assert from 'node:assert/strict'
import { generateKeyPairSync, webcrypto } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { messageHeaders, messageText } from '@open-bcl/core/message-text.ts'
import { keyIdOf, signMessage, verifyMessage, type ReceivedMessage } from './signed-message.ts'

const now = new Date('2026-11-21T03:00:00.000Z')
const origin = 'https://bcl.example'
const agent = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const body = Buffer.from('{"fileNo":12}')

function sent(requestId?: string): ReceivedMessage {
  const message = {
    method: 'POST',
    origin,
    path: '/api/link/files?business=010',
    body,
    ...(requestId ? { requestId } : {}),
  }
  return { ...message, headers: signMessage(message, agent.privateKey, now) }
}

function receiver(at: Date = now) {
  const ids = new Set<string>()
  return {
    ids,
    origin,
    now: at,
    maxSkewMs: 120_000,
    findKey: (keyId: string) => (keyId === keyIdOf(agent.publicKey) ? agent.publicKey : null),
    seen: (messageId: string) => {
      const known = ids.has(messageId)
      ids.add(messageId)
      return known
    },
  }
}

test('a message of an enrolled machine is accepted once, and its replay is refused', async () => {
  const town = receiver()
  const message = sent()
  assert.equal((await verifyMessage(message, town)).kind, 'verified')
  assert.deepEqual(await verifyMessage(message, town), { kind: 'refused', reason: 'replayed' })
})

test('a resend is a new message with the same request id', async () => {
  const town = receiver()
  const requestId = '0193c0de-0000-7000-8000-000000000001'
  assert.equal((await verifyMessage(sent(requestId), town)).kind, 'verified')
  assert.equal((await verifyMessage(sent(requestId), town)).kind, 'verified')
})

test('whatever is changed on the way, the signature no longer fits and no id is stored', async () => {
  const message = sent('0193c0de-0000-7000-8000-000000000001')
  const changed: ReceivedMessage[] = [
    { ...message, method: 'PUT' },
    { ...message, path: '/api/link/files?business=020' },
    { ...message, body: Buffer.from('{"fileNo":13}') },
    ...[
      { [messageHeaders.requestId]: '0193c0de-0000-7000-8000-000000000002' },
      { [messageHeaders.messageId]: '0193c0de-0000-7000-8000-000000000003' },
      { [messageHeaders.sentAt]: '2026-11-21T03:00:01.000Z' },
    ].map((headers) => ({ ...message, headers: { ...message.headers, ...headers } })),
  ]
  for (const forged of changed) {
    const town = receiver()
    assert.deepEqual(await verifyMessage(forged, town), { kind: 'refused', reason: 'signature' })
    assert.equal(town.ids.size, 0)
  }
})

test('a message meant for another machine is refused', async () => {
  const verdict = await verifyMessage(sent(), { ...receiver(), origin: 'https://center.example' })
  assert.deepEqual(verdict, { kind: 'refused', reason: 'signature' })
})

test('a clock more than two minutes off is refused either way, two minutes is not', async () => {
  for (const [ms, kind] of [
    [120_000, 'verified'],
    [-120_000, 'verified'],
    [120_001, 'refused'],
    [-120_001, 'refused'],
  ] as const) {
    assert.equal((await verifyMessage(sent(), receiver(new Date(now.getTime() + ms)))).kind, kind)
  }
})

test('a key that is not enrolled is refused, also under the name of one that is', async () => {
  const message = { method: 'POST', origin, path: '/x', body }
  const headers = signMessage(message, stranger.privateKey, now)
  assert.deepEqual(await verifyMessage({ ...message, headers }, receiver()), {
    kind: 'refused',
    reason: 'unknown-key',
  })
  const disguised = { ...headers, [messageHeaders.keyId]: keyIdOf(agent.publicKey) }
  assert.deepEqual(await verifyMessage({ ...message, headers: disguised }, receiver()), {
    kind: 'refused',
    reason: 'signature',
  })
})

test('a kiosk signs the same text with WebCrypto', async () => {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  const { createHash, KeyObject } = await import('node:crypto')
  const publicKey = KeyObject.from(keys.publicKey)
  const head = {
    keyId: keyIdOf(publicKey),
    method: 'GET',
    origin,
    path: '/api/kiosk/menu',
    sentAt: now.toISOString(),
    messageId: '0193c0de-0000-7000-8000-000000000009',
    requestId: '',
    bodySha256: createHash('sha256').update('').digest('hex'),
  }
  const signature = await webcrypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    keys.privateKey,
    Buffer.from(messageText(head)),
  )
  const headers = {
    [messageHeaders.keyId]: head.keyId,
    [messageHeaders.sentAt]: head.sentAt,
    [messageHeaders.messageId]: head.messageId,
    [messageHeaders.signature]: Buffer.from(signature).toString('base64url'),
  }
  const verdict = await verifyMessage(
    { method: 'GET', path: head.path, body: new Uint8Array(), headers },
    { ...receiver(), findKey: () => publicKey },
  )
  assert.equal(verdict.kind, 'verified')
})

test('hostile headers are refused, never thrown at', async () => {
  const text = fc.oneof(fc.string(), fc.constant('0193c0de-0000-7000-8000-000000000009'))
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 5, maxLength: 5 }), async (values) => {
      const headers = Object.fromEntries(Object.values(messageHeaders).map((name, i) => [name, values[i]]))
      const verdict = await verifyMessage({ method: 'POST', path: '/x', body, headers }, receiver())
      assert.equal(verdict.kind, 'refused')
    }),
  )
})
