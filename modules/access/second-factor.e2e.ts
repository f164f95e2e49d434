import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { addAuthenticator } from './testing/authenticator.ts'
import { appCode, later } from './testing/second-factor-cases.ts'

/** From the setting to the lost telephone, in a browser whose authenticator is Chromium's own virtual one. */
describe('a town requires a second factor', () => {
  let cloud: TestCloud
  let pages: StaffPages
  let code: MunicipalityCode
  let origin: string
  let page: Page
  let secret: string
  let recoveryCodes: string[]

  before(async () => {
    cloud = await testCloud()
    code = await cloud.onboard('212172', '飛騨市')
    // Passkeys hold for a host: the address is known once the server listens.
    const origins: string[] = []
    pages = await openStaffPages(cloud, { signIn: { origins, ssoIssuers: [] } })
    origin = pages.origin.replace('127.0.0.1', 'localhost')
    origins.push(origin)
    await pages.account(code, { loginId: 'kanri1', displayName: '管理　一郎', role: 'admin' })
    await pages.account(code, { loginId: 'kanri2', displayName: '管理　二美', role: 'admin' })
    await pages.account(code, { loginId: 'madoguchi', displayName: '窓口　三子', role: 'clerk' })
    page = await pages.open()
  })
  after(async () => {
    await pages?.close()
    await cloud.close()
  })

  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click()
  const confirm = () => page.getByLabel(/^(入力内容|変更内容)を確認しました/).check()
  const look = (name: string) => pages.look(page, name)
  const menu = (name: string) =>
    page.getByRole('navigation', { name: 'メニュー' }).getByRole('link', { name, exact: true })

  async function password(loginId: string): Promise<void> {
    await page.goto(`${origin}/sign-in`)
    await pages.enter(page, code, loginId)
  }
  /** The next code that the app would show. */
  function codeNow(): string {
    later(cloud, 1)
    return appCode(cloud, secret)
  }
  async function ownPage(name: string): Promise<void> {
    await page.locator('.user-menu > button').click()
    await page.getByRole('link', { name, exact: true }).click()
    await heading(name)
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

    await addAuthenticator(page)
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
    assert.deepEqual(pages.errors, [])
    const log = cloud.logLines.join('\n')
    for (const hidden of [secret, ...recoveryCodes]) assert.ok(!log.includes(hidden))
  })
})
