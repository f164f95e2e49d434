import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { insertAgent } from './linkage.store.ts'

/** A town whose agent broke for good: how an administrator goes on by hand, and what every screen says of it. */
describe('連携の終了', () => {
  const town = makeTown({ households: 30 })
  let cloud: TestCloud
  let hida: MunicipalityCode
  let takayama: MunicipalityCode
  let pages: StaffPages
  let origin: string
  let page: Page

  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    takayama = await cloud.onboard('212032', '高山市')
    await loadTown(cloud, town)
    await inScope(cloud.database.linkage, hida, (tx) =>
      insertAgent(tx, {
        agentId: uuidv7(),
        name: '新庁舎の連携AP',
        fingerprint: 'ab'.repeat(32),
        expiresAt: new Date('2027-11-21T00:00:00Z'),
        replaces: null,
        now: cloud.clock,
      }),
    )
    pages = await openStaffPages(cloud)
    origin = pages.origin
  })
  after(async () => {
    await pages?.close()
    await cloud.close()
  })

  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()
  const look = (name: string) => pages.look(page, name)
  const signIn = async (at: MunicipalityCode): Promise<void> => {
    page = await pages.signIn(at, { loginId: 'admin', displayName: '総務　花子', role: 'admin' })
  }

  test('a town without any data issues nothing, and is told so', async () => {
    await signIn(takayama)
    await page.goto(`${origin}/linkage`)
    await page.getByText('まだデータが届いていません').first().waitFor()
    const risai = page.getByRole('row', { name: /罹災証明書/ })
    await risai.getByText('まだできません').waitFor()
    await risai.getByText('住民情報がまだありません').waitFor()
    assert.equal(await page.getByText('できます', { exact: true }).count(), 0)
    await look('linkage-empty')
  })

  test('an agent that never connected is named, with its end at hand', async () => {
    await signIn(hida)
    await page.goto(`${origin}/linkage`)
    const silent = page.getByRole('note').filter({ hasText: '新庁舎の連携AP' })
    await silent.getByText('連携AP「新庁舎の連携AP」は、登録後一度も接続していません').waitFor()
    await look('linkage-silent')
    await silent.getByRole('button', { name: '新庁舎の連携AP：取り消す' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '登録を取り消す' }).click()
    await silent.waitFor({ state: 'detached' })
  })

  test('a table that goes on to the right says so, and is moved by the keyboard', async () => {
    await page.goto(`${origin}/linkage`)
    const region = page.getByRole('region', { name: /^業務ごとの状況/ })
    await region.waitFor()
    await page.setViewportSize({ width: 375, height: 740 })
    await region.locator('xpath=preceding-sibling::p').getByText('右に続きがあります').waitFor()
    await region.focus()
    await page.keyboard.press('ArrowRight')
    let moved = 0
    for (let i = 0; i < 100 && moved === 0; i++)
      moved = await region.evaluate((one) => (one as unknown as { scrollLeft: number }).scrollLeft)
    assert.ok(moved > 0, 'by the arrow key')
    await page.setViewportSize({ width: 1900, height: 900 })
    await region.locator('xpath=preceding-sibling::p').waitFor({ state: 'detached' })
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  test('手作業取込 leads from what the agent sends to where its linkage is ended', async () => {
    await page.goto(`${origin}/manual`)
    await page.getByRole('link', { name: '住民情報の連携状況' }).click()
    await heading('住民情報の連携')
    await page.getByRole('link', { name: '連携を終えて手作業に切り替える' }).click()
    await heading('住民情報の連携の終了')
    await look('linkage-end')
    await page.getByLabel(/^理由/).fill('連携APの機器が壊れたため')
    await page.getByLabel('入力内容を確認しました').check()
    await press('連携を終えて手作業に切り替える')
    await heading('住民情報の連携')
    await page.getByText('連携を終え、手作業の取込に切り替えています').waitFor()
    await page.getByText('手作業に切替済み').waitFor()
    await look('linkage-ended')
    await page.getByRole('link', { name: '手作業で取り込む', exact: true }).click()
    await heading('住民情報の手作業取込')
    await page.getByLabel('取り込むファイル').waitFor()
  })

  test('連携状況 says what is closed for it, and what is not', async () => {
    await page.goto(`${origin}/linkage`)
    await page.getByText('住民情報は連携を終え、手作業の取込に切り替えています').first().waitFor()
    const juminhyo = page.getByRole('row', { name: /住民票の写し/ })
    await juminhyo.getByText('手動で取り込んだデータです').waitFor()
    await page
      .getByRole('row', { name: /罹災証明書/ })
      .getByText('できます', { exact: true })
      .waitFor()
    await look('linkage-by-hand')
  })

  test('the linkage is taken up again', async () => {
    await page.goto(`${origin}/linkage/businesses/residents`)
    await press('連携を再開する')
    await page.getByText(/全件のファイルが届くまで交付できません/).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: '連携を再開する' }).click()
    await page.getByRole('link', { name: '連携を終えて手作業に切り替える' }).waitFor()
    await page.goto(`${origin}/linkage`)
    await page
      .getByRole('row', { name: /住民票の写し/ })
      .getByText('手動で取り込んだデータです')
      .waitFor()
    assert.deepEqual(pages.errors, [])
  })
})
