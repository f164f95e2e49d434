import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Message } from './packet.ts'
import { cardText, fingerprint, makeTownKeys, openMessage, readCard, sealMessage } from './sealing.actions.ts'

const HIDA = '212172' as MunicipalityCode
const TAKAYAMA = '212032' as MunicipalityCode
const message: Message = {
  messageId: '019a0000-0000-7000-8000-000000000001',
  transferId: '019a0000-0000-7000-8000-000000000002',
  ...{ from: HIDA, fromName: '飛騨市', to: TAKAYAMA, sentAt: '2026-11-21T00:00:00.000Z' },
  body: { kind: 'returned', reason: '当市には避難していない' },
}

describe('a message between towns', () => {
  test('opens for its addressee alone, and only as its sender signed it', async () => {
    const [from, to, other] = await Promise.all([makeTownKeys(), makeTownKeys(), makeTownKeys()])
    const bytes = await sealMessage(message, from.secret, to.recipient)
    assert.ok(!Buffer.from(bytes).toString('utf8').includes('避難'))
    const signer = async () => from.signer
    const own = { code: TAKAYAMA, identity: to.secret.identity }
    assert.deepEqual(await openMessage(bytes, own, signer), { ok: true, message })
    const why = async (...given: Parameters<typeof openMessage>) => {
      const result = await openMessage(...given)
      return result.ok ? null : result.why
    }
    assert.equal(await why(bytes, { ...own, code: HIDA }, signer), 'wrong-town')
    assert.equal(await why(bytes, own, async () => null), 'unknown-sender')
    // Sealed to the right town by somebody else in the sender's name.
    const forged = await sealMessage(message, other.secret, to.recipient)
    assert.equal(await why(forged, own, signer), 'damaged')
    // Genuine, but meant for another town, and put into a wrapper for this one.
    const diverted = await sealMessage({ ...message, to: HIDA }, from.secret, to.recipient)
    const wrapper = JSON.parse(Buffer.from(diverted).toString('utf8')) as object
    const again = Buffer.from(JSON.stringify({ ...wrapper, to: TAKAYAMA }))
    assert.equal(await why(again, own, signer), 'damaged')
    assert.equal(await why(bytes, { ...own, identity: other.secret.identity }, signer), 'damaged')
    assert.equal(await why(Buffer.from('[]'), own, signer), 'not-a-message')
  })

  test('the words of a town give its keys back; any other key has another number', async () => {
    const [one, other] = await Promise.all([makeTownKeys(), makeTownKeys()])
    const card = { code: HIDA, recipient: one.recipient, signer: one.signer }
    assert.deepEqual(readCard(`  ${cardText(card)}\n`), card)
    assert.match(fingerprint(card), /^([0-9A-F]{4}-){4}[0-9A-F]{4}$/)
    for (const changed of [
      { ...card, recipient: other.recipient },
      { ...card, signer: other.signer },
      { ...card, code: TAKAYAMA },
    ])
      assert.notEqual(fingerprint(changed), fingerprint(card))
    assert.equal(readCard(cardText({ ...card, code: '212173' })), null)
    assert.equal(readCard(cardText(card).replace('age1', 'age2')), null)
    assert.equal(readCard(`${cardText(card)} x`), null)
  })
})
