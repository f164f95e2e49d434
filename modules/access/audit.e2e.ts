import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { composeCloud } from '../../apps/cloud/compose.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { searchVersions } from '../residents/versions.contract.ts'
import { createStaff } from './access.actions.ts'
import { linkEverywhere } from './audit.jobs.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

describe('an auditor asks the trail', () => {
  const town = makeTown({ households: 60 })
  const sato = town.people['satoTaro']!
  const hidden = town.people['motherInHiding']!
  let cloud: TestCloud
  let hida: MunicipalityCode
  let origin: string
  let browser: Browser
  let page: Page
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud({ pdf: true })
    ending.push(() => cloud.close())
    // By the browser's own clock: its pages offer the last thirty days.
    cloud.clock = new Date()
    hida = await cloud.onboard('212172', '飛騨市')
    await loadTown(cloud, town)
    const account = (loginId: string, displayName: string, department: string, role: string) =>
      cloud.as(hida, (ctx) =>
        createStaff(ctx, {
          ...{ loginId, displayName, department, password: TEST_PASSWORD },
          ...{ roles: [role], mustChangePassword: false },
        }),
      )
    await account('shimin', '市民　花子', '市民課', 'reviewer')
    await account('kansa', '監査　一郎', '監査委員事務局', 'auditor')
    await account('kanri', '総務　次郎', '総務課', 'admin')
    const clerk = await cloud.browserOf(hida, 'shimin')
    for (let i = 0; i < 12; i++)
      await clerk.get(searchVersions, { residentNo: sato.residentNo, purpose: 'inquiry' })
    await clerk.get(searchVersions, { residentNo: hidden.residentNo, purpose: 'inquiry' })
    await linkEverywhere(cloud.runtime)
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, cloud.services)
    await serveWeb(server, '/', dist)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
  })
  after(async () => {
    await browser.close()
    for (const step of ending.reverse()) await step()
  })

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  async function shot(name: string): Promise<void> {
    if (!shots) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true })
    await page.setViewportSize({ width: 390, height: 844 })
    await page.screenshot({ path: path.join(shots, `${name}-390.png`), fullPage: true })
    await page.setViewportSize({ width: 1280, height: 1300 })
  }
  async function signIn(loginId: string): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1300 }, locale: 'ja-JP' })
    page = await context.newPage()
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(origin)
    await page.getByLabel('団体コード').fill('212172')
    await page.getByLabel('ID').fill(loginId)
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await press('ログイン')
    await page.getByRole('main').getByRole('link', { name: '監査記録' }).waitFor()
  }
  const accessible = async (): Promise<void> => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
      [],
    )
  }

  test('finds the page in the menu and reads who saw a person, in sentences', async () => {
    await signIn('kansa')
    await page.getByRole('main').getByRole('link', { name: '監査記録' }).click()
    await page.getByRole('heading', { level: 1, name: '監査記録' }).waitFor()
    await press('記録を調べる')
    await page.getByText('宛名番号を数字で入力してください').first().waitFor()
    await page.getByRole('textbox', { name: '宛名番号' }).fill(sato.residentNo)
    await press('記録を調べる')
    await page
      .getByText(
        `市民　花子（市民課）が ${sato.name.full}（宛名番号${sato.residentNo}）の住民情報を問合せへの回答のために見ました`,
      )
      .first()
      .waitFor()
    await accessible()
    await shot('1-person')
  })

  test('somebody under 支援措置 is not named', async () => {
    await page.getByRole('textbox', { name: '宛名番号' }).fill(hidden.residentNo)
    await press('記録を調べる')
    await page.getByText(`支援措置の対象者（宛名番号${hidden.residentNo}）`).first().waitFor()
    assert.equal(await page.getByText(hidden.name.full).count(), 0)
  })

  test('who looked over and over leads to the person', async () => {
    await page.getByText('同じ人の繰り返しの閲覧').click()
    await page.getByRole('cell', { name: '12回' }).waitFor()
    await accessible()
    await shot('2-often')
    await page.getByRole('button', { name: /この人の記録を調べる/ }).click()
    assert.equal(await page.getByRole('textbox', { name: '宛名番号' }).inputValue(), sato.residentNo)
  })

  test('what a member of staff did is saved as a file, whole', async () => {
    await page.getByText('この職員が、何をしたか').click()
    await page.getByRole('combobox', { name: '職員' }).selectOption({ label: '市民　花子（市民課）' })
    await press('記録を調べる')
    await page.getByText('この期間の記録は以上です。', { exact: false }).waitFor()
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      press('条件に合う記録をすべてCSVで保存'),
    ])
    const text = fs.readFileSync(await saved.path(), 'utf8')
    assert.match(text, /以上 26 件/)
    await shot('3-staff')
  })

  test('a resident gets a paper without names of staff', async () => {
    await page.getByRole('link', { name: '本人への写し' }).click()
    await page.getByRole('textbox', { name: '宛名番号' }).fill(sato.residentNo)
    const [saved] = await Promise.all([page.waitForEvent('download'), press('写しをPDFで作る')])
    const bytes = fs.readFileSync(await saved.path())
    assert.equal(bytes.subarray(0, 5).toString(), '%PDF-')
    if (shots) fs.writeFileSync(path.join(shots, 'extract.pdf'), bytes)
    await accessible()
    await shot('4-extract')
  })

  test('an administrator says how long acts are kept and takes the signature away', async () => {
    await page.context().close()
    await signIn('kanri')
    await page.goto(`${origin}/audit/keeping`)
    await page.getByText('何も廃棄されません', { exact: false }).first().waitFor()
    await page.getByLabel('保存年数').fill('3')
    await page.getByLabel('根拠').fill('架空市文書管理規程')
    await accessible()
    await shot('5-keeping')
    const [head] = await Promise.all([page.waitForEvent('download'), press('署名を取り出す')])
    assert.match(fs.readFileSync(await head.path(), 'utf8'), /open-bcl-audit-head/)
    assert.deepEqual(errors, [])
  })
})
