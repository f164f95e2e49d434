import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { plainDate } from '@open-bcl/core/dates.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { HIDA, post, testCenter, type TestCenter, type TestKiosk } from '../../apps/center/testing/center.ts'
import { walkAs, type Reached } from '../../apps/center/testing/walk.ts'
import { createEnrolmentCode, registerTown, revokeKiosk } from './enrolment.actions.ts'
import * as contract from './kiosk.contract.ts'

let center: TestCenter
let kiosk: TestKiosk
const noon = new Date('2026-11-21T03:00:00Z')
const walk = (to: Reached) => walkAs(kiosk, to)

before(async () => {
  center = await testCenter()
  kiosk = await center.kiosk('kiosk-1')
  await center.makeCard('sato')
})
after(() => center.close())
beforeEach(() => {
  center.clock = noon
})

describe('cards', () => {
  const refusedCode = async (cardId: string, town: string = HIDA) => {
    const { answer } = await kiosk.signIn(cardId, town)
    return answer.kind === 'refused' ? answer.code : answer.kind
  }

  test('a revoked, a held, an expired and a foreign card are refused before any town hears of them', async () => {
    const revoked = await center.makeCard('revoked')
    await post(`${center.jpkiUrl}/api/certificates/${revoked.issuerSki}/${revoked.serial}/revoke`, {})
    const held = await center.makeCard('held')
    await post(`${center.jpkiUrl}/api/certificates/${held.issuerSki}/${held.serial}/hold`, {})
    await center.makeCard('expired', { notBefore: '2024-01-01T00:00:00Z', notAfter: '2026-11-20T00:00:00Z' })
    center.issuer.heard.length = 0
    assert.equal(await refusedCode('revoked'), 108)
    assert.equal(await refusedCode('held'), 109)
    assert.equal(await refusedCode('expired'), 103)
    const { sessionId } = (await kiosk.get(contract.startSession, {})) as { sessionId: string }
    const proof = await kiosk.proof(sessionId, 'sato')
    const strange = Buffer.from(proof.certificateBase64, 'base64')
    strange[strange.length - 1]! ^= 1
    const foreign = await kiosk.get(contract.authenticate, {
      sessionId,
      municipalityCode: HIDA,
      ...proof,
      certificateBase64: strange.toString('base64'),
    })
    assert.ok(foreign.kind === 'refused' && foreign.code === 102)
    assert.deepEqual(center.issuer.heard, [])
  })

  test('a card on hold that is released works again', async () => {
    const lost = await center.makeCard('lost')
    const path = `${center.jpkiUrl}/api/certificates/${lost.issuerSki}/${lost.serial}`
    await post(`${path}/hold`, {})
    assert.equal(await refusedCode('lost'), 109)
    await post(`${path}/release`, {})
    assert.equal(await refusedCode('lost'), 'accepted')
  })

  test('a card of another town’s resident gets the same neutral answer as one nobody knows', async () => {
    const { serial } = await center.makeCard('stranger')
    center.issuer.serials.delete(serial)
    assert.equal(await refusedCode('stranger'), 201)
  })

  test('a town without a route is not served, and a route is one of its days', async () => {
    await registerTown(
      center.database.app,
      { municipalityCode: '212032' as typeof HIDA, prefecture: '岐阜県', name: '高山市' },
      [
        {
          kind: 'risai',
          issuer: 'own',
          endpoint: center.issuer.origin,
          fromOn: plainDate('2026-12-01'),
          untilOn: null,
        },
      ],
    )
    assert.equal(await refusedCode('sato', '212032'), 506)
    center.clock = new Date('2026-12-01T03:00:00Z')
    assert.equal(await refusedCode('sato', '212032'), 'accepted')
    // Its revocation list is of a day that has not come when the clock goes back.
    await center.restart()
  })

  test('when JPKI cannot be asked the card is refused within two seconds', async () => {
    for (const fault of ['down', 'try-later', 'silent']) {
      await post(`${center.jpkiUrl}/api/faults`, { ocsp: fault })
      const began = performance.now()
      assert.equal(await refusedCode('sato'), 110, fault)
      assert.ok(performance.now() - began < 4_000, fault)
    }
    await post(`${center.jpkiUrl}/api/faults`, { ocsp: 'none' })
    assert.equal(await refusedCode('sato'), 'accepted')
  })

  test('a signature is good for its own session, once, and for a minute', async () => {
    const first = await kiosk.get(contract.startSession, {})
    assert.ok(first.kind === 'started')
    const proof = await kiosk.proof(first.sessionId, 'sato')
    const second = await kiosk.get(contract.startSession, {})
    assert.ok(second.kind === 'started')
    const { sessionId } = second
    const authenticate = async (shown: typeof proof) => {
      const answer = await kiosk.call(contract.authenticate, { sessionId, municipalityCode: HIDA, ...shown })
      if (!answer.ok) return answer.status
      return answer.body.kind === 'refused' ? answer.body.code : answer.body.kind
    }
    assert.equal(await authenticate(proof), 409, 'no challenge was asked for in this session')
    const own = await kiosk.proof(sessionId, 'sato')
    assert.equal(await authenticate(proof), 107, 'the signature of another session')
    assert.equal(await authenticate(own), 106, 'the challenge was used up by the wrong signature')
    const late = await kiosk.proof(sessionId, 'sato')
    center.clock = new Date(noon.getTime() + 61_000)
    assert.equal(await authenticate(late), 106, 'a minute has passed')
    const fresh = await kiosk.proof(sessionId, 'sato')
    assert.equal(await authenticate(fresh), 'accepted')
    assert.equal(await authenticate(fresh), 'accepted', 'the answer was lost: the same proof again')
    assert.equal(await authenticate(own), 409, 'another proof after the door is open')
  })
})

describe('hours', () => {
  test('out of the centre’s hours no session begins', async () => {
    center.clock = new Date('2026-11-21T14:00:00Z')
    const answer = await kiosk.get(contract.startSession, {})
    assert.ok(answer.kind === 'refused' && answer.code === 501)
    center.clock = new Date('2026-12-31T03:00:00Z')
    assert.equal((await kiosk.get(contract.startSession, {})).kind, 'refused')
  })

  test('a town may close earlier than the centre: its own words are shown before any PIN is typed', async () => {
    center.issuer.hours = { opensAt: '06:30', closesAt: '12:00' }
    const started = await kiosk.get(contract.startSession, {})
    assert.ok(started.kind === 'started')
    const menu = await kiosk.get(contract.getTownMenu, {
      sessionId: started.sessionId,
      municipalityCode: HIDA,
    })
    assert.ok(menu.kind === 'refused' && menu.code === 501)
    center.issuer.hours = { opensAt: '06:30', closesAt: '23:00' }
  })
})

describe('machines', () => {
  const typeOf = (answer: { status: number; body: unknown }) =>
    `${answer.status} ${(answer.body as { type?: string }).type ?? ''}`

  test('a message is taken once, as it was signed, by the machine that signed it', async () => {
    const signed = kiosk.sign(contract.startSession, {})
    assert.equal((await kiosk.send(signed)).status, 200)
    assert.equal(typeOf(await kiosk.send(signed)), '409 /problems/center/replayed')
    const { sessionId } = (await kiosk.get(contract.startSession, {})) as { sessionId: string }
    const keep = kiosk.sign(contract.keepSession, { sessionId })
    assert.equal(
      typeOf(await kiosk.send({ ...keep, payload: JSON.stringify({ sessionId: uuidv7() }) })),
      '401 /problems/center/bad-signature',
      'another body',
    )
    assert.equal(
      typeOf(await kiosk.send({ ...keep, url: contract.getChallenge.path })),
      '401 /problems/center/bad-signature',
      'another path',
    )
    assert.equal(
      typeOf(await kiosk.send({ ...keep, headers: { 'content-type': 'application/json' } })),
      '401 /problems/center/bad-signature',
      'no signature',
    )
    assert.equal((await kiosk.send(keep)).status, 200, 'the genuine one is still good')
    const old = kiosk.sign(contract.keepSession, { sessionId })
    center.clock = new Date(noon.getTime() + 121_000)
    assert.equal(typeOf(await kiosk.send(old)), '401 /problems/center/clock')
  })

  test('another machine sees neither session nor transaction nor payout, and a swapped transaction is not found', async () => {
    const mine = await walk('coins')
    const thief = await center.kiosk('kiosk-2')
    const { sessionId } = await thief.signIn('sato')
    const at = { sessionId: mine.sessionId, transactionId: mine.transactionId }
    assert.equal((await thief.call(contract.keepSession, { sessionId: mine.sessionId })).status, 404)
    assert.equal((await thief.call(contract.deliverTransaction, at)).status, 404)
    assert.equal((await thief.call(contract.deliverTransaction, { ...at, sessionId })).status, 404)
    assert.equal(
      (await thief.call(contract.endSession, { sessionId: mine.sessionId, why: 'user' })).status,
      404,
    )
    await kiosk.get(contract.endSession, { sessionId: mine.sessionId, why: 'user' })
    const payout = { transactionId: mine.transactionId, reason: 'returned' } as const
    assert.equal((await thief.call(contract.confirmPayout, payout)).status, 404)
    const later = await walk('built')
    assert.equal(
      (await kiosk.call(contract.deliverTransaction, { ...at, sessionId: later.sessionId })).status,
      404,
      'an earlier person’s transaction at the same machine',
    )
  })

  test('a code enrols one machine once, a new code replaces its key, a stopped machine is deaf', async () => {
    const about = { kioskId: 'kiosk-3', operator: '試験', name: '庁舎1階', place: '市役所' }
    const code = await createEnrolmentCode(center.database.app, about, center.clock)
    assert.match(code, /^\d{4}-\d{4}-\d{4}$/)
    const first = await center.kiosk('kiosk-3')
    await first.get(contract.recoverKiosk, {})
    const { x = '', y = '' } = kiosk.key.export({ format: 'jwk' })
    const publicJwk = { kty: 'EC', crv: 'P-256', x, y } as const
    const wrong = await kiosk.call(contract.enrolKiosk, { code: '0000-0000-0000', publicJwk })
    assert.ok(!wrong.ok && wrong.problem.type === '/problems/center/wrong-enrolment-code')
    const forged = kiosk.sign(contract.enrolKiosk, { code, publicJwk: { ...publicJwk, x: y, y: x } })
    assert.notEqual((await first.send(forged)).status, 200, 'a key nobody has proved to hold')

    const second = await center.kiosk('kiosk-3')
    await second.get(contract.recoverKiosk, {})
    assert.equal((await first.call(contract.recoverKiosk, {})).status, 401)
    assert.equal(await revokeKiosk(center.database.app, 'kiosk-3', center.clock), true)
    const deaf = await second.call(contract.recoverKiosk, {})
    assert.ok(!deaf.ok && deaf.problem.type === '/problems/center/unknown-kiosk')
    const again = await kiosk.call(contract.enrolKiosk, { code, publicJwk })
    assert.ok(!again.ok && again.status === 422, 'the code of a stopped machine')
  })

  test('guessing codes closes enrolment for a while', async () => {
    const { x = '', y = '' } = kiosk.key.export({ format: 'jwk' })
    const publicJwk = { kty: 'EC', crv: 'P-256', x, y } as const
    const statuses: number[] = []
    for (let guess = 0; guess < 11; guess++) {
      const code = String(guess).padStart(12, '0')
      statuses.push((await kiosk.call(contract.enrolKiosk, { code, publicJwk })).status)
    }
    assert.equal(statuses.at(-1), 429)
    center.clock = new Date(noon.getTime() + 3_600_000)
    assert.equal((await kiosk.call(contract.enrolKiosk, { code: '9', publicJwk })).status, 422)
  })
})
