import assert from 'node:assert/strict'
import { createHash, createPrivateKey, randomBytes } from 'node:crypto'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { machineClient, type MachineClient } from '@open-bcl/platform/machine-client.ts'
import { RendererBusy, RenderTimeout } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import {
  createAuthority,
  issueIdentity,
  tlsClientOptions,
  type MachineIdentity,
} from '@open-bcl/platform/pki.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { signMessage } from '@open-bcl/platform/signed-message.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { openCardSerialIntake } from '../registers/registers.actions.ts'
import { nextSeq, openResidentIntake } from '../residents/intake.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import type { CertificateKind } from './certificates.ts'
import { exchangeClient, type ExchangeClient } from './exchange.contract.ts'
import { exchangeRoutes, type Issuing } from './exchange.routes.ts'
import { katsuragi } from './golden/cases.ts'
import { printedWords } from './snapshot.ts'
import { acknowledgeAlarm } from './stops.actions.ts'
import { listAlarms } from './stops.store.ts'

const SKI = 'ab'.repeat(20)
const none = { on: null, uncertain: false, text: null }

/** Card holders of the town by 宛名番号; the serial of each card is the same number. */
const people: Readonly<Record<string, { birthOn: string; state: ResidentRecord['state'] }>> = {
  '1001': { birthOn: '1950-03-04', state: 'resident' },
  '1002': { birthOn: '1980-01-01', state: 'resident' },
  '1003': { birthOn: '2011-11-23', state: 'resident' },
  '1004': { birthOn: '1970-05-05', state: 'moved-out' },
  '1005': { birthOn: '1940-05-05', state: 'dead' },
  '1006': { birthOn: '1985-05-05', state: 'resident' },
  '1007': { birthOn: '1986-06-06', state: 'resident' },
}

function record(residentNo: string): ResidentRecord {
  const { birthOn, state } = people[residentNo]!
  const empty = { full: '', kana: '', latin: '', kanji: '', former: '', formerKana: '' }
  return {
    residentNo: residentNo as ResidentNo,
    historyNo: 1,
    branchNo: 0,
    householdNo: `H${residentNo}` as HouseholdNo,
    kind: 'japanese',
    state,
    changedOn: none,
    notifiedOn: null,
    changeReason: '01',
    name: { ...empty, full: `試験　${residentNo}`, alias: '', aliasKana: '', preference: '1' },
    sex: '2',
    sexText: '女',
    birth: { on: birthOn as PlainDate, uncertain: false, text: null },
    relationCodes: ['02'],
    relationText: '世帯主',
    address: { ...katsuragiAddress },
    becameResidentOn: none,
    addressBefore: '',
    addressAfter: '',
    removedOn: none,
    foreign: null,
  }
}
const katsuragiAddress: ResidentRecord['address'] = {
  municipalityCode: '212172' as MunicipalityCode,
  townCode: '0000000',
  prefecture: '岐阜県',
  city: '飛騨市',
  town: '古川町本町',
  number: '2番22号',
  building: '',
  postCode: '5094234',
}

/** Everybody has a certificate of their own, 1006 is blocked, 1007 has a name no font prints. */
const risai: CertificateKind<Ctx> = {
  code: 'risai',
  layout: 'risai-2020',
  permission: 'risai.issue',
  forMovedOut: true,
  feeYen: () => 0,
  subjects: async (_ctx, residentNo) => [{ subjectId: `A-${residentNo}`, label: '令和８年台風第１４号' }],
  blocks: async (_ctx, subjectId) => (subjectId === 'A-1006' ? [{ code: 302, ja: '支援措置' }] : []),
  freeze: async (_ctx, subjectId, { transactionId, requestDigest }) => {
    const headName = subjectId === 'A-1007' ? '笑\u{1F600}' : `試験　${subjectId}`
    const snapshot = { ...katsuragi, headName, transactionId, requestDigest }
    return { snapshot, words: printedWords(snapshot), layoutVersion: 'risai-2020' }
  },
}

const newId = (): string => randomBytes(16).toString('hex')
const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode

describe('the exchange with 証明書交付センター', () => {
  let cloud: TestCloud
  let engine: PdfEngine
  let center: MachineIdentity
  let agent: MachineIdentity
  let server: MachineIdentity
  let bcl: Listener
  const open: { close(): unknown }[] = []

  type Listener = { app: FastifyInstance; origin: string; client: ExchangeClient; wire: MachineClient }

  async function listen(own: Partial<Issuing> = {}): Promise<Listener> {
    const issuing: Issuing = { kinds: [risai], engine, renderTimeoutMs: 20_000, archiveDays: 30, ...own }
    const { privateKeyPem: key, certificatePem: cert, authorityPem: ca } = server
    const app = await httpServer({
      program: 'cloud',
      log: cloud.runtime.log,
      ready: [],
      https: { key, cert, ca, requestCert: true, rejectUnauthorized: true },
    })
    // The port is known only after listening, and the routes must be there before: so the origin is read late.
    const options = { origin: '', centers: [{ certificatePem: center.certificatePem }] }
    await exchangeRoutes(app, cloud.runtime, issuing, options)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    options.origin = `https://127.0.0.1:${port}`
    const wire = clientOf(options.origin, center)
    open.push({ close: () => app.close() })
    return { app, origin: options.origin, wire, client: exchangeClient(wire.send) }
  }

  function clientOf(origin: string, identity: MachineIdentity): MachineClient {
    const made = machineClient({ origin, identity, now: () => cloud.clock, timeoutMs: 20_000 })
    open.push(made)
    return made
  }

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    engine = await startPdfEngine({
      workers: 1,
      cacheDir: fileURLToPath(new URL('../../.cache', import.meta.url)),
    })
    const now = new Date()
    const authority = await createAuthority({ name: 'test', now, validDays: 30 })
    const identity = (name: string, hosts: readonly string[]) =>
      issueIdentity(authority, {
        machineName: `urn:open-bcl:${name}`,
        hosts,
        uses: ['server', 'client'],
        now,
        validDays: 7,
      })
    server = await identity('cloud', ['127.0.0.1'])
    center = await identity('center', [])
    agent = await identity('agent:212172', [])
    await load()
    bcl = await listen()
  })
  after(async () => {
    for (const one of open.toReversed()) await one.close()
    await engine.close()
    await cloud.close()
  })

  /** Residents and card serials come in as the link brings them. */
  async function load(): Promise<void> {
    const runtime = { ...cloud.runtime, pool: cloud.database.linkage }
    const call = { actor: { kind: 'job', task: 'test' }, municipality: hida, traceId: 'test' } as const
    const numbers = Object.keys(people)
    await withCtx(runtime, call, async (ctx) => {
      const residents = await openResidentIntake(ctx)
      await residents.write(
        numbers.map((no, i) => ({ line: i + 2, record: record(no), latest: true, deleted: false })),
      )
      assert.deepEqual(await residents.finish(), [])
      await residents.apply('full', await nextSeq(ctx))
    })
    await withCtx(runtime, call, async (ctx) => {
      const serials = await openCardSerialIntake(ctx)
      await serials.write(
        numbers.map((no, i) => ({
          line: i + 2,
          deleted: false,
          record: {
            residentNo: no as ResidentNo,
            issuerKeyId: SKI,
            serial: no,
            kind: 'card',
            validFrom: '2024-01-01' as PlainDate,
            validUntil: '2029-01-01' as PlainDate,
            revokedOn: null,
          },
        })),
      )
      assert.deepEqual(await serials.finish(), [])
      await serials.apply('full', await nextSeq(ctx))
    })
  }

  const authenticate = (serial: string, sessionId = newId()) =>
    bcl.client.authenticateCard({
      municipalityCode: hida,
      sessionId,
      certificate: { issuerSki: SKI, serial },
    })
  async function signedIn(serial = '1001'): Promise<string> {
    const answer = await authenticate(serial)
    assert.equal(answer.kind, 'accepted')
    return answer.sessionId
  }
  const order = (sessionId: string, transactionId: string, subjectId = 'A-1001') => ({
    municipalityCode: hida,
    sessionId,
    transactionId,
    kind: 'risai' as const,
    subjectId,
    copies: 2,
    kioskId: 'K-0001',
  })
  const refusedWith = (answer: { kind: string }): number =>
    answer.kind === 'refused' ? (answer as unknown as { code: number }).code : 0

  test('the kiosk path: menu, card, subject, quote, build, deliver, pay, print', async () => {
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
      subjects: [{ subjectId: 'A-1001', label: '令和８年台風第１４号' }],
    })
    const transactionId = newId()
    const quoted = await client.quoteIssue(order(sessionId, transactionId))
    assert.equal(quoted.kind, 'quoted')
    assert.deepEqual([quoted.pages, quoted.totalYen], [1, 20])
    const one = { municipalityCode: hida, transactionId }
    const built = await client.buildIssue(one)
    assert.equal(built.kind, 'built')
    const delivered = await client.deliverIssue(one)
    assert.equal(delivered.kind, 'delivered')
    const pdf = Buffer.from(delivered.pdfBase64, 'base64')
    assert.equal(createHash('sha256').update(pdf).digest('hex'), built.sha256)
    assert.ok(extractPages(pdf)[0]?.includes('A-1001'))
    const paid = await client.confirmPaid({ ...one, paidYen: 20 })
    assert.deepEqual([paid.kind, paid.kind === 'standing' && paid.state], ['standing', 'paid'])
    const printed = await client.confirmPrinted(one)
    assert.equal(printed.kind === 'standing' && printed.state, 'printed')
  })

  test('every message repeated gets the first answer again, and counts once', async () => {
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
    const ask = order(sessionId, transactionId, 'A-1002')
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

  test('an unknown serial, a child and the dead get the same words, and 15 is reached the day before', async () => {
    const answers = [await authenticate('9999'), await authenticate('1003')]
    assert.deepEqual(answers.map(refusedWith), [201, 202])
    const words = answers.map((answer) => (answer.kind === 'refused' ? answer.words : ''))
    assert.equal(words[0], words[1])
    assert.equal(refusedWith(await authenticate('1005')), 300)
    const before = cloud.clock
    cloud.clock = new Date('2026-11-22T00:00:00Z')
    assert.equal((await authenticate('1003')).kind, 'accepted')
    cloud.clock = before
  })

  test('who has moved out still gets 罹災証明書, and a block tells nobody what it is', async () => {
    const { client } = bcl
    const moved = await signedIn('1004')
    const offered = await client.listSubjects({ municipalityCode: hida, sessionId: moved, kind: 'risai' })
    assert.equal(offered.kind, 'subjects')
    const hidden = await signedIn('1006')
    const refused = await client.listSubjects({ municipalityCode: hida, sessionId: hidden, kind: 'risai' })
    assert.equal(refusedWith(refused), 300)
    const forced = await client.quoteIssue(order(hidden, newId(), 'A-1006'))
    assert.deepEqual(forced, refused, 'asked directly the words are the same')
  })

  test("another person's subject, an expired session and another town's transaction lead nowhere", async () => {
    const { client } = bcl
    const sessionId = await signedIn('1002')
    assert.equal(refusedWith(await client.quoteIssue(order(sessionId, newId(), 'A-1001'))), 300)
    const transactionId = newId()
    await client.quoteIssue(order(sessionId, transactionId, 'A-1002'))
    const foreign = { municipalityCode: takayama, transactionId }
    await assert.rejects(client.buildIssue(foreign), { status: 404 })
    await assert.rejects(client.deliverIssue(foreign), { status: 404 })
    await assert.rejects(client.confirmPaid({ ...foreign, paidYen: 20 }), { status: 404 })
    const before = cloud.clock
    cloud.clock = new Date(before.getTime() + 11 * 60_000)
    assert.equal(refusedWith(await client.quoteIssue(order(sessionId, newId(), 'A-1002'))), 204)
    cloud.clock = before
  })

  test('out of hours the menu says so and no card is accepted', async () => {
    const before = cloud.clock
    cloud.clock = new Date('2026-11-21T14:00:00Z')
    const menu = await bcl.client.getServiceMenu({ municipalityCode: hida, onDate: '2026-11-21' })
    assert.equal(menu.closed?.code, 501)
    assert.equal(refusedWith(await authenticate('1001')), 501)
    cloud.clock = before
  })

  test('a name no font prints is refused before a price is named', async () => {
    const sessionId = await signedIn('1007')
    assert.equal(refusedWith(await bcl.client.quoteIssue(order(sessionId, newId(), 'A-1007'))), 402)
  })

  test('money: another amount, unpaid printing, and a refund only of what was paid', async () => {
    const { client } = bcl
    const transactionId = newId()
    const one = { municipalityCode: hida, transactionId }
    await client.quoteIssue(order(await signedIn(), transactionId))
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
    const first = await listen()
    const transactionId = newId()
    const one = { municipalityCode: hida, transactionId }
    await first.client.quoteIssue(order(await signedIn(), transactionId))
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
    const sessionId = await signedIn()
    const [frozen, built] = [newId(), newId()]
    for (const id of [frozen, built]) await bcl.client.quoteIssue(order(sessionId, id))
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
    const slow = await listen({
      engine: { ...engine, render: () => Promise.reject(new RenderTimeout(5)) },
    })
    const busy = await listen({
      engine: { ...engine, render: () => Promise.reject(new RendererBusy(9)) },
    })
    const sessionId = await signedIn()
    const [late, early] = [newId(), newId()]
    for (const id of [late, early]) await bcl.client.quoteIssue(order(sessionId, id))
    const one = { municipalityCode: hida, transactionId: late }
    assert.equal(refusedWith(await slow.client.buildIssue(one)), 505)
    assert.equal(refusedWith(await bcl.client.buildIssue(one)), 603)
    assert.equal(refusedWith(await bcl.client.deliverIssue(one)), 603)
    const two = { municipalityCode: hida, transactionId: early }
    assert.equal(refusedWith(await busy.client.buildIssue(two)), 507)
    assert.equal((await bcl.client.buildIssue(two)).kind, 'built')
  })

  test('an abort while the document is being rendered wins: what comes back is dropped', async () => {
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
    await bcl.client.quoteIssue(order(await signedIn(), transactionId))
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
    const sessionId = await signedIn()
    const [mine, before] = [newId(), newId()]
    for (const id of [mine, before]) await bcl.client.quoteIssue(order(sessionId, id))
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
    const [alarm] = await cloud.as(hida, (ctx) => listAlarms(ctx.tx))
    assert.deepEqual([alarm?.transactionId, alarm?.finding], [mine, 'words'])
    await cloud.as(hida, (ctx) => acknowledgeAlarm(ctx, { alarmId: alarm!.alarmId, note: '試験' }))
    assert.equal((await bcl.client.buildIssue(one)).kind, 'built')
  })

  test('the centre stops a town and lifts its own stop only', async () => {
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
    await assert.rejects(exchangeClient(clientOf(bcl.origin, agent).send).heartbeat({}), {
      code: 'certificates/unknown-center',
    })
    const path = '/exchange/heartbeat'
    const key = createPrivateKey(center.privateKeyPem)
    const body = Buffer.from('{}')
    const sign = (now: Date, body = Buffer.from('{}')) =>
      signMessage({ method: 'POST', origin: bcl.origin, path, body }, key, now)
    const headers = sign(cloud.clock)
    assert.equal(await post(bcl.origin, path, headers, body), 200)
    assert.equal(await post(bcl.origin, path, headers, body), 401, 'replayed')
    assert.equal(await post(bcl.origin, path, sign(cloud.clock), Buffer.from('{ }')), 401, 'altered')
    const old = new Date(cloud.clock.getTime() - 120_000)
    assert.equal(await post(bcl.origin, path, sign(old), body), 401, 'old')
    assert.equal(await post(bcl.origin, path, {}, body), 401, 'unsigned')
    const broken = Buffer.from('{')
    assert.equal(await post(bcl.origin, path, sign(cloud.clock, broken), broken), 400)
  })

  function post(
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
        ...tlsClientOptions(center),
      } as const
      const request = https.request(new URL(path, origin), options, (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
      })
      request.on('error', reject)
      request.end(body)
    })
  }
})
