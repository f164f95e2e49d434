import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { registerDisaster } from './ledger.contract.ts'

/** What the town says about the items of a subsystem stands on the forms at once. */
describe('業務の項目の設定の画面', () => {
  let cloud: TestCloud
  let town: DemoTown
  let pages: StaffPages
  let page: Page
  let disasterId: string

  before(async () => {
    cloud = await testCloud()
    town = makeTown({ households: 20 })
    const { code } = town.municipality
    await cloud.onboard(code, '飛騨市')
    await loadTown(cloud, town)
    const clerk = await cloud.signIn(code, 'clerk')
    const made = await clerk.get(registerDisaster, {
      ...{ name: '令和8年豪雨', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
      applicationDeadlineOn: null,
    })
    disasterId = made.disaster.disasterId
    pages = await openStaffPages(cloud)
    page = await pages.signIn(code, { loginId: 'reviewer', displayName: '係長　花子', role: 'reviewer' })
  })
  after(async () => {
    await pages?.close()
    await cloud?.close()
  })

  const part = (name: string): Locator => page.getByRole('region', { name, exact: true })
  const at = (path: string) => page.goto(`${pages.origin}${path}?disaster=${disasterId}`)

  test('an item is renamed, another hidden, a third moved, and the form has them so', async () => {
    await at('/item-names')
    const things = part('被災非住家')
    await things.locator('[name="name-note"]').fill('町のメモ')
    await things.locator('[name="shown-phone"]').uncheck()
    await things.getByRole('button', { name: '法人番号を下へ' }).click()
    await pages.look(page, 'item-names', 'both')
    await things.getByRole('button', { name: '被災非住家の項目をこの設定で更新' }).click()
    await page.getByText('被災非住家の項目を設定しました').waitFor()
    await page.goto(
      `${pages.origin}/non-dwellings/new?disaster=${disasterId}&person=R-${town.people['satoTaro']!.residentNo}`,
    )
    await page.getByLabel('町のメモ').waitFor()
    assert.equal(await page.getByLabel('電話番号').count(), 0)
    const names = await page
      .locator('main input, main textarea')
      .evaluateAll((all) => all.map((one) => one.getAttribute('name')))
    assert.ok(names.indexOf('words.ownerAddress') < names.indexOf('words.corporateNo'), names.join(' '))
  })

  test('what a law, a form or the work needs is named with its reason, and has no box', async () => {
    await at('/item-names')
    const applications = part('罹災証明の申請')
    await applications.getByText('災害対策基本法90条の2第1項').waitFor()
    assert.equal(await applications.locator('[name="name-applicant.name"]').count(), 0)
    assert.equal(await applications.locator('[name="name-applicant.kana"]').count(), 1)
  })

  test('no script of the pages failed', () => {
    assert.deepEqual(pages.errors, [])
  })
})
