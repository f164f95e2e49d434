import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import pg from 'pg'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { HIDA, post, testCenter, type TestCenter, type TestKiosk } from '../../apps/center/testing/center.ts'
import * as contract from './kiosk.contract.ts'
import { createEnrolmentCode, registerTown, revokeKiosk } from './enrolment.actions.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import { sweep } from './settle.actions.ts'

let center: TestCenter
let kiosk: TestKiosk
let cardSerial: { issuerSki: string; serial: string }
const noon = new Date('2026-11-21T03:00:00Z')
const quoteInput = { kind: 'risai', subjectId: 'risai-1', copies: 1 }

before(async () => {
  center = await testCenter()
  kiosk = await center.kiosk('kiosk-1')
  cardSerial = await center.makeCard('sato')
})
after(() => center.close())
beforeEach(() => {
  center.clock = noon
  center.issuer.faults.clear()
  center.issuer.feeYen = 0
})

type Reached = 'authenticated' | 'quoted' | 'built' | 'delivered' | 'coins' | 'paid' | 'printed'

/** Walks a person's way at the machine as far as said: 2 copies at 10 yen, 50 yen put in. */
async function walk(to: Reached): Promise<{ sessionId: string; transactionId: string; pdf: string }> {
  const { sessionId, answer } = await kiosk.signIn('sato')
  assert.equal(answer.kind, 'accepted')
  if (to === 'authenticated') return { sessionId, transactionId: '', pdf: '' }
  const quoted = await kiosk.get(contract.quoteTransaction, {
    sessionId,
    requestId: uuidv7(),
    ...quoteInput,
    copies: 2,
  })
  assert.ok(quoted.kind === 'quoted')
  const { transactionId } = quoted
  const at = { sessionId, transactionId }
  if (to === 'quoted') return { ...at, pdf: '' }
  await kiosk.get(contract.buildTransaction, at)
  if (to === 'built') return { ...at, pdf: '' }
  const delivered = await kiosk.get(contract.deliverTransaction, at)
  assert.ok(delivered.kind === 'delivered')
  const pdf = Buffer.from(delivered.pdfBase64, 'base64').toString()
  if (to === 'delivered') return { ...at, pdf }
  await kiosk.get(contract.insertCoin, { ...at, coinNo: 1, yen: 10 })
  if (to === 'coins') return { ...at, pdf }
  await kiosk.get(contract.insertCoin, { ...at, coinNo: 2, yen: 50 })
  await kiosk.get(contract.payTransaction, at)
  if (to === 'paid') return { ...at, pdf }
  await kiosk.get(contract.confirmKioskPrinted, at)
  return { ...at, pdf }
}

async function rows<Row extends pg.QueryResultRow>(sql: string, params: unknown[] = []): Promise<Row[]> {
  const client = await center.database.app.connect()
  try {
    return (await client.query<Row>(sql, params)).rows
  } finally {
    client.release()
  }
}

const statesOf = async (transactionId: string): Promise<string[]> =>
  (
    await rows<{ state: string }>(
      'select state from center.transaction_state where transaction_id = $1 order by position',
      [transactionId],
    )
  ).map((row) => row.state)
const payoutsOf = async (transactionId: string): Promise<string[]> =>
  (
    await rows<{ reason: string; yen: number }>(
      'select reason, yen from center.payout where transaction_id = $1 order by reason',
      [transactionId],
    )
  ).map((row) => `${row.reason} ${row.yen}`)
const issuerState = (transactionId: string) => center.issuer.issues.get(transactionId)?.states.at(-1)

describe('the whole way', () => {
  test('card, challenge, town, subject, quote, build, deliver, coins, change, print', async () => {
    const started = await kiosk.get(contract.startSession, {})
    assert.ok(started.kind === 'started')
    assert.deepEqual(started.prefectures, [
      { name: '岐阜県', towns: [{ municipalityCode: HIDA, name: '飛騨市' }] },
    ])
    const menu = await kiosk.get(contract.getTownMenu, {
      sessionId: started.sessionId,
      municipalityCode: HIDA,
    })
    // 住民票 is offered by the issuing server, but no route leads there.
    assert.ok(menu.kind === 'open' && menu.demonstration)
    assert.deepEqual(
      menu.kinds.map((kind) => [kind.kind, kind.feeYen, kind.printingYen]),
      [['risai', 0, 10]],
    )

    const { sessionId, transactionId, pdf } = await walk('printed')
    assert.match(pdf, new RegExp(`^%PDF[^]*${transactionId}$`))
    assert.deepEqual(await statesOf(transactionId), [
      'requested',
      'quoted',
      'built',
      'delivered',
      'paid',
      'printed',
    ])
    assert.deepEqual(center.issuer.issues.get(transactionId)?.states, [
      'requested',
      'frozen',
      'built',
      'delivered',
      'paid',
      'printed',
    ])
    const ended = await kiosk.get(contract.endSession, { sessionId, why: 'finished' })
    assert.deepEqual(ended.payouts, [{ transactionId, reason: 'change', yen: 40 }])
    await kiosk.get(contract.confirmPayout, { transactionId, reason: 'change' })
    assert.deepEqual((await kiosk.get(contract.endSession, { sessionId, why: 'finished' })).payouts, [])
    assert.deepEqual(await payoutsOf(transactionId), ['change 40'])
  })

  test('what was printed is in no table and no file: not the bytes, not a word, not the serial number', async () => {
    center.issuer.words = '罹災証明書 山田花子 飛騨市古川町'
    const { transactionId, pdf } = await walk('printed')
    const client = new pg.Client({ connectionString: center.database.urls.admin })
    await client.connect()
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'center'`,
    )
    const texts: string[] = []
    for (const { name } of tables) {
      const { rows: content } = await client.query<{ row: string }>(`select t::text as row from ${name} t`)
      texts.push(...content.map((row) => row.row))
    }
    await client.end()
    assert.ok(tables.length >= 13 && texts.some((text) => text.includes(transactionId)))
    const written = await filesOf(tmpdir())
    const needles = [
      '山田花子',
      '古川町',
      '%PDF',
      Buffer.from(pdf).toString('base64').slice(0, 40),
      cardSerial.serial,
    ]
    for (const needle of needles) {
      assert.ok(!texts.some((text) => text.includes(needle)), `a table holds ${needle}`)
      assert.ok(!center.logLines.some((line) => line.includes(needle)), `a log line holds ${needle}`)
    }
    for (const { name, bytes } of written) assert.ok(!bytes.includes(pdf), `${name} holds the document`)
  })

  test('a repeated message gets the first answer again, and nothing happens twice', async () => {
    const { sessionId, answer } = await kiosk.signIn('sato')
    assert.equal(answer.kind, 'accepted')
    const requestId = uuidv7()
    const input = { sessionId, requestId, ...quoteInput }
    const first = await kiosk.get(contract.quoteTransaction, input)
    assert.deepEqual(await kiosk.get(contract.quoteTransaction, input), first)
    assert.ok(first.kind === 'quoted')
    const at = { sessionId, transactionId: first.transactionId }
    for (const _ of [1, 2]) await kiosk.get(contract.buildTransaction, at)
    const bytes = await kiosk.get(contract.deliverTransaction, at)
    assert.deepEqual(await kiosk.get(contract.deliverTransaction, at), bytes)
    for (const _ of [1, 2]) {
      const coin = await kiosk.get(contract.insertCoin, { ...at, coinNo: 1, yen: 10 })
      assert.deepEqual(coin, { insertedYen: 10, totalYen: 10 })
    }
    for (const _ of [1, 2]) assert.equal((await kiosk.get(contract.payTransaction, at)).kind, 'paid')
    for (const _ of [1, 2]) await kiosk.get(contract.confirmKioskPrinted, at)
    assert.deepEqual(await statesOf(at.transactionId), [
      'requested',
      'quoted',
      'built',
      'delivered',
      'paid',
      'printed',
    ])
    assert.deepEqual(await payoutsOf(at.transactionId), [])
  })

  test('a restart of the centre in the middle loses nothing: the same transaction goes on', async () => {
    const { sessionId, transactionId, pdf } = await walk('coins')
    await center.restart()
    const at = { sessionId, transactionId }
    const delivered = await kiosk.get(contract.deliverTransaction, at)
    assert.ok(delivered.kind === 'delivered')
    assert.equal(Buffer.from(delivered.pdfBase64, 'base64').toString(), pdf)
    await kiosk.get(contract.insertCoin, { ...at, coinNo: 2, yen: 10 })
    assert.equal((await kiosk.get(contract.payTransaction, at)).kind, 'paid')
    await center.restart()
    await kiosk.get(contract.confirmKioskPrinted, at)
    assert.equal(issuerState(transactionId), 'printed')
  })
})

describe('given up at each step', () => {
  const table: readonly {
    at: Reached
    states: string
    issuer: string | undefined
    payouts: readonly string[]
  }[] = [
    { at: 'authenticated', states: '', issuer: undefined, payouts: [] },
    { at: 'quoted', states: 'aborted', issuer: 'aborted', payouts: [] },
    { at: 'built', states: 'aborted', issuer: 'aborted', payouts: [] },
    { at: 'delivered', states: 'aborted', issuer: 'aborted', payouts: [] },
    { at: 'coins', states: 'aborted', issuer: 'aborted', payouts: ['returned 10'] },
    { at: 'paid', states: 'refunded', issuer: 'refunded', payouts: ['change 40', 'refunded 20'] },
    { at: 'printed', states: 'printed', issuer: 'printed', payouts: ['change 40'] },
  ]
  const ways = {
    'the person presses 中止': async (sessionId: string) =>
      void (await kiosk.get(contract.endSession, { sessionId, why: 'user' })),
    'the page is closed and nobody comes back': async () => {
      center.clock = new Date(noon.getTime() + 121_000)
      await sweep(center.centre)
    },
    'the machine comes up again': async () => void (await kiosk.get(contract.recoverKiosk, {})),
    'the next person begins': async () => void (await kiosk.get(contract.startSession, {})),
  }
  for (const [way, stop] of Object.entries(ways)) {
    for (const { at, states, issuer, payouts } of table) {
      test(`${way} after ${at}: ${states || 'nothing'}, ${payouts.join(', ') || 'no money'}`, async () => {
        const { sessionId, transactionId } = await walk(at)
        await stop(sessionId)
        assert.equal((await statesOf(transactionId)).at(-1) ?? '', states)
        assert.equal(issuerState(transactionId), issuer)
        assert.deepEqual(await payoutsOf(transactionId), payouts)
        const [session] = await rows<{ open: boolean; secrets: number }>(
          `select ended_at is null as open, (select count(*)::int from center.session_issuer i
             where i.session_id = s.session_id and exchange_session is not null) as secrets
             from center.session s where session_id = $1`,
          [sessionId],
        )
        assert.deepEqual(session, { open: false, secrets: 0 })
        assert.equal((await kiosk.call(contract.keepSession, { sessionId })).status, 410)
      })
    }
  }

  test('a machine that comes up is told what it owes until it has given it out', async () => {
    const { transactionId } = await walk('coins')
    const owed = (await kiosk.get(contract.recoverKiosk, {})).payouts.filter(
      (payout) => payout.transactionId === transactionId,
    )
    assert.deepEqual(owed, [{ transactionId, reason: 'returned', yen: 10 }])
    await kiosk.get(contract.confirmPayout, { transactionId, reason: 'returned' })
    const after = (await kiosk.get(contract.recoverKiosk, {})).payouts
    assert.ok(!after.some((payout) => payout.transactionId === transactionId))
  })

  test('changing one’s mind gives the transaction up and lets another begin in the same session', async () => {
    const { sessionId, transactionId } = await walk('quoted')
    const next = { sessionId, requestId: uuidv7(), ...quoteInput, copies: 1 }
    assert.equal((await kiosk.call(contract.quoteTransaction, next)).status, 409)
    await kiosk.get(contract.cancelTransaction, { sessionId, transactionId })
    assert.equal(issuerState(transactionId), 'aborted')
    const again = await kiosk.get(contract.quoteTransaction, next)
    assert.ok(again.kind === 'quoted' && again.transactionId !== transactionId)
  })
})

describe('an issuing server that fails', () => {
  test('a payment whose answer was lost is given back on both sides when the person gives up', async () => {
    const { sessionId, transactionId } = await walk('coins')
    const at = { sessionId, transactionId }
    await kiosk.get(contract.insertCoin, { ...at, coinNo: 2, yen: 10 })
    center.issuer.faults.set('confirmPaid', 'silent')
    assert.equal((await kiosk.call(contract.payTransaction, at)).status, 503)
    assert.equal(issuerState(transactionId), 'paid')
    const ended = await kiosk.get(contract.endSession, { sessionId, why: 'user' })
    assert.deepEqual(ended.payouts, [{ transactionId, reason: 'returned', yen: 20 }])
    assert.equal(issuerState(transactionId), 'refunded')
    assert.equal((await statesOf(transactionId)).at(-1), 'aborted')
  })

  test('a payment whose answer was lost goes on when it is sent again', async () => {
    const { sessionId, transactionId } = await walk('coins')
    const at = { sessionId, transactionId }
    await kiosk.get(contract.insertCoin, { ...at, coinNo: 2, yen: 10 })
    center.issuer.faults.set('confirmPaid', 'silent')
    assert.equal((await kiosk.call(contract.payTransaction, at)).status, 503)
    center.issuer.faults.clear()
    assert.equal((await kiosk.get(contract.payTransaction, at)).kind, 'paid')
    await kiosk.get(contract.confirmKioskPrinted, at)
    assert.equal(issuerState(transactionId), 'printed')
  })

  test('what it could not be told it hears from the sweep, printed papers and aborts alike', async () => {
    const printed = await walk('paid')
    center.issuer.faults.set('confirmPrinted', 'unreached')
    await kiosk.get(contract.confirmKioskPrinted, printed)
    assert.equal(issuerState(printed.transactionId), 'paid')
    await sweep(center.centre)
    assert.equal(issuerState(printed.transactionId), 'paid')
    center.issuer.faults.clear()
    await sweep(center.centre)
    assert.equal(issuerState(printed.transactionId), 'printed')

    const paid = await walk('paid')
    center.issuer.faults.set('refundIssue', 'silent')
    await kiosk.get(contract.endSession, { sessionId: paid.sessionId, why: 'paper' })
    assert.deepEqual(await payoutsOf(paid.transactionId), ['change 40', 'refunded 20'])
    center.issuer.faults.clear()
    await sweep(center.centre)
    assert.equal(issuerState(paid.transactionId), 'refunded')
    const [left] = await rows<{ count: number }>(
      'select count(*)::int as count from center.transaction_state where told_at is null or told_answer like $1',
      ['refused%'],
    )
    assert.equal(left?.count, 0)
  })

  test('killed between build and delivery: the person reads it, and the same message goes on when it is back', async () => {
    const { sessionId, transactionId } = await walk('built')
    center.issuer.faults.set('deliverIssue', 'unreached')
    const answer = await kiosk.call(contract.deliverTransaction, { sessionId, transactionId })
    assert.ok(!answer.ok && answer.problem.type === '/problems/center/issuer-unreachable')
    center.issuer.faults.clear()
    const delivered = await kiosk.get(contract.deliverTransaction, { sessionId, transactionId })
    assert.equal(delivered.kind, 'delivered')
  })

  test('a refusal to build ends the transaction, with its words and nothing owed', async () => {
    const { sessionId, transactionId } = await walk('quoted')
    center.issuer.faults.set('buildIssue', 'refused')
    const answer = await kiosk.get(contract.buildTransaction, { sessionId, transactionId })
    assert.deepEqual(answer, { kind: 'refused', code: 502, words: '断り 502' })
    assert.equal(issuerState(transactionId), 'aborted')
  })

  test('a document that is not the one that was built reaches nobody and stops the town', async () => {
    const { sessionId, transactionId } = await walk('built')
    center.issuer.faults.set('deliverIssue', 'other-document')
    const answer = await kiosk.call(contract.deliverTransaction, { sessionId, transactionId })
    assert.ok(!answer.ok && answer.problem.type === '/problems/center/damaged-document')
    assert.equal(issuerState(transactionId), 'aborted')
    assert.equal(center.issuer.stops.get(HIDA), true)
  })
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

/** Files anybody wrote into the temporary folder's top two levels since the test began; big ones are read whole. */
async function filesOf(folder: string, depth = 2): Promise<{ name: string; bytes: Buffer }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const found = await Promise.all(
    entries.map(async (entry) => {
      const name = join(folder, entry.name)
      if (entry.isDirectory())
        return depth > 0 && entry.name.startsWith('open-bcl-center-') ? filesOf(name, depth) : []
      if (!entry.isFile() || depth === 2) return []
      const bytes = await readFile(name).catch(() => Buffer.alloc(0))
      return [{ name, bytes }]
    }),
  )
  return found.flat()
}
