import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from '../access/access.actions.ts'
import { insertAgent } from './linkage.store.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']

/** A town whose agent broke for good: how an administrator goes on by hand, and what every screen says of it. */
describe('連携の終了', () => {
  const town = makeTown({ households: 30 })
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
    await cloud.onboard('212032', '高山市')
    for (const town of [code, '212032' as typeof code])
      await cloud.as(town, (ctx) =>
        createStaff(ctx, {
          loginId: 'admin',
          displayName: '総務　花子',
          department: '総務課',
          password: TEST_PASSWORD,
          roles: ['admin'],
          mustChangePassword: false,
        }),
      )
    await loadTown(cloud, town)
    await inScope(cloud.database.linkage, code, (tx) =>
      insertAgent(tx, {
        agentId: uuidv7(),
        name: '新庁舎の連携AP',
        fingerprint: 'ab'.repeat(32),
        expiresAt: new Date('2027-11-21T00:00:00Z'),
        replaces: null,
        now: cloud.clock,
      }),
    )
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, { ...noServices, uploads: async () => cloud.spool })
    await serveWeb(server, '/', path.resolve(import.meta.dirname, '../../apps/staff/dist'))
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    ending.push(() => browser.close())
  })
  after(async () => {
    for (const step of ending.reverse()) await step()
  })

  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()

  async function signIn(code: string): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(origin)
    await page.getByLabel('団体コード').fill(code)
    await page.getByLabel('ID').fill('admin')
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await press('ログイン')
    await heading('メインメニュー')
  }

  async function look(name: string): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
      name,
    )
    await shoot(name)
    await page.setViewportSize({ width: 375, height: 740 })
    const tooWide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
    await shoot(`${name}-narrow`)
    await page.setViewportSize({ width: 1280, height: 900 })
    assert.ok(tooWide <= 0, `${name}: ${tooWide}px too wide`)
  }

  async function shoot(name: string): Promise<void> {
    if (shots === undefined) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true })
  }

  test('a town without any data issues nothing, and is told so', async () => {
    await signIn('212032')
    await page.goto(`${origin}/linkage`)
    await page.getByText('まだデータが届いていません').first().waitFor()
    const risai = page.getByRole('row', { name: /罹災証明書/ })
    await risai.getByText('まだできません').waitFor()
    await risai.getByText('住民情報がまだありません').waitFor()
    assert.equal(await page.getByText('できます', { exact: true }).count(), 0)
    await look('linkage-empty')
  })

  test('an agent that never connected is named, with its end at hand', async () => {
    await signIn('212172')
    await page.goto(`${origin}/linkage`)
    const silent = page.getByRole('note').filter({ hasText: '新庁舎の連携AP' })
    await silent.getByText('連携AP「新庁舎の連携AP」は、登録後一度も接続していません').waitFor()
    await look('linkage-silent')
    await silent.getByRole('button', { name: '新庁舎の連携AP：取り消す' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '登録を取り消す' }).click()
    await silent.waitFor({ state: 'detached' })
  })

  test('a table that goes on to the right says so, and is moved by the keyboard', async () => {
    await page.goto(`${origin}/linkage`)
    const region = page.getByRole('region', { name: /^業務ごとの状況/ })
    await region.waitFor()
    await page.setViewportSize({ width: 375, height: 740 })
    await region.locator('xpath=preceding-sibling::p').getByText('右に続きがあります').waitFor()
    await region.focus()
    await page.keyboard.press('ArrowRight')
    let moved = 0
    for (let i = 0; i < 100 && moved === 0; i++)
      moved = await region.evaluate((one) => (one as unknown as { scrollLeft: number }).scrollLeft)
    assert.ok(moved > 0, 'by the arrow key')
    await page.setViewportSize({ width: 1900, height: 900 })
    await region.locator('xpath=preceding-sibling::p').waitFor({ state: 'detached' })
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  test('手作業取込 leads from what the agent sends to where its linkage is ended', async () => {
    await page.goto(`${origin}/manual`)
    await page.getByRole('link', { name: '住民情報の連携状況' }).click()
    await heading('住民情報の連携')
    await page.getByRole('link', { name: '連携を終えて手作業に切り替える' }).click()
    await heading('住民情報の連携の終了')
    await look('linkage-end')
    await page.getByLabel(/^理由/).fill('連携APの機器が壊れたため')
    await page.getByLabel('入力内容を確認しました').check()
    await press('連携を終えて手作業に切り替える')
    await heading('住民情報の連携')
    await page.getByText('連携を終え、手作業の取込に切り替えています').waitFor()
    await page.getByText('手作業に切替済み').waitFor()
    await look('linkage-ended')
    await page.getByRole('link', { name: '手作業で取り込む', exact: true }).click()
    await heading('住民情報の手作業取込')
    await page.getByLabel('取り込むファイル').waitFor()
  })

  test('連携状況 says what is closed for it, and what is not', async () => {
    await page.goto(`${origin}/linkage`)
    await page.getByText('住民情報は連携を終え、手作業の取込に切り替えています').first().waitFor()
    const juminhyo = page.getByRole('row', { name: /住民票の写し/ })
    await juminhyo.getByText('手動で取り込んだデータです').waitFor()
    await page
      .getByRole('row', { name: /罹災証明書/ })
      .getByText('できます', { exact: true })
      .waitFor()
    await look('linkage-by-hand')
  })

  test('the linkage is taken up again', async () => {
    await page.goto(`${origin}/linkage/businesses/residents`)
    await press('連携を再開する')
    await page.getByText(/全件のファイルが届くまで交付できません/).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: '連携を再開する' }).click()
    await page.getByRole('link', { name: '連携を終えて手作業に切り替える' }).waitFor()
    await page.goto(`${origin}/linkage`)
    await page
      .getByRole('row', { name: /住民票の写し/ })
      .getByText('手動で取り込んだデータです')
      .waitFor()
    assert.deepEqual(errors, [])
  })
})
