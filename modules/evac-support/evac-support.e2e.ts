import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { openEvacOffice, type EvacOffice } from './testing/office.ts'

/** A list is made from the registers, somebody agrees, one asks for a provision and another lets it out. */
describe('避難行動要支援者名簿の画面', () => {
  let office: EvacOffice
  let pages: StaffPages
  let clerk: Page
  let chief: Page
  let origin: string

  before(async () => {
    office = await openEvacOffice()
    pages = await openStaffPages(office.cloud)
    origin = pages.origin
    const { code } = office.town.municipality
    clerk = await pages.signIn(code, { loginId: 'fukushi', displayName: '福祉　一郎', role: 'clerk' })
    chief = await pages.signIn(code, { loginId: 'kacho', displayName: '課長　花子', role: 'reviewer' })
  })
  after(async () => {
    await pages?.close()
    await office.cloud.close()
  })

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  const confirm = (page: Page) =>
    page
      .getByRole('checkbox', { name: /確認しました/ })
      .last()
      .check()

  test('criteria and a recipient are the town’s own', async () => {
    await chief.goto(`${origin}/evac-support/settings`)
    await heading(chief, '名簿の要件')
    await chief.getByRole('cell', { name: /要介護3・要介護4・要介護5/ }).waitFor()
    await pages.look(chief, 'evac-settings')
    await chief.goto(`${origin}/evac-support/recipients/new`)
    await chief.getByRole('radio', { name: '消防機関' }).check()
    await chief.getByLabel('名前').fill('飛騨市消防本部')
    await chief.getByLabel(/地域防災計画の定め/).fill('第3編第2章第4節')
    await chief.getByRole('checkbox', { name: '市町村の全域' }).check()
    await pages.look(chief, 'evac-recipient')
    await confirm(chief)
    await chief.getByRole('button', { name: '登録する' }).click()
    await heading(chief, '名簿の提供先')
    await chief.getByRole('cell', { name: '第3編第2章第4節' }).waitFor()
  })

  test('what the registers offer is taken over by somebody', async () => {
    await clerk.goto(`${origin}/evac-support/offers`)
    await heading(clerk, '台帳との違い')
    await clerk.getByRole('button', { name: '台帳と照合する' }).click()
    await clerk.getByRole('button', { name: '照合する', exact: true }).click()
    await clerk.getByRole('cell', { name: '要介護3' }).waitFor()
    await pages.look(clerk, 'evac-offers')
    await clerk.getByRole('link', { name: '新たに該当（2）' }).click()
    await clerk.getByRole('button', { name: '2人すべて：名簿に載せる' }).click()
    await clerk.getByRole('dialog').getByRole('button', { name: '名簿に載せる' }).click()
    await clerk.getByText('決めていない候補はありません。').waitFor()
    await clerk.goto(`${origin}/evac-support`)
    await clerk.getByText('名簿に載っている方：2人').waitFor()
    await clerk.getByText('支援措置のため非表示').waitFor()
    await pages.look(clerk, 'evac-list')
  })

  test('a person agrees', async () => {
    await clerk.goto(`${origin}/evac-support/people/${office.taro}`)
    await clerk.getByRole('radio', { name: '同意', exact: true }).check()
    await clerk.getByRole('radio', { name: '訪問' }).check()
    await clerk.getByLabel(/意思を示した人/).fill('本人')
    await confirm(clerk)
    await pages.look(clerk, 'evac-person')
    await clerk.getByRole('button', { name: '同意を記録する' }).click()
    await clerk
      .getByRole('table', { name: '提供への同意の記録' })
      .getByRole('cell', { name: '本人' })
      .waitFor()
    await clerk.goto(`${origin}/evac-support/people/${office.hidden}`)
    await clerk.getByText('支援措置の対象の方です').waitFor()
  })

  test('asked for by one with its number, let out by another, and on the log', async () => {
    await clerk.goto(`${origin}/evac-provisions/new`)
    await clerk.getByLabel(/提供先/).selectOption({ label: '飛騨市消防本部' })
    await clerk.getByLabel('提供する理由').fill('年次の更新')
    await clerk.getByRole('heading', { name: '提供できる人数' }).waitFor()
    await clerk.getByText('1人').first().waitFor()
    await pages.look(clerk, 'evac-request')
    await confirm(clerk)
    await clerk.getByRole('button', { name: '承認を求める' }).click()
    await heading(clerk, '飛騨市消防本部への提供')
    assert.equal(await clerk.getByRole('button', { name: '承認する' }).count(), 0)
    await chief.goto(clerk.url())
    await chief.getByRole('button', { name: '承認する', exact: true }).click()
    await chief.getByRole('dialog').getByRole('button', { name: '承認する' }).click()
    await chief.getByRole('button', { name: 'CSVで取り出す' }).waitFor()
    await clerk.reload()
    const saved = clerk.waitForEvent('download')
    await clerk.getByRole('button', { name: 'CSVで取り出す' }).click()
    const text = fs.readFileSync(await (await saved).path(), 'utf8')
    assert.ok(text.includes('要介護3') && text.includes('第49条の13'))
    await clerk
      .getByRole('table', { name: '提供した記録' })
      .getByRole('cell', { name: '福祉　一郎' })
      .waitFor()
    await pages.look(clerk, 'evac-provision')
    await clerk.goto(`${origin}/evac-provisions`)
    await clerk.getByRole('link', { name: '飛騨市消防本部' }).waitFor()
    assert.deepEqual(pages.errors, [])
  })
})
