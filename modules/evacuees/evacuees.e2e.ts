import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { setItem } from '../ledger/items.contract.ts'
import { listArrivals } from './arrivals.contract.ts'
import { couples, openShelterLedger, TAKAYAMA } from './testing/evacuation.ts'

/** Two desks in two towns: consent, hand-over, taking over, a report that comes back, and the consent taken back. */
describe('広域避難者の引継ぎの画面', () => {
  let cloud: TestCloud
  let town: DemoTown
  let pages: StaffPages
  let desk: Page
  let host: Page
  let disasterId: string
  let shelterId: string
  let person: string
  let name: string

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    town = makeTown({ households: 60 })
    const { code } = town.municipality
    await cloud.onboard(code, '飛騨市')
    await cloud.onboard(TAKAYAMA, '高山市')
    await loadTown(cloud, town)
    const clerk = await cloud.signIn(code, 'clerk')
    const other = await cloud.signIn(TAKAYAMA, 'clerk')
    disasterId = await openShelterLedger(clerk, '令和8年豪雨')
    shelterId = await openShelterLedger(other)
    // A first look makes the keys of the town.
    await other.get(listArrivals, {})
    person = couples(town)[0]![0]
    name = town.residents.find(({ residentNo }) => `R-${residentNo}` === person)!.name.full
    await clerk.get(setItem, {
      ...{ disasterId, personRef: person, itemKey: 'needs', version: 0, source: 'self' },
      value: { type: 'choices', choices: ['illness'], detail: '透析 週3回' },
    })
    pages = await openStaffPages(cloud)
    const staff = { loginId: 'desk', displayName: '飛騨　一郎', role: 'reviewer' } as const
    desk = await pages.signIn(code, staff, `/?disaster=${disasterId}`)
    const theirs = { loginId: 'desk', displayName: '高山　花子', role: 'clerk' } as const
    host = await pages.signIn(TAKAYAMA, theirs, `/?disaster=${shelterId}`)
  })
  after(async () => {
    await pages?.close()
    await cloud.close()
  })

  const heading = (page: Page, words: string | RegExp) =>
    page.getByRole('heading', { level: 1, name: words }).waitFor()

  test('from the person’s page: who agreed to what is written down, and sent', async () => {
    await desk.goto(`${pages.origin}/ledger/${person}?disaster=${disasterId}`)
    await desk.getByRole('link', { name: '避難先の市町村への引継ぎを準備する' }).click()
    await heading(desk, '避難先の市町村への引継ぎの準備')
    await desk.getByLabel('引継ぎ先の市町村').selectOption({ label: '高山市' })
    await desk.getByLabel('同意の期限').fill(addDays(todayInJapan(cloud.clock), 90))
    // By the keyboard alone.
    const [first] = await desk.getByRole('checkbox', { name: 'この方の同意を得た' }).all()
    await first!.focus()
    await desk.keyboard.press('Space')
    await desk.getByLabel('同意の日').waitFor()
    await pages.look(desk, 'evacuees-prepare')
    const prepare = desk.getByRole('button', { name: '引継ぎを準備する' })
    await prepare.focus()
    await desk.keyboard.press('Enter')
    await heading(desk, /さんの世帯の引継ぎ$/)
    await desk.getByRole('button', { name: '引継ぎを送る' }).click()
    await desk.getByRole('dialog').getByRole('button', { name: '送る' }).click()
    await desk.getByText('相手の返事待ち').first().waitFor()
    await pages.look(desk, 'evacuees-sent')
  })

  test('the other town finds it in its list, looks for the same person, and takes it over', async () => {
    await host.goto(`${pages.origin}/evacuees/arrivals?disaster=${shelterId}`)
    await heading(host, '他市町村からの引継ぎ')
    await host.getByRole('cell', { name: '飛騨市' }).waitFor()
    await pages.look(host, 'evacuees-arrivals')
    await host.getByRole('link', { name }).click()
    await heading(host, '飛騨市からの引継ぎ')
    await host.getByText('透析 週3回').waitFor()
    await host.getByRole('button', { name: '同じ方が台帳にいないか探す' }).click()
    await host.getByRole('radio', { name: '台帳に新しく載せる（住登外者・避難者）' }).waitFor()
    await pages.look(host, 'evacuees-arrival')
    await host.getByRole('button', { name: '引き継ぐ', exact: true }).click()
    await host.getByRole('dialog').getByRole('button', { name: '引き継ぐ' }).click()
    await host.getByRole('link', { name: '台帳を開く' }).waitFor()
    await host.getByLabel('報告の種類').selectOption({ label: '提供した支援' })
    await host.getByRole('textbox', { name: '内容' }).fill('公営住宅に入居した')
    await host.getByRole('button', { name: '報告する' }).click()
    await host.getByText('公営住宅に入居した').first().waitFor()
    await pages.look(host, 'evacuees-reported')
  })

  test('the report stands on the time line at home; taken back, nothing is left to be used there', async () => {
    await desk.reload()
    await desk.getByText('公営住宅に入居した').waitFor()
    await desk.getByRole('link', { name: '被災者の記載を開く' }).click()
    await desk.getByText('避難先の市町村から報告があった').first().waitFor()
    await desk.getByRole('link', { name: '高山市への引継ぎ' }).click()
    await desk.getByRole('button', { name: '同意の取消しを記録する' }).click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('checkbox', { name }).check()
    await dialog.getByLabel('取消しの申出（だれから、いつ、どのように）').fill('本人から電話')
    await pages.accessible(desk, 'withdraw')
    await dialog.getByRole('button', { name: '取消しを記録する' }).click()
    await desk.getByText('同意の取消し', { exact: true }).first().waitFor()
    await host.reload()
    await host.getByText('本人の同意が取り消されました', { exact: false }).waitFor()
    assert.equal(await host.getByText('透析 週3回').count(), 0)
    await pages.look(host, 'evacuees-withdrawn')
    await host.goto(`${pages.origin}/evacuees/towns?disaster=${shelterId}`)
    await host.getByText('このシステムの中で届く').waitFor()
    await pages.look(host, 'evacuees-towns')
    assert.deepEqual(pages.errors, [])
  })
})
