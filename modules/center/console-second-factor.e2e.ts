import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { chromium, type Browser, type Page } from 'playwright-core'
import { lookAt, sizes } from '../../apps/center/testing/look.ts'
import { openSignInPlace, type SignInPlace } from '../../apps/center/testing/sign-in-place.ts'
import { addAuthenticator } from '../access/testing/authenticator.ts'
import { appCode, enrolApp, later } from '../access/testing/second-factor-cases.ts'

/** Operators and their second factor, in a browser whose authenticator is Chromium's own virtual one. */
describe('運用者の2段階認証', () => {
  let place: SignInPlace
  let browser: Browser
  let page: Page
  let secret: string
  /** Of the two administrators. */
  const secrets = new Map<string, string>()
  const errors: string[] = []

  before(async () => {
    place = await openSignInPlace(true)
    await place.require(true)
    await place.account('yakin', 'worker')
    for (const loginId of ['kanri1', 'kanri2']) {
      await place.account(loginId, 'administrator')
      secrets.set(loginId, (await enrolApp(place, loginId)).secret)
    }
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    const context = await browser.newContext({ viewport: sizes[0], locale: 'ja-JP' })
    await context.clock.install({ time: place.clock })
    page = await context.newPage()
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => errors.push(error.message))
  })
  after(async () => {
    await browser.close()
    await place.close()
  })

  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click()
  const menu = (name: string) =>
    page.getByRole('navigation', { name: 'メニュー' }).getByRole('link', { name, exact: true }).click()
  const look = (name: string): Promise<void> => lookAt(page, `console-${name}`)

  async function password(loginId: string): Promise<void> {
    await page.goto(`${place.origin}/operator/sign-in?returnTo=/sessions`)
    await page.getByLabel('ID').fill(loginId)
    await page.getByLabel('パスワード').fill(place.password)
    await press('ログイン')
  }
  /** The next code that the app would show. */
  function codeNow(of: string): string {
    later(place, 1)
    return appCode(place, of)
  }
  async function code(of: string): Promise<void> {
    await heading('2段階目の確認')
    await page.getByLabel(/^確認コード/).fill(codeNow(of))
    await press('確認する')
    await heading('ログイン中の端末')
  }

  test('an operator enrols an app before anything else, and keeps ten codes', async () => {
    await password('yakin')
    await heading('2段階認証の登録')
    assert.equal(await page.getByRole('navigation', { name: 'メニュー' }).count(), 0)
    await look('enrol')
    await press('認証アプリの登録を始める')
    await page.getByRole('img', { name: '認証アプリに読み取らせる2次元コード' }).waitFor()
    secret = (await page.locator('code').first().innerText()).replaceAll(' ', '')
    await page.getByLabel(/^2\. 認証アプリに/).fill('000000')
    await press('登録する')
    await page.getByText('確認コードが合いません').waitFor()
    await look('enrol-app')
    await page.getByLabel(/^2\. 認証アプリに/).fill(codeNow(secret))
    await press('登録する')
    await heading('リカバリーコードを控えてください')
    await look('recovery-codes')
    await page.getByLabel('リカバリーコードを控えました').check()
    await press('続ける')
    await heading('ログイン中の端末')
    await look('sessions')
  })

  test('signed out and in again: the app is asked for; a passkey takes its place', async () => {
    await press('ログアウト')
    await heading('証明書交付センター 運用')
    await password('yakin')
    await heading('2段階目の確認')
    await look('confirm')
    await code(secret)

    await addAuthenticator(page)
    await menu('2段階認証')
    await heading('2段階認証')
    await press('パスキーを登録する')
    await page.getByLabel(/^現在のパスワード/).fill(place.password)
    await inDialog('続ける')
    await page.getByLabel(/^パスキーの名前/).fill('監視室 3番PC')
    await page.getByRole('region', { name: 'パスキー' }).locator('button[type=submit]').click()
    await page.getByRole('rowheader', { name: '監視室 3番PC' }).waitFor()
    await look('own')

    await press('ログアウト')
    await password('yakin')
    await heading('2段階目の確認')
    await press('パスキーで確認する')
    await heading('ログイン中の端末')
  })

  test('the telephone is lost: two administrators, a code by hand, a new enrolment', async () => {
    await password('kanri1')
    await code(secrets.get('kanri1')!)
    await menu('2段階認証の復旧')
    await heading('2段階認証の復旧')
    await page.getByRole('link', { name: '復旧を申請する' }).click()
    await page.getByLabel(/^運用者のID/).fill('yakin')
    await page.getByLabel('端末をなくした').check()
    await page.getByLabel(/^(入力内容|変更内容)を確認しました/).check()
    await look('recovery-new')
    await press('申請する')
    await page.getByText('別の管理者の承認が要ります').waitFor()
    assert.equal(await page.getByRole('button', { name: /承認する/ }).count(), 0)
    await look('recovery-asked')

    await password('kanri2')
    await code(secrets.get('kanri2')!)
    await menu('2段階認証の復旧')
    await press('運用 yakin：承認する')
    await inDialog('本人を確かめたので、承認する')
    await page.getByRole('heading', { name: '運用 yakinさんの復旧コード' }).waitFor()
    const given = await page.getByRole('main').locator('code').first().innerText()
    await look('recovery-approved')

    await password('yakin')
    await press('リカバリーコードを使う')
    await page.getByLabel(/^リカバリーコード/).fill(given.toUpperCase())
    await look('confirm-recovery')
    await press('リカバリーコードで確認する')
    await heading('2段階認証の登録')
  })

  test('no page threw, and no log line holds a secret', () => {
    assert.deepEqual(errors, [])
    const log = place.logLines.join('\n')
    for (const hidden of [secret, ...secrets.values()]) assert.ok(!log.includes(hidden))
  })
})
