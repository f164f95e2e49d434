import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { FastifyInstance } from 'fastify'
import { chromium, type Browser, type Page } from 'playwright-core'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { publicPages } from '../../apps/center/center.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the centre's pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_KIOSK_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/kiosk/dist')

describe('what would we pay', () => {
  let server: FastifyInstance
  let origin: string
  let browser: Browser
  let page: Page
  const errors: string[] = []
  const asked: string[] = []

  before(async () => {
    server = await httpServer({ program: 'center', log: openLog('center', { write: () => {} }), ready: [] })
    await serveWeb(server, '/kiosk', dist, publicPages)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    page = await (
      await browser.newContext({ viewport: { width: 1200, height: 900 }, locale: 'ja-JP' })
    ).newPage()
    page.setDefaultTimeout(15_000)
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    page.on('request', (request) => asked.push(request.url()))
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  async function shot(name: string): Promise<void> {
    if (!shots) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `cost-${name}.png`), fullPage: true })
  }
  const summary = () => page.getByRole('status')
  const cell = (table: string, row: string, column: number) =>
    page
      .getByRole('table', { name: table })
      .getByRole('row', { name: row })
      .getByRole('cell')
      .nth(column)
      .innerText()
  const yearly = '利用した年度ごとの額（消費税込み）'

  test('a town of 10,000 people sees what it pays in five years, from an address', async () => {
    await page.goto(
      `${origin}/cost?type=town&people=10000&start=2026-12&issuing=on&support=on&copies=30&fee=300`,
    )
    await summary().filter({ hasText: '令和8年度（4か月）' }).waitFor()
    assert.equal(await cell(yearly, 'クラウド型被災者支援システム利用料', 0), '94,996円')
    assert.equal(await cell(yearly, 'クラウド型被災者支援システム利用料', 1), '285,000円')
    assert.equal(await cell(yearly, 'コンビニ交付 運営負担金', 1), '345,481円')
    assert.equal(await cell(yearly, 'BCL証明発行機能利用料', 1), '54,000円')
    // The picture says in words what it shows.
    await page.getByRole('img', { name: /BCLのほうが.*少なくなります/ }).waitFor()
    assert.match(await page.locator('#grant').innerText(), /5,450,200円[\s\S]*確かめられていません/)
    await shot('town')
  })

  test('by keyboard alone: the class, the head count, and the sums follow', async () => {
    await page.goto(`${origin}/cost`)
    await page.getByRole('radio', { name: '町村' }).focus()
    await page.keyboard.press('ArrowRight')
    assert.ok(await page.getByRole('radio', { name: '市・特別区' }).isChecked())
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate<string>('document.activeElement.id'), 'people')
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('２８，０００')
    await summary().filter({ hasText: '市・特別区（人口3万人未満）、人口28,000人' }).waitFor()
    // The model's costs follow until somebody writes others.
    assert.equal(await page.getByLabel('BCLの導入経費（千円）').inputValue(), '9430')
    await page.getByLabel('BCLの導入経費（千円）').fill('5000')
    await page.getByLabel('人口（人）').fill('60000')
    await summary().filter({ hasText: '60,000人' }).waitFor()
    assert.equal(await page.getByLabel('BCLの導入経費（千円）').inputValue(), '5000')
    assert.equal(await page.getByLabel('自前の証明発行サーバの導入経費（千円）').inputValue(), '25955')
    // The address opens the same again, what was written included.
    const before = await summary().innerText()
    await page.reload()
    await summary().filter({ hasText: '60,000人' }).waitFor()
    assert.equal(await summary().innerText(), before)
  })

  test('what cannot be reckoned is said at its field', async () => {
    const people = page.getByLabel('人口（人）')
    await people.fill('たくさん')
    await summary().filter({ hasText: '入力を確かめてください' }).waitFor()
    assert.equal(await people.getAttribute('aria-invalid'), 'true')
    const described = (await people.getAttribute('aria-describedby'))?.split(' ')[0]
    assert.match(await page.locator(`#${described}`).innerText(), /整数で入力/)
    assert.equal(await page.locator('#years').isVisible(), false)
    await shot('wrong')
    await people.fill('10000')
    await summary().filter({ hasText: '10,000人' }).waitFor()
    assert.equal(await people.getAttribute('aria-invalid'), null)
  })

  test('by the year of payment the usage fee comes a year later', async () => {
    await page.goto(
      `${origin}/cost?type=town&people=10000&start=2026-12&issuing=on&support=on&copies=30&fee=300`,
    )
    await page.getByRole('radio', { name: '支払う年度（予算用）' }).check()
    const table = '支払う年度ごとの額（消費税込み）'
    await page.getByRole('table', { name: table }).waitFor()
    assert.equal(await cell(table, 'クラウド型被災者支援システム利用料', 0), '0円')
    assert.equal(await cell(table, 'クラウド型被災者支援システム利用料', 1), '94,996円')
  })

  test('a telephone shows it without moving sideways', async () => {
    await page.setViewportSize({ width: 375, height: 800 })
    const [wide, view] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )
    assert.ok(wide <= view, `${wide} > ${view}`)
    await shot('telephone')
  })

  test('nothing that axe finds, nothing from elsewhere, no error', async () => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 120))]),
      [],
    )
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(origin)),
      [],
    )
    assert.deepEqual(errors, [])
  })
})
