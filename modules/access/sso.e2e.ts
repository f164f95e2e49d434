import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { testProvider, type TestProvider } from './testing/oidc.ts'

/** A town's own provider, at another site than the staff pages, so that the browser keeps their cookies apart. */
describe('single sign-on in a browser', () => {
  let cloud: TestCloud
  let pages: StaffPages
  let hida: MunicipalityCode
  let takayama: MunicipalityCode
  let provider: TestProvider
  let origin: string
  /** Of whoever sits down next: the provider knows nobody in a new one. */
  let page: Page

  before(async () => {
    cloud = await testCloud()
    // Tokens carry the time of the provider, which is today's.
    cloud.clock = new Date()
    hida = await cloud.onboard('212172', '飛騨市')
    takayama = await cloud.onboard('212032', '高山市')
    const signIn = { origins: [] as string[], ssoIssuers: [] as string[] }
    pages = await openStaffPages(cloud, { signIn })
    origin = pages.origin
    provider = await testProvider(`${origin}/sign-in/sso`)
    signIn.origins.push(origin)
    signIn.ssoIssuers.push(provider.issuer)
    await pages.account(hida, { loginId: 'kanri', displayName: '管理　一郎', role: 'admin' })
    await pages.account(hida, { loginId: 'hanako', displayName: '窓口　花子', role: 'clerk' })
  })
  after(async () => {
    await pages?.close()
    await provider?.close()
    await cloud.close()
  })

  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  const elsewhere = () => page.getByRole('button', { name: '団体の認証基盤でログイン' })
  const look = (name: string) => pages.look(page, name)

  test('an administrator names the provider', async () => {
    page = await pages.open()
    await page.goto(`${origin}/sign-in-settings/sso`)
    await pages.enter(page, hida, 'kanri')
    await heading('団体の認証基盤でのログインの変更')
    await page.getByText(`${origin}/sign-in/sso`).waitFor()
    await page.getByLabel('団体の認証基盤でのログインを使う').check()
    await page.getByLabel('発行者（Issuer）').selectOption(provider.issuer)
    await page.getByLabel('クライアントID').fill(provider.clientId)
    await page.getByLabel(/^クライアントシークレット/).fill(provider.clientSecret)
    await page.getByLabel(/^(入力内容|変更内容)を確認しました/).check()
    await look('sso-setting')
    await page.getByRole('button', { name: '設定を登録' }).click()
    await heading('ログインの設定')
    await page.getByText('このシステムでも確認します').waitFor()
    await look('sso-settings')
  })

  test('the button stands where the town uses it; through the provider and back to where one wanted to go', async () => {
    page = await pages.open()
    provider.account = 'hanako'
    await page.goto(`${origin}/disasters`)
    const code = page.getByLabel('団体コード')
    await Promise.all([
      page.waitForResponse((answer) => answer.url().endsWith(`/api/sso?municipalityCode=${takayama}`)),
      code.fill(takayama),
    ])
    assert.equal(await elsewhere().count(), 0)
    await code.fill(hida)
    await elsewhere().waitFor()
    await look('sso-sign-in')
    await code.fill(takayama)
    await elsewhere().waitFor({ state: 'detached' })
    await code.fill(hida)
    await elsewhere().click()
    await page.waitForURL(`${origin}/disasters`)
    await heading('災害の一覧')
    await page.getByText('窓口　花子').first().waitFor()
  })

  test('whoever has no account here is told so, and what to do', async () => {
    page = await pages.open()
    provider.account = 'stranger'
    await page.goto(`${origin}/sign-in`)
    await page.getByLabel('団体コード').fill(hida)
    await elsewhere().click()
    await page.getByText('認証基盤でのログインを確認できませんでした').waitFor()
    assert.equal(page.url(), `${origin}/sign-in/sso`)
    await look('sso-refused')
    await page.getByRole('link', { name: 'ログイン画面へ戻る' }).click()
    await page.getByLabel('団体コード').waitFor()
  })

  test('a provider that is away is named as what is away', async () => {
    await page.getByLabel('団体コード').fill(hida)
    await elsewhere().waitFor()
    await provider.close()
    await elsewhere().click()
    await page.getByText('団体の認証基盤につながりません').waitFor()
    await look('sso-away')
    assert.deepEqual(pages.errors, [])
  })
})
