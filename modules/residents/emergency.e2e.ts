import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { makeTown } from '@open-bcl/demo/town.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from '../access/access.actions.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

describe('an administrator makes lists of people when the town hall is gone', () => {
  const town = makeTown({ households: 700 })
  let cloud: TestCloud
  let origin: string
  let browser: Browser
  let page: Page
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud()
    ending.push(() => cloud.close())
    const code = await cloud.onboard('212172', '飛騨市')
    await loadTown(cloud, town)
    await cloud.as(code, (ctx) =>
      createStaff(ctx, {
        loginId: 'admin',
        displayName: '総務　花子',
        department: '総務課',
        password: TEST_PASSWORD,
        roles: ['admin'],
        mustChangePassword: false,
      }),
    )
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, noServices)
    await serveWeb(server, '/', dist)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    const context = await browser.newContext({ viewport: { width: 1280, height: 1300 }, locale: 'ja-JP' })
    page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => errors.push(error.message))
  })
  after(async () => {
    await browser.close()
    for (const step of ending.reverse()) await step()
  })

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  async function shot(name: string): Promise<void> {
    if (!shots) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `${name}.png`) })
  }

  test('signs in and finds the list in the menu', async () => {
    await page.goto(origin)
    await page.getByLabel('団体コード').fill('212172')
    await page.getByLabel('ID').fill('admin')
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await press('ログイン')
    await page.getByRole('main').getByRole('link', { name: '緊急名簿' }).click()
    await page.getByRole('heading', { level: 1, name: '緊急名簿' }).waitFor()
    await shot('1-empty')
  })

  test('without a purpose and a reason nothing is made, and the page says so', async () => {
    const button = page.getByRole('button', { name: '名簿を作る', exact: true })
    assert.equal(await button.getAttribute('aria-disabled'), 'true')
  })

  test('a list of everybody names those under 支援措置 without their address', async () => {
    await page.getByLabel('目的').selectOption({ label: '安否の確認' })
    await page.getByLabel('理由').fill('庁舎が浸水したため')
    await press('名簿を作る')
    await page.getByRole('heading', { level: 2, name: '全住民の名簿' }).waitFor()
    await page.getByText(/支援措置の対象の方が、全住民のうち\d+人います/).waitFor()
    await shot('2-everybody')
    const [download] = await Promise.all([page.waitForEvent('download'), press('CSVで保存')])
    const csv = fs.readFileSync(await download.path(), 'utf8')
    assert.ok(csv.includes('支援措置のため表示しません'))
    assert.equal(
      csv.trimEnd().split('\r\n').length - 1,
      town.residents.filter(({ state }) => state === 'resident').length,
    )
  })

  test('a list of a 町字 is chosen from those of the town, and printed with its head on each sheet', async () => {
    await page.getByLabel('範囲').selectOption({ label: '町字ごと' })
    await page.getByLabel(/^町字/).selectOption({ index: 1 })
    await shot('3-area')
    await press('名簿を作る')
    await page.getByText('この名簿には載せていません').waitFor()
    await shot('4-area-list')
    await page.emulateMedia({ media: 'print' })
    const paper = await page.locator('body').innerText()
    await shot('5-paper')
    await page.emulateMedia({ media: 'screen' })
    assert.match(paper, /飛騨市 緊急名簿.*【取扱注意】/)
    assert.doesNotMatch(paper, /名簿を作る|CSVで保存/)
    if (shots) fs.writeFileSync(path.join(shots, 'paper.pdf'), await page.pdf({ format: 'A4' }))
  })

  test('on a phone nothing is cut off, and a screen reader is told what is what', async () => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join()}`),
      [],
    )
    await page.setViewportSize({ width: 390, height: 800 })
    const wide = await page.evaluate(
      'document.documentElement.scrollWidth > document.documentElement.clientWidth',
    )
    await shot('6-phone')
    assert.equal(wide, false)
    assert.deepEqual(errors, [])
  })
})
