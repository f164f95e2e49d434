import assert from 'node:assert/strict'
import { randomBytes, webcrypto } from 'node:crypto'
import { test } from 'node:test'
import { HEADER_BYTES, PROOF_BYTES } from './backpage.ts'
import { askedOf, openFront, sealFront } from './payload.ts'

const pair = async () => {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  return {
    publicKey: new Uint8Array(await webcrypto.subtle.exportKey('raw', keys.publicKey)),
    sign: async (bytes: Uint8Array) =>
      new Uint8Array(
        await webcrypto.subtle.sign(
          { name: 'ECDSA', hash: 'SHA-256' },
          keys.privateKey,
          new Uint8Array(bytes),
        ),
      ),
  }
}
const centre = await pair()
const forger = await pair()
const pageKey = new Uint8Array(randomBytes(32))
const seal = (sign: typeof centre.sign) =>
  sealFront({
    header: { keyId: 1, page: 1, pages: 1, salt: new Uint8Array(randomBytes(16)) },
    proof: new Uint8Array(randomBytes(PROOF_BYTES)),
    facts: {
      municipalityCode: '212172',
      kind: 'risai',
      madeAt: new Date('2026-11-21T03:00:00Z'),
      frontSha256: new Uint8Array(32),
    },
    front: { dpi: 150, width: 1240, height: 1754, packed: new Uint8Array(randomBytes(300)) },
    pageKey,
    sign,
  })

test('what was sealed opens with the key of its page, and the signature holds', async () => {
  const opened = await openFront(await seal(centre.sign), { pageKey, publicKey: centre.publicKey })
  assert.equal(opened?.signed, true)
  assert.equal(opened.facts.municipalityCode, '212172')
  assert.equal(opened.front.packed.length, 300)
})

test('one bit of another value anywhere: it does not open; only the proof is not read here', async () => {
  const message = await seal(centre.sign)
  for (let at = 0; at < message.length; at++) {
    const altered = message.slice()
    altered[at]! ^= 1
    const opened = await openFront(altered, { pageKey, publicKey: centre.publicKey })
    const inProof = at >= HEADER_BYTES && at < HEADER_BYTES + PROOF_BYTES
    assert.equal(opened?.signed ?? false, inProof, `byte ${at}`)
  }
})

test('who has the key of a page but not the key of the centre makes pages that are not signed', async () => {
  const opened = await openFront(await seal(forger.sign), { pageKey, publicKey: centre.publicKey })
  assert.equal(opened?.signed, false)
})

test('the key of another page opens nothing, and neither does a message that is cut', async () => {
  const message = await seal(centre.sign)
  const { publicKey } = centre
  assert.equal(await openFront(message, { pageKey: new Uint8Array(32), publicKey }), null)
  for (const length of [0, 20, 37, 60, message.length - 1])
    assert.equal(await openFront(message.subarray(0, length), { pageKey, publicKey }), null)
  assert.equal(askedOf(message)?.length, 37)
  assert.equal(askedOf(message.subarray(0, 30)), null)
})
