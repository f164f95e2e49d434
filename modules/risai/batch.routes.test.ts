import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { HouseholdNo, ResidentNo } from '@open-bcl/core/brand.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { checkPages, extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { issuingOf, noServices } from '../../apps/cloud/compose.ts'
import { TEST_BUILD, testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import * as contract from '../certificates/batch.contract.ts'
import { batchJob } from '../certificates/batch.jobs.ts'
import { acknowledgeAlarm, listAlarms, listIssues } from '../certificates/certificates.contract.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { registerDisaster } from '../ledger/ledger.contract.ts'
import { withdrawCertificate } from './risai.contract.ts'
import { risaiBatches } from './risai.routes.ts'
import type { ApplicationForm } from './risai.ts'
import type { Ordered } from './testing/batch-run.ts'
import { makeIssuable } from './testing/many.ts'
import { hida, openDesk, type Form, type RisaiDesk } from './testing/desk.ts'

const squeezed = (page: string): string => page.replace(/\s/g, '')
const masterKey = randomBytes(32)

describe('罹災証明書の一括印刷', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  let engine: PdfEngine
  before(async () => {
    cloud = await testCloud({ pdf: true, masterKey })
    desk = await openDesk(cloud)
    engine = await startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../.cache'), workers: 2 })
  })
  after(async () => {
    await engine.close()
    await cloud.close()
  })

  const applicant = (address: string, name = '佐藤　梅子'): Partial<Form> => ({
    applicant: {
      ...{ name, kana: 'サトウ　ウメコ', address, birthOn: null, phone: '', email: '', contactPlace: '' },
      relationToHead: 'head',
    },
  })
  const of = (scopeId = desk.disasterId) => ({ kind: 'risai', scopeId }) as const
  const start = (over: Partial<RawInputOf<typeof contract.startBatch>> = {}, by: Browser = desk.clerk) =>
    by.call(contract.startBatch, { ...of(), withSheets: true, bundleSize: 5, ...over })
  const started = async (over: Partial<RawInputOf<typeof contract.startBatch>> = {}) => {
    const answer = await start(over)
    assert.ok(answer.ok, JSON.stringify(answer))
    return answer.body
  }
  const run = async (
    batchId: string,
    with_: Pick<PdfEngine, 'render' | 'coverage' | 'rendererBuild'> = engine,
  ) => {
    const issuing = issuingOf({ ...noServices, engine: with_, build: TEST_BUILD })
    const job = batchJob(cloud.runtime, { issuing, sources: risaiBatches })
    const call = { actor: { kind: 'job', task: job.task }, municipality: hida, traceId: 'test' } as const
    await withCtx(cloud.runtime, call, (ctx) => job.run(ctx, { batchId }))
  }
  const look = (batchId: string) => desk.clerk.get(contract.getBatch, { batchId })
  const leftOut = async (batchId: string) =>
    (await desk.clerk.get(contract.listBatchLeftOut, { batchId })).items
  const document = (batchId: string, bundleNo: number, places?: string) =>
    desk.clerk.call(contract.getBundleDocument, { batchId, bundleNo, ...(places ? { places } : {}) })
  const pagesOf = async (batchId: string, bundleNo: number, places?: string): Promise<string[]> => {
    const answer = await document(batchId, bundleNo, places)
    assert.ok(answer.ok, JSON.stringify(answer))
    return extractPages(answer.bytes).map(squeezed)
  }
  const end = (batchId: string, bundleNo: number, printed = true) =>
    desk.clerk.call(contract.endBundle, { batchId, bundleNo, printed })
  const version = async (batchId: string) => ({ batchId, version: (await look(batchId)).version })
  /** Nothing of one test waits in the way of the next. */
  const finish = async (batchId: string): Promise<void> => {
    const { bundles } = await look(batchId)
    for (const { bundleNo, printed } of bundles) if (printed === null) await end(batchId, bundleNo, false)
  }
  /** A disaster of the test's own, so that its counts are its own. */
  async function withDisaster(name: string): Promise<RisaiDesk> {
    const { disaster } = await desk.clerk.get(registerDisaster, {
      ...{ name, hazards: ['earthquake'], occurredOn: '2026-07-28', applicationDeadlineOn: null },
      causeText: '令和８年７月２８日の地震による',
    })
    desk = { ...desk, ...desk.at(disaster.disasterId) }
    return desk
  }

  /** As `issuable`, many at once. */
  const many = async (count: number): Promise<string[]> => {
    const form = { ...(await desk.formOf('R-1')), ...applicant('') } as ApplicationForm
    return await cloud.as(hida, (ctx) =>
      makeIssuable(
        ctx,
        { disasterId: desk.disasterId as DisasterId, code: desk.disasterId.slice(-6) },
        Array.from({ length: count }, (_, i) => ({
          residentNo: '1' as ResidentNo,
          householdNo: '100' as HouseholdNo,
          form: { ...form, applicant: { ...form.applicant, address: `飛騨市古川町本町${i + 1}番` } },
        })),
      ),
    )
  }

  test('bundles go from the list to paper by 町字, each certificate behind its own 宛名台紙, and count when a clerk says so', async () => {
    const { issuable, clerk, disasterId } = desk
    const addresses = [
      '飛騨市神岡町船津１０番',
      '飛騨市古川町本町２番',
      '岐阜県飛騨市古川町壱之町1番1号',
      '飛騨市古川町本町１０番',
      '飛騨市神岡町船津９番',
      '飛騨市河合町１番',
      '飛騨市宮川町１番',
    ]
    for (const address of addresses) await issuable('R-1', applicant(address))
    await issuable('R-1', { ...applicant('飛騨市古川町本町３番'), copies: 2 })
    const hidden = await issuable('R-3', {
      ...applicant('秘密町', '隠田　花'),
      dwellingAddress: '秘密町',
      head: { residentNo: null, name: '隠田　花', kana: '', address: '秘密町' },
    })
    const preview = await clerk.get(contract.previewBatch, of())
    assert.deepEqual(
      { ...preview, apart: preview.apart.length },
      { ready: 8, mostInBatch: 10_000, printed: 0, inBatch: 0, suppressed: 1, apart: 1 },
    )
    assert.equal(preview.apart[0]!.page, `/risai/applications/${hidden.applicationId}`)

    const { batchId, count } = await started()
    assert.equal(count, 8)
    assert.equal((await clerk.get(contract.previewBatch, of())).inBatch, 8)
    await run(batchId)
    const batch = await look(batchId)
    assert.deepEqual([batch.state, batch.counts.made, batch.counts.leftOut], ['done', 8, 0])
    assert.deepEqual(
      batch.bundles.map(({ places, pages, delivered, printed }) => [places, pages, delivered, printed]),
      [
        [5, 11, false, null],
        [3, 6, false, null],
      ],
    )
    assert.equal((await end(batchId, 1)).status, 409)

    const first = await document(batchId, 1)
    assert.ok(first.ok)
    const pages = extractPages(first.bytes).map(squeezed)
    const sheets = pages.filter((page) => page.includes('第1束'))
    // 町字 in the order of its letters, then numbers as numbers.
    const posted = [
      '飛騨市古川町本町２番',
      '飛騨市古川町本町３番',
      '飛騨市古川町本町１０番',
      '飛騨市宮川町１番',
      '飛騨市河合町１番',
    ]
    const shown = [...sheets, ...(await pagesOf(batchId, 2)).filter((page) => page.includes('第2束'))]
    assert.deepEqual(
      shown.map(
        (page) =>
          posted.find((address) => page.includes(address)) ??
          addresses.find((address) => page.includes(address)),
      ),
      [
        '岐阜県飛騨市古川町壱之町1番1号',
        ...posted.slice(0, 4),
        ...posted.slice(4),
        '飛騨市神岡町船津９番',
        '飛騨市神岡町船津１０番',
      ],
    )
    assert.ok(
      shown[0]!.startsWith('〒509-4234'),
      'the post code of the register, where the address is the register’s',
    )
    assert.ok(!shown[1]!.includes('〒'))
    assert.ok(shown[0]!.includes('佐藤梅子様'))
    let own = ''
    for (const page of pages) {
      const id = /[0-9a-f]{32}/.exec(page)![0]
      if (page.includes('束')) own = id
      else assert.equal(id, own, 'a certificate lies behind its own sheet')
    }
    assert.equal(pages.filter((page) => page.includes('罹災証明書')).length, 6)
    assert.deepEqual((await document(batchId, 1)).ok && extractPages(first.bytes), extractPages(first.bytes))
    assert.equal(checkPages(first.bytes, []).ok, false)

    const ended = await end(batchId, 1)
    assert.deepEqual(ended.ok && ended.body, { printed: 5, leftOut: 0 })
    assert.equal((await end(batchId, 1)).status, 409)
    // Misprints: some places again, after it was confirmed as before.
    const again = await pagesOf(batchId, 1, '2,4-5')
    assert.equal(again.filter((page) => page.includes('束')).length, 3)
    assert.ok(again[0]!.includes('2通目'))
    const given = await end(batchId, 2, false)
    assert.deepEqual(given.ok && given.body, { printed: 0, leftOut: 3 })
    assert.equal((await document(batchId, 2)).status, 422)
    const counts = await clerk.get(contract.previewBatch, of())
    assert.deepEqual([counts.ready, counts.printed, counts.inBatch], [3, 5, 0])
    const list = await clerk.get(contract.listBatches, { kind: 'risai', scopeId: disasterId })
    assert.deepEqual(
      list.batches.map(({ counts: { all, printed, leftOut: out } }) => [all, printed, out]),
      [[8, 5, 3]],
    )
  })

  test('of two clerks who start at once each certificate goes into one batch', async () => {
    const { issuable, clerk, reviewer } = await withDisaster('同時')
    for (let i = 0; i < 4; i++) await issuable('R-1', applicant(`飛騨市古川町本町${i}番`))
    const answers = await Promise.all([start({}, clerk), start({}, reviewer), start({}, clerk)])
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 422, 422],
    )
    const [made] = answers.flatMap((answer) => (answer.ok ? [answer.body] : []))
    assert.equal(made!.count, 4)
    // Also the same job twice at once: the second finds nothing left.
    await Promise.all([run(made!.batchId), run(made!.batchId)])
    const { counts, bundles } = await look(made!.batchId)
    assert.deepEqual([counts.made, bundles.map(({ places }) => places)], [4, [4]])
    await finish(made!.batchId)
  })

  test('what is withdrawn, protected or cannot be printed is left out with its reason, and does not stop the others', async () => {
    const { issuable, reviewer } = await withDisaster('除外')
    await issuable('R-1', applicant('飛騨市古川町あ１番'))
    const withdrawnBefore = await issuable('R-1', applicant('飛騨市古川町い１番'))
    const long = await issuable('R-1', {
      ...applicant('飛騨市古川町う１番'),
      dwellingAddress: '大字東雲字上平'.repeat(28),
    })
    const gaiji = await issuable('R-1', {
      ...applicant('飛騨市古川町え１番'),
      head: { residentNo: null, name: '外\u{E000}　太郎', kana: '', address: '飛騨市' },
      printMembers: false,
    })
    const farAway = await issuable('R-1', applicant(`飛騨市古川町お${'大字東雲字上平'.repeat(27)}`))
    const withdrawnAfter = await issuable('R-1', applicant('飛騨市古川町か１番'))
    const withdraw = (of_: typeof withdrawnBefore) =>
      reviewer.get(withdrawCertificate, {
        certificateId: of_.certificateId!,
        version: of_.version,
        reason: '再調査',
      })
    const { batchId } = await started()
    await withdraw(withdrawnBefore)
    await run(batchId)
    const items = await leftOut(batchId)
    assert.deepEqual(
      items.map(({ page, reasons }) => [page.split('/').at(-1), reasons]),
      [
        [withdrawnBefore.applicationId, ['この罹災証明書は失効しています']],
        [long.applicationId, ['被災住家の所在地が欄に収まりません']],
        [gaiji.applicationId, ['世帯主氏名の『外字』(U+E000) を印字できる書体がありません']],
        [farAway.applicationId, ['宛名台紙に、宛先の住所または氏名を印字できません']],
      ],
    )
    assert.deepEqual(
      (await look(batchId)).bundles.map(({ places }) => places),
      [2],
    )
    await withdraw(withdrawnAfter)
    const pages = await pagesOf(batchId, 1)
    assert.equal(pages.length, 2)
    assert.ok(pages[0]!.includes('飛騨市古川町あ１番'))
    assert.deepEqual((await leftOut(batchId)).at(-1)!.reasons, ['失効したため、除きました'])
    const ended = await end(batchId, 1)
    assert.deepEqual(ended.ok && ended.body, { printed: 1, leftOut: 0 })
    // Paper that went to the printer and is void when the clerk comes back.
    const last = await issuable('R-1', applicant('飛騨市古川町き１番'))
    const next = await started()
    await run(next.batchId)
    await pagesOf(next.batchId, 1)
    await withdraw(last)
    const voided = await end(next.batchId, 1)
    assert.deepEqual(voided.ok && voided.body, { printed: 0, leftOut: 1 })
  })

  test('a document that is not the frozen one stops the batch and the town; acknowledged, it goes on where it was', async () => {
    const { issuable, reviewer } = await withDisaster('不一致')
    for (let i = 1; i <= 6; i++) await issuable('R-1', applicant(`飛騨市古川町本町${i}番`))
    const { batchId } = await started({ bundleSize: 3 })
    let rendered = 0
    let previous: object = {}
    const faulty: typeof engine = {
      ...engine,
      async render(layout, snapshot, options) {
        // The fourth comes out as the one before it: the fault of 2023.
        const drawn = ++rendered === 4 ? previous : snapshot
        previous = snapshot
        return await engine.render(layout, drawn, options)
      },
    }
    await run(batchId, faulty)
    const stopped = await look(batchId)
    assert.deepEqual([stopped.state, stopped.stopWords !== null], ['stopped', true])
    const { alarms } = await reviewer.get(listAlarms, {})
    assert.equal(alarms[0]!.finding, 'words')
    assert.equal((await start()).status, 503)
    if (stopped.bundles.length > 0) assert.equal((await document(batchId, 1)).status, 503)
    // Gone on too early it stops again and makes nothing.
    const early = await desk.clerk.get(contract.resumeBatch, await version(batchId))
    assert.equal(early.state, 'running')
    await run(batchId)
    assert.equal((await look(batchId)).state, 'stopped')
    await reviewer.get(acknowledgeAlarm, { alarmId: alarms[0]!.alarmId, note: '描画の不具合。再起動した' })
    await desk.clerk.get(contract.resumeBatch, await version(batchId))
    await run(batchId)
    const done = await look(batchId)
    assert.deepEqual([done.state, done.counts.made, done.counts.leftOut], ['done', 6, 0])
    assert.deepEqual(
      done.bundles.map(({ places }) => places),
      [3, 3],
    )
    for (const { bundleNo } of done.bundles) assert.equal((await pagesOf(batchId, bundleNo)).length, 6)
    await finish(batchId)
  })

  test('a batch is paused, goes on, and is ended; what was in no bundle is free again', async () => {
    const { clerk } = await withDisaster('一時停止')
    await many(45)
    const { batchId } = await started({ bundleSize: 10, withSheets: false })
    let rendered = 0
    const pausing: typeof engine = {
      ...engine,
      async render(...asked) {
        if (++rendered === 5) await clerk.get(contract.pauseBatch, { batchId, version: 1 })
        return await engine.render(...asked)
      },
    }
    await run(batchId, pausing)
    const paused = await look(batchId)
    assert.equal(paused.state, 'paused')
    assert.ok(paused.counts.waiting > 0 && paused.counts.made > 0)
    const twice = await clerk.call(contract.pauseBatch, await version(batchId))
    assert.equal(twice.status, 409)
    const [one, other] = await Promise.all([
      clerk.call(contract.resumeBatch, { batchId, version: paused.version }),
      clerk.call(contract.resumeBatch, { batchId, version: paused.version }),
    ])
    assert.deepEqual(
      [one.status, other.status].toSorted((a, b) => a - b),
      [200, 409],
    )
    rendered = 0
    const pausingAgain: typeof engine = {
      ...engine,
      async render(...asked) {
        if (++rendered === 1) await clerk.get(contract.pauseBatch, await version(batchId))
        return await engine.render(...asked)
      },
    }
    if ((await look(batchId)).counts.waiting > 20) {
      await run(batchId, pausingAgain)
      assert.equal((await look(batchId)).state, 'paused')
    } else await run(batchId)
    const before = await look(batchId)
    if (before.state === 'paused') {
      await clerk.get(contract.endBatch, await version(batchId))
      const ended = await look(batchId)
      const bundled = ended.bundles.reduce((sum, { places }) => sum + places, 0)
      assert.deepEqual([ended.state, ended.counts.waiting, ended.counts.leftOut], ['done', 0, 45 - bundled])
      assert.equal((await clerk.get(contract.previewBatch, of())).ready, 45 - bundled)
    }
    await finish(batchId)
  })

  test('killed in the middle it goes on at the next certificate, and nothing is made twice', async () => {
    const { clerk } = await withDisaster('電源断')
    const all = await many(60)
    const { batchId } = await started({ bundleSize: 10 })
    const ordered: Ordered = {
      ...{ database: cloud.database.urls.app, masterKey: masterKey.toString('base64'), municipality: hida },
      ...{ batchId, build: TEST_BUILD, now: cloud.clock.toISOString() },
    }
    const made = async () => (await look(batchId)).counts.made
    for (let kills = 1, seen = 0; kills <= 2; kills++) {
      const child = spawn(process.execPath, [path.resolve(import.meta.dirname, 'testing/batch-run.ts')], {
        stdio: ['pipe', 'inherit', 'inherit'],
      })
      const gone = once(child, 'exit')
      child.stdin.end(JSON.stringify(ordered))
      while ((await made()) <= seen && child.exitCode === null);
      child.kill('SIGKILL')
      await gone
      seen = await made()
    }
    await run(batchId)
    const done = await look(batchId)
    assert.deepEqual([done.state, done.counts.made, done.counts.leftOut], ['done', 60, 0])
    const pages = (await Promise.all(done.bundles.map(({ bundleNo }) => pagesOf(batchId, bundleNo)))).flat()
    assert.equal(pages.length, 120)
    assert.equal(new Set(pages.map((page) => /[0-9a-f]{32}/.exec(page)![0])).size, 60)
    for (const subjectId of all) {
      const { issues } = await clerk.get(listIssues, { kind: 'risai', subjectId })
      assert.deepEqual(
        issues.map(({ state }) => state),
        ['delivered'],
      )
    }
    await finish(batchId)
  })

  test('another town finds nothing of it by its ids', async () => {
    const { issuable, neighbour, disasterId } = await withDisaster('他団体')
    await issuable('R-1', applicant('飛騨市古川町本町１番'))
    const { batchId } = await started()
    await run(batchId)
    const seen = { batchId, version: 2 }
    for (const answer of [
      await neighbour.call(contract.previewBatch, { kind: 'risai', scopeId: disasterId }),
      await start({}, neighbour),
      await neighbour.call(contract.getBatch, { batchId }),
      await neighbour.call(contract.listBatchLeftOut, { batchId }),
      await neighbour.call(contract.pauseBatch, seen),
      await neighbour.call(contract.resumeBatch, seen),
      await neighbour.call(contract.endBatch, seen),
      await neighbour.call(contract.getBundleDocument, { batchId, bundleNo: 1 }),
      await neighbour.call(contract.endBundle, { batchId, bundleNo: 1, printed: true }),
    ])
      assert.equal(answer.status, 404)
    const listed = await neighbour.get(contract.listBatches, { kind: 'risai', scopeId: disasterId })
    assert.deepEqual(listed.batches, [])
    const viewer = await cloud.signIn(hida, 'viewer')
    assert.equal((await viewer.call(contract.getBundleDocument, { batchId, bundleNo: 1 })).status, 403)
    await finish(batchId)
  })

  // Last, since it protects the household that the others are about.
  test('who is protected after the bundle was made is not in what leaves, nor the address', async () => {
    const { issuable, protect, clerk } = await withDisaster('支援措置')
    await issuable('R-1', applicant('飛騨市古川町本町１番'))
    const waiting = await started()
    await run(waiting.batchId)
    await protect('2')
    const answer = await document(waiting.batchId, 1)
    assert.equal(answer.status, 422)
    const preview = await clerk.get(contract.previewBatch, of())
    assert.deepEqual([preview.ready, preview.suppressed], [0, 1])
    assert.equal((await start()).status, 422)
    for (const line of cloud.logLines) assert.doesNotMatch(line, /古川町|佐藤/)
    await finish(waiting.batchId)
  })
})
