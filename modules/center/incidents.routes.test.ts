import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { centerCtx, type CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { HIDA, testCenter, type TestCenter, type TestKiosk } from '../../apps/center/testing/center.ts'
import { walkAs, type Reached } from '../../apps/center/testing/walk.ts'
import { spokenRefusal } from './codes.ts'
import { registerTown, revokeKiosk } from './enrolment.actions.ts'
import * as desk from './incident-desk.actions.ts'
import { tellStops } from './incident-stops.actions.ts'
import type { IncidentKind } from './incidents.ts'
import * as contract from './kiosk.contract.ts'
import { sweep } from './settle.actions.ts'
import { watch } from './watch.actions.ts'

const TAKAYAMA = '212032' as MunicipalityCode
const noon = new Date('2026-11-21T03:00:00Z')
let center: TestCenter
let kiosk: TestKiosk
let second: TestKiosk

before(async () => {
  center = await testCenter()
  kiosk = await center.kiosk('kiosk-1')
  second = await center.kiosk('kiosk-2')
  await center.makeCard('sato')
  await registerTown(
    center.database.app,
    { municipalityCode: TAKAYAMA, prefecture: '岐阜県', name: '高山市' },
    [
      {
        ...{ kind: 'risai', issuer: 'bcl', endpoint: center.issuer.origin },
        ...{ fromOn: plainDate('2026-04-01'), untilOn: null },
      },
    ],
  )
})
after(() => center.close())
beforeEach(() => {
  center.clock = noon
})
afterEach(async () => {
  center.issuer.alter.clear()
  center.issuer.faults.clear()
  delete center.deadlinesMs.buildIssue
  delete center.deadlinesMs.confirmPaid
  await restartAll()
})

/** An operator of the centre at work. */
async function atDesk<T>(work: (ctx: CenterCtx) => Promise<T>): Promise<T> {
  const staff = {
    ...{ staffId: '00000000-0000-7000-8000-000000000001', displayName: '夜勤 花子', sessionId: 's' },
    ...{ csrfToken: 'c', mustChangePassword: false, permissions: new Set<string>() },
  }
  const { pool, log } = center.centre
  const runtime = { pool, log, now: () => center.clock, production: false }
  return await centerCtx(runtime, { staff }).separately((ctx) => work({ ...ctx, staff }))
}

const openNow = async (): Promise<readonly Awaited<ReturnType<typeof desk.getIncident>>[]> =>
  await atDesk(async (ctx) => {
    const { incidents } = await desk.listIncidents(ctx, { which: 'open' })
    return await Promise.all(incidents.map(({ incidentId }) => desk.getIncident(ctx, { incidentId })))
  })

/** The open incident of a kind; it must be the only one there is. */
async function only(kind: IncidentKind): Promise<Awaited<ReturnType<typeof desk.getIncident>>> {
  const incidents = await openNow()
  assert.deepEqual(
    incidents.map((incident) => incident.kind),
    [kind],
  )
  return incidents[0]!
}

/** Acknowledges everything and restarts every town, as an operator does after the work. */
async function restartAll(): Promise<void> {
  for (const { incidentId, stops, acknowledged } of await openNow()) {
    if (acknowledged === null)
      await atDesk((ctx) => desk.acknowledgeIncident(ctx, { incidentId, note: '試験の後始末' }))
    for (const { municipalityCode, lifted } of stops)
      if (lifted === null)
        await atDesk((ctx) =>
          desk.restartTown(ctx, {
            incidentId,
            municipalityCode,
            confirmedBy: '市民課長',
            backlogCleared: true,
          }),
        )
  }
  await tellStops(center.centre)
}

const standing = async (transactionId: string): Promise<string> => {
  const client = await center.database.app.connect()
  try {
    const { rows } = await client.query<{ text: string }>(
      `select concat_ws(' ', (select state from center.transaction_state where transaction_id = $1 order by position desc limit 1),
         (select string_agg(reason || ' ' || yen, ', ' order by reason) from center.payout where transaction_id = $1)) as text`,
      [transactionId],
    )
    return rows[0]!.text
  } finally {
    client.release()
  }
}
const issuerState = (transactionId: string) => center.issuer.issues.get(transactionId)?.states.at(-1)
const walk = (to: Reached) => walkAs(kiosk, to)
const typeOf = (answer: Awaited<ReturnType<TestKiosk['call']>>): string =>
  answer.ok ? 'ok' : answer.problem.type
const DAMAGED = '/problems/center/damaged-document'
type Delivered = { transactionId: string; sha256: string; pdfBase64: string }
const digestOf = (pdf: Buffer): string => createHash('sha256').update(pdf).digest('hex')

describe('a hostile issuing server', () => {
  test('answers swapped between two transactions reach neither machine, and the town stops', async () => {
    const mine = await walk('built')
    const other = await walkAs(second, 'built')
    const pdfOf = (id: string) => center.issuer.issues.get(id)!.pdf
    center.issuer.alter.set('deliverIssue', (answer: Delivered) => {
      const id = answer.transactionId === mine.transactionId ? other.transactionId : mine.transactionId
      const pdf = pdfOf(id)
      return { ...answer, transactionId: id, sha256: digestOf(pdf), pdfBase64: pdf.toString('base64') }
    })
    const answers = await Promise.all([
      kiosk.call(contract.deliverTransaction, mine),
      second.call(contract.deliverTransaction, other),
    ])
    // The later of the two may find the town stopped already.
    for (const answer of answers) assert.ok(!answer.ok || answer.body.kind === 'refused')
    for (const { transactionId } of [mine, other]) {
      assert.equal(await standing(transactionId), 'aborted')
      assert.equal(issuerState(transactionId), 'aborted')
    }
    const incident = await only('mismatched-answer')
    assert.equal(incident.municipalityCode, HIDA)
    assert.equal(incident.happened[0]?.field, 'transactionId')
    const ids = [mine.transactionId, other.transactionId]
    assert.ok(ids.includes(incident.happened[0]!.transactionId!))
    assert.ok(ids.includes(incident.happened[0]!.otherTransactionId!))
    assert.equal(center.issuer.stops.get(HIDA), true)
    const started = await kiosk.get(contract.startSession, {})
    assert.ok(started.kind === 'started')
    const menu = { sessionId: started.sessionId, municipalityCode: HIDA }
    assert.deepEqual(await kiosk.get(contract.getTownMenu, menu), spokenRefusal(502))
  })

  test('the other’s document under one’s own number is found by its bytes', async () => {
    const mine = await walk('quoted')
    const other = await walkAs(second, 'built')
    const { pdf } = center.issuer.issues.get(other.transactionId)!
    center.issuer.alter.set('buildIssue', (answer: Delivered) => ({ ...answer, sha256: digestOf(pdf) }))
    const built = await kiosk.call(contract.buildTransaction, mine)
    assert.equal(typeOf(built), DAMAGED)
    const incident = await only('duplicate-document')
    assert.equal(incident.happened[0]?.otherTransactionId, other.transactionId)
    assert.equal(await standing(mine.transactionId), 'aborted')
  })

  test('a document labelled with another transaction, of another town: both towns stop', async () => {
    const theirs = await second.signIn('sato', TAKAYAMA)
    const far = await second.get(contract.quoteTransaction, {
      ...{ sessionId: theirs.sessionId, requestId: '01990000-0000-7000-8000-000000000001' },
      ...{ kind: 'risai', subjectId: 'risai-1', copies: 1 },
    })
    assert.ok(far.kind === 'quoted')
    const { pdf } = center.issuer.issues.get(far.transactionId)!
    const sent = Buffer.concat([pdf])
    const mine = await walk('quoted')
    center.issuer.alter.set('buildIssue', (answer: Delivered) => ({ ...answer, sha256: digestOf(sent) }))
    center.issuer.alter.set('deliverIssue', (answer: Delivered) => ({
      ...answer,
      ...{ sha256: digestOf(sent), pdfBase64: sent.toString('base64') },
    }))
    await kiosk.get(contract.buildTransaction, mine)
    assert.equal(typeOf(await kiosk.call(contract.deliverTransaction, mine)), DAMAGED)
    const incident = await only('foreign-document')
    assert.equal(incident.happened[0]?.otherTransactionId, far.transactionId)
    assert.deepEqual(incident.stops.map((stop) => stop.municipalityCode).sort(), [TAKAYAMA, HIDA])
    const theirBuild = { sessionId: theirs.sessionId, transactionId: far.transactionId }
    assert.deepEqual(await second.get(contract.buildTransaction, theirBuild), spokenRefusal(502))
  })

  for (const [what, cut] of [
    ['cut short', (pdf: Buffer) => pdf.subarray(0, pdf.length - 40)],
    [
      'cut in the middle, its end glued on',
      (pdf: Buffer) => Buffer.concat([pdf.subarray(0, 200), pdf.subarray(-30)]),
    ],
    ['empty', () => Buffer.alloc(0)],
    ['no PDF at all', () => Buffer.from('<html>'.repeat(100))],
  ] as const) {
    test(`a document that is ${what}, with a digest that fits it, reaches nobody`, async () => {
      const mine = await walk('quoted')
      const pdf = cut(center.issuer.issues.get(mine.transactionId)!.pdf)
      center.issuer.alter.set('buildIssue', (answer: Delivered) => ({ ...answer, sha256: digestOf(pdf) }))
      center.issuer.alter.set('deliverIssue', (answer: Delivered) => ({
        ...answer,
        ...{ sha256: digestOf(pdf), pdfBase64: pdf.toString('base64') },
      }))
      await kiosk.get(contract.buildTransaction, mine)
      assert.equal(typeOf(await kiosk.call(contract.deliverTransaction, mine)), DAMAGED)
      const incident = await only('damaged-document')
      assert.equal(incident.stopping, true)
      assert.equal(await standing(mine.transactionId), 'aborted')
    })
  }

  test('a digest that is not of the bytes, and bytes that are not those that were built', async () => {
    const mine = await walk('built')
    center.issuer.alter.set('deliverIssue', (answer: Delivered) => ({ ...answer, sha256: 'a'.repeat(64) }))
    assert.equal(typeOf(await kiosk.call(contract.deliverTransaction, mine)), DAMAGED)
    assert.equal((await only('damaged-document')).happened[0]?.field, 'sha256')
  })

  test('a price that does not add up, a payment of another amount: no money stays, nothing is printed', async () => {
    center.issuer.alter.set('quoteIssue', (answer: { totalYen: number }) => ({ ...answer, totalYen: 9_999 }))
    const { sessionId } = await kiosk.signIn('sato')
    const wish = { kind: 'risai', subjectId: 'risai-1', copies: 2 }
    const requestId = '01990000-0000-7000-8000-000000000002'
    const answer = await kiosk.get(contract.quoteTransaction, { sessionId, requestId, ...wish })
    assert.deepEqual(answer, spokenRefusal(601))
    await only('disputed-state')
    await restartAll()
    center.issuer.alter.clear()

    const mine = await walk('coins')
    await kiosk.get(contract.insertCoin, { ...mine, coinNo: 2, yen: 50 })
    center.issuer.alter.set('confirmPaid', (paid: { paidYen: number }) => ({ ...paid, paidYen: 1 }))
    const paid = await kiosk.get(contract.payTransaction, mine)
    assert.ok(paid.kind === 'refused' && paid.code === 603)
    assert.deepEqual(paid.payouts.at(-1), { transactionId: mine.transactionId, reason: 'returned', yen: 60 })
    assert.equal(await standing(mine.transactionId), 'aborted returned 60')
    assert.equal(issuerState(mine.transactionId), 'refunded')
    assert.equal((await only('disputed-state')).stops.length, 0)
  })

  test('its own words beside a refusal are never shown', async () => {
    center.issuer.alter.set('listSubjects', () => ({ kind: 'refused', code: 302, words: '支援措置のため' }))
    const { sessionId } = await kiosk.signIn('sato')
    const answer = await kiosk.get(contract.listKioskSubjects, { sessionId, kind: 'risai' })
    assert.deepEqual(answer, spokenRefusal(300))
    assert.doesNotMatch(JSON.stringify(answer), /支援/)
  })

  test('an answer that is no message of the protocol opens an incident and stops nobody', async () => {
    const mine = await walk('quoted')
    center.issuer.alter.set('buildIssue', () => ({ hello: 'world' }))
    assert.equal(typeOf(await kiosk.call(contract.buildTransaction, mine)), '/problems/center/issuer-fault')
    const incident = await only('unreadable-answer')
    assert.deepEqual([incident.stops.length, incident.happened[0]?.message], [0, 'buildIssue'])
    center.issuer.alter.clear()
    assert.equal((await kiosk.get(contract.buildTransaction, mine)).kind, 'built')
  })
})

describe('answers that come late', () => {
  /** Holds the answer to a message until told. */
  function hold(name: 'buildIssue' | 'confirmPaid'): { release(): void } {
    const { promise, resolve } = Promise.withResolvers<void>()
    center.issuer.alter.set(name, async (answer: unknown) => {
      await promise
      return answer
    })
    return { release: resolve }
  }
  /** Waits until the incident is there: the late answer arrives when it does. */
  async function arrived(kind: IncidentKind): Promise<Awaited<ReturnType<typeof desk.getIncident>>> {
    for (;;) {
      const found = (await openNow()).find((incident) => incident.kind === kind)
      if (found) return found
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  test('a document that takes too long ends its transaction; when it comes, it reaches nobody', async () => {
    const mine = await walk('quoted')
    center.deadlinesMs.buildIssue = 150
    const held = hold('buildIssue')
    assert.deepEqual(await kiosk.get(contract.buildTransaction, mine), spokenRefusal(505))
    assert.equal(await standing(mine.transactionId), 'aborted')
    held.release()
    const incident = await arrived('late-answer')
    assert.ok((incident.happened[0]?.milliseconds ?? 0) >= 150)
    assert.equal(incident.happened[0]?.transactionId, mine.transactionId)
    assert.equal(incident.stops.length, 0)
    assert.equal((await kiosk.call(contract.deliverTransaction, mine)).status, 409)
    assert.equal((await kiosk.call(contract.buildTransaction, mine)).status, 409)
    assert.equal(issuerState(mine.transactionId), 'aborted')
  })

  test('a payment that is confirmed too late is given back on both sides', async () => {
    const mine = await walk('coins')
    await kiosk.get(contract.insertCoin, { ...mine, coinNo: 2, yen: 50 })
    center.deadlinesMs.confirmPaid = 150
    const held = hold('confirmPaid')
    const paid = await kiosk.get(contract.payTransaction, mine)
    assert.ok(paid.kind === 'refused' && paid.code === 505)
    assert.equal(await standing(mine.transactionId), 'aborted returned 60')
    held.release()
    await arrived('late-answer')
    await sweep(center.centre)
    assert.equal(issuerState(mine.transactionId), 'refunded')
    assert.equal((await kiosk.call(contract.confirmKioskPrinted, mine)).status, 409)
  })

  test('many of one kind are one incident that counts', async () => {
    center.deadlinesMs.buildIssue = 100
    const held = hold('buildIssue')
    for (const machine of [kiosk, second]) {
      const at = await walkAs(machine, 'quoted')
      assert.deepEqual(await machine.get(contract.buildTransaction, at), spokenRefusal(505))
    }
    held.release()
    for (;;) {
      const incident = await arrived('late-answer')
      if (incident.events === 2 && incident.happened.length === 2) break
    }
    await only('late-answer')
  })
})

test('a paper that came out when its money was given back is somebody’s to put right', async () => {
  const mine = await walk('paid')
  center.clock = new Date(noon.getTime() + 121_000)
  await sweep(center.centre)
  assert.equal(await standing(mine.transactionId), 'refunded change 40, refunded 20')
  assert.equal((await kiosk.call(contract.confirmKioskPrinted, mine)).status, 410)
  const [event] = (await only('disputed-state')).happened
  assert.deepEqual(
    [event?.transactionId, event?.message, event?.field],
    [mine.transactionId, 'printed', 'refunded'],
  )
})

test('a key that was taken out of service is noticed when somebody uses it, and only by who holds it', async () => {
  const stolen = await center.kiosk('kiosk-stolen')
  assert.equal(await revokeKiosk(center.database.app, 'kiosk-stolen', center.clock), true)
  const forged = stolen.sign(contract.recoverKiosk, {})
  const spoiled = { ...forged.headers, 'open-bcl-signature': 'A'.repeat(86) }
  assert.equal((await stolen.send({ ...forged, headers: spoiled })).status, 401)
  assert.deepEqual(await openNow(), [], 'whoever knows the key’s number alone opens nothing')
  assert.equal((await stolen.call(contract.recoverKiosk, {})).status, 401)
  assert.equal((await only('revoked-key')).kioskId, 'kiosk-stolen')
})

describe('an operator at the desk', () => {
  test('from alarm to restart: note, acknowledgement, the town’s word, and only then the machine works again', async () => {
    const mine = await walk('built')
    center.issuer.faults.set('deliverIssue', 'other-document')
    await kiosk.call(contract.deliverTransaction, mine)
    center.issuer.faults.clear()
    const { incidentId, doFirst, code, stops } = await only('damaged-document')
    assert.match(doFirst, /電話/)
    assert.deepEqual([code, stops[0]?.told, stops[0]?.town], [901, true, '飛騨市'])

    const restart = {
      incidentId,
      municipalityCode: HIDA,
      confirmedBy: '市民課長',
      backlogCleared: true,
    } as const
    const refusal = async (work: (ctx: CenterCtx) => Promise<unknown>): Promise<string> => {
      const thrown: unknown = await atDesk(work).catch((error: unknown) => error)
      return thrown instanceof Problem ? thrown.kind.code : 'none'
    }
    assert.equal(await refusal((ctx) => desk.restartTown(ctx, restart)), 'center/acknowledge-first')
    await atDesk((ctx) => desk.addIncidentNote(ctx, { incidentId, text: '市に電話した' }))
    await atDesk((ctx) => desk.acknowledgeIncident(ctx, { incidentId, note: '原因は試験用の障害' }))
    assert.equal(
      await refusal((ctx) => desk.acknowledgeIncident(ctx, { incidentId, note: 'もう一度' })),
      'center/incident-acknowledged',
    )
    const started = await kiosk.get(contract.startSession, {})
    assert.ok(started.kind === 'started')
    const menu = { sessionId: started.sessionId, municipalityCode: HIDA }
    assert.deepEqual(
      await kiosk.get(contract.getTownMenu, menu),
      spokenRefusal(502),
      'acknowledged, not restarted',
    )

    const elsewhere = { ...restart, municipalityCode: TAKAYAMA }
    assert.equal(await refusal((ctx) => desk.restartTown(ctx, elsewhere)), 'center/not-stopped')
    await atDesk((ctx) => desk.restartTown(ctx, restart))
    await tellStops(center.centre)
    const after = await atDesk((ctx) => desk.getIncident(ctx, { incidentId }))
    assert.deepEqual(
      [after.stopping, after.stops[0]?.lifted?.confirmedBy, after.stops[0]?.lifted?.issuing],
      [false, '市民課長', true],
    )
    assert.deepEqual(
      after.notes.map((note) => [note.by, note.text]),
      [
        ['夜勤 花子', '市に電話した'],
        ['夜勤 花子', '原因は試験用の障害'],
        ['夜勤 花子', '交付の再開（市区町村の確認者：市民課長）'],
      ],
    )
    assert.equal(center.issuer.stops.get(HIDA), false)
    assert.equal((await kiosk.get(contract.getTownMenu, menu)).kind, 'open')
    const again = await walk('printed')
    assert.equal(await standing(again.transactionId), 'printed change 40')
    const acts = await inCenter(center.centre.pool, (tx) =>
      tx.sql<{ event: string }>('select event from center.audit where subject_id in ($1, $2) order by at', [
        incidentId,
        HIDA,
      ]),
    )
    assert.deepEqual(
      acts.slice(-3).map((act) => act.event),
      ['center.incident-noted', 'center.incident-acknowledged', 'center.town-restarted'],
    )
  })

  test('a stop the issuing server could not be told of holds here, and is told when it is back', async () => {
    const mine = await walk('built')
    center.issuer.faults.set('deliverIssue', 'other-document')
    center.issuer.faults.set('setMaintenance', 'unreached')
    await kiosk.call(contract.deliverTransaction, mine)
    assert.equal((await only('damaged-document')).stops[0]?.told, false)
    await center.restart()
    const started = await kiosk.get(contract.startSession, {})
    assert.ok(started.kind === 'started')
    const menu = { sessionId: started.sessionId, municipalityCode: HIDA }
    assert.deepEqual(await kiosk.get(contract.getTownMenu, menu), spokenRefusal(502))
    center.issuer.faults.clear()
    await tellStops(center.centre)
    assert.equal((await only('damaged-document')).stops[0]?.told, true)
    assert.equal(center.issuer.stops.get(HIDA), true)
  })
})

describe('the watch of every minute', () => {
  const later = async (minutes: number): Promise<void> => {
    center.clock = new Date(center.clock.getTime() + minutes * 60_000)
    await watch(center.centre)
  }

  test('a server that does not answer is noticed, and says itself when it is back', async () => {
    await watch(center.centre)
    center.issuer.faults.set('heartbeat', 'unreached')
    await later(1)
    assert.deepEqual(await openNow(), [], 'one lost heartbeat is nothing')
    await later(2)
    await later(1)
    const incident = await only('silent-issuer')
    assert.deepEqual([incident.events, incident.endpoint, incident.endedAt], [1, center.issuer.origin, null])
    center.issuer.faults.clear()
    await later(1)
    assert.notEqual((await only('silent-issuer')).endedAt, null)
  })

  test('a clock that is off is noticed before messages are refused for it', async () => {
    center.issuer.alter.set('heartbeat', (answer: { at: string }) => ({
      ...answer,
      at: new Date(new Date(answer.at).getTime() + 45_000).toISOString(),
    }))
    await watch(center.centre)
    const incident = await only('clock-skew')
    assert.equal(incident.happened[0]?.milliseconds, 45_000)
    center.issuer.alter.clear()
    await watch(center.centre)
    assert.notEqual((await only('clock-skew')).endedAt, null)
  })

  test('what a server has not heard and what a machine has not paid out do not lie forgotten', async () => {
    const mine = await walk('paid')
    center.issuer.faults.set('abortIssue', 'unreached')
    await kiosk.get(contract.endSession, { sessionId: mine.sessionId, why: 'paper' })
    await later(16)
    const kinds = (await openNow()).map(
      (incident) => `${incident.kind} ${incident.kioskId ?? incident.endpoint}`,
    )
    assert.deepEqual(kinds.toSorted(), ['unpaid-payout kiosk-1', `untold-state ${center.issuer.origin}`])
    center.issuer.faults.clear()
    await sweep(center.centre)
    for (const { transactionId, reason } of (await kiosk.get(contract.recoverKiosk, {})).payouts)
      await kiosk.get(contract.confirmPayout, { transactionId, reason })
    await later(1)
    assert.deepEqual(
      (await openNow()).map((incident) => incident.endedAt !== null),
      [true, true],
    )
  })
})
