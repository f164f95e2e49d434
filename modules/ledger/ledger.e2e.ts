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
import { registerDisaster } from './ledger.contract.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

/** A victim is asked, the household is told otherwise, and a list of those who need help is worked off. */
describe('被災者台帳の画面', () => {
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
    await cloud.as(code, (ctx) =>
      createStaff(ctx, {
        ...{ loginId: 'window', displayName: '窓口　花子', department: '市民課', password: TEST_PASSWORD },
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
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    noteErrors(page, errors)
    await page.goto(origin)
    await page.getByLabel('団体コード').fill(code)
    await page.getByLabel('ID').fill('window')
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await heading('メインメニュー')
  })
  after(async () => {
    for (const step of ending.reverse()) await step()
  })

  const main = () => page.getByRole('main')
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (name: string | RegExp) => main().getByRole('button', { name, exact: true }).click()
  const confirmed = () => page.getByLabel(/^入力内容を確認しました/).check()
  const at = (address: string) => page.goto(`${origin}${address}?disaster=${disasterId}`)

  /** Found by whoever cannot see it, and read on a telephone: at both widths. */
  async function look(name: string): Promise<void> {
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: width === 1280 ? 900 : 740 })
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

  test('what is still to be asked leads to where it is told, and is gone once it was', async () => {
    const person = town.people['satoTaro']!
    await at(`/ledger/R-${person.residentNo}`)
    await heading(person.name.full)
    await main().getByRole('link', { name: '今いる場所を聞く' }).waitFor()
    await look('victim')
    await main().getByRole('link', { name: '今いる場所を聞く' }).click()
    await heading('今いる場所（居所）')
    await page.getByLabel('避難所', { exact: true }).check()
    await page.getByLabel('場所の名前・住所').fill('古川小学校体育館')
    await page.getByLabel('本人から').check()
    await confirmed()
    await press('記録する')
    await heading(person.name.full)
    await main().getByText('避難所　古川小学校体育館').first().waitFor()
    await main().getByRole('link', { name: '今いる場所を聞く' }).waitFor({ state: 'detached' })
    await main().getByRole('link', { name: '今いる場所（居所）：訂正・履歴' }).click()
    await main().getByRole('button', { name: '新しい内容を記録する' }).waitFor()
    await look('item')
  })

  test('contacts are told with how they may be used', async () => {
    const person = town.people['satoTaro']!
    await at(`/ledger/R-${person.residentNo}/items/contacts`)
    const first = page.getByRole('group', { name: '連絡先1' })
    await first.getByLabel('番号・アドレス').fill('090-0000-0000')
    await page.getByLabel('本人から').check()
    await confirmed()
    await press('記録する')
    await main().getByText('連絡してよいかを選んでください').first().waitFor()
    await first.getByLabel('種類').selectOption({ label: '携帯電話' })
    await first.getByLabel('連絡してよいか').selectOption({ label: '留守番電話・伝言を残さない' })
    await confirmed()
    await press('記録する')
    await main()
      .getByText(/090-0000-0000　［留守番電話・伝言を残さない］/)
      .first()
      .waitFor()
  })

  test('a household is told otherwise with its reason', async () => {
    const living = town.residents.filter(({ state }) => state === 'resident')
    const two = living.find(
      (one) =>
        one.householdNo !== null &&
        living.filter(({ householdNo }) => householdNo === one.householdNo).length === 2,
    )!
    await at(`/ledger/R-${two.residentNo}/household`)
    await page.getByLabel('世帯を分ける').check()
    await page
      .getByRole('group', { name: /世帯から分かれる方/ })
      .getByLabel(two.name.full)
      .check()
    await page.getByLabel(/生計が別/).check()
    await look('household')
    await confirmed()
    await press('世帯を変更する')
    await main()
      .getByText(/世帯（被災時、1人。住民票と違う記載）/)
      .waitFor()
  })

  test('people are counted first, kept as a list and worked off one after the other', async () => {
    await at('/extraction')
    await main().getByRole('link', { name: '条件を決めて抽出する' }).click()
    await page.getByLabel('年齢（から）').fill('65')
    await press('人数を数える')
    await main()
      .getByText(/条件に合う方は\d+人です/)
      .waitFor()
    await look('conditions')
    await page.getByLabel('一覧の名前').fill('高齢者の見守り')
    await press('一覧として保存する')
    await heading('高齢者の見守り')
    await look('list')
    await main()
      .getByRole('button', { name: /：済みにする$/ })
      .first()
      .click()
    await page.getByRole('dialog').getByLabel('対応の内容').fill('電話で無事を確認')
    await page.getByRole('dialog').getByRole('button', { name: '済みにする' }).click()
    await main()
      .getByText(/対応した方：1人/)
      .waitFor()
    await press('次の方に対応する')
    await main().getByRole('heading', { name: '次にすること' }).waitFor()
  })

  test('the town’s own item is added and stands on the page of a person', async () => {
    await at('/ledger-items')
    await page.getByLabel('新しい項目の名前').fill('ペット')
    await page.getByLabel('種類').selectOption({ label: '文章' })
    await press('項目を足す')
    await press('この設定で更新')
    await page.getByText('台帳の項目を設定しました').waitFor()
    await look('sheet')
    await at(`/ledger/R-${town.people['satoTaro']!.residentNo}`)
    await main().getByText('ペット').first().waitFor()
  })

  test('an application for data of the ledger is taken in', async () => {
    await at('/disclosures/new')
    await main().getByRole('search').getByLabel('氏名').fill(town.people['satoTaro']!.name.full)
    await press('探す')
    await main()
      .getByText(/人見つかりました/)
      .waitFor()
    await page.getByLabel(/申請者（提供先）の氏名/).fill('飛騨支援の会')
    await page.getByLabel(/申請者の住所/).fill('古川町一丁目')
    await page.getByLabel(/本人の同意/).check()
    await page
      .getByRole('group', { name: /対象の被災者/ })
      .getByRole('checkbox')
      .first()
      .check()
    await page
      .getByRole('group', { name: /提供する項目/ })
      .getByLabel('氏名')
      .check()
    await page.getByLabel(/利用目的/).fill('訪問')
    await confirmed()
    await press('受け付ける')
    await heading('飛騨支援の会への提供')
    await look('disclosure')
  })

  test('no script of the pages failed', () => {
    assert.deepEqual(errors, [])
  })
})
