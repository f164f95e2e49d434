import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { demoPassword } from '@open-bcl/demo/staff.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { noteErrors } from '../../apps/cloud/testing/page-errors.ts'
import { startSystem, type System } from '../../e2e/system.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
const root = path.resolve(import.meta.dirname, '../..')
const hida = '212172'

/** A day with 管理者ページ: issue at the counter by keyboard, forbid, look, set, stop and take up again. */
describe('証明発行の画面', () => {
  let system: System
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const errors: string[] = []

  before(async () => {
    system = await startSystem()
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
  })
  after(async () => {
    await browser.close()
    await system.stop()
  })

  afterEach(async (one) => {
    if (shots !== undefined && 'passed' in one && !one.passed)
      await page.screenshot({ path: path.join(shots, `failed-${Date.now()}.png`), fullPage: true })
  })

  const main = () => page.getByRole('main')
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (name: string | RegExp) => main().getByRole('button', { name, exact: true }).click()
  const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click()
  const go = (name: string | RegExp) => main().getByRole('link', { name }).first().click()
  const menu = async (name: string): Promise<void> => {
    await page.getByRole('navigation', { name: 'メニュー' }).getByRole('link', { name, exact: true }).click()
    await heading(name)
  }
  const confirmed = () => page.getByLabel(/^(入力|変更)内容を確認しました/).check()

  async function signIn(loginId: string): Promise<void> {
    await context?.close()
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteErrors(page, errors)
    await page.goto(system.staffUrl)
    await page.getByLabel('団体コード').fill(hida)
    await page.getByLabel('ID').fill(loginId)
    await page.getByLabel('パスワード').fill(demoPassword)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await heading('メインメニュー')
  }

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

  /** Moves the focus by Tab until it stands on what the words name; fails when it never does. */
  async function tabTo(words: RegExp): Promise<void> {
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab')
      const named = await page.evaluate<string>(
        `(() => { const one = document.activeElement; const label = one.labels?.[0]?.innerText ?? '';
           return [one.getAttribute('aria-label') ?? '', label, one.tagName === 'INPUT' ? '' : one.innerText].join(' ').trim() })()`,
      )
      if (words.test(named)) return
    }
    assert.fail(`no tab stop ${String(words)}`)
  }

  test('the clerk issues 住民票の写し with the keyboard alone', async () => {
    await signIn('window')
    await menu('窓口交付')
    await look('desk')
    await tabTo(/^氏名/)
    await page.keyboard.type('高橋　健一')
    await page.keyboard.press('Enter')
    await main().getByRole('link', { name: '髙橋　健一' }).waitFor()
    await look('desk-found')
    await tabTo(/^髙橋　健一/)
    await page.keyboard.press('Enter')
    await heading('交付する証明書')
    await look('desk-kinds')
    await tabTo(/^住民票の写しを交付する/)
    await page.keyboard.press('Enter')
    await heading('住民票の写しの交付')
    await main().getByLabel('部数').waitFor()
    await look('desk-ask')
    await tabTo(/^入力内容を確認しました/)
    await page.keyboard.press('Space')
    await tabTo(/^証明書を作成/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '手数料を受け取ってください' }).waitFor()
    await look('desk-fee')
    const transactionId = new URL(page.url()).searchParams.get('transaction') ?? ''
    await tabTo(/^受け取った/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /部を印刷し/ }).waitFor()
    await page.locator('iframe').first().waitFor()
    const pdf = await context.request.get(
      `${system.staffUrl}/api/certificates/issues/${transactionId}/document`,
    )
    assert.match(extractPages(await pdf.body()).join(''), /髙橋　健一/)
    await tabTo(/^印刷した/)
    await page.keyboard.press('Enter')
    await page.getByText('住民票の写しを1部交付しました').waitFor()
    await look('desk-done')
  })

  test('somebody under protection is found without whereabouts, and refused in neutral words', async () => {
    await menu('窓口交付')
    await page.getByLabel('氏名').fill('金糸　ひそか')
    await press('検索')
    await page.getByText('（支援措置のため非表示）').waitFor()
    await look('desk-protected')
    await go(/ひそか/)
    await go('住民票の写しを交付する')
    await confirmed()
    await press('証明書を作成')
    await page.getByRole('alert').waitFor()
    assert.doesNotMatch(await main().innerText(), /9876番地/)
    await look('desk-refused')
  })

  test('a 発行禁止 stops the paper, is lifted for a time by who may, and stands again', async () => {
    await menu('発行禁止設定')
    await look('blocks-none')
    await go('人を探して設定・確認')
    await page.getByLabel('氏名').fill('高橋　健一')
    await press('検索')
    await go('髙橋　健一')
    await go('発行禁止を設定する')
    await heading('発行禁止の設定')
    await page.getByLabel(/^世帯の全員/).check()
    await page.getByLabel('理由').selectOption({ label: '届出・申出の審査中' })
    await page.getByLabel('メモ').fill('窓口で申出があった')
    await confirmed()
    await look('block-new')
    await press('発行禁止を設定')
    await page.getByText('禁止中').first().waitFor()
    assert.equal(await main().getByRole('button', { name: /解除/ }).count(), 0, 'a clerk lifts nothing')

    await signIn('reviewer')
    await menu('発行禁止設定')
    await look('blocks')
    await main()
      .getByRole('button', { name: /：一時解除$/ })
      .click()
    await page.getByRole('dialog').getByLabel('一時解除の理由').fill('本人が来庁し、確認した')
    await look('block-pause')
    await inDialog('一時解除する')
    await page.getByText('一時解除中').first().waitFor()
    await main()
      .getByRole('button', { name: /：一時解除を終える$/ })
      .click()
    await inDialog('発行禁止に戻す')
    await page.getByText('禁止中').first().waitFor()
  })

  test('証明発行DB参照 tells the block and shows the words all the same', async () => {
    await menu('証明発行DB参照')
    await page.getByLabel('氏名').fill('高橋　健一')
    await press('検索')
    await go('髙橋　健一')
    await page.getByText('いまは交付できません').waitFor()
    await page.getByText('発行禁止（世帯）：届出・申出の審査中').waitFor()
    await page.getByText('確認用（交付できません）').first().waitFor()
    await look('preview')
    await page
      .getByLabel('証明書', { exact: true })
      .selectOption({ label: '印鑑登録証明書：本人の印鑑登録証明書' })
    await page.getByRole('heading', { name: '交付できるか' }).waitFor()
  })

  test('取引情報参照 finds what was issued, with its whole way and its copy', async () => {
    await menu('取引情報参照')
    await press('検索')
    await page.getByText('状態ごとの合計').first().waitFor()
    await look('transactions')
    await main()
      .getByRole('row', { name: /住民票の写し.*印刷済み/ })
      .getByRole('link')
      .click()
    await heading('住民票の写しの取引')
    await page.getByText('経過').first().waitFor()
    await look('transaction')
    await press('控えを表示する')
    await page.locator('iframe').first().waitFor()
  })

  test('settings are changed from a day on, and the screen says from which', async () => {
    await signIn('admin')
    await menu('証明発行設定')
    await look('settings')
    for (const [name, file] of [
      ['交付する証明書を変更', 'setting-issues'],
      ['記載と部数を変更', 'setting-options'],
      ['コンビニ交付のサービス時間を変更', 'setting-hours'],
    ] as const) {
      await go(name)
      await page.getByLabel('適用日').waitFor()
      await look(file)
      await go('証明発行設定')
    }
    await go('手数料を変更')
    await page.getByLabel('住民票の写し').fill('350')
    await page.getByLabel('適用日').fill('R12.4.1')
    await page.keyboard.press('Tab')
    await confirmed()
    await look('setting-fees')
    await press('設定を登録')
    await page.getByText('令和12年4月1日から変わります').waitFor()
    await look('settings-next')
  })

  test('every form can be tried on marked copies with the town’s own seal', async () => {
    await menu('様式の確認')
    await main()
      .getByRole('button', { name: /を試験印刷する$/ })
      .first()
      .click()
    await page.locator('iframe').first().waitFor()
    await look('layouts')
  })

  test('one switch stops everything at once, and the town takes it up again', async () => {
    await menu('交付の状況')
    await page.getByText('証明書を交付しています').waitFor()
    await look('status')
    await press('交付を緊急停止する')
    await look('status-ask')
    await inDialog('すぐに止める')
    await page.getByText('証明書の交付を停止しています').waitFor()
    await page.getByText('滞留している連携データはありません。').waitFor()
    await look('status-stopped')
    await main()
      .getByRole('button', { name: /：交付を再開する$/ })
      .click()
    await inDialog('再開する')
    await page.getByText('証明書を交付しています').waitFor()
  })

  test('the operator stops one kind on behalf of the town, which takes it up again', async () => {
    const command = ['stop-issuing', '--municipality', hida, '--reason', 'failure', '--kind', 'tax']
    const stop = spawnSync(process.execPath, [path.join(root, 'tools/open-bcl.ts'), ...command], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, OPEN_BCL_DATA: system.data },
    })
    assert.equal(stop.status, 0, stop.stderr)
    await page.reload()
    await page.getByText('次の証明書の交付を停止しています：税証明').waitFor()
    await page.getByText(/BCLの運用者（貴団体に代わって）/).waitFor()
    await look('status-operator')
    await main().getByRole('button', { name: '税証明：交付を再開する' }).click()
    await inDialog('再開する')
    await page.getByText('証明書を交付しています').waitFor()
  })

  test('no page threw', () => assert.deepEqual(errors, []))
})
