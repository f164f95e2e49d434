import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { noteErrors } from '../../apps/cloud/testing/page-errors.ts'
import { TEST_BUILD, TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from '../access/access.actions.ts'
import { takeNewHouses } from '../dwellings/dwellings.contract.ts'
import { dwellingsJobs } from '../dwellings/dwellings.jobs.ts'
import { proposeLinks } from '../dwellings/occupancy.contract.ts'
import { loadEntries, sampleRow } from '../registers/testing/rows.ts'
import { hida } from '../risai/testing/desk.ts'
import { openOffice, type Office } from '../support/testing/office.ts'
import { setRemitter } from './payments.contract.ts'
import { readZengin } from './zengin.ts'

const shots = process.env['OPEN_BCL_SHOTS']
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

/** From the house to the money, by two people at two desks. */
describe('家屋から支払までの画面', () => {
  let cloud: TestCloud
  let browser: Browser
  let office: Office
  let clerk: Page
  let reviewer: Page
  let admin: Page
  let origin: string
  let certified: Awaited<ReturnType<Office['issuable']>>
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud()
    ending.push(() => cloud.close())
    const cacheDir = path.resolve(import.meta.dirname, '../../.cache')
    const engine = await startPdfEngine({ cacheDir, workers: 1 })
    ending.push(() => engine.close())
    office = await openOffice(cloud)
    await houses()
    certified = await office.issuable('R-1')
    await office.told({ demolished: false, rebuild: 'repair' })
    await office.match()
    const manager = await cloud.signIn(hida, 'admin')
    await manager.get(setRemitter, {
      remitterVersion: 0,
      remitter: {
        ...{ bankCode: '0153', bankName: 'ジュウロク', branchCode: '401', branchName: 'フルカワ' },
        ...{ accountType: '1', accountNo: '0000001', code: '1234567890', name: 'ヒダシ' },
      },
    })
    await cloud.as(hida, async (ctx) => {
      const common = { department: '福祉課', password: TEST_PASSWORD, mustChangePassword: false }
      await createStaff(ctx, {
        ...{ ...common, loginId: 'tanto', displayName: '担当　一美', roles: ['clerk'] },
      })
      await createStaff(ctx, {
        ...{ ...common, loginId: 'kessai', displayName: '決裁　二郎', roles: ['reviewer'] },
      })
      await createStaff(ctx, {
        ...{ ...common, loginId: 'kanri', displayName: '管理　三郎', roles: ['admin'] },
      })
    })
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, { ...noServices, engine, build: TEST_BUILD })
    await serveWeb(server, '/', dist)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    ending.push(() => browser.close())
    clerk = await signIn('tanto')
    reviewer = await signIn('kessai')
    admin = await signIn('kanri')
  })
  after(async () => {
    for (const step of ending.reverse()) await step()
  })

  /** 佐藤's house and shed, a house at another address, and the one where 隠田 hides; proposals are made of them. */
  async function houses(): Promise<void> {
    const row = (propertyNo: string, number: string, over: Record<string, string>) =>
      sampleRow('houses', {
        ...{ 物件番号: propertyNo, 所有者_枝番: '1', 履歴番号: '1', 家屋状態: '1', 滅失年月日: '' },
        ...{ 所有区分: '1', 共有持分_分子: '', 共有持分_分母: '', 所在地_町字コード: '0046000' },
        ...{ 所在地_地番: '', 所在地_方書: '', 所在地_町字: '古川町壱之町', 所在地_番地号表記: number },
        ...{ 用途: '01', 構造: '1', 地上階数: '2', 緯度: '36.2381', 経度: '137.1862', 所有者_氏名: '' },
        ...over,
      })
    await withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: hida, traceId: 'test' },
      (ctx) =>
        loadEntries(ctx, 'houses', [
          row('1001', '1-1', { 所有者_宛名番号: '1' }),
          row('1002', '1-1', { 所有者_宛名番号: '1', 用途: '08', 地上階数: '1', 経度: '137.1863' }),
          row('1003', '5-2', { 所有者_宛名番号: '2', 緯度: '', 経度: '' }),
          row('1004', '九番地', { 所有者_宛名番号: '3', 所在地_町字: '秘密町' }),
        ]),
    )
    const { runId } = await office.clerk.get(takeNewHouses, {})
    await work(runId)
    const proposing = await office.clerk.get(proposeLinks, { disasterId: office.disasterId })
    await work(proposing.runId)
  }
  const work = async (runId: string): Promise<void> => {
    for (const job of dwellingsJobs) await cloud.as(hida, (ctx) => job.run(ctx, { runId }))
  }
  async function signIn(loginId: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    // The dates that the forms offer are the office's.
    await context.clock.setFixedTime(cloud.clock)
    const page = await context.newPage()
    noteErrors(page, errors)
    page.setDefaultTimeout(15_000)
    await page.goto(origin)
    await page.getByLabel('団体コード').fill(hida)
    await page.getByLabel('ID').fill(loginId)
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await page.getByRole('heading', { level: 1, name: 'メインメニュー' }).waitFor()
    return page
  }
  const at = async (page: Page, address: string, heading: string | RegExp): Promise<void> => {
    await page.goto(`${origin}${address}?disaster=${office.disasterId}`)
    await page.getByRole('heading', { level: 1, name: heading }).waitFor()
  }
  const press = (page: Page, name: string | RegExp) =>
    page.getByRole('main').getByRole('button', { name }).click()
  /** The dialog that asks once more. */
  const answer = async (page: Page, name: string): Promise<void> => {
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name, exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
  }
  /** Found by whoever cannot see it, and read on a telephone: at both widths. */
  const look = async (page: Page, name: string): Promise<void> => {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: width === 1280 ? 900 : 844 })
      if (width === 1280 && !name.endsWith('-dialog')) await accessible(page, name)
      const tooWide = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      assert.ok(tooWide <= 0, `${name}: ${tooWide}px too wide at ${width}`)
      if (shots) await page.screenshot({ path: path.join(shots, `${name}-${width}.png`), fullPage: true })
    }
    await page.setViewportSize({ width: 1280, height: 900 })
  }
  const accessible = async (page: Page, name: string): Promise<void> => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
      name,
    )
  }
  const saved = async (page: Page, name: string): Promise<Buffer> => {
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, name)])
    return readFileSync(await download.path())
  }

  test('the sure proposals are accepted at one go, and the house shows who lived there', async () => {
    await at(clerk, '/dwellings/links', '世帯と住家')
    await clerk
      .getByRole('table')
      .getByRole('link', { name: /佐藤.梅子/ })
      .waitFor()
    await look(clerk, 'links')
    await press(clerk, /住所が同じで、世帯の方が所有/)
    await clerk.getByRole('dialog').getByText('1世帯を結び付けます').waitFor()
    await look(clerk, 'links-dialog')
    await answer(clerk, '採用する')
    await clerk.getByText('1世帯を結び付けました').first().waitFor()
    await clerk.goto(`${origin}/dwellings?disaster=${office.disasterId}&block=0046000`)
    await clerk.getByRole('table').getByText('佐藤　梅子（3人）').waitFor()
    await clerk.getByRole('table').getByText('秘密町（番地は非表示）').waitFor()
    await look(clerk, 'dwellings-block')
  })

  test('an application is taken in, reviewed, and decided by somebody else, with its letter', async () => {
    await at(clerk, '/support/households/R-1', '世帯の支援制度')
    const programme = clerk.getByRole('group').filter({ hasText: '加算支援金' }).first()
    await programme.locator('summary').click()
    await look(clerk, 'household')
    await clerk.getByRole('link', { name: '世帯の事情を登録する' }).click()
    await clerk.getByRole('heading', { level: 1, name: '世帯の事情' }).waitFor()
    await look(clerk, 'circumstances')
    await clerk.getByLabel('住家の所有').selectOption({ index: 1 })
    await press(clerk, '世帯の事情を登録')
    await clerk.getByRole('heading', { level: 1, name: '世帯の支援制度' }).waitFor()
    await programme.locator('summary').click()
    await programme.getByRole('button', { name: /申請を受け付ける/ }).click()
    await look(clerk, 'apply-dialog')
    await answer(clerk, '受け付ける')
    await programme.getByRole('link', { name: '申請を開く' }).click()
    await clerk.getByRole('heading', { level: 1, name: /の申請/ }).waitFor()
    await press(clerk, '審査する')
    await look(clerk, 'propose-dialog')
    await answer(clerk, '登録する')
    await clerk.getByRole('main').getByText('審査（第1回）').waitFor()
    await look(clerk, 'application')
    await reviewer.goto(clerk.url())
    await press(reviewer, '決裁する（承認）')
    await answer(reviewer, '承認する')
    assert.match((await saved(reviewer, '決定通知書（PDF）')).subarray(0, 5).toString(), /%PDF-/)
    await look(reviewer, 'decided')
  })

  test('the account is written, the run approved by the other, and its file is what the bank reads', async () => {
    await reviewer.getByRole('link', { name: '口座と支払' }).click()
    await clerk.goto(reviewer.url())
    const field = (name: string | RegExp) => clerk.getByRole('main').getByLabel(name)
    await field('金融機関コード').fill('0153')
    await field('金融機関名').fill('ジュウロク')
    await field('支店コード').fill('401')
    await field('支店名').fill('フルカワ')
    await field('口座番号').fill('1234567')
    await field('口座名義').fill('サトウ　ウメコ')
    await look(clerk, 'account')
    await press(clerk, /口座を/)
    await clerk.getByText('口座を登録しました').first().waitFor()
    await at(clerk, '/payments', '支払')
    await press(clerk, '支払を作成する')
    await clerk.getByRole('dialog').getByLabel('振込日').fill('R8.12.5')
    await look(clerk, 'payments-dialog')
    await answer(clerk, '作成する')
    await clerk
      .getByRole('table', { name: /支払の回/ })
      .getByRole('row')
      .nth(1)
      .waitFor()
    await look(clerk, 'payments')
    await at(reviewer, '/payments', '支払')
    await reviewer
      .getByRole('table', { name: /支払の回/ })
      .getByRole('link')
      .first()
      .click()
    await reviewer.getByRole('heading', { level: 1, name: '支払の回' }).waitFor()
    await press(reviewer, '承認する')
    await answer(reviewer, '承認する')
    const file = readZengin(await saved(reviewer, '振込データを出力（全銀形式）'))
    assert.deepEqual([file.count, file.totalYen, file.transfers[0]!.holder], [1, 500_000, 'ｻﾄｳ ｳﾒｺ'])
    await look(reviewer, 'run')
  })

  test('what comes back is put right and paid again, once', async () => {
    const field = (name: string | RegExp) => clerk.getByRole('main').getByLabel(name)
    await reviewer.getByLabel('1番の結果').selectOption({ index: 1 })
    await press(reviewer, '振込の結果を登録する')
    await answer(reviewer, '登録する')
    await reviewer.getByRole('table').getByText('振込不能').first().waitFor()
    await look(reviewer, 'run-settled')
    await at(clerk, '/payments', '支払')
    await clerk.getByText('止まっているもの 1件').first().waitFor()
    await look(clerk, 'payments-returned')
    await clerk
      .getByRole('table', { name: /まだ支払っていない決定/ })
      .getByRole('link')
      .first()
      .click()
    await clerk.getByRole('heading', { level: 1, name: '口座と支払' }).waitFor()
    await look(clerk, 'account-returned')
    await field('口座番号').fill('12')
    await press(clerk, '口座を登録')
    await clerk.getByText(/7桁/).first().waitFor()
    await look(clerk, 'account-wrong')
    await field('口座番号').fill('7654321')
    await press(clerk, '口座を登録')
    await clerk.getByText('口座を登録しました').first().waitFor()
    await at(clerk, '/payments', '支払')
    await press(clerk, '支払を作成する')
    await clerk.getByRole('dialog').getByLabel('振込日').fill('R8.12.8')
    await answer(clerk, '作成する')
    await at(reviewer, '/payments', '支払')
    await reviewer
      .getByRole('table', { name: /支払の回/ })
      .getByRole('link')
      .first()
      .click()
    await press(reviewer, '承認する')
    await answer(reviewer, '承認する')
    const file = readZengin(await saved(reviewer, '振込データを出力（全銀形式）'))
    assert.deepEqual([file.count, file.totalYen], [1, 500_000])
    await press(reviewer, '振込の結果を登録する')
    await answer(reviewer, '登録する')
    await reviewer.getByRole('table').getByText('支払済').first().waitFor()
    await at(clerk, '/payments', '支払')
    await clerk.getByText('支払を待つ決定はありません。').waitFor()
  })

  test('the programmes, who has not asked, and what is too little after a corrected grade', async () => {
    await at(reviewer, '/support', '支援制度')
    await reviewer.getByRole('table', { name: '制度の一覧' }).getByText('災害弔慰金').first().waitFor()
    await look(reviewer, 'programmes')
    await press(reviewer, '住宅の応急修理（半壊以上）：実施・期限')
    await look(reviewer, 'programme-dialog')
    await reviewer.getByRole('dialog').getByRole('button', { name: '登録する' }).click()
    await reviewer.getByRole('dialog').getByRole('alert').waitFor()
    await look(reviewer, 'programme-dialog-wrong')
    await reviewer.keyboard.press('Escape')
    await press(reviewer, /独自の制度・義援金を加える/)
    await look(reviewer, 'town-programme-dialog')
    await reviewer.keyboard.press('Escape')
    await office.match()
    await at(clerk, '/support/programmes/kyujo-shingu/unapplied', '受けられるのに未申請の世帯')
    await clerk
      .getByRole('table')
      .getByRole('link', { name: /佐藤.梅子/ })
      .waitFor()
    await look(clerk, 'unapplied')
    await at(clerk, '/support/programmes/choikin/unapplied', '受けられるのに未申請の世帯')
    await look(clerk, 'unapplied-none')
    await office.regrade(certified, 'G4')
    await office.match()
    await at(reviewer, '/support/differences', '支給額の過不足')
    await reviewer
      .getByText(/過払い/)
      .first()
      .waitFor()
    await look(reviewer, 'differences')
    await press(reviewer, /扱いを決める/)
    await reviewer
      .getByRole('dialog')
      .getByLabel(/返還を求める/)
      .check()
    await reviewer.getByRole('dialog').getByLabel('理由').fill('再調査による')
    await look(reviewer, 'difference-dialog')
    await answer(reviewer, '決める')
    await at(clerk, '/payments', '支払')
    await clerk
      .getByRole('table', { name: /返還/ })
      .getByRole('button', { name: /入金を登録/ })
      .click()
    await look(clerk, 'repay-dialog')
    await clerk.keyboard.press('Escape')
    await at(clerk, '/support/applications', '支援の申請')
    await look(clerk, 'applications')
  })

  test('the town’s own account, and who is to be looked after', async () => {
    await at(admin, '/payments/remitter', '振込依頼人')
    await admin.getByLabel('委託者コード').fill('12')
    await press(admin, '振込依頼人を登録')
    await admin.getByRole('alert').waitFor()
    await look(admin, 'remitter-wrong')
    await at(clerk, '/extraction', '援護対象者抽出')
    await look(clerk, 'extraction-empty')
    await clerk.getByRole('main').getByRole('link', { name: /抽出/ }).first().click()
    await clerk.getByRole('heading', { level: 1 }).waitFor()
    await look(clerk, 'extraction-new')
    assert.deepEqual(errors, [])
  })
})
