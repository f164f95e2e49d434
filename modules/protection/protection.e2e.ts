import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { registerDisaster } from '../ledger/ledger.contract.ts'

/** Somebody asks for help at a shelter; a second person decides; the other party stands at the counter. */
describe('支援措置の画面', () => {
  let cloud: TestCloud
  let town: DemoTown
  let pages: StaffPages
  let page: Page
  let disasterId: string

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    town = makeTown({ households: 60 })
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
    page = await pages.signIn(code, { loginId: 'first', displayName: '受付　一子', role: 'reviewer' })
  })
  after(async () => {
    await pages?.close()
    await cloud.close()
  })

  const main = () => page.getByRole('main')
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (name: string) => main().getByRole('button', { name, exact: true }).click()
  const at = (address: string) => page.goto(`${pages.origin}${address}?disaster=${disasterId}`)
  async function confirm(name: string, reason: string): Promise<void> {
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/理由/).fill(reason)
    await dialog.getByRole('button', { name, exact: true }).click()
    await page.getByText('記録しました').first().waitFor()
  }
  const look = (name: string) => pages.look(page, name, 'both')

  test('from the page of the person protection begins at once, with the one it is against', async () => {
    const hanako = town.people['satoHanako']!
    const { number } = hanako.address
    await at(`/ledger/R-${hanako.residentNo}`)
    await heading(hanako.name.full)
    await main().getByText(number).first().waitFor()
    await main().getByRole('link', { name: 'この方の仮支援措置を始める' }).click()
    await heading('仮支援措置を始める')
    await main().getByText(`宛名番号 ${hanako.residentNo}`).waitFor()
    await main().getByLabel('氏名', { exact: true }).fill('佐藤太郎')
    await press('住民記録から探す')
    await press('佐藤　太郎を加える')
    await main().getByLabel('2人目の立場').selectOption('加害者')
    await main().getByLabel('2人目の申出者との関係').fill('夫')
    await main().getByLabel('配偶者からの暴力（DV）').check()
    await main()
      .getByLabel(/^担当課/)
      .fill('市民課')
    await main()
      .getByLabel(/^相談機関/)
      .fill('警察署')
    await look('protection-new')
    await press('仮支援措置を始める')
    await heading('支援措置の内容')
    await main().getByText('仮支援措置（決定待ち）').first().waitFor()
    await main().getByText('ご自身が求めたため、別の職員が決定します。', { exact: false }).waitFor()
    assert.equal(await main().getByRole('button', { name: '支援措置を決定する' }).count(), 0)
    await look('protection-waiting')
    await at(`/ledger/R-${hanako.residentNo}`)
    await heading(hanako.name.full)
    await main().getByText('支援措置対象者：所在に関わる情報は表示されません').waitFor()
    assert.equal(await main().getByText(number).count(), 0)
  })

  test('another person decides from the list, and the other party’s page says to ask first', async () => {
    const second = { loginId: 'second', displayName: '決裁　二郎', role: 'reviewer' } as const
    page = await pages.signIn(town.municipality.code, second)
    await at('/protections')
    await heading('支援措置（DV等）')
    await look('protections')
    await main().getByRole('link', { name: '佐藤　花子' }).click()
    await heading('支援措置の内容')
    await press('支援措置を決定する')
    await confirm('決定する', '警察署の意見を確認')
    await main().getByText('支援措置中').first().waitFor()
    await look('protection-in-force')
    await at(`/ledger/R-${town.people['satoTaro']!.residentNo}`)
    await main().getByText('請求に応じる前に、支援措置の担当者に確かめてください').waitFor()
    await look('protection-caution')
    assert.deepEqual(pages.errors, [])
  })
})
