import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { publicPages } from '../../apps/cloud/cloud.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { noteErrors } from '../../apps/cloud/testing/page-errors.ts'
import { TEST_BUILD, TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from '../access/access.actions.ts'
import type { RoleName } from '../access/roles.ts'
import { getFrozen } from '../certificates/certificates.store.ts'
import type { Paper } from '../certificates/paper.ts'
import { readQrPng } from '../certificates/testing/read-code.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import { photo } from '../files/testing/photos.ts'
import { stateResult } from '../surveys/sheets.actions.ts'
import { tasksOf } from '../surveys/surveys.store.ts'
import { hida, openDesk, type Form, type Head, type RisaiDesk } from './testing/desk.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

type Received = Head & { readonly serialNo: string }

/** One house from its application to what comes after the decision, by a clerk and by whoever decides. */
describe('受付から決定の後までの画面', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  let engine: PdfEngine
  let browser: Browser
  /** 窓口 and 決定する方. */
  let clerk: Page
  let chief: Page
  let origin: string
  let tenant: Received
  let owner: Received
  let oldPaper: string
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []
  const today = todayInJapan(new Date())
  const place = '岐阜県飛騨市古川町壱之町7'
  const heir = {
    ...{ name: '佐藤　空', kana: '', address: `${place}番`, birthOn: null, phone: '', email: '' },
    ...{ contactPlace: '', relationToHead: 'heir' as const },
  }

  before(async () => {
    cloud = await testCloud()
    // The browser's own day: a form begins with today.
    cloud.clock = new Date()
    ending.push(() => cloud.close())
    desk = await openDesk(cloud)
    const accounts: [string, string, RoleName][] = [
      ['window', '窓口　花子', 'clerk'],
      ['kettei', '決定　次郎', 'reviewer'],
    ]
    for (const [loginId, displayName, role] of accounts)
      await cloud.as(hida, (ctx) =>
        createStaff(ctx, {
          ...{ loginId, displayName, department: '税務課', password: TEST_PASSWORD },
          ...{ roles: [role], mustChangePassword: false },
        }),
      )
    engine = await startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../.cache'), workers: 1 })
    ending.push(() => engine.close())
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    const services = { ...noServices, engine, build: TEST_BUILD, files: async () => cloud.shelf }
    composeCloud(server, cloud.runtime, services)
    await serveWeb(server, '/', dist, publicPages)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    ending.push(() => browser.close())
    clerk = await signIn('window')
    chief = await signIn('kettei')
    tenant = await receive('R-1', { noticeBy: 'letter' })
    // Without the paper that an heir shows: stays for a person when others are accepted in bulk.
    await receive('R-5', { dwellingAddress: `${place}2番`, applicant: heir })
  })
  after(async () => {
    for (const step of ending.reverse()) await step()
  })

  /** One of the family for themselves: their applications are of one house, and of different people. */
  async function receive(personRef: string, over: Partial<Form>): Promise<Received> {
    const { applicant } = await desk.formOf(personRef)
    const head = { residentNo: null, name: applicant.name, kana: '', address: applicant.address }
    return (await desk.receive(personRef, {
      ...{ head, members: [], dwellingAddress: `${place}番1号`, ...over },
    })) as Received
  }

  async function signIn(loginId: string): Promise<Page> {
    const context: BrowserContext = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      locale: 'ja-JP',
      acceptDownloads: true,
    })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    noteErrors(page, errors)
    await page.goto(origin)
    await page.getByLabel('団体コード').fill(hida)
    await page.getByLabel('ID').fill(loginId)
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await page.getByRole('heading', { level: 1, name: 'メインメニュー' }).waitFor()
    return page
  }

  /** What one of them does with a page. */
  const by = (page: Page) => {
    const main = page.getByRole('main')
    const dialog = page.getByRole('dialog')
    return {
      page,
      main,
      dialog,
      at: (address: string) => page.goto(`${origin}${address}?disaster=${desk.disasterId}`),
      of: (one: Head) =>
        page.goto(`${origin}/risai/applications/${one.applicationId}?disaster=${desk.disasterId}`),
      heading: (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor(),
      press: (name: string | RegExp) => main.getByRole('button', { name, exact: true }).first().click(),
      agree: (name: string) => dialog.getByRole('button', { name, exact: true }).click(),
      go: (name: string | RegExp) => main.getByRole('link', { name, exact: true }).first().click(),
      confirmed: () => page.getByLabel(/^入力内容を確認しました/).check(),
      sees: (words: string | RegExp) => main.getByText(words).first().waitFor(),
    }
  }

  /** Found by whoever cannot see it, and read on a telephone: at both widths. */
  async function look(page: Page, name: string): Promise<void> {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: width === 1280 ? 900 : 780 })
      if (width === 1280) await accessible(page, name)
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

  async function accessible(page: Page, name: string): Promise<void> {
    // A dialog that is closing still hides the page behind it.
    await page.getByRole('main').waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
      name,
    )
  }

  /** What anybody's telephone says of the first paper. */
  async function verified(): Promise<string> {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 }, locale: 'ja-JP' })
    await page.goto(`${origin}/verify${oldPaper.slice(oldPaper.indexOf('#'))}`)
    const title = page.locator('#result-title').filter({ hasNotText: '確かめています' })
    const words = await title.textContent({ timeout: 20_000 })
    await page.close()
    return words ?? ''
  }

  /** The team came back: what it found, as the surveys' page confirms it. */
  const surveyed = (one: Head, grade: DamageGrade) =>
    cloud.as(hida, async (ctx) => {
      const task = (await tasksOf(ctx.tx, one.applicationId)).find(({ state }) => state === 'waiting')
      assert.ok(task, 'a survey was asked for')
      await stateResult(ctx, {
        ...{ taskId: task.taskId, version: task.version, grade, surveyedOn: today },
        ...{ surveyors: ['調査　一郎'], reason: '屋内の壁と柱を見た' },
      })
    })

  test('a photo is attached; the applications are found, accepted in bulk, undone and accepted again', async () => {
    const { main, of, at, press, sees } = by(clerk)
    await of(tenant)
    await sees('添付書類はありません')
    await main.getByLabel(/ファイルを選ぶ/).setInputFiles({
      ...{ name: '外観.jpg', mimeType: 'image/jpeg', buffer: photo({ width: 1600, height: 1200 }) },
    })
    await main.getByRole('button', { name: '外観.jpgを保存して見る' }).waitFor()
    await look(clerk, 'received')
    await at('/risai')
    await main.getByLabel('氏名', { exact: true }).fill('佐藤　空')
    await main.getByRole('button', { name: '検索' }).click()
    await sees('1件を表示')
    assert.ok(!clerk.url().includes(encodeURIComponent('佐藤')), 'a name stands in no address')
    await look(clerk, 'list-searched')
    await main.getByRole('button', { name: '条件を消す' }).click()
    await press(/まとめて受理する/)
    await sees('確かめていない書類があります')
    await look(clerk, 'bulk-preview')
    await press('1件を受理する')
    await sees('1件を受理しました')
    await look(clerk, 'bulk-done')
    await press('受理を取り消す')
    await sees('1件の受理を取り消しました')
    await press(/まとめて受理する/)
    await press('1件を受理する')
    await sees('1件を受理しました')
  })

  test('the survey’s result is offered and graded by it; another decides; the paper is issued', async () => {
    const { main, of, press, go, sees, heading, confirmed } = by(clerk)
    await surveyed(tenant, 'G3')
    await of(tenant)
    await look(clerk, 'surveyed')
    await go('被害の程度を入力する')
    await sees(/^調査の結果：中規模半壊/)
    await look(clerk, 'grade')
    await confirmed()
    await press('被害の程度を登録')
    await heading(`申請 ${tenant.serialNo}`)
    const other = by(chief)
    await other.of(tenant)
    await other.go('交付の可否を決定する')
    await other.main.getByLabel(/^交付可/).check()
    await other.confirmed()
    await look(chief, 'decide')
    await other.press('決定する')
    await other.sees('罹災証明書を交付できます')
    await of(tenant)
    await go('証明書を交付する')
    await confirmed()
    await press('証明書を作成')
    await main.getByRole('button', { name: '印刷した（交付を登録）' }).click()
    await sees('罹災証明書を1部交付しました')
    const transaction = new URL(clerk.url()).searchParams.get('transaction')!
    oldPaper = await cloud.as(hida, async (ctx) => {
      const { snapshot } = await getFrozen(ctx.tx, await ctx.keys(), transaction)
      return readQrPng(Buffer.from((snapshot as { paper: Paper }).paper.codes[0]!.codePng, 'base64'))
    })
    assert.equal(await verified(), '○ 真正')
  })

  test('the owner of the same house has a paper of their own from that decision', async () => {
    owner = await receive('R-2', { occupancy: 'not-living', tenure: 'owned', noticeBy: 'none' })
    const { of, press, agree, sees } = by(clerk)
    await of(owner)
    await look(clerk, 'owner')
    await press('受理する')
    await agree('受理する')
    await sees('受理（調査待ち）')
    const other = by(chief)
    await other.of(owner)
    await other.press(`${tenant.serialNo}の決定を用いる（所有者・借家人）`)
    await other.agree('決定する')
    await other.sees(`罹災証明書 ${owner.serialNo}`)
  })

  test('再調査 changes the grade: the old paper is void for anybody, and the owner’s application says so', async () => {
    const { main, of, go, press, agree, sees, heading, confirmed, at } = by(clerk)
    await of(tenant)
    await go('再調査の申請を受け付ける')
    await main.getByLabel(/再調査を求める理由/).fill('屋内の壁の亀裂が見られていない')
    await look(clerk, 'resurvey-new')
    await confirmed()
    await press('再調査の申請を受け付ける')
    await heading(`申請 ${tenant.serialNo}`)
    await main.getByRole('button', { name: '受理する' }).click()
    await agree('受理する')
    await sees('受理（調査待ち）')
    await surveyed(tenant, 'G2')
    await of(tenant)
    await look(clerk, 'resurvey-accepted')
    await go('再調査の結果を登録する')
    await sees(/^調査の結果：大規模半壊/)
    await look(clerk, 'resurvey-result')
    await confirmed()
    await press('再調査の結果を登録')
    await heading(`申請 ${tenant.serialNo}`)
    await look(clerk, 'resurvey-surveyed')
    const other = by(chief)
    await other.of(tenant)
    await other.press('再調査の結果を決定する')
    await look(chief, 'resurvey-conclude')
    await other.agree('決定する')
    await other.main.getByRole('heading', { name: `罹災証明書 ${tenant.serialNo}-2` }).waitFor()
    await look(chief, 'resurvey-changed')
    assert.equal(await verified(), '× 失効')
    await at('/risai')
    await go('同じ住家の決定が変わった　1件')
    await sees('同じ住家の決定が変わりました')
    await look(clerk, 'list-changed')
    await other.of(owner)
    await other.sees('もとにした同じ住家の決定が変わりました')
    await look(chief, 'owner-changed')
    await other.press(`${tenant.serialNo}の決定を用いる（所有者・借家人）`)
    await other.agree('決定する')
    await other.main.getByRole('heading', { name: `罹災証明書 ${owner.serialNo}-2` }).waitFor()
    assert.equal(await other.main.getByText('もとにした同じ住家の決定が変わりました').count(), 0)
  })

  test('the notices to the tenant go by post, in one bundle', async () => {
    const { main, at, press, sees, agree, heading } = by(clerk)
    await at('/risai/letters')
    await sees(/^[1-9]\d*通$/)
    await look(clerk, 'letters')
    await press(/束にする/)
    await main.getByRole('table').getByRole('link').first().click()
    await heading('通知書の束')
    await look(clerk, 'letter-bundle')
    const saved = clerk.waitForEvent('download')
    await press('印刷用のPDFを保存する')
    assert.match((await saved).suggestedFilename(), /\.pdf$/)
    await press('発送した')
    await look(clerk, 'letter-posted-ask')
    await agree('発送済みとする')
    await sees('発送済み')
    await look(clerk, 'letter-posted')
  })

  test('slots are opened, one is booked for the new paper, and the visit is noted', async () => {
    const { main, at, of, press, sees, agree } = by(clerk)
    const other = by(chief)
    await other.at('/risai/appointments')
    await look(chief, 'appointments-empty')
    await other.main.getByLabel(/^場所/).fill('本庁1階 第2会議室')
    await other.confirmed()
    await other.press('枠を設ける')
    await other.sees('0／4人')
    await look(chief, 'appointments-open')
    await of(tenant)
    await main.getByLabel('予約の枠').selectOption({ index: 1 })
    await press('予約する')
    await main.getByRole('button', { name: '来庁の予約：取り消す' }).waitFor()
    await look(clerk, 'booked')
    await at('/risai/appointments')
    await main.getByRole('button', { name: /：来庁$|：来庁した$/ }).click()
    await agree('登録する')
    await sees(/来庁済|来庁した|来庁/)
    await look(clerk, 'appointments')
  })

  test('the terms, and the words of a certificate put right', async () => {
    const { at, of, go, heading } = by(chief)
    await at('/risai/terms')
    await heading('申請期限')
    await look(chief, 'terms')
    await of(tenant)
    await go('記載を訂正する')
    await heading('罹災証明書の記載の訂正')
    await look(chief, 'amend')
  })

  test('no page threw', () => assert.deepEqual(errors, []))
})
