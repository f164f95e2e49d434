import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { openDoor, type TerminalDoor } from './testing/terminal-visitor.ts'

const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

/** In a browser that was given the file: from the first terminal to nobody else being let in. */
describe('a town goes over to its own terminals', () => {
  let cloud: TestCloud
  let pages: StaffPages
  let door: TerminalDoor
  let hida: MunicipalityCode
  let desk: Page
  let terminal: Page
  let pfx: Buffer
  let passphrase: string
  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    pages = await openStaffPages(cloud)
    door = await openDoor(cloud, dist)
  })
  after(async () => {
    await pages.close()
    await door.close()
    await cloud.close()
  })
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

  test('the administrator enrols a terminal and gets a file and its password, once', async () => {
    desk = await pages.signIn(hida, { loginId: 'kanri', displayName: '総務　花子', role: 'admin' })
    await desk.goto(`${pages.origin}/terminals`)
    await heading(desk, '端末と個人番号の実施者')
    await desk.getByText('いまは、登録していない端末からもログインできます').waitFor()
    await desk.getByRole('link', { name: '端末を登録する', exact: true }).click()
    await heading(desk, '端末の登録')
    await desk.getByLabel('端末の名称').fill('総務課 1番')
    await desk.getByLabel('LGWAN接続系').check()
    await pages.look(desk, 'terminal-enrol')
    await press(desk, '登録して証明書を発行する')
    const told = await desk.getByText(/^ファイルのパスワード：/).innerText()
    passphrase = told.slice('ファイルのパスワード：'.length).trim()
    const coming = desk.waitForEvent('download')
    await press(desk, '鍵と証明書のファイルを保存')
    const download = await coming
    assert.equal(download.suggestedFilename(), '総務課 1番.p12')
    pfx = fs.readFileSync(await download.path())
    await pages.look(desk, 'terminal-given')
    await desk.getByRole('link', { name: '一覧へ戻る' }).click()
    await desk.getByText('証明書の取込み待ち').waitFor()
    await pages.look(desk, 'terminals')
  })

  test('from there, and from nowhere else, the town closes all other machines out', async () => {
    const origin = `https://localhost:${door.port}`
    await desk.goto(`${pages.origin}/sign-in-settings/terminals`)
    const close = async (page: Page): Promise<void> => {
      await page.getByLabel('登録した端末だけ', { exact: false }).first().check()
      await page.getByText('適用日から、登録していない端末は使えなくなります').waitFor()
      await page.getByLabel(/^(入力内容|変更内容)を確認しました/).check()
      await press(page, '設定を登録')
    }
    await close(desk)
    await desk.getByText('この設定は、登録した端末からだけ').first().waitFor()
    terminal = await pages.open({
      clientCertificates: [{ origin, pfx, passphrase }],
      ignoreHTTPSErrors: true,
    })
    await terminal.goto(`${origin}/sign-in-settings/terminals`)
    await pages.enter(terminal, hida, 'kanri')
    await heading(terminal, 'ログインできる端末の変更')
    await close(terminal)
    await heading(terminal, 'ログインの設定')
    await terminal.getByText('登録した端末だけがログインできます').waitFor()
    await terminal.goto(`${origin}/terminals`)
    await terminal.getByText('登録中・いま使っている端末').waitFor()
    await pages.look(terminal, 'terminals-only')
  })

  test('elsewhere it is said in plain words, and whom to ask', async () => {
    await desk.goto(`${pages.origin}/terminals`)
    await pages.enter(desk, hida, 'kanri')
    await desk.getByText('この端末は登録されていないため、ログインできません').waitFor()
    await desk.getByText('貴団体のシステム管理者に連絡してください').waitFor()
    await pages.look(desk, 'refused')
    assert.deepEqual(pages.errors, [])
  })
})
