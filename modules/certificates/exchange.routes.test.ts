import assert from 'node:assert/strict'
import { createHash, createPrivateKey } from 'node:crypto'
import https from 'node:https'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { RendererBusy, RenderTimeout } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { tlsClientOptions, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { signMessage } from '@open-bcl/platform/signed-message.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { wordOf } from '../break-glass/testing/word.ts'
import { exchangeClient, exchangeEndpoints } from './exchange.contract.ts'
import { acknowledgeAlarm } from './stops.actions.ts'
import { listAlarms } from './stops.store.ts'
import {
  hida,
  newId,
  order,
  refusedWith,
  takayama,
  testExchange,
  type TestExchange,
} from './testing/exchange.ts'

describe('the exchange with 証明書交付センター', () => {
  let cloud: TestCloud
  let exchange: TestExchange
  before(async () => {
    cloud = await testCloud()
    exchange = await testExchange(cloud)
  })
  after(async () => {
    await exchange.close()
    await cloud.close()
  })

  test('the kiosk path: menu, card, subject, quote, build, deliver, pay, print', async () => {
    const { bcl, signedIn } = exchange
    const { client } = bcl
    const menu = await client.getServiceMenu({ municipalityCode: hida, onDate: '2026-11-21' })
    assert.equal(menu.closed, null)
    assert.deepEqual(menu.kinds, [
      { kind: 'risai', ja: '罹災証明書', feeYen: 0, printingYen: 10, maxCopies: 10 },
    ])
    const sessionId = await signedIn()
    const offered = await client.listSubjects({ municipalityCode: hida, sessionId, kind: 'risai' })
    assert.deepEqual(offered, {
      kind: 'subjects',
      subjects: [{ subjectId: (await order(sessionId, newId())).subjectId, label: '令和８年台風第１４号' }],
    })
    const transactionId = newId()
    const quoted = await client.quoteIssue(await order(sessionId, transactionId))
    assert.equal(quoted.kind, 'quoted')
    // Two copies of one page each: the document holds them all.
    assert.deepEqual([quoted.pages, quoted.totalYen], [2, 20])
    const one = { municipalityCode: hida, transactionId }
    const built = await client.buildIssue(one)
    assert.equal(built.kind, 'built')
    const delivered = await client.deliverIssue(one)
    assert.equal(delivered.kind, 'delivered')
    const pdf = Buffer.from(delivered.pdfBase64, 'base64')
    assert.equal(createHash('sha256').update(pdf).digest('hex'), built.sha256)
    const pages = extractPages(pdf)
    assert.deepEqual(
      pages.map((page) => [page.includes('A-1001'), /(\d)部目/.exec(page)?.[1]]),
      [
        [true, '1'],
        [true, '2'],
      ],
    )
    const paid = await client.confirmPaid({ ...one, paidYen: 20 })
    assert.deepEqual([paid.kind, paid.kind === 'standing' && paid.state], ['standing', 'paid'])
    const printed = await client.confirmPrinted(one)
    assert.equal(printed.kind === 'standing' && printed.state, 'printed')
  })

  test('every message repeated gets the first answer again, and counts once', async () => {
    const { bcl, authenticate } = exchange
    const { client } = bcl
    const sessionId = newId()
    const first = await authenticate('1002', sessionId)
    assert.deepEqual(await authenticate('1002', sessionId), first)
    assert.equal(
      refusedWith(await authenticate('1001', sessionId)),
      204,
      'another card takes no session over',
    )
    const transactionId = newId()
    const ask = await order(sessionId, transactionId, 'A-1002')
    const quotes = await Promise.all([client.quoteIssue(ask), client.quoteIssue(ask), client.quoteIssue(ask)])
    assert.deepEqual(quotes[1], quotes[0])
    assert.deepEqual(quotes[2], quotes[0])
    assert.equal(refusedWith(await client.quoteIssue({ ...ask, copies: 1 })), 605)
    const one = { municipalityCode: hida, transactionId }
    const builds = await Promise.all([client.buildIssue(one), client.buildIssue(one)])
    assert.equal(builds[0].kind, 'built')
    assert.deepEqual(builds[1], builds[0])
    const delivered = await Promise.all([client.deliverIssue(one), client.deliverIssue(one)])
    assert.deepEqual(delivered[1], delivered[0])
    await client.confirmPaid({ ...one, paidYen: 20 })
    const paid = await client.confirmPaid({ ...one, paidYen: 20 })
    assert.equal(paid.kind === 'standing' && paid.state, 'paid')
    await client.confirmPrinted(one)
    await client.confirmPrinted(one)
    const rows = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ state: string }>(
        'select state from certificates.issue_state where municipality_code = $1 and transaction_id = $2 order by position',
        [hida, transactionId],
      ),
    )
    assert.deepEqual(
      rows.map((row) => row.state),
      ['requested', 'frozen', 'built', 'delivered', 'paid', 'printed'],
    )
  })

  test('money: another amount, unpaid printing, and a refund only of what was paid', async () => {
    const { bcl, signedIn } = exchange
    const { client } = bcl
    const transactionId = newId()
    const one = { municipalityCode: hida, transactionId }
    await client.quoteIssue(await order(await signedIn(), transactionId))
    assert.equal(refusedWith(await client.deliverIssue(one)), 603, 'not built yet')
    await client.buildIssue(one)
    await client.deliverIssue(one)
    assert.equal(refusedWith(await client.confirmPrinted(one)), 604)
    assert.equal(refusedWith(await client.confirmPaid({ ...one, paidYen: 10 })), 601)
    await client.confirmPaid({ ...one, paidYen: 20 })
    const aborted = await client.abortIssue({ ...one, stage: 'print', reason: 'paper' })
    assert.equal(aborted.kind === 'standing' && aborted.state, 'aborted')
    assert.equal(refusedWith(await client.confirmPrinted(one)), 603)
    assert.equal(refusedWith(await client.deliverIssue(one)), 603)
    assert.equal(refusedWith(await client.refundIssue({ ...one, refundedYen: 10 })), 602)
    const refunded = await client.refundIssue({ ...one, refundedYen: 20 })
    assert.deepEqual(await client.refundIssue({ ...one, refundedYen: 20 }), refunded)
  })

  test('a cloud killed between build and delivery delivers the same bytes after its restart', async () => {
    const { listen, signedIn } = exchange
    const first = await listen()
    const transactionId = newId()
    const one = { municipalityCode: hida, transactionId }
    await first.client.quoteIssue(await order(await signedIn(), transactionId))
    const built = await first.client.buildIssue(one)
    await first.app.close()
    await assert.rejects(first.client.deliverIssue(one), { name: 'RemoteUnreachable' })
    const second = await listen()
    const delivered = await second.client.deliverIssue(one)
    assert.equal(delivered.kind, 'delivered')
    assert.equal(delivered.sha256, built.kind === 'built' ? built.sha256 : '')
    assert.deepEqual(await second.client.buildIssue(one), { ...built, state: 'delivered' })
  })

  test('what was frozen half an hour ago is neither built nor delivered', async () => {
    const { bcl, signedIn } = exchange
    const sessionId = await signedIn()
    const [frozen, built] = [newId(), newId()]
    for (const id of [frozen, built]) await bcl.client.quoteIssue(await order(sessionId, id))
    await bcl.client.buildIssue({ municipalityCode: hida, transactionId: built })
    const before = cloud.clock
    cloud.clock = new Date(before.getTime() + 31 * 60_000)
    const late = [
      await bcl.client.buildIssue({ municipalityCode: hida, transactionId: frozen }),
      await bcl.client.deliverIssue({ municipalityCode: hida, transactionId: built }),
    ]
    cloud.clock = before
    assert.deepEqual(late.map(refusedWith), [505, 505])
  })

  test('a build out of time ends its transaction for ever, a busy renderer does not', async () => {
    const { bcl, engine, listen, signedIn } = exchange
    const slow = await listen({
      engine: { ...engine, render: () => Promise.reject(new RenderTimeout(5)) },
    })
    const busy = await listen({
      engine: { ...engine, render: () => Promise.reject(new RendererBusy(9)) },
    })
    const sessionId = await signedIn()
    const [late, early] = [newId(), newId()]
    for (const id of [late, early]) await bcl.client.quoteIssue(await order(sessionId, id))
    const one = { municipalityCode: hida, transactionId: late }
    assert.equal(refusedWith(await slow.client.buildIssue(one)), 505)
    assert.equal(refusedWith(await bcl.client.buildIssue(one)), 603)
    assert.equal(refusedWith(await bcl.client.deliverIssue(one)), 603)
    const two = { municipalityCode: hida, transactionId: early }
    assert.equal(refusedWith(await busy.client.buildIssue(two)), 507)
    assert.equal((await bcl.client.buildIssue(two)).kind, 'built')
  })

  test('an abort while the document is being rendered wins: what comes back is dropped', async () => {
    const { bcl, engine, listen, signedIn } = exchange
    const rendering = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const held = await listen({
      engine: {
        ...engine,
        render: async (layout, snapshot, options) => {
          rendering.resolve()
          await release.promise
          return await engine.render(layout, snapshot, options)
        },
      },
    })
    const transactionId = newId()
    const one = { municipalityCode: hida, transactionId }
    await bcl.client.quoteIssue(await order(await signedIn(), transactionId))
    const building = held.client.buildIssue(one)
    await rendering.promise
    await bcl.client.abortIssue({ ...one, stage: 'build', reason: 'timeout' })
    release.resolve()
    assert.equal(refusedWith(await building), 603)
    const kept = await cloud.as(hida, (ctx) =>
      ctx.tx.sql('select 1 from certificates.archive where municipality_code = $1 and transaction_id = $2', [
        hida,
        transactionId,
      ]),
    )
    assert.deepEqual(kept, [])
  })

  test("a renderer that answers with another transaction's document stops the town and no other", async () => {
    const { bcl, engine, listen, signedIn } = exchange
    const sessionId = await signedIn()
    const [mine, before] = [newId(), newId()]
    for (const id of [mine, before]) await bcl.client.quoteIssue(await order(sessionId, id))
    await bcl.client.buildIssue({ municipalityCode: hida, transactionId: before })
    const stolen = await bcl.client.deliverIssue({ municipalityCode: hida, transactionId: before })
    assert.equal(stolen.kind, 'delivered')
    const crossed = await listen({
      engine: { ...engine, render: async () => Buffer.from(stolen.pdfBase64, 'base64') },
    })
    const one = { municipalityCode: hida, transactionId: mine }
    assert.equal(refusedWith(await crossed.client.buildIssue(one)), 901)
    assert.equal(refusedWith(await bcl.client.buildIssue(one)), 901)
    const menu = (code: MunicipalityCode) =>
      bcl.client.getServiceMenu({ municipalityCode: code, onDate: '2026-11-21' })
    assert.equal((await menu(hida)).closed?.code, 901)
    assert.equal((await menu(takayama)).closed, null)
    const [alarm] = await cloud.as(hida, async (ctx) => listAlarms(ctx.tx, await ctx.keys()))
    assert.deepEqual([alarm?.transactionId, alarm?.finding], [mine, 'words'])
    await cloud.as(hida, (ctx) => acknowledgeAlarm(ctx, { alarmId: alarm!.alarmId, note: '試験' }))
    assert.equal((await bcl.client.buildIssue(one)).kind, 'built')
  })

  test('the centre stops a town and lifts its own stop only', async () => {
    const { bcl } = exchange
    const { client } = bcl
    const stop = { municipalityCode: takayama, stopId: newId(), reason: 'failure' as const }
    assert.deepEqual(await client.setMaintenance({ ...stop, stopped: true }), { issuing: false })
    assert.deepEqual(await client.setMaintenance({ ...stop, stopId: newId(), stopped: false }), {
      issuing: false,
    })
    const menu = await client.getServiceMenu({ municipalityCode: takayama, onDate: '2026-11-21' })
    assert.equal(menu.closed?.code, 502)
    assert.deepEqual(await client.setMaintenance({ ...stop, stopped: false }), { issuing: true })
  })

  test('only a registered centre is heard, its message once, unaltered and fresh', async () => {
    const { bcl, center, agent, clientOf } = exchange
    await assert.rejects(exchangeClient(clientOf(bcl.origin, agent).send).heartbeat({}), {
      code: 'certificates/unknown-center',
    })
    const path = '/exchange/heartbeat'
    const key = createPrivateKey(center.privateKeyPem)
    const body = Buffer.from('{}')
    const sign = (now: Date, body = Buffer.from('{}')) =>
      signMessage({ method: 'POST', origin: bcl.origin, path, body }, key, now)
    const headers = sign(cloud.clock)
    assert.equal(await post(center, bcl.origin, path, headers, body), 200)
    assert.equal(await post(center, bcl.origin, path, headers, body), 401, 'replayed')
    assert.equal(await post(center, bcl.origin, path, sign(cloud.clock), Buffer.from('{ }')), 401, 'altered')
    const old = new Date(cloud.clock.getTime() - 120_000)
    assert.equal(await post(center, bcl.origin, path, sign(old), body), 401, 'old')
    assert.equal(await post(center, bcl.origin, path, {}, body), 401, 'unsigned')
    const broken = Buffer.from('{')
    assert.equal(await post(center, bcl.origin, path, sign(cloud.clock, broken), broken), 400)
  })

  test('緊急閲覧 is opened by the centre’s own word alone: not forged, not altered, not said again, not by a clock a day off', async () => {
    const { bcl, center, agent } = exchange
    const { path } = exchangeEndpoints.setAccessGrant
    const word = wordOf(cloud.clock)
    const bodyOf = (minutes: number): Buffer => {
      const { codeSha: _codeSha, approvedAt, actsFrom, ...told } = word
      const untilAt = new Date(approvedAt.getTime() + minutes * 60_000)
      return Buffer.from(
        JSON.stringify({ ...told, municipalityCode: hida, approvedAt, untilAt, codeSha256: null, actsFrom }),
      )
    }
    const signed = (body: Buffer, by: MachineIdentity, now = cloud.clock) =>
      signMessage({ method: 'POST', origin: bcl.origin, path, body }, createPrivateKey(by.privateKeyPem), now)
    const say = (by: MachineIdentity, headers: Readonly<Record<string, string>>, body: Buffer) =>
      post(by, bcl.origin, path, headers, body)
    const body = bodyOf(60)
    assert.equal(await say(agent, signed(body, agent), body), 401, 'a machine of ours, not a centre')
    assert.equal(await say(center, signed(body, agent), body), 401, 'signed by another key')
    assert.equal(await say(center, signed(body, center), bodyOf(240)), 401, 'made longer on the way')
    const day = 24 * 3_600_000
    for (const off of [-day, day]) {
      const now = new Date(cloud.clock.getTime() + off)
      assert.equal(await say(center, signed(body, center, now), body), 401, `${off} ms`)
    }
    const headers = signed(body, center)
    assert.equal(await say(center, headers, body), 200)
    assert.equal(await say(center, headers, body), 401, 'replayed')
    const longer = bodyOf(240)
    assert.equal(await say(center, signed(longer, center), longer), 400, 'not what was told first')
    const foreign = Buffer.from(body.toString().replace(hida, '131016'))
    assert.equal(await say(center, signed(foreign, center), foreign), 404, 'a town that is not here')
  })
})

function post(
  identity: MachineIdentity,
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      agent: false,
      ...tlsClientOptions(identity),
    } as const
    const request = https.request(new URL(path, origin), options, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    request.on('error', reject)
    request.end(body)
  })
}
