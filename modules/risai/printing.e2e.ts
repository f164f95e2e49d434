import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { HouseholdNo, ResidentNo } from '@open-bcl/core/brand.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { noteErrors } from '../../apps/cloud/testing/page-errors.ts'
import { composeCloud, issuingOf, noServices } from '../../apps/cloud/compose.ts'
import { TEST_BUILD, TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from '../access/access.actions.ts'
import { batchJob } from '../certificates/batch.jobs.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { risaiBatches } from './risai.routes.ts'
import type { ApplicationForm } from './risai.ts'
import { hida, openDesk, type RisaiDesk } from './testing/desk.ts'
import { makeIssuable } from './testing/many.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

/** 被災届出 from the counter to its certificate, and a batch of 罹災証明書 from the button to the confirmation. */
describe('被災証明書と一括印刷の画面', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  let engine: PdfEngine
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let origin: string
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud()
    // The browser's own day: a form begins with today.
    cloud.clock = new Date()
    ending.push(() => cloud.close())
    desk = await openDesk(cloud)
    await cloud.as(hida, (ctx) =>
      createStaff(ctx, {
        ...{ loginId: 'window', displayName: '窓口　花子', department: '市民課', password: TEST_PASSWORD },
        ...{ roles: ['clerk'], mustChangePassword: false },
      }),
    )
    engine = await startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../.cache'), workers: 2 })
    ending.push(() => engine.close())
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, { ...noServices, engine, build: TEST_BUILD })
    await serveWeb(server, '/', dist)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    ending.push(() => browser.close())
    await signIn()
  })
  after(async () => {
    for (const step of ending.reverse()) await step()
  })

  const main = () => page.getByRole('main')
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (name: string | RegExp) => main().getByRole('button', { name, exact: true }).click()
  const inDialog = (name: string) =>
    page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
  const go = (name: string | RegExp) => main().getByRole('link', { name }).first().click()
  const confirmed = () => page.getByLabel(/^入力内容を確認しました/).check()
  const at = (address: string) => page.goto(`${origin}${address}?disaster=${desk.disasterId}`)

  async function signIn(): Promise<void> {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteErrors(page, errors)
    await page.goto(origin)
    await page.getByLabel('団体コード').fill(hida)
    await page.getByLabel('ID').fill('window')
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await heading('メインメニュー')
  }

  /** Found by whoever cannot see it, and read on a telephone: at both widths. */
  async function look(name: string): Promise<void> {
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: width === 1280 ? 900 : 740 })
      const { violations } = await new AxeBuilder({ page }).analyze()
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
        [],
        `${name} ${width}`,
      )
      const tooWide = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      assert.ok(tooWide <= 0, `${name}: ${tooWide}px too wide at ${width}`)
      if (shots === undefined) continue
      fs.mkdirSync(shots, { recursive: true })
      await page.screenshot({ path: path.join(shots, `${name}-${width}.png`), fullPage: true })
    }
    await page.setViewportSize({ width: 1280, height: 900 })
  }

  /** The document that the page gets next: asked for again, it is the same. */
  async function nextPdf(): Promise<string[]> {
    const answer = await page.waitForResponse((one) =>
      (one.headers()['content-type'] ?? '').includes('application/pdf'),
    )
    const again = await context.request.get(answer.url())
    return extractPages(await again.body()).map((text) => text.replace(/\s/g, ''))
  }

  test('the clerk takes in a 被災届出, accepts it and hands out its certificate', async () => {
    await at('/ledger/R-1')
    await go('この方の被災届出を受け付ける')
    await heading('被災届出の受付')
    await page.getByLabel('車両').check()
    await page.getByLabel('非住家').check()
    await page.getByRole('textbox', { name: '被害の状況' }).fill('車庫が倒れ、軽乗用車１台が押しつぶされた')
    await confirmed()
    await look('report-new')
    await press('届出を受け付ける')
    await heading('被災届出（番号なし）')
    await look('report-received')
    await press('受理する')
    await heading('被災届出 R8-1-H00001')
    await go('被災証明書を交付する')
    await heading('被災証明書の交付')
    await page.getByLabel('使用目的').fill('共済金の請求のため')
    await confirmed()
    const coming = nextPdf()
    await press('証明書を作成')
    const [paper, ...more] = await coming
    assert.equal(more.length, 0)
    for (const words of [
      '被災証明書',
      'R8-1-H00001',
      '□✓非住家',
      '□✓車両',
      '軽乗用車１台',
      '共済金の請求のため',
    ])
      assert.ok(paper!.includes(words), words)
    await look('report-issue')
    await press('印刷した（交付を登録）')
    await page.getByText('被災証明書を1部交付しました').waitFor()
    await go('届出の画面へ戻る')
    await page.getByRole('cell', { name: '印刷済み' }).waitFor()
    await look('report-accepted')
    await at('/hisai')
    await main().getByRole('link', { name: 'R8-1-H00001' }).waitFor()
    await look('reports')
    await go('R8-1-H00001')
    await go('取下げを登録する')
    await heading('被災届出の取下げ')
    await page.getByLabel('取下げの理由').fill('届出者の申出')
    await confirmed()
    await look('report-withdraw')
    await press('取り下げる')
    await page.getByText('届出は取り下げられました').waitFor()
    await page.getByRole('cell', { name: '失効' }).waitFor()
  })

  test('a batch is made, its bundles are printed, a misprint again, and each bundle is confirmed', async () => {
    const form = (await desk.formOf('R-1')) as ApplicationForm
    const applied = (i: number, over: Partial<ApplicationForm> = {}) => ({
      residentNo: '1' as ResidentNo,
      householdNo: '100' as HouseholdNo,
      form: {
        ...form,
        applicant: { ...form.applicant, address: `岐阜県飛騨市古川町本町${i}番` },
        ...over,
      },
    })
    await cloud.as(hida, (ctx) =>
      makeIssuable(ctx, { disasterId: desk.disasterId as DisasterId, code: 'R8-1' }, [
        ...Array.from({ length: 11 }, (_, i) => applied(i + 1)),
        applied(12, { dwellingAddress: '大字東雲字上平'.repeat(28) }),
        { ...applied(13), residentNo: '3' as ResidentNo, householdNo: '300' as HouseholdNo },
      ]),
    )
    await at('/risai')
    await go('一括印刷')
    await heading('罹災証明書の一括印刷')
    await page.getByText('12通').first().waitFor()
    await page.getByRole('heading', { name: '個別に対応する申請（1件）' }).waitFor()
    await page.getByLabel('1束の通数').fill('5')
    await confirmed()
    await look('batches')
    await press('一括印刷を始める')
    await heading(/^一括印刷 /)
    await look('batch-begun')
    const batchId = /batches\/([0-9a-f-]{36})/.exec(page.url())![1]!
    const issuing = issuingOf({ ...noServices, engine, build: TEST_BUILD })
    const job = batchJob(cloud.runtime, { issuing, sources: risaiBatches })
    const call = { actor: { kind: 'job', task: job.task }, municipality: hida, traceId: 'test' } as const
    await withCtx(cloud.runtime, call, (ctx) => job.run(ctx, { batchId }))
    await page.getByText('作成済み', { exact: true }).first().waitFor()
    await page.getByRole('heading', { name: '除いた証明書（1通）' }).waitFor()
    await page.getByText('被災住家の所在地が欄に収まりません').waitFor()
    const first = nextPdf()
    await press('第1束を開いて印刷する')
    const pages = await first
    assert.deepEqual(
      pages.map((text) => (text.includes('通目') ? '台紙' : '証明書')),
      Array.from({ length: 5 }, () => ['台紙', '証明書']).flat(),
    )
    await look('batch-bundle')
    await page.getByLabel('刷り直す番号').fill('２、４')
    const again = nextPdf()
    await press('この番号だけ開く')
    assert.equal((await again).length, 4)
    await main().getByRole('button', { name: '第1束：印刷した' }).click()
    await look('batch-confirm')
    await inDialog('印刷した')
    await page.getByRole('cell', { name: '印刷済み' }).waitFor()
    await main().getByRole('button', { name: '第2束：破棄' }).click()
    await inDialog('破棄する')
    await page.getByText('職員が除きました').first().waitFor()
    await look('batch-done')
    await at('/risai/batches')
    // Five of the bundle that was given up, and the one that does not fit, may be printed in another batch.
    await page.getByText('6通').first().waitFor()
    await look('batches-after')
  })

  test('no page threw', () => assert.deepEqual(errors, []))
})
