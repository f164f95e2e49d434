import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeTown, residentsCsv } from '@open-bcl/demo/town.ts'
import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import type { RoleName } from '@open-bcl/modules/access/roles.ts'
import { applyRemembering } from '@open-bcl/modules/linkage/apply.actions.ts'
import { nextSeq } from '@open-bcl/modules/residents/intake.actions.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { composeCloud, noServices } from './compose.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from './testing/town.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../staff/dist')

/** From the setting to the log, in a browser: who may see a 個人番号, where, for how long, and what is left of it. */
describe('a town decides to keep 個人番号, shows one, and reads who did', () => {
  const town = makeTown({ households: 4 })
  const [someone] = town.residents
  const residentNo = someone!.residentNo
  const number = town.myNumbers.get(residentNo)!
  const spaced = number.replace(/(\d{4})(?=\d)/g, '$1 ')
  let cloud: TestCloud
  let code: MunicipalityCode
  let origin: string
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud()
    ending.push(() => cloud.close())
    code = await cloud.onboard('212172', '飛騨市')
    await account('admin', '総務　花子', 'admin')
    await account('shimin', '市民　次郎', 'reviewer')
    await account('kansa', '監査　三郎', 'auditor')
    await sendWholeTown()
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, noServices)
    await serveWeb(server, '/', dist)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    context = await openBrowser()
    page = await openPage(context)
  })
  after(async () => {
    await browser.close()
    for (const step of ending.reverse()) await step()
  })

  async function account(loginId: string, displayName: string, role: RoleName): Promise<void> {
    const rest = { department: '市民課', password: TEST_PASSWORD, mustChangePassword: false }
    await cloud.as(code, (ctx) => createStaff(ctx, { loginId, displayName, roles: [role], ...rest }))
  }

  /** As the gateway applies it. */
  async function sendWholeTown(): Promise<void> {
    later()
    const parts: Uint8Array[] = []
    for await (const part of residentsCsv(town, { myNumbers: true })) parts.push(part)
    await withCtx(
      cloud.linkage,
      { actor: { kind: 'machine', name: 'link' }, municipality: code, traceId: 'test' },
      async (ctx) => {
        const given = { business: 'residents', mode: 'full', origin: 'link' } as const
        const open = async function* () {
          yield* parts
        }
        const applied = await applyRemembering(ctx, { ...given, seq: await nextSeq(ctx), open }, 1)
        assert.equal(applied.state, 'applied')
      },
    )
  }

  /** The log is read in the order of time. */
  function later(): void {
    cloud.clock = new Date(cloud.clock.getTime() + 1_000)
  }

  /** A browser of its own, whose clock the test can put forward. */
  async function openBrowser(): Promise<BrowserContext> {
    const made = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    await made.clock.install({ time: cloud.clock })
    return made
  }
  async function openPage(of: BrowserContext): Promise<Page> {
    const made = await of.newPage()
    made.setDefaultTimeout(30_000)
    made.on('pageerror', (error) => errors.push(error.message))
    return made
  }

  const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click()
  const menu = (name: string) =>
    page.getByRole('navigation', { name: 'メニュー' }).getByRole('link', { name, exact: true })
  const confirm = () => page.getByLabel(/^(入力内容|変更内容)を確認しました/).check()

  async function signInAs(loginId: string, at: Page = page): Promise<void> {
    later()
    await at.goto(`${origin}/sign-in`)
    await at.getByLabel('団体コード').fill(code)
    await at.getByLabel('ID').fill(loginId)
    await at.getByLabel('パスワード').fill(TEST_PASSWORD)
    await at.getByRole('button', { name: 'ログイン', exact: true }).click()
    await at.getByRole('heading', { level: 1, name: 'メインメニュー' }).waitFor()
  }

  async function look(name: string): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
      name,
    )
    await shoot(name)
    await page.setViewportSize({ width: 360, height: 740 })
    const tooWide = await page.evaluate<number>(
      `Math.max(...[document.documentElement, ...document.querySelectorAll('dialog[open]')]
        .map((one) => one.scrollWidth - one.clientWidth))`,
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
  const mainText = () => page.getByRole('main').innerText()

  test('the setting says what follows before it is changed', async () => {
    await signInAs('admin')
    await page.goto(`${origin}/residents/${residentNo}`)
    await heading(`宛名番号 ${residentNo}`)
    assert.equal(await page.getByRole('heading', { name: '個人番号', exact: true }).count(), 0)
    await page.goto(`${origin}/municipality/settings/my-number`)
    await page.getByLabel('個人番号を保有し、権限のある職員に表示する').check()
    await page.getByText('保有する前に、特定個人情報保護評価を終えてください').waitFor()
    await confirm()
    await look('setting-on')
    await press('設定を登録')
    await page.getByText('個人番号を保有し、表示します。').waitFor()
    await sendWholeTown()
  })

  test('a colleague is named until a day, never oneself, never for longer than a year', async () => {
    await menu('端末と個人番号の実施者').click()
    await heading('端末と個人番号の実施者')
    await page.getByText('誰も個人番号を表示できません').waitFor()
    await look('terminals-empty')
    await page.getByRole('link', { name: '職員を指定する' }).click()
    const name = async (loginId: string, untilOn: string): Promise<void> => {
      await page.getByLabel('職員のID').fill(loginId)
      await page.getByLabel('終了日').fill(untilOn)
      await confirm()
      await press('指定する')
    }
    await name('admin', '令和9年3月31日')
    await page.getByText('ご自身を指定することはできません').waitFor()
    await name('shimin', '令和12年3月31日')
    await page.getByText('終了日は今日から1年以内の日にしてください').waitFor()
    await look('holder-refused')
    await name('shimin', '令和9年3月31日')
    await page.getByRole('rowheader', { name: '市民　次郎' }).waitFor()
  })

  test('a named person at a terminal that is not marked is refused in plain words', async () => {
    const elsewhere = await openPage(await openBrowser())
    const here = page
    page = elsewhere
    await signInAs('shimin')
    await menu('個人番号の照会').click()
    await heading('個人番号の照会')
    await page.getByRole('textbox', { name: /^宛名番号/ }).fill(residentNo)
    await page.getByLabel('個人番号を使う事務').selectOption('tax')
    later()
    await press('個人番号を表示する')
    await page.getByText('この端末では個人番号を表示できません').waitFor()
    await look('refused-terminal')
    assert.ok(!(await mainText()).includes(number))
    await page.context().close()
    page = here
  })

  test('the administrator marks the very browser she stands at; she still sees no number', async () => {
    await page.getByRole('link', { name: 'このブラウザーを個人番号の端末として登録' }).click()
    await page.getByLabel('端末の名称').fill('=市民課 2番窓口')
    await confirm()
    await look('terminal-new')
    later()
    await press('このブラウザーを登録する')
    await page.getByText('登録中・いま使っている端末').waitFor()
    assert.equal(
      await page.getByRole('link', { name: 'このブラウザーを個人番号の端末として登録' }).count(),
      0,
    )
    await look('terminals')
    await page.goto(`${origin}/residents/${residentNo}`)
    await page.getByText('あなたは指定されていません').waitFor()
    assert.equal(await page.getByRole('button', { name: '個人番号を表示する' }).count(), 0)
    assert.equal(await menu('個人番号の照会').count(), 0)
  })

  test('there the named person sees it by the keyboard alone, for a minute, never on paper', async () => {
    await signInAs('shimin')
    await page.goto(`${origin}/residents/${residentNo}`)
    await page.getByLabel('個人番号を使う事務').focus()
    assert.equal(
      await page.getByRole('button', { name: '個人番号を表示する' }).getAttribute('aria-disabled'),
      'true',
    )
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    later()
    await page.keyboard.press('Enter')
    const shown = page.getByText(spaced, { exact: true })
    await shown.waitFor()
    await page.getByText('60秒後に自動で隠れます').waitFor()
    const focused = await page.evaluate<string | null>("document.activeElement.getAttribute('aria-label')")
    assert.equal(focused, `宛名番号${residentNo}の個人番号`)
    await look('shown')
    await page.emulateMedia({ media: 'print' })
    assert.equal(await shown.isVisible(), false)
    await page.emulateMedia({ media: 'screen' })
    assert.equal(await shown.isVisible(), true)
    await page.getByRole('button', { name: '今すぐ隠す' }).focus()
    await page.clock.fastForward(50_000)
    assert.equal(await shown.count(), 1)
    await page.clock.fastForward(12_000)
    await page.getByText('個人番号を隠しました').waitFor()
    assert.equal(await page.evaluate("document.activeElement.getAttribute('role')"), 'status')
    assert.equal(await shown.count(), 0)
    assert.ok(!(await page.content()).includes(number))
    await look('hidden')
  })

  test('the number of one person never stands beside the 宛名番号 of another', async () => {
    await page.goto(`${origin}/my-number`)
    await page.getByRole('textbox', { name: /^宛名番号/ }).fill(residentNo)
    await page.getByLabel('個人番号を使う事務').selectOption('disaster')
    later()
    await press('個人番号を表示する')
    await page.getByText(spaced, { exact: true }).waitFor()
    await look('page-shown')
    await page.getByRole('textbox', { name: /^宛名番号/ }).fill('999')
    assert.equal(await page.getByText(spaced, { exact: true }).count(), 0)
    later()
    await press('個人番号を表示する')
    await page.getByText('この宛名番号の個人番号はありません').waitFor()
    assert.ok(!page.url().includes('999'))
  })

  test('the auditor finds all of it by person and period, and saves it safe for a spreadsheet', async () => {
    await signInAs('kansa')
    await menu('個人番号の取扱記録').click()
    await heading('個人番号の取扱記録')
    await press('記録を表示する')
    // Saved once, refused at the other browser, shown twice, refused for want of a number.
    await page.getByText(/^5件を表示しています/).waitFor()
    await look('log')
    await page.getByRole('textbox', { name: /^宛名番号/ }).fill('999')
    await press('記録を表示する')
    await page.getByText(/^1件を表示しています/).waitFor()
    await page.getByRole('cell', { name: '番号がない' }).waitFor()
    await page.getByRole('textbox', { name: /^宛名番号/ }).fill('')
    await page.getByLabel('終わりの日').fill('令和8年11月20日')
    await press('記録を表示する')
    await page.getByText('この条件の記録はありません').waitFor()
    await page.getByLabel('終わりの日').fill('令和8年11月21日')
    await press('記録を表示する')
    const coming = page.waitForEvent('download')
    await press('条件に合う記録をCSVで保存')
    const csv = fs.readFileSync(await (await coming).path(), 'utf8')
    assert.match(csv, /^\uFEFF"日時","取扱い","取り扱った人",/)
    assert.equal(csv.trimEnd().split('\r\n').length, 6)
    assert.match(csv, /"表示","市民　次郎","\d+","'=市民課 2番窓口","被災者台帳の作成に関する事務",""/)
    assert.match(csv, /"表示を断った","市民　次郎","\d+","","地方税の賦課徴収に関する事務","マイナンバー/)
    assert.match(csv, new RegExp(`"保存","システム","","","","${town.residents.length}件（取込通番2）"`))
    for (const one of town.myNumbers.values()) assert.ok(!csv.includes(one))
  })

  test('the colleague loses the right, and the terminal its mark, at once', async () => {
    await signInAs('shimin')
    await page.goto(`${origin}/my-number`)
    await page.getByRole('textbox', { name: /^宛名番号/ }).fill(residentNo)
    await page.getByLabel('個人番号を使う事務').selectOption('tax')
    const here = page
    page = await openPage(await openBrowser())
    await signInAs('admin')
    await menu('端末と個人番号の実施者').click()
    await press('市民　次郎：指定を終える')
    await look('holder-end')
    await inDialog('指定を終える')
    await page.getByText('指定した職員はいません').waitFor()
    await press('=市民課 2番窓口：取り消す')
    await inDialog('登録を取り消す')
    await page.getByText(/^取消し（/).waitFor()
    await page.context().close()
    page = here
    later()
    await press('個人番号を表示する')
    await page.getByRole('alert').waitFor()
    await look('refused-right')
    assert.ok(!(await mainText()).includes(spaced))
  })

  test('turning it off says what becomes of the numbers', async () => {
    await signInAs('admin')
    await page.goto(`${origin}/municipality/settings/my-number`)
    await page.getByLabel('個人番号を保有し、権限のある職員に表示する').uncheck()
    await page.getByText('適用日から、誰にも個人番号を表示できなくなります').waitFor()
    await look('setting-off')
  })

  test('no page threw, and no log line holds a number', () => {
    assert.deepEqual(errors, [])
    for (const one of town.myNumbers.values()) assert.ok(!cloud.logLines.join('\n').includes(one))
  })
})
