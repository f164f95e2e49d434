import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { noteErrors } from '../../apps/cloud/testing/page-errors.ts'
import { TEST_BUILD, TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { createStaff } from '../access/access.actions.ts'
import type { DisasterId, GuidelineCode } from '../disasters/disasters.ts'
import { storeFile } from '../files/files.actions.ts'
import type { FileId } from '../files/files.ts'
import { photo } from '../files/testing/photos.ts'
import { registerDisaster } from '../ledger/ledger.actions.ts'
import { paperPages } from './paper/paper.ts'
import { printPapers } from './papers.actions.ts'
import { rulesOf } from './rules/guidelines.ts'
import { requestSurvey } from './surveys.actions.ts'
import type { TaskId } from './surveys.ts'
import { pagesOf, pngOf, scribble, tick } from './testing/scanned.ts'

const HIDA = '212172' as MunicipalityCode
const CASES = 12
const shots = process.env['OPEN_BCL_SHOTS']
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

/** A clerk's morning: a sheet typed in with its live result, and photos judged one after the other. */
describe('被害認定調査の画面', () => {
  let cloud: TestCloud
  let browser: Browser
  let page: Page
  let origin: string
  let disasterId: DisasterId
  let engine: PdfEngine
  let made: Awaited<ReturnType<typeof registerDisaster>>['disaster']
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    ending.push(() => cloud.close())
    await cloud.onboard(HIDA, '飛騨市')
    const registered = await cloud.as(HIDA, async (ctx) => {
      await createStaff(ctx, {
        ...{ loginId: 'shinsa', displayName: '審査　次郎', department: '税務課', password: TEST_PASSWORD },
        ...{ roles: ['reviewer'], mustChangePassword: false },
      })
      return await registerDisaster(ctx, {
        name: '令和8年11月豪雨',
        hazards: ['flood'],
        occurredOn: '2026-11-01' as PlainDate,
        causeText: '令和8年11月1日の豪雨による',
        applicationDeadlineOn: null,
      })
    })
    disasterId = registered.disaster.disasterId as DisasterId
    made = registered.disaster
    for (let i = 0; i <= CASES; i++) await ask(i)
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    engine = await startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../.cache') })
    ending.push(() => engine.close())
    composeCloud(server, cloud.runtime, {
      ...{ ...noServices, build: TEST_BUILD, files: async () => cloud.shelf, engine },
    })
    await serveWeb(server, '/', dist)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    ending.push(() => browser.close())
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    page = await context.newPage()
    noteErrors(page, errors)
    page.setDefaultTimeout(15_000)
    await page.goto(origin)
    await page.getByLabel('団体コード').fill(HIDA)
    await page.getByLabel('ID').fill('shinsa')
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await page.getByRole('heading', { level: 1, name: 'メインメニュー' }).waitFor()
  })
  after(async () => {
    for (const step of ending.reverse()) await step()
  })

  /** The first is a house to be visited, the others are to be judged by their photos. */
  async function ask(i: number): Promise<void> {
    await cloud.as(HIDA, async (ctx) => {
      const photos = []
      for (const part of i === 0 ? [] : ['whole', 'roof']) {
        const fileId = uuidv7() as FileId
        const bytes = photo({ seed: i * 10 + part.length, width: 800, height: 600 })
        await storeFile(ctx, cloud.shelf, { fileId, bytes, fileName: `${i}.jpg`, accept: 'picture' })
        photos.push({ fileId, part })
      }
      await requestSurvey(ctx, {
        disasterId,
        stage: i === 0 ? 'first' : 'self',
        ...{ origin: 'manual', originRef: null, entryId: null, people: [], dwellingId: null },
        words: {
          address: `飛騨市古川町壱之町${i + 1}番`,
          headName: `調査　${i}郎`,
          ...{ applicantName: '', phone: '', note: '' },
        },
        point: { latitude: 36.238 + i / 1e4, longitude: 137.186 },
        photos,
      })
    })
  }
  const at = (address: string) => page.goto(`${origin}${address}?disaster=${disasterId}`)
  const main = () => page.getByRole('main')
  const shot = async (name: string): Promise<void> => {
    if (shots) await page.screenshot({ path: path.join(shots, `surveys-${name}.png`), fullPage: true })
  }
  const calm = async (): Promise<void> => {
    const { violations } = await new AxeBuilder({ page }).include('main').analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
      [],
    )
  }
  const choose = (group: string, choice: string) =>
    main().getByRole('group', { name: group, exact: true }).getByLabel(choice, { exact: true }).check()

  test('調査票: 入力しながら結果が出て、登録し、確定する', async () => {
    await at('/surveys')
    await main()
      .getByRole('link', { name: /T00001/ })
      .click()
    await page.getByRole('heading', { level: 1, name: /調査対象/ }).waitFor()
    await calm()
    await main().getByRole('link', { name: '調査票を入力する' }).click()
    await page.getByRole('heading', { level: 1, name: '調査票の入力' }).waitFor()
    await choose('住家の全部が倒壊', 'いいえ')
    await shot('sheet-start')
    for (const group of ['一部の階の全部が倒壊', '流失・埋没・焼失', '傾いて見える', '外力による損傷'])
      await choose(group, 'いいえ')
    await choose('戸建て', 'はい')
    await choose('階数', '2階建て')
    await choose('浸水', '床上浸水')
    await main().getByRole('spinbutton', { name: '床上の浸水深1' }).fill('120')
    await choose('土砂などの堆積', 'ない、又は基礎の天端の下25cmより低い')
    const score = main().getByRole('status').filter({ hasText: '中規模半壊' })
    await score.waitFor()
    await shot('sheet')
    await calm()
    await main()
      .getByLabel(/^調査員/)
      .fill('調査　一郎、調査　二郎')
    await main().getByRole('button', { name: '調査票を登録する' }).click()
    await page.getByRole('heading', { level: 1, name: /調査対象/ }).waitFor()
    await main().getByText('審査　次郎が記入', { exact: false }).waitFor()
    await shot('task')
    await calm()
  })

  test('写真カード: キーボードだけで、1時間に60件より速く判定できる', async () => {
    await at('/surveys/photos')
    await main()
      .getByRole('button', { name: /^1：一部損壊とする/ })
      .waitFor()
    await shot('photos')
    await calm()
    const begun = performance.now()
    for (let i = 0; i < CASES; i++) {
      const title = await main().getByRole('heading', { level: 2 }).first().innerText()
      await page.keyboard.press(i % 5 === 4 ? '2' : '1')
      await main().getByRole('heading', { level: 2, name: title, exact: true }).waitFor({ state: 'detached' })
    }
    const perHour = (CASES / (performance.now() - begun)) * 3_600_000
    assert.ok(perHour >= 600, `${Math.round(perHour)} an hour: the clerk would wait for the screen`)
    await main().getByText('判定を待っている住家はありません', { exact: false }).waitFor()
  })

  test('調査対象を加え、氏名で探し、記載を変え、調査票のない結果を登録する', async () => {
    await at('/surveys/new')
    await main()
      .getByLabel(/^所在地/)
      .fill('飛騨市神岡町船津２番')
    await main()
      .getByLabel(/^世帯主/)
      .fill('追加　三郎')
    await shot('new')
    await calm()
    await main().getByRole('checkbox', { name: /確認/ }).last().check()
    await main().getByRole('button', { name: '調査対象に加える' }).click()
    await page.getByRole('heading', { level: 1, name: /調査対象.*T\d+/ }).waitFor()
    await at('/surveys')
    await main().getByLabel('氏名').fill('三郎')
    await main().getByRole('button', { name: '検索' }).click()
    const row = main().getByRole('row', { name: /追加.*三郎/ })
    await row.waitFor()
    await shot('search')
    await row.getByRole('link').first().click()
    await main().getByRole('link', { name: '記載を変える' }).click()
    await main().getByLabel('連絡先').fill('0577-00-0000')
    await main().getByRole('checkbox', { name: /確認/ }).last().check()
    await main().getByRole('button', { name: /更新/ }).click()
    await main().getByText('0577-00-0000').waitFor()
    await main().getByRole('link', { name: '調査票なしで結果を登録する' }).click()
    await main()
      .getByLabel(/^被害の程度/)
      .selectOption({ label: '全壊' })
    await main()
      .getByLabel(/^調査員/)
      .fill('高山市　調査員')
    await main().getByLabel(/^理由/).fill('航空写真で流失を確認')
    await shot('stated')
    await calm()
    await main().getByRole('checkbox', { name: /確認/ }).last().check()
    await main().getByRole('button', { name: 'この結果で確定する' }).click()
    await page.getByRole('heading', { level: 1, name: /調査対象.*T\d+/ }).waitFor()
    await main().getByText('航空写真で流失を確認').waitFor()
  })

  test('計画を作って直し、班と区域を置き、地図で囲んで割り当てる', async () => {
    await at('/surveys/plans')
    await main()
      .getByLabel(/^終わり/)
      .fill('令和8年12月20日')
    await main().getByRole('button', { name: '期間の土日を加える' }).click()
    await main().getByRole('button', { name: '計画を作る' }).click()
    await main()
      .getByRole('link', { name: /計画・班・区域を変える/ })
      .click()
    await page.getByRole('heading', { level: 1, name: /調査計画/ }).waitFor()
    await main().getByRole('textbox', { name: '調査員' }).fill('調査　一郎、調査　二郎')
    await main().getByRole('button', { name: '班を加える' }).click()
    await main().getByRole('link', { name: '1班を変える' }).waitFor()
    await main().getByText('区域を加える').first().click()
    await main()
      .getByLabel(/^区域の名前/)
      .fill('古川')
    await main()
      .getByLabel(/古川町壱之町/)
      .check()
    await main().getByRole('button', { name: '区域を加える' }).click()
    await main().getByRole('button', { name: '古川：外す' }).waitFor()
    await shot('plan')
    await calm()
    await main().getByRole('link', { name: '1班を変える' }).click()
    await main()
      .getByLabel(/^1日の棟数/)
      .fill('12')
    await main().getByRole('checkbox', { name: /確認/ }).last().check()
    await main().getByRole('button', { name: /更新/ }).click()
    await main().getByText('1日12棟', { exact: false }).waitFor()
    await at('/surveys/plans')
    await main().getByLabel('地図で囲む').check()
    const map = main().getByRole('application', { name: /調査対象の位置/ })
    await map.focus()
    // A square around everything, by keyboard alone.
    for (const [key, times] of [
      ['ArrowLeft', 38],
      ['ArrowUp', 23],
    ] as const)
      for (let i = 0; i < times; i++) await page.keyboard.press(key)
    await page.keyboard.press('Enter')
    for (const [key, times] of [
      ['ArrowRight', 76],
      ['ArrowDown', 46],
      ['ArrowLeft', 76],
    ] as const) {
      for (let i = 0; i < times; i++) await page.keyboard.press(key)
      await page.keyboard.press('Enter')
    }
    await main().getByLabel('調査班').selectOption({ label: '1班' })
    await main().getByRole('button', { name: '対象を確かめる' }).click()
    await main()
      .getByText(/棟を割り当てます$/)
      .waitFor()
    await shot('assign')
    await calm()
    await main().getByRole('button', { name: '割り当てる', exact: true }).click()
    await main()
      .getByText(/棟を割り当てました$/)
      .waitFor()
  })

  test('紙の調査票: 読み取った印が下書きになり、人が確かめて登録する', async () => {
    const { taskId, pages, places } = await cloud.as(HIDA, async (ctx) => {
      const [task] = await ctx.tx.sql<{ taskId: TaskId }>(
        `select task_id as "taskId" from surveys.task where municipality_code = $1 and state = 'recorded' limit 1`,
        [HIDA],
      )
      const kind = { hazard: 'flood', structure: 'wood', stage: 'first' } as const
      const { bytes } = await printPapers(ctx, engine, { disasterId, taskIds: [task!.taskId], ...kind })
      return {
        taskId: task!.taskId,
        pages: await pagesOf(bytes),
        places: paperPages(rulesOf(made.guidelineCode as GuidelineCode, made.occurredOn as PlainDate), kind),
      }
    })
    const [paper] = pages
    const box = (key: string, part: string) =>
      places[0]!.boxes.find((one) => one.key === key && one.part === part)!
    for (const key of ['collapsed', 'storeyCollapsed', 'lost', 'tilted', 'externalForce'])
      tick(paper!, box(key, 'false'))
    for (const [key, part] of [
      ['dwelling', 'true'],
      ['detached', 'true'],
      ['storeys', '2'],
      ['inundation', 'above-floor'],
      ['sediment', 'none'],
    ] as const)
      tick(paper!, box(key, part))
    scribble(paper!, box('depthsCm', '0'))
    scribble(paper!, box('', 'surveyors'))
    await at('/surveys')
    // Within the console: the page of scans loads itself once more for its right to run the reader.
    await main().getByRole('link', { name: '紙の調査票の読取り' }).click()
    await main()
      .getByLabel(/スキャンした調査票/)
      .setInputFiles([
        { name: '1.png', mimeType: 'image/png', buffer: pngOf(paper!) },
        { name: '2.png', mimeType: 'image/png', buffer: photo({ seed: 3, width: 800, height: 600 }) },
        { name: '3.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 broken') },
      ])
    await main().getByText('3枚を読み取りました').waitFor()
    await main().getByText('調査票のコードが見つかりません', { exact: false }).waitFor()
    await main().getByText('開けません', { exact: false }).waitFor()
    await shot('scans')
    await calm()
    await main()
      .getByRole('link', { name: /確かめて登録する/ })
      .click()
    const depth = main().getByRole('spinbutton', { name: '床上の浸水深1' })
    await depth.waitFor()
    await main().getByText('手書きがあります', { exact: false }).first().waitFor()
    assert.ok(
      await main().getByRole('group', { name: '階数', exact: true }).getByLabel('2階建て').isChecked(),
    )
    await depth.fill('120')
    await main()
      .getByLabel(/^調査員/)
      .fill('調査　一郎、調査　二郎')
    await shot('paper')
    await calm()
    const record = main().getByRole('button', { name: '調査票を登録する' })
    assert.equal(await record.getAttribute('aria-disabled'), 'true')
    await main().getByLabel('紙の調査票と見比べて', { exact: false }).check()
    await record.click()
    await page.getByRole('heading', { level: 1, name: /調査対象.*T\d+/ }).waitFor()
    await main().getByText('登録済み', { exact: true }).waitFor()
    assert.ok(page.url().includes(taskId))
  })

  test('一覧・地図・計画・区域・取込・ばらつきが、携帯の幅でも使える', async () => {
    await page.setViewportSize({ width: 390, height: 800 })
    for (const address of [
      '/surveys',
      '/surveys/new',
      '/surveys/plans',
      '/surveys/areas',
      '/surveys/scans',
      '/surveys/import',
      '/surveys/spread',
    ]) {
      await at(address)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      await shot(address.split('/').at(-1)!)
      await calm()
    }
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.goto(`${origin}/surveys?disaster=${disasterId}&map=1`)
    await page.getByRole('img', { name: /調査対象の位置/ }).waitFor()
    await shot('map')
    assert.deepEqual(errors, [])
  })
})
