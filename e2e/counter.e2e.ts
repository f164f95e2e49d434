import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { demoPassword } from '@open-bcl/demo/staff.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { noteErrors } from '../apps/cloud/testing/page-errors.ts'
import { startSystem, type System } from './system.ts'

const shots = process.env['OPEN_BCL_SHOTS']

/** らくらく窓口 with the whole system: a resident applies at the terminal, a clerk hands the paper over. */
describe('らくらく窓口', () => {
  let system: System
  let browser: Browser
  let terminal: Page
  let staff: Page
  const errors: string[] = []

  before(async () => {
    system = await startSystem()
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    const database = path.join(system.data, 'secrets/bcl_center-app.url')
    const pool = openPool('test', fs.readFileSync(database, 'utf8').trim(), { max: 1 })
    await inCenter(pool, (tx) => tx.sql(`update center.kiosk set usage = 'counter'`))
    await pool.end()
    terminal = await open(system.kioskUrl, 1280)
    staff = await open(system.staffUrl, 1280)
  })
  after(async () => {
    await browser.close()
    await system.stop()
  })

  async function open(url: string, width: number): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, locale: 'ja-JP' })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteErrors(page, errors)
    await page.goto(url)
    return page
  }
  const press = (page: Page, name: string | RegExp) =>
    page.getByRole('main').getByRole('button', { name, exact: true }).click()
  const heading = (page: Page, name: string | RegExp) =>
    page.getByRole('heading', { level: 1, name }).waitFor()

  async function look(name: string): Promise<void> {
    for (const width of [1280, 375]) {
      await staff.setViewportSize({ width, height: 900 })
      const { violations } = await new AxeBuilder({ page: staff }).analyze()
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
        [],
        name,
      )
      if (shots !== undefined)
        await staff.screenshot({ path: path.join(shots, `slips-${name}-${width}.png`), fullPage: true })
    }
    await staff.setViewportSize({ width: 1280, height: 900 })
  }

  async function tray(act: 'insert' | 'remove', body: object): Promise<void> {
    const answer = await fetch(`${system.cardsUrl}/${act}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.ok(answer.ok, act)
  }

  /** 住民票の写し of the holder; the number on the slip. */
  async function apply(): Promise<string> {
    await terminal.locator('.huge').click()
    await press(terminal, '同意して進む')
    await tray('insert', { cardId: 'satotaro' })
    await press(terminal, '岐阜県')
    await press(terminal, '飛騨市')
    await heading(terminal, '暗証番号を入力してください')
    await terminal.keyboard.type('1234')
    await press(terminal, '確認')
    await heading(terminal, 'カードをお取りください')
    await tray('remove', {})
    await press(terminal, /住民票の写し/)
    await heading(terminal, '内容を選んでください')
    await terminal.locator('.choices .touch').first().click()
    const copies = terminal.getByRole('heading', { name: '部数を選んでください' })
    for (let pages = 0; pages < 8; pages++) {
      await terminal.locator('.tick, .counter').first().waitFor()
      if (await copies.isVisible()) break
      await press(terminal, '次へ')
    }
    await press(terminal, '次へ')
    await press(terminal, 'この内容で申請する')
    await heading(terminal, '受付票をお取りください')
    const number = (await terminal.locator('.slip-number').innerText()).trim()
    await press(terminal, '確認')
    await heading(terminal, 'いらっしゃいませ')
    return number
  }

  test('applied for, called, paid and handed over within three minutes; the uncollected is destroyed', async () => {
    await heading(terminal, '端末の登録')
    await terminal.keyboard.type(system.kioskCode.replaceAll('-', ''))
    await press(terminal, '登録')
    await heading(terminal, 'いらっしゃいませ')
    await staff.getByLabel('団体コード').fill('212172')
    await staff.getByLabel('ID').fill('window')
    await staff.getByLabel('パスワード').fill(demoPassword)
    await staff.getByRole('button', { name: 'ログイン' }).click()
    await heading(staff, 'メインメニュー')
    await staff
      .getByRole('navigation', { name: 'メニュー' })
      .getByRole('link', { name: 'らくらく窓口', exact: true })
      .click()
    await staff.getByText('引渡しを待っている人はいません').waitFor()

    const number = await apply()
    assert.match(number, /^\d{3}$/)
    await staff.getByRole('heading', { name: `受付番号 ${number}` }).waitFor()
    await look('waiting')
    await press(staff, '渡す')
    await look('ask')
    await staff
      .getByRole('dialog')
      .getByRole('button', { name: /受け取り、渡した|引換えに渡した/ })
      .click()
    await staff.getByText('引渡し済み').waitFor()
    await staff.getByText('引渡しを待っている人はいません').waitFor()

    const other = await apply()
    assert.notEqual(other, number)
    await staff.getByRole('heading', { name: `受付番号 ${other}` }).waitFor()
    await press(staff, '処分する')
    await staff.getByLabel('受け取りに来なかった').check()
    await look('dispose')
    await staff.getByRole('dialog').getByRole('button', { name: '裁断した（処分を登録）' }).click()
    await staff.getByText('処分済み').waitFor()
    await look('ended')
    const row = staff.getByRole('row', { name: new RegExp(number) })
    assert.match(await row.innerText(), /秒/)
    assert.deepEqual(errors, [])
  })
})
