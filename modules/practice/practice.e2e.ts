import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { prepare } from './preparing.actions.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
const BAND = '練習中：実際の情報ではありません'

/** A town makes its practice ready, somebody practises and sees on every page that it is one, and comes back by signing in. */
describe('練習の画面', () => {
  let cloud: TestCloud
  let pages: StaffPages
  let admin: Page
  let clerk: Page
  const hida = '212172' as MunicipalityCode

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    await cloud.onboard(hida, '飛騨市')
    await loadTown(cloud, makeTown({ households: 30 }))
    pages = await openStaffPages(cloud)
    admin = await pages.signIn(hida, { loginId: 'desk', displayName: '管理　一郎', role: 'admin' })
    clerk = await pages.signIn(hida, { loginId: 'clerk', displayName: '受付　二郎', role: 'clerk' })
  })
  after(async () => {
    await pages?.close()
    await cloud.close()
  })

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  const toPractice = async (page: Page): Promise<void> => {
    await page.getByRole('banner').getByRole('link', { name: '練習', exact: true }).click()
    await heading(page, '練習')
  }

  test('the administrator makes the practice ready; until then nobody begins', async () => {
    await toPractice(clerk)
    await clerk.getByText('練習の町は、まだ用意されていません').waitFor()
    assert.equal(await clerk.getByRole('button', { name: '練習の町を用意する' }).count(), 0)
    await toPractice(admin)
    await admin.getByRole('button', { name: '練習の町を用意する' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: '練習の町を用意する' }).click()
    await admin.getByText('練習の町を用意しています').first().waitFor()
    await cloud.as(hida, (ctx) => prepare(ctx, cloud.linkage, 1))
    await clerk.reload()
    await clerk.getByRole('button', { name: '練習を始める' }).waitFor()
    await pages.look(clerk, 'practice-before')
  })

  test('whoever practises sees it on every page and on paper', async () => {
    await clerk.getByRole('button', { name: '練習を始める' }).click()
    await clerk.getByRole('dialog').getByRole('button', { name: '練習を始める' }).click()
    await heading(clerk, 'メインメニュー')
    await clerk.getByText(BAND).waitFor()
    await clerk.getByText('飛騨市（練習）').waitFor()
    assert.match(await clerk.title(), /^【練習】/)
    await pages.look(clerk, 'practice-menu', 'both')
    await clerk.getByLabel('災害', { exact: true }).selectOption({ label: '練習用の地震' })
    await clerk
      .getByRole('navigation', { name: 'メニュー' })
      .getByRole('link', { name: '罹災証明書', exact: true })
      .click()
    await clerk.getByText('練習町').first().waitFor()
    await clerk.getByText(BAND).waitFor()
    await pages.shoot(clerk, 'practice-applications')
    await clerk.emulateMedia({ media: 'print' })
    assert.equal(await clerk.getByText(BAND).isVisible(), true)
    assert.equal(await clerk.getByText('練習　無効').isVisible(), true)
    if (shots !== undefined) await clerk.pdf({ path: path.join(shots, 'practice.pdf'), format: 'A4' })
    await clerk.emulateMedia({ media: null })
  })

  test('a page of the town itself left open in another tab does nothing in the practice', async () => {
    const left = await clerk.context().newPage()
    await left.goto(`${pages.origin}/practice`)
    await left.getByText('練習しています').first().waitFor()
    await clerk.getByRole('button', { name: '練習を終える' }).click()
    await clerk.getByRole('button', { name: 'ログイン', exact: true }).waitFor()
    await pages.enter(clerk, hida, 'clerk')
    await heading(clerk, 'メインメニュー')
    assert.equal(await clerk.getByText(BAND).count(), 0)
    // Now the tab that still shows the practice asks for something.
    await left
      .getByRole('navigation', { name: 'メニュー' })
      .getByRole('link', { name: '家屋（地図）' })
      .click()
    await left.getByText('別のタブで、別の団体または練習の画面に切り替わっています').first().waitFor()
    await left.close()
  })

  test('no page showed an error', () => {
    assert.deepEqual(pages.errors, [])
  })
})
