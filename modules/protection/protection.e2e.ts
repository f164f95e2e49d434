import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { noteErrors } from '../../apps/cloud/testing/page-errors.ts'
import { TEST_BUILD, TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from '../access/access.actions.ts'
import { registerDisaster } from '../ledger/ledger.contract.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

/** Somebody asks for help at a shelter; a second person decides; the other party stands at the counter. */
describe('支援措置の画面', () => {
  let cloud: TestCloud
  let town: DemoTown
  let browser: Browser
  let page: Page
  let origin: string
  let disasterId: string
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    ending.push(() => cloud.close())
    town = makeTown({ households: 60 })
    const { code } = town.municipality
    await cloud.onboard(code, '飛騨市')
    await loadTown(cloud, town)
    const clerk = await cloud.signIn(code, 'clerk')
    const made = await clerk.get(registerDisaster, {
      ...{ name: '令和8年豪雨', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
      applicationDeadlineOn: null,
    })
    disasterId = made.disaster.disasterId
    for (const [loginId, displayName] of [
      ['first', '受付　一子'],
      ['second', '決裁　二郎'],
    ] as const)
      await cloud.as(code, (ctx) =>
        createStaff(ctx, {
          ...{ loginId, displayName, department: '市民課', password: TEST_PASSWORD },
          ...{ roles: ['reviewer'], mustChangePassword: false },
        }),
      )
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, { ...noServices, build: TEST_BUILD })
    await serveWeb(server, '/', dist)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    ending.push(() => browser.close())
    page = await signedIn('first')
  })
  after(async () => {
    for (const step of ending.reverse()) await step()
  })

  async function signedIn(loginId: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    const opened = await context.newPage()
    opened.setDefaultTimeout(15_000)
    noteErrors(opened, errors)
    await opened.goto(origin)
    await opened.getByLabel('団体コード').fill(town.municipality.code)
    await opened.getByLabel('ID').fill(loginId)
    await opened.getByLabel('パスワード').fill(TEST_PASSWORD)
    await opened.getByRole('button', { name: 'ログイン' }).click()
    await opened.getByRole('heading', { level: 1, name: 'メインメニュー' }).waitFor()
    return opened
  }

  const main = () => page.getByRole('main')
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (name: string) => main().getByRole('button', { name, exact: true }).click()
  const at = (address: string) => page.goto(`${origin}${address}?disaster=${disasterId}`)
  async function confirm(name: string, reason: string): Promise<void> {
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/理由/).fill(reason)
    await dialog.getByRole('button', { name, exact: true }).click()
    await page.getByText('記録しました').first().waitFor()
  }

  /** Found by whoever cannot see it, and read on a telephone: at both widths. */
  async function look(name: string): Promise<void> {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: width === 1280 ? 900 : 844 })
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

  test('from the page of the person protection begins at once, with the one it is against', async () => {
    const hanako = town.people['satoHanako']!
    const { number } = hanako.address
    await at(`/ledger/R-${hanako.residentNo}`)
    await heading(hanako.name.full)
    await main().getByText(number).first().waitFor()
    await main().getByRole('link', { name: 'この方の仮支援措置を始める' }).click()
    await heading('仮支援措置を始める')
    await main().getByText(`宛名番号 ${hanako.residentNo}`).waitFor()
    await main().getByLabel('氏名', { exact: true }).fill('佐藤太郎')
    await press('住民記録から探す')
    await press('佐藤　太郎を加える')
    await main().getByLabel('2人目の立場').selectOption('加害者')
    await main().getByLabel('2人目の申出者との関係').fill('夫')
    await main().getByLabel('配偶者からの暴力（DV）').check()
    await main()
      .getByLabel(/^担当課/)
      .fill('市民課')
    await main()
      .getByLabel(/^相談機関/)
      .fill('警察署')
    await look('protection-new')
    await press('仮支援措置を始める')
    await heading('支援措置の内容')
    await main().getByText('仮支援措置（決定待ち）').first().waitFor()
    await main().getByText('ご自身が求めたため、別の職員が決定します。', { exact: false }).waitFor()
    assert.equal(await main().getByRole('button', { name: '支援措置を決定する' }).count(), 0)
    await look('protection-waiting')
    await at(`/ledger/R-${hanako.residentNo}`)
    await heading(hanako.name.full)
    await main().getByText('支援措置対象者：所在に関わる情報は表示されません').waitFor()
    assert.equal(await main().getByText(number).count(), 0)
  })

  test('another person decides from the list, and the other party’s page says to ask first', async () => {
    page = await signedIn('second')
    await at('/protections')
    await heading('支援措置（DV等）')
    await look('protections')
    await main().getByRole('link', { name: '佐藤　花子' }).click()
    await heading('支援措置の内容')
    await press('支援措置を決定する')
    await confirm('決定する', '警察署の意見を確認')
    await main().getByText('支援措置中').first().waitFor()
    await look('protection-in-force')
    await at(`/ledger/R-${town.people['satoTaro']!.residentNo}`)
    await main().getByText('請求に応じる前に、支援措置の担当者に確かめてください').waitFor()
    await look('protection-caution')
    assert.deepEqual(errors, [])
  })
})
