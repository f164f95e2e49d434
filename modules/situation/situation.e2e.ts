import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { noteErrors } from '../../apps/cloud/testing/page-errors.ts'
import { TEST_BUILD, TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from '../access/access.actions.ts'
import { hida, openDesk } from '../risai/testing/desk.ts'

const shots = process.env['OPEN_BCL_SHOTS']
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

/** A chief's morning: what waits, the rows behind a number, and the first report. */
describe('災害対応の状況の画面', () => {
  let cloud: TestCloud
  let browser: Browser
  let page: Page
  let origin: string
  let disasterId: string
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud()
    ending.push(() => cloud.close())
    cloud.clock = new Date('2026-11-21T00:00:00Z')
    const desk = await openDesk(cloud)
    disasterId = desk.disasterId
    await desk.receive('R-1')
    await desk.receive('R-5')
    await desk.issuable('R-2')
    cloud.clock = new Date()
    await cloud.as(hida, (ctx) =>
      createStaff(ctx, {
        ...{ loginId: 'shirei', displayName: '指令　花子', department: '総務課', password: TEST_PASSWORD },
        ...{ roles: ['reviewer'], mustChangePassword: false },
      }),
    )
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
    await page.getByLabel('団体コード').fill(hida)
    await page.getByLabel('ID').fill('shirei')
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await page.getByRole('heading', { level: 1, name: 'メインメニュー' }).waitFor()
  })
  after(async () => {
    for (const step of ending.reverse()) await step()
  })

  /** Looked at by a machine for what people who see badly meet, and kept for people at both widths. */
  async function looked(name: string): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${name} ${id} ${nodes[0]?.html}`),
      [],
    )
    if (shots) await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true })
    await page.setViewportSize({ width: 390, height: 844 })
    const wider = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
    assert.ok(wider <= 0, `${name} is ${wider}px wider than a phone`)
    if (shots) await page.screenshot({ path: path.join(shots, `${name}-phone.png`), fullPage: true })
    await page.setViewportSize({ width: 1280, height: 900 })
  }

  test('a number opens its rows, a row its page; a told figure goes into the first report', async () => {
    await page.goto(`${origin}/situation?disaster=${disasterId}`)
    const row = page.getByRole('row', { name: /受理待ちの申請/ })
    await row.waitFor()
    await page.getByRole('img', { name: '日ごとの申請の受付の棒グラフ' }).waitFor()
    await looked('situation')
    await row.getByRole('link', { name: '2件', exact: true }).first().click()
    await page.getByRole('heading', { level: 1, name: '受理待ちの申請' }).waitFor()
    await page
      .getByRole('link', { name: /^R8-1-/ })
      .nth(1)
      .waitFor()
    assert.equal(await page.getByRole('link', { name: /^R8-1-/ }).count(), 2)
    await looked('situation-rows')
    await page
      .getByRole('link', { name: /^R8-1-/ })
      .first()
      .click()
    await page.getByRole('heading', { level: 1, name: /R8-1-/ }).waitFor()

    await page.goto(`${origin}/situation/reports?disaster=${disasterId}`)
    await page.getByLabel('項目').selectOption('above-floor-rows')
    await page.getByLabel('数', { exact: true }).fill('12')
    await page.getByLabel('いつの数か').fill('2026-11-21 09:00')
    await page.getByLabel('聞いた相手・資料').fill('消防本部（電話）')
    await page.getByRole('button', { name: '聞き取りの数を記録する' }).click()
    await page.getByText(/12（消防本部（電話）/).waitFor()
    await looked('damage')
    await page.getByRole('button', { name: '第1報を作る' }).click()
    await page.getByText(/第1報：.*指令　花子が作成/).waitFor()
    await page.getByRole('link', { name: '1棟' }).first().click()
    await page.getByRole('heading', { level: 1, name: '半壊の内訳' }).waitFor()
    await page.getByText('1件、1世帯、3人').waitFor()
    await looked('damage-rows')
    assert.deepEqual(errors, [])
  })
})
