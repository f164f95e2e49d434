import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { makeTown } from '@open-bcl/demo/town.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { startJobs } from '@open-bcl/platform/jobs.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from '../access/access.actions.ts'
import { manualJobs } from './manual.jobs.ts'
import { messyResidents, messySuppressions } from './testing/messy.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']

/** A town that has no link yet, on the day of the disaster: a clerk, a messy file, and a running ledger. */
describe('a clerk loads a messy file by hand', () => {
  const made = makeTown({ municipalityCode: '212032', households: 400 })
  const town: typeof made = {
    ...made,
    residents: made.residents.map((person, i) =>
      i === 1 ? { ...person, birth: { on: null, uncertain: true, text: '昭和20年頃' } } : person,
    ),
  }
  const messy = messyResidents(town, 60)
  let folder: string
  let cloud: TestCloud
  let origin: string
  const ending: (() => Promise<unknown>)[] = []
  let browser: Browser
  let page: Page
  const errors: string[] = []

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-manual-'))
    fs.writeFileSync(path.join(folder, '住民一覧.csv'), messy.bytes)
    fs.writeFileSync(path.join(folder, '直した一覧.csv'), messyResidents(town, 0).bytes)
    fs.writeFileSync(path.join(folder, '半分.csv'), messyResidents(half(), 0).bytes)
    fs.writeFileSync(path.join(folder, '支援措置.txt'), messySuppressions(makeTown({ households: 60 })))
    fs.writeFileSync(path.join(folder, '報告書.csv'), Buffer.from('%PDF-1.7\n%âãÏÓ\n'))
    await openTown()
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => errors.push(error.message))
  })
  after(async () => {
    await browser.close()
    for (const step of ending.reverse()) await step()
    fs.rmSync(folder, { recursive: true, force: true })
  })

  /** A town of pattern B on its first day: an administrator, and nothing else. */
  async function openTown(): Promise<void> {
    cloud = await testCloud()
    ending.push(() => cloud.close())
    const code = await cloud.onboard('212032', '高山市')
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
    const uploads = async () => cloud.spool
    composeCloud(server, cloud.runtime, { ...noServices, uploads })
    await serveWeb(server, '/', path.resolve(import.meta.dirname, '../../apps/staff/dist'))
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    const jobs = await startJobs(
      cloud.runtime,
      cloud.database.urls.worker,
      manualJobs(cloud.linkage, uploads),
    )
    ending.push(() => jobs.stop())
  }

  function half(): typeof town {
    return { ...town, residents: town.residents.slice(0, Math.floor(town.residents.length / 2)) }
  }
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const section = (name: string | RegExp) => page.getByRole('heading', { level: 2, name }).waitFor()
  const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()
  const choose = (file: string) => page.getByLabel('取り込むファイル').setInputFiles(path.join(folder, file))

  async function look(name: string): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
      name,
    )
    if (shots === undefined) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true })
  }

  /** The same screen on a phone: nothing runs out of its width. */
  async function lookOnPhone(name: string): Promise<void> {
    await page.setViewportSize({ width: 375, height: 740 })
    // As text: this file knows no browser types.
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
    await look(`${name}-phone`)
    await page.setViewportSize({ width: 1280, height: 900 })
    assert.ok(overflow <= 0, `${name}: ${overflow}px too wide`)
  }

  test('the list says that the protected persons come first', async () => {
    await page.goto(origin)
    await page.getByLabel('団体コード').fill('212032')
    await page.getByLabel('ID').fill('admin')
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await heading('メインメニュー')
    await page.getByRole('main').getByRole('link', { name: '手作業取込（即日開始）' }).click()
    await heading('手作業取込（即日開始）')
    await page.getByText('支援措置対象者がまだ確認されていません').waitFor()
    await look('manual-list')
    await lookOnPhone('manual-list')
  })

  test('what is no table is refused in words', async () => {
    await page.getByRole('link', { name: '住民情報を取り込む' }).click()
    await heading('住民情報の手作業取込')
    await look('manual-file')
    await choose('報告書.csv')
    await page.getByText(/PDFです。/).waitFor()
  })

  test('the messy CP932 file is understood, and the clerk sees how', async () => {
    await choose('住民一覧.csv')
    await section('項目の対応')
    assert.equal(await page.getByLabel('文字コード').inputValue(), 'shift_jis')
    assert.equal(await page.getByLabel('見出し行').inputValue(), '2')
    assert.equal(await page.getByLabel('ｶﾅ氏名', { exact: true }).inputValue(), '氏名_フリガナ')
    assert.equal(await page.getByLabel('現住所', { exact: true }).inputValue(), '住所（1列に全部）')
    await look('manual-mapping')
    await lookOnPhone('manual-mapping')
  })

  test('a column can be put right by the keyboard', async () => {
    const since = page.getByLabel('転入日', { exact: true })
    assert.equal(await since.inputValue(), '住民となった年月日')
    await since.focus()
    await page.keyboard.press('Home')
    assert.equal(await since.inputValue(), '')
    await since.selectOption('住民となった年月日')
    const name = page.getByLabel('漢字氏名', { exact: true })
    await name.selectOption('')
    await page.getByText('まだ対応のない必須の項目があります').waitFor()
    await name.selectOption('氏名')
  })

  test('a try says what would happen and names the bad lines', async () => {
    await page.getByLabel(/全件で取り込む/).check()
    await press('試行する（まだ取り込みません）')
    await page.getByText('試行しました。まだ取り込んでいません。').waitFor()
    await page.getByRole('rowheader', { name: `${messy.wrongLines[0]}行目`, exact: true }).waitFor()
    // One of the town's was born on a day that nobody knows: no error, and not silent.
    await page.getByText('不詳の日付として取り込むものが1件あります').waitFor()
    await page.getByRole('rowheader', { name: '4行目', exact: true }).waitFor()
    await look('manual-tried')
    await lookOnPhone('manual-tried')
    const coming = page.waitForEvent('download')
    await press('誤りと注意のすべてをCSVで保存')
    const csv = fs.readFileSync(await (await coming).path(), 'utf8')
    assert.ok(csv.startsWith('\u{feff}"種別","行","項目名","理由"\r\n'))
    assert.ok(!csv.includes(town.residents[0]!.name.full))
  })

  test('nothing is loaded before the protected persons are known', async () => {
    await page.getByText('先に支援措置対象者を確認してください（上の案内）。').waitFor()
    await press('該当者なしを登録する')
    await page.getByRole('dialog').getByLabel('該当者がいないことを担当課に確認しました').check()
    await look('manual-none')
    await page.getByRole('dialog').getByRole('button', { name: '該当者なしとする' }).click()
    await page.getByText('支援措置対象者がまだ確認されていません').waitFor({ state: 'detached' })
  })

  test('the load says what it did', async () => {
    await press('取り込む')
    await page.getByText('取り込みました', { exact: true }).waitFor()
    await page
      .getByText(`${(messy.people - messy.wrongLines.length).toLocaleString('ja-JP')}件`)
      .first()
      .waitFor()
    await look('manual-loaded')
  })

  test('the mended file is read as before; the same again changes nothing', async () => {
    for (const expected of [
      '試行しました。まだ取り込んでいません。',
      '前回の取込から変わったところはありません',
    ]) {
      await press('別のファイルを取り込む')
      await choose('直した一覧.csv')
      await page.getByText('前回と同じ形のファイルです').waitFor()
      await page.getByLabel(/全件で取り込む/).check()
      await press('試行する（まだ取り込みません）')
      await page.getByText(expected).waitFor()
      if (expected.startsWith('試行')) {
        await press('取り込む')
        await page.getByText('取り込みました', { exact: true }).waitFor()
      }
    }
    await look('manual-unchanged')
  })

  test('half a list must not delete the other half by a slip', async () => {
    await press('別のファイルを取り込む')
    await choose('半分.csv')
    await page.getByLabel(/全件で取り込む/).check()
    await press('試行する（まだ取り込みません）')
    await page.getByText(/件のデータが削除されます$/).waitFor()
    await look('manual-deletions')
    const load = page.getByRole('button', { name: '取り込む', exact: true })
    assert.equal(await load.getAttribute('aria-disabled'), 'true')
    await press('項目の対応に戻る')
    await page.getByLabel(/追加・変更だけを取り込む/).check()
    await press('試行する（まだ取り込みません）')
    await page.getByText('前回の取込から変わったところはありません').waitFor()
  })

  test('the list says when what was loaded', async () => {
    await page.goto(`${origin}/manual`)
    await page.getByText(`（${messy.people.toLocaleString('ja-JP')}行）`).waitFor()
  })

  test('no program logged a name, and no page threw', () => {
    const names = town.residents.slice(0, 50).map((person) => person.name.full)
    const lines = cloud.logLines.filter((line) => names.some((name) => line.includes(name)))
    assert.deepEqual(lines, [])
    assert.deepEqual(errors, [])
  })
})
