import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { MissingGlyphs, TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from '../access/access.actions.ts'
import { noteUnprintable } from './characters.actions.ts'
import { newId } from './testing/exchange.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

describe('a clerk works through what could not be printed', () => {
  let cloud: TestCloud
  let code: MunicipalityCode
  let browser: Browser
  let page: Page
  let origin: string
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud()
    ending.push(() => cloud.close())
    code = await cloud.onboard('212172', '飛騨市')
    await cloud.as(code, (ctx) =>
      createStaff(ctx, {
        loginId: 'uketsuke',
        displayName: '受付　花子',
        department: '市民課',
        password: TEST_PASSWORD,
        roles: ['clerk'],
        mustChangePassword: false,
      }),
    )
    await refuseSome()
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, noServices)
    await serveWeb(server, '/', dist)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    await context.clock.install({ time: cloud.clock })
    page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(`${origin}/sign-in`)
    await page.getByLabel('団体コード').fill(code)
    await page.getByLabel('ID').fill('uketsuke')
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'ログイン', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'メインメニュー' }).waitFor()
  })
  after(async () => {
    await browser.close()
    for (const step of ending.reverse()) await step()
  })

  /** As the counter leaves it: four certificates that were refused. */
  async function refuseSome(): Promise<void> {
    const unit = (text: string, codePoints: string, reason: 'no-glyph' | 'private-use', field: string) =>
      new MissingGlyphs([{ text, codePoints, index: 0, reason, field }])
    const refused = [
      ['10000017', unit('葛\u{E01EF}', 'U+845B U+E01EF', 'no-glyph', 'headName')],
      ['10000025', unit('葛\u{E01EF}', 'U+845B U+E01EF', 'no-glyph', 'headName')],
      ['10000033', unit('\u{E000}', 'U+E000', 'private-use', 'members.1.name')],
      ['10000041', new TextOverflow('headAddress')],
    ] as const
    for (const [residentNo, error] of refused) {
      cloud.clock = new Date(cloud.clock.getTime() + 60_000)
      const about = {
        transactionId: newId(),
        kind: 'risai',
        subjectId: residentNo,
        recipientNo: residentNo,
      } as const
      await cloud.as(code, (ctx) => noteUnprintable(ctx, noServicesOf(), { ...about, choices: {} }, error))
    }
  }
  /** Nothing here knows a kind: the number of the card holder is all there is. */
  const noServicesOf = () => ({ kinds: [] }) as unknown as Parameters<typeof noteUnprintable>[1]

  async function look(name: string): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
      name,
    )
    await shoot(name)
    await page.setViewportSize({ width: 375, height: 740 })
    const tooWide = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    await shoot(`${name}-narrow`)
    await page.setViewportSize({ width: 1280, height: 900 })
    assert.ok(tooWide <= 0, `${name}: ${tooWide}px too wide`)
  }

  async function shoot(name: string): Promise<void> {
    if (shots === undefined) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true })
  }

  test('finds the list in the menu, sees what and whose it is, and settles it by keyboard', async () => {
    await page.getByRole('link', { name: '印字できない文字の一覧', exact: true }).first().click()
    await page.getByRole('heading', { level: 1, name: '印字できない文字の一覧' }).waitFor()
    const row = page.getByRole('row', { name: /U\+845B U\+E01EF/ })
    await row.waitFor()
    assert.match(
      await row.innerText(),
      /書体にない文字[\s\S]*罹災証明書の世帯主氏名[\s\S]*10000017\s+10000025[\s\S]*2[\s\S]*未処理/,
    )
    assert.match(await page.getByRole('row', { name: /外字/ }).innerText(), /U\+E000[\s\S]*氏名/)
    assert.match(
      await page.getByRole('row', { name: /文字溢れ/ }).innerText(),
      /欄に収まらない[\s\S]*世帯主住所/,
    )
    await look('characters')
    await page.getByRole('button', { name: 'U+E000：対応済みにする' }).press('Enter')
    await page.getByRole('dialog').waitFor()
    await look('characters-ask')
    await page.getByRole('dialog').getByRole('button', { name: '対応済み', exact: true }).press('Enter')
    await page.getByRole('row', { name: /U\+E000/ }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: '処理したものも表示する' }).press('Enter')
    const settled = page.getByRole('row', { name: /U\+E000/ })
    await settled.waitFor()
    assert.match(await settled.innerText(), /対応済み[\s\S]*受付　花子/)
    await look('characters-all')
  })

  test('saves the list for a spreadsheet', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'すべてをCSVで保存' }).click(),
    ])
    assert.equal(download.suggestedFilename(), '印字できない文字の一覧.csv')
    assert.match(fs.readFileSync(await download.path(), 'utf8'), /"葛\u{E01EF}","U\+845B U\+E01EF"/u)
    assert.deepEqual(errors, [])
  })
})
