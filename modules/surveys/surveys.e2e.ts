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
import { createStaff } from '../access/access.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { storeFile } from '../files/files.actions.ts'
import type { FileId } from '../files/files.ts'
import { photo } from '../files/testing/photos.ts'
import { registerDisaster } from '../ledger/ledger.actions.ts'
import { requestSurvey } from './surveys.actions.ts'

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
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    ending.push(() => cloud.close())
    await cloud.onboard(HIDA, '飛騨市')
    const made = await cloud.as(HIDA, async (ctx) => {
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
    disasterId = made.disaster.disasterId as DisasterId
    for (let i = 0; i <= CASES; i++) await ask(i)
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, { ...noServices, build: TEST_BUILD, files: async () => cloud.shelf })
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

  test('一覧・地図・計画・区域・取込・ばらつきが、携帯の幅でも使える', async () => {
    await page.setViewportSize({ width: 390, height: 800 })
    for (const address of [
      '/surveys',
      '/surveys/plans',
      '/surveys/areas',
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
