import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Challenge } from './challenge.ts'
import { readCrl } from './crl.ts'
import { trustStore, validateJpki, type JpkiResult, type JpkiRules } from './jpki.ts'

type Vector = {
  title: string
  expected: string
  certificate: string
  challenge: Challenge
  signature: string
  ocsp: string | null
  crl: string | null
}
type RulesFile = {
  now: string
  challengeLifeMs: number
  policies: string[]
  ocspNonce: string
  trust: string[]
}

const folder = new URL('./vectors/', import.meta.url)
const read = <T>(path: string) => JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as T
const bytes = (base64: string) => Buffer.from(base64, 'base64')
const file = read<RulesFile>('rules.json')
const trust = trustStore(file.trust.map(bytes))
const vectors = (kind: 'valid' | 'invalid') =>
  readdirSync(new URL(kind, folder)).map((name) => read<Vector>(`${kind}/${name}`))
const good = read<Vector>('valid/a-card-of-the-present-generation.json')

function rulesFor(vector: Vector, change: Partial<JpkiRules> = {}): JpkiRules {
  return {
    trust,
    policies: file.policies,
    now: new Date(file.now),
    challengeLifeMs: file.challengeLifeMs,
    useChallenge: async () => true,
    ocspNonce: bytes(file.ocspNonce),
    askOcsp: async () => {
      if (vector.ocsp === null) throw new Error('connection refused')
      return bytes(vector.ocsp)
    },
    ocspTimeoutMs: 1500,
    findCrl: async (issuer) =>
      vector.crl === null ? 'none' : (readCrl(bytes(vector.crl), issuer) ?? 'unusable'),
    ...change,
  }
}

function present(vector: Vector, change: Partial<JpkiRules> = {}): Promise<JpkiResult> {
  const presented = {
    certificateDer: bytes(vector.certificate),
    signature: bytes(vector.signature),
    challenge: vector.challenge,
  }
  return validateJpki(presented, rulesFor(vector, change))
}

for (const vector of vectors('valid')) {
  test(`accepted: ${vector.title}`, async () => {
    const result = await present(vector)
    assert.equal(result.kind, 'valid', JSON.stringify(result))
  })
}

for (const vector of vectors('invalid')) {
  test(`refused as ${vector.expected}: ${vector.title}`, async () => {
    const result = await present(vector)
    assert.equal(result.kind === 'refused' ? result.reason : result.kind, vector.expected)
  })
}

test('every reason of the list has a vector', () => {
  const reasons = new Set(vectors('invalid').map(({ expected }) => expected))
  assert.deepEqual([...reasons].sort(), [
    'cannot-confirm',
    'expired',
    'hold',
    'malformed',
    'not-yet-valid',
    'policy',
    'revoked',
    'signature',
    'stale-challenge',
    'unknown-issuer',
  ])
})

test('the same serial of two generations is two different cards', async () => {
  const present1 = await present(good)
  const old = await present(read<Vector>('valid/a-card-of-the-old-generation.json'))
  assert.ok(present1.kind === 'valid' && old.kind === 'valid')
  assert.equal(present1.key.serial, '114400001')
  assert.equal(old.key.serial, present1.key.serial)
  assert.notEqual(old.key.issuerSki, present1.key.issuerSki)
  assert.match(old.key.issuerSki, /^[0-9a-f]{40}$/)
})

test('a challenge works once, and a wrong signature uses it up', async () => {
  const used = new Set<string>()
  const useChallenge = async ({ nonce }: Challenge) => !used.has(nonce) && Boolean(used.add(nonce))
  const forged = read<Vector>('invalid/the-signature-of-another-card.json')
  const reason = async (vector: Vector) => {
    const result = await present(vector, { useChallenge })
    return result.kind === 'refused' ? result.reason : result.kind
  }
  assert.equal(await reason(forged), 'signature')
  assert.equal(await reason(good), 'stale-challenge')
  used.clear()
  assert.equal(await reason(good), 'valid')
  assert.equal(await reason(good), 'stale-challenge')
})

test('JPKI is not asked before the signature is right', async () => {
  let asked = 0
  const askOcsp = async () => {
    asked += 1
    return bytes(good.ocsp ?? '')
  }
  for (const name of ['a-ca-of-the-same-name', 'no-policy', 'the-signature-of-another-card']) {
    await present(read<Vector>(`invalid/${name}.json`), { askOcsp })
  }
  assert.equal(asked, 0)
  await present(good, { askOcsp })
  assert.equal(asked, 1)
})

test('a responder that never answers is given up in time and told to stop', async () => {
  let aborted = false
  const askOcsp = (_request: Uint8Array, signal: AbortSignal) =>
    new Promise<Uint8Array>(() => signal.addEventListener('abort', () => (aborted = true)))
  const result = await present(good, { askOcsp, ocspTimeoutMs: 20 })
  assert.deepEqual(result, { kind: 'refused', reason: 'cannot-confirm', code: 110, doubt: 'no-answer' })
  assert.equal(aborted, true)
})

test('in a centre that trusts one generation only, cards of the other are unknown', async () => {
  const result = await present(good, { trust: trust.slice(0, 1) })
  assert.equal(result.kind === 'refused' && result.reason, 'unknown-issuer')
})

test('a production centre refuses certificates of the test arc', async () => {
  const result = await present(good, { policies: ['1.2.392.200149.8.5.1.3.30'] })
  assert.equal(result.kind === 'refused' && result.reason, 'policy')
})

test('a card certificate is not accepted into the trust store', () => {
  assert.throws(() => trustStore([bytes(good.certificate)]))
  assert.throws(() => trustStore([Buffer.from('nonsense')]))
})

test('no flipped bit of certificate, signature or OCSP answer ever makes another card valid', async () => {
  const whole = await present(good)
  const field = fc.constantFrom('certificate' as const, 'signature' as const, 'ocsp' as const)
  await fc.assert(
    fc.asyncProperty(field, fc.nat(), fc.integer({ min: 0, max: 7 }), async (name, at, bit) => {
      const damaged = bytes(good[name] ?? '')
      damaged[at % damaged.length]! ^= 1 << bit
      const result = await present({ ...good, [name]: damaged.toString('base64') })
      if (result.kind === 'valid') assert.deepEqual(result, whole)
      else assert.ok(name !== 'signature' || result.reason === 'signature')
    }),
    { numRuns: 400 },
  )
})

test('no flipped bit of a revocation list brings the card on it back to life', async () => {
  const listed = read<Vector>('invalid/a-list-that-says-revoked-while-ocsp-says-good.json')
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      const damaged = bytes(listed.crl ?? '')
      damaged[at % damaged.length]! ^= 1 << bit
      assert.equal((await present({ ...listed, crl: damaged.toString('base64') })).kind, 'refused')
    }),
    { numRuns: 400 },
  )
})

test('whatever bytes are presented or answered, the centre refuses and does not throw', async () => {
  const noise = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array).toString('base64'))
  await fc.assert(
    fc.asyncProperty(noise, noise, async (certificate, ocsp) => {
      assert.equal((await present({ ...good, certificate })).kind, 'refused')
      const result = await present({ ...good, ocsp })
      assert.equal(result.kind === 'refused' && result.reason, 'cannot-confirm')
    }),
  )
})
