import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import type { HouseholdNo } from '@open-bcl/core/brand.ts'
import { LayoutFailed, RendererGone } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { issuingOf, noServices } from '../../apps/cloud/compose.ts'
import { TEST_BUILD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import * as contract from '../certificates/batch.contract.ts'
import { batchJob } from '../certificates/batch.jobs.ts'
import { takeUp } from '../certificates/batch.store.ts'
import { liftBlock, setBlock } from '../certificates/blocks.contract.ts'
import {
  acknowledgeAlarm,
  getAlarmEvidence,
  listAlarms,
  listIssues,
} from '../certificates/certificates.contract.ts'
import { FROZEN, getFrozen } from '../certificates/certificates.store.ts'
import { registerDisaster } from '../ledger/ledger.contract.ts'
import { risaiBatches } from './risai.routes.ts'
import { hida, openDesk, type Form, type RisaiDesk } from './testing/desk.ts'

type Engine = Pick<PdfEngine, 'render' | 'coverage' | 'rendererBuild'>

describe('what goes wrong in 一括印刷', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  let engine: PdfEngine
  before(async () => {
    cloud = await testCloud({ pdf: true })
    desk = await openDesk(cloud)
    engine = await startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../.cache'), workers: 2 })
  })
  after(async () => {
    await engine.close()
    await cloud.close()
  })

  /** Certificates of a disaster of the test's own, at 1番, 2番 … */
  async function certificates(name: string, count: number) {
    const { disaster } = await desk.clerk.get(registerDisaster, {
      ...{ name, hazards: ['earthquake'], occurredOn: '2026-07-28', applicationDeadlineOn: null },
      causeText: '令和８年７月２８日の地震による',
    })
    desk = { ...desk, ...desk.at(disaster.disasterId) }
    const made = []
    for (let i = 1; i <= count; i++) {
      const applicant: Partial<Form> = {
        applicant: {
          ...{ name: '佐藤　梅子', kana: 'サトウ　ウメコ', address: `飛騨市古川町本町${i}番` },
          ...{ birthOn: null, phone: '', email: '', contactPlace: '', relationToHead: 'head' },
        },
      }
      made.push(await desk.issuable('R-1', applicant))
    }
    return made
  }
  const start = async (withSheets = true): Promise<string> => {
    const of = { kind: 'risai', scopeId: desk.disasterId } as const
    return (await desk.clerk.get(contract.startBatch, { ...of, withSheets, bundleSize: 5 })).batchId
  }
  const run = async (batchId: string, with_: Engine = engine): Promise<void> => {
    const issuing = issuingOf({ ...noServices, engine: with_, build: TEST_BUILD })
    const job = batchJob(cloud.runtime, { issuing, sources: risaiBatches })
    const call = { actor: { kind: 'job', task: job.task }, municipality: hida, traceId: 'test' } as const
    await withCtx(cloud.runtime, call, (ctx) => job.run(ctx, { batchId }))
  }
  const look = (batchId: string) => desk.clerk.get(contract.getBatch, { batchId })
  const leftOut = async (batchId: string) =>
    (await desk.clerk.get(contract.listBatchLeftOut, { batchId })).items
  const resume = async (batchId: string) =>
    await desk.clerk.get(contract.resumeBatch, { batchId, version: (await look(batchId)).version })
  const ready = async () =>
    (await desk.clerk.get(contract.previewBatch, { kind: 'risai', scopeId: desk.disasterId })).ready
  const statesOf = async (subjectId: string) =>
    (await desk.clerk.get(listIssues, { kind: 'risai', subjectId })).issues.map(({ state }) => state)
  /** Fails with `error` for what `holds` of the layout and of the words that are drawn. */
  const failing = (error: Error, holds: (layout: string, words: string) => boolean): Engine => ({
    ...engine,
    async render(layout, snapshot, options) {
      if (holds(layout, JSON.stringify(snapshot))) throw error
      return await engine.render(layout, snapshot, options)
    },
  })
  const isSheet = (layout: string): boolean => layout.startsWith('envelope')

  const open = (batchId: string) => desk.clerk.call(contract.getBundleDocument, { batchId, bundleNo: 1 })
  const placed = async (batchId: string, place: number) => {
    const [row] = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ id: string }>(
        'select transaction_id as id from certificates.batch_item where municipality_code = $1 and batch_id = $2 and bundle_place = $3',
        [hida, batchId, place],
      ),
    )
    return row!.id
  }
  /** Changes what is stored behind the programs' back. */
  const tamper = async (sql: string, values: readonly unknown[]): Promise<void> => {
    const admin = new pg.Client({ connectionString: cloud.database.urls.admin })
    await admin.connect()
    try {
      const { rowCount } = await admin.query(sql, [...values])
      assert.ok(rowCount! > 0)
    } finally {
      await admin.end()
    }
  }
  /** The evidence of the alarm that stands, which is then acknowledged. */
  const evidence = async () => {
    const { alarms } = await desk.reviewer.get(listAlarms, {})
    const { alarmId, transactionId } = alarms.find((one) => one.acknowledgedAt === null)!
    const seen = await desk.reviewer.get(getAlarmEvidence, { alarmId })
    await desk.reviewer.get(acknowledgeAlarm, { alarmId, note: '試験' })
    const pdf = extractPages(Buffer.from(seen.pdfBase64, 'base64')).map((page) => page.replace(/\s/g, ''))
    return { transactionId, pdf, words: seen.pages.map((page) => page.join('')), at: seen.mismatches }
  }

  test('one certificate that cannot be drawn is left out, and the others are made', async () => {
    await certificates('一通', 2)
    const bad = await desk.issuable('R-1', { dwellingAddress: '飛騨市壊町' })
    const batchId = await start()
    await run(
      batchId,
      failing(new LayoutFailed('a picture'), (_layout, words) => words.includes('壊町')),
    )
    const done = await look(batchId)
    assert.deepEqual([done.state, done.counts.made, done.counts.leftOut], ['done', 2, 1])
    assert.match((await leftOut(batchId))[0]!.reasons.join(), /様式に印字できませんでした/)
    assert.deepEqual(await statesOf(bad.certificateId!), ['aborted'])
    assert.equal(await ready(), 1)
  })

  test('what no certificate of the batch can be drawn with stops it before all are lost', async () => {
    await certificates('公印', 3)
    const batchId = await start(false)
    await run(
      batchId,
      failing(new LayoutFailed('the seal'), () => true),
    )
    const stopped = await look(batchId)
    assert.equal(stopped.state, 'stopped')
    assert.match(stopped.stopWords!, /失敗しました/)
    await resume(batchId)
    await run(batchId)
    assert.equal((await look(batchId)).state, 'done')
  })

  test('宛名台紙 that the renderer loses stop the batch; the certificates wait for their bundle', async () => {
    await certificates('台紙', 3)
    const batchId = await start()
    for (const error of [new RendererGone('gone'), new LayoutFailed('the window')]) {
      await run(batchId, failing(error, isSheet))
      const stopped = await look(batchId)
      assert.deepEqual([stopped.state, stopped.counts.made, stopped.bundles.length], ['stopped', 3, 0])
      await resume(batchId)
    }
    await run(batchId)
    const done = await look(batchId)
    assert.deepEqual([done.state, done.bundles.map(({ places }) => places)], ['done', [3]])
  })

  test('whatever else fails, nobody waits for ever: the batch says so, goes on, or is ended', async () => {
    await certificates('不具合', 3)
    const broken = failing(new Error('a fault of ours'), () => true)
    const batchId = await start()
    await assert.rejects(run(batchId, broken), /a fault of ours/)
    assert.equal((await look(batchId)).state, 'stopped')
    // The queue tries again by itself: nothing is done before somebody looked.
    await run(batchId, broken)
    await resume(batchId)
    await run(batchId)
    assert.deepEqual([(await look(batchId)).state, (await look(batchId)).counts.made], ['done', 3])

    await certificates('一時停止の途中の不具合', 3)
    const other = await start()
    const pausing: Engine = {
      ...engine,
      async render() {
        const { state, version } = await look(other)
        if (state === 'running') await desk.clerk.call(contract.pauseBatch, { batchId: other, version })
        throw new Error('a fault of ours')
      },
    }
    await assert.rejects(run(other, pausing), /a fault of ours/)
    const { state, version } = await look(other)
    assert.equal(state, 'stopped')
    await desk.clerk.get(contract.endBatch, { batchId: other, version })
    assert.equal(await ready(), 3)
  })

  test('a batch that nobody is at work on any more is told to stand still, and a clerk goes on with it or ends it', async () => {
    const began = cloud.clock
    const minutesLater = (minutes: number): void => {
      cloud.clock = new Date(began.getTime() + minutes * 60_000)
    }
    await certificates('停止', 3)
    const batchId = await start()
    // The queue takes it up within seconds, so that a clerk is not alarmed at once.
    assert.equal((await look(batchId)).stands, false)
    assert.equal((await desk.clerk.call(contract.resumeBatch, { batchId, version: 1 })).status, 409)
    // Its process was killed at each try: only the word stands that it was asked for.
    minutesLater(2)
    const [listed] = (await desk.clerk.get(contract.listBatches, { kind: 'risai', scopeId: desk.disasterId }))
      .batches
    assert.deepEqual([listed!.state, listed!.stands], ['running', true])
    const { version } = await look(batchId)
    assert.equal((await desk.clerk.call(contract.pauseBatch, { batchId, version })).status, 409)
    await cloud.as(hida, async (ctx) => {
      assert.ok(await takeUp(ctx.tx, batchId))
      assert.equal((await look(batchId)).stands, false, 'a job holds it')
      assert.equal((await desk.clerk.call(contract.resumeBatch, { batchId, version })).status, 409)
    })
    const both = await Promise.all([
      desk.clerk.call(contract.resumeBatch, { batchId, version }),
      desk.clerk.call(contract.endBatch, { batchId, version }),
    ])
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    )
    const [resumed] = both
    // Whoever was second has to look again; here both ways are gone.
    if (!resumed!.ok) assert.equal((await look(batchId)).state, 'done')
    await run(batchId)
    const { state, counts } = await look(batchId)
    assert.deepEqual([state, counts.made], ['done', resumed!.ok ? 3 : 0])

    await certificates('停止して打切り', 2)
    const other = await start()
    await desk.clerk.get(contract.pauseBatch, { batchId: other, version: 1 })
    minutesLater(4)
    assert.equal((await look(other)).stands, true)
    await desk.clerk.get(contract.endBatch, { batchId: other, version: 2 })
    assert.equal(await ready(), 2)
    // The queue comes after all: it was ended.
    await run(other)
    assert.deepEqual([(await look(other)).state, (await look(other)).counts.made], ['done', 0])
    cloud.clock = began
  })

  test('the evidence of a sheet that says something else shows that sheet alone', async () => {
    await certificates('台紙の不一致', 3)
    const batchId = await start()
    const misdrawn: Engine = {
      ...engine,
      async render(layout, snapshot, options) {
        const text = JSON.stringify(snapshot)
        const drawn = isSheet(layout) ? text.replace('本町2番', '本町8番') : text
        return await engine.render(layout, JSON.parse(drawn) as object, options)
      },
    }
    await run(batchId, misdrawn)
    assert.equal((await look(batchId)).state, 'stopped')
    const { pdf, words, at } = await evidence()
    assert.equal(pdf.length, 1)
    assert.equal(words.length, 1)
    assert.match(pdf[0]!, /本町8番.*2通目/)
    assert.match(words[0]!, /本町2番/)
    assert.deepEqual(
      at.map(({ page }) => page),
      [1],
    )
    await resume(batchId)
    await run(batchId)
    assert.equal((await look(batchId)).state, 'done')
  })

  test('the evidence of a bundle is of one certificate, and shows none of the others', async () => {
    await certificates('束の不一致', 3)
    const batchId = await start()
    await run(batchId)
    const [first, second] = [await placed(batchId, 1), await placed(batchId, 2)]
    // The second one's frozen words are not what its document says.
    await cloud.as(hida, async (ctx) => {
      const keys = await ctx.keys()
      const content = await getFrozen(ctx.tx, keys, second)
      const words = content.words.map((page) => page.map((word) => word.replace('罹災証明書', '罹災届出書')))
      const sealed = keys.seal(FROZEN, second, JSON.stringify({ ...content, words }))
      await tamper('update certificates.issue set frozen = $2 where transaction_id = $1', [second, sealed])
    })
    assert.equal((await open(batchId)).status, 503)
    const misprint = await evidence()
    assert.equal(misprint.transactionId, second)
    assert.equal(misprint.pdf.length, 2)
    assert.ok(misprint.pdf.every((page) => page.includes(second) && !page.includes(first)))
    assert.match(misprint.words[0]!, /本町2番/)
    assert.match(misprint.words[1]!, /罹災届出書/)
    assert.deepEqual(
      misprint.at.map(({ page }) => page),
      [2],
    )

    // Two places are changed: the sheet there is somebody else's.
    await tamper(
      'update certificates.batch_item set bundle_place = 4 - bundle_place where batch_id = $1 and bundle_place in (1, 3)',
      [batchId],
    )
    assert.equal((await open(batchId)).status, 503)
    const misplaced = await evidence()
    const own = misplaced.transactionId
    assert.ok(misplaced.pdf.length > 0 && misplaced.pdf.every((page) => page.includes(own)))
    assert.ok(misplaced.words.every((page) => page.includes(own)))
  })

  test('what a bundle drops is void and named to the clerk, and can be issued once more and no oftener', async () => {
    await desk.change('2', { householdNo: '900' as HouseholdNo })
    await certificates('抜取り', 2)
    const other = await desk.issuable('R-2')
    const forbid = async () =>
      await desk.clerk.get(setBlock, {
        ...{ residentNo: '2', scope: 'person', kinds: null, reason: 'examining', note: '' },
        ...{ startsOn: '2026-11-21', endsOn: null },
      })
    const pagesOf = async (batchId: string): Promise<number> => {
      const answer = await open(batchId)
      assert.ok(answer.ok, JSON.stringify(answer))
      return extractPages(answer.bytes).length
    }
    const batchId = await start()
    await run(batchId)
    assert.equal(await pagesOf(batchId), 6)
    const { blockId } = await forbid()
    assert.equal(await pagesOf(batchId), 4)
    const [dropped] = await leftOut(batchId)
    assert.match(
      dropped!.reasons.join(),
      new RegExp(`印刷した第1束の${dropped!.bundlePlace}通目の紙を抜き取り、裁断してください`),
    )
    assert.deepEqual(await statesOf(other.certificateId!), ['aborted'])
    const ended = await desk.clerk.get(contract.endBundle, { batchId, bundleNo: 1, printed: true })
    assert.deepEqual(ended, { printed: 2, leftOut: 0 })
    await desk.reviewer.get(liftBlock, { blockId, note: '済' })
    assert.equal(await ready(), 1)

    // All that is in a bundle: what was found stays, though the request is refused.
    const last = await start()
    await run(last)
    assert.equal(await pagesOf(last), 2)
    await forbid()
    assert.equal((await open(last)).status, 422)
    assert.equal((await look(last)).counts.leftOut, 1)
    assert.deepEqual(await statesOf(other.certificateId!), ['aborted', 'aborted'])
  })
})
