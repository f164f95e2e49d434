import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { LayoutFailed, RendererGone } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { issuingOf, noServices } from '../../apps/cloud/compose.ts'
import { TEST_BUILD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import * as contract from '../certificates/batch.contract.ts'
import { batchJob } from '../certificates/batch.jobs.ts'
import { listIssues } from '../certificates/certificates.contract.ts'
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
})
