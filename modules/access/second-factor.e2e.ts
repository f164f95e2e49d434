import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { Secret, TOTP } from 'otpauth'
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from './access.actions.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

/** From the setting to the lost telephone, in a browser whose authenticator is Chromium's own virtual one. */
describe('a town requires a second factor', () => {
  let cloud: TestCloud
  let code: MunicipalityCode
  let origin: string
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let secret: string
  let recoveryCodes: string[]
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud()
    ending.push(() => cloud.close())
    code = await cloud.onboard('212172', '飛騨市')
    await account('kanri1', '管理　一郎', 'admin')
    await account('kanri2', '管理　二美', 'admin')
    await account('madoguchi', '窓口　三子', 'clerk')
    // Passkeys hold for a host: the address is known once the server listens.
    const origins: string[] = []
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, { ...noServices, signIn: { origins, ssoIssuers: [] } })
    await serveWeb(server, '/', dist)
    origin = (await server.listen({ host: '127.0.0.1', port: 0 })).replace('127.0.0.1', 'localhost')
    origins.push(origin)
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    await context.clock.install({ time: cloud.clock })
    page = await openPage(context)
  })
  after(async () => {
    await browser.close()
    for (const step of ending.reverse()) await step()
  })

  async function account(loginId: string, displayName: string, role: 'admin' | 'clerk'): Promise<void> {
    const rest = { department: '市民課', password: TEST_PASSWORD, mustChangePassword: false }
    await cloud.as(code, (ctx) => createStaff(ctx, { loginId, displayName, roles: [role], ...rest }))
  }
  async function openPage(of: BrowserContext): Promise<Page> {
    const made = await of.newPage()
    made.setDefaultTimeout(15_000)
    made.on('pageerror', (error) => errors.push(error.message))
    return made
  }
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click()
  const confirm = () => page.getByLabel(/^(入力内容|変更内容)を確認しました/).check()
  const menu = (name: string) =>
    page.getByRole('navigation', { name: 'メニュー' }).getByRole('link', { name, exact: true })

  async function password(loginId: string): Promise<void> {
    await page.goto(`${origin}/sign-in`)
    await page.getByLabel('団体コード').fill(code)
    await page.getByLabel('ID').fill(loginId)
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await press('ログイン')
  }
  /** The next code that the app would show. */
  function codeNow(): string {
    cloud.clock = new Date(cloud.clock.getTime() + 60_000)
    return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: cloud.clock.getTime() })
  }
  async function ownPage(name: string): Promise<void> {
    await page.locator('.user-menu > button').click()
    await page.getByRole('link', { name, exact: true }).click()
    await heading(name)
  }
  async function authenticator(): Promise<{ client: CDPSession; authenticatorId: string }> {
    const client = await context.newCDPSession(page)
    await client.send('WebAuthn.enable')
    const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
        ...{ isUserVerified: true, automaticPresenceSimulation: true },
      },
    })
    return { client, authenticatorId }
  }

  async function look(name: string): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
      name,
    )
    await shoot(name)
    await page.setViewportSize({ width: 390, height: 844 })
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

  test('an administrator requires it of clerks', async () => {
    await password('kanri1')
    await heading('メインメニュー')
    await menu('ログインの設定').click()
    await heading('ログインの設定')
    await page.getByText('必須としません。').waitFor()
    await look('settings')
    await page.getByRole('link', { name: '2段階認証の必須を変更' }).click()
    await page.getByLabel('選んだ権限を持つ職員').check()
    await page.getByLabel('罹災証明担当（受付）').check()
    await confirm()
    await look('setting-factor')
    await press('設定を登録')
    await page.getByText('次の権限を持つ職員に必須とします：罹災証明担当（受付）').waitFor()
    await page.getByRole('link', { name: '団体の認証基盤でのログインを変更' }).click()
    await page.getByText('使える認証基盤がまだありません').waitFor()
    await look('setting-sso')
  })

  test('the clerk enrols an app before anything else, and keeps ten codes', async () => {
    await password('madoguchi')
    await heading('2段階認証の登録')
    assert.equal(await page.getByRole('navigation', { name: 'メニュー' }).count(), 0)
    await page.goto(`${origin}/disasters`)
    await heading('2段階認証の登録')
    await look('enrol')
    await press('認証アプリの登録を始める')
    await page.getByRole('img', { name: '認証アプリに読み取らせる2次元コード' }).waitFor()
    secret = (await page.locator('code').first().innerText()).replaceAll(' ', '')
    await page.getByLabel(/^2\. 認証アプリに/).fill('000000')
    await press('登録する')
    await page.getByText('確認コードが合いません').waitFor()
    await look('enrol-app')
    await page.getByLabel(/^2\. 認証アプリに/).fill(codeNow())
    await press('登録する')
    await heading('リカバリーコードを控えてください')
    recoveryCodes = await page.getByRole('list', { name: 'リカバリーコード' }).locator('code').allInnerTexts()
    assert.equal(recoveryCodes.length, 10)
    await look('recovery-codes')
    await page.getByLabel('リカバリーコードを控えました').check()
    await press('続ける')
    await page.waitForURL(`${origin}/disasters`)
  })

  test('then the code is asked for at every sign-in, and a passkey can take its place', async () => {
    await password('madoguchi')
    await heading('2段階目の確認')
    await look('confirm')
    await page.getByLabel(/^確認コード/).fill(codeNow())
    await press('確認する')
    await heading('メインメニュー')

    await authenticator()
    await ownPage('2段階認証')
    await look('own')
    await press('パスキーを登録する')
    await page.getByLabel(/^現在のパスワード/).fill(TEST_PASSWORD)
    await look('own-password')
    await inDialog('続ける')
    await page.getByLabel(/^パスキーの名前/).fill('窓口 3番PC')
    await page.getByRole('region', { name: 'パスキー' }).locator('button[type=submit]').click()
    await page.getByRole('rowheader', { name: '窓口 3番PC' }).waitFor()
    await look('own-passkey')

    await password('madoguchi')
    await heading('2段階目の確認')
    await press('パスキーで確認する')
    await heading('メインメニュー')
    await ownPage('ログイン中の端末')
    await press('ほかの端末をすべて終了する')
    await inDialog('すべて終了する')
    await page.getByText(/件のログインを終了しました/).waitFor()
    await look('sessions')
  })

  test('the telephone is lost: two administrators, a code by hand, a new enrolment', async () => {
    await password('kanri1')
    await menu('2段階認証の復旧').click()
    await page.getByRole('link', { name: '復旧を申請する' }).click()
    await page.getByLabel(/^職員のID/).fill('madoguchi')
    await page.getByLabel('端末をなくした').check()
    await confirm()
    await press('申請する')
    await page.getByText('別の管理者の承認が要ります').waitFor()
    assert.equal(await page.getByRole('button', { name: /承認する/ }).count(), 0)
    await password('kanri2')
    await menu('2段階認証の復旧').click()
    await press('窓口　三子：承認する')
    await inDialog('本人を確かめたので、承認する')
    await page.getByRole('heading', { name: '窓口　三子さんの復旧コード' }).waitFor()
    const given = await page.getByRole('main').locator('code').first().innerText()
    await look('recovery-approved')

    await password('madoguchi')
    await press('リカバリーコードを使う')
    await page.getByLabel(/^リカバリーコード/).fill(given.toUpperCase())
    await look('confirm-recovery')
    await press('リカバリーコードで確認する')
    await heading('2段階認証の登録')
  })

  test('no page threw, and no log line holds a secret', () => {
    assert.deepEqual(errors, [])
    const log = cloud.logLines.join('\n')
    for (const hidden of [secret, ...recoveryCodes]) assert.ok(!log.includes(hidden))
  })
})
