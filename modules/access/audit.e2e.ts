import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { searchVersions } from '../residents/versions.contract.ts'
import { linkEverywhere } from './audit.jobs.ts'

/** Where papers go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']

describe('an auditor asks the trail', () => {
  const town = makeTown({ households: 60 })
  const sato = town.people['satoTaro']!
  const hidden = town.people['motherInHiding']!
  let cloud: TestCloud
  let hida: MunicipalityCode
  let pages: StaffPages
  let page: Page

  before(async () => {
    cloud = await testCloud({ pdf: true })
    // By the browser's own clock: its pages offer the last thirty days.
    cloud.clock = new Date()
    hida = await cloud.onboard('212172', '飛騨市')
    await loadTown(cloud, town)
    pages = await openStaffPages(cloud)
    await pages.account(hida, { loginId: 'shimin', displayName: '市民　花子', role: 'reviewer' })
    await pages.account(hida, { loginId: 'kansa', displayName: '監査　一郎', role: 'auditor' })
    await pages.account(hida, { loginId: 'kanri', displayName: '総務　次郎', role: 'admin' })
    const clerk = await cloud.browserOf(hida, 'shimin')
    for (let i = 0; i < 12; i++)
      await clerk.get(searchVersions, { residentNo: sato.residentNo, purpose: 'inquiry' })
    await clerk.get(searchVersions, { residentNo: hidden.residentNo, purpose: 'inquiry' })
    await linkEverywhere(cloud.runtime)
  })
  after(async () => {
    await pages?.close()
    await cloud.close()
  })

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const look = (name: string) => pages.look(page, name)

  test('finds the page in the menu and reads who saw a person, in sentences', async () => {
    page = await pages.desk(hida, 'kansa')
    await page.getByRole('main').getByRole('link', { name: '監査記録' }).click()
    await page.getByRole('heading', { level: 1, name: '監査記録' }).waitFor()
    await press('記録を調べる')
    await page.getByText('宛名番号を数字で入力してください').first().waitFor()
    await page.getByRole('textbox', { name: '宛名番号' }).fill(sato.residentNo)
    await press('記録を調べる')
    await page
      .getByText(
        `市民　花子（市民課）が ${sato.name.full}（宛名番号${sato.residentNo}）の住民情報を問合せへの回答のために見ました`,
      )
      .first()
      .waitFor()
    await look('audit-1-person')
  })

  test('somebody under 支援措置 is not named', async () => {
    await page.getByRole('textbox', { name: '宛名番号' }).fill(hidden.residentNo)
    await press('記録を調べる')
    await page.getByText(`支援措置の対象者（宛名番号${hidden.residentNo}）`).first().waitFor()
    assert.equal(await page.getByText(hidden.name.full).count(), 0)
  })

  test('who looked over and over leads to the person', async () => {
    await page.getByText('同じ人の繰り返しの閲覧').click()
    await page.getByRole('cell', { name: '12回' }).waitFor()
    await look('audit-2-often')
    await page.getByRole('button', { name: /この人の記録を調べる/ }).click()
    assert.equal(await page.getByRole('textbox', { name: '宛名番号' }).inputValue(), sato.residentNo)
  })

  test('what a member of staff did is saved as a file, whole', async () => {
    await page.getByText('この職員が、何をしたか').click()
    await page.getByRole('combobox', { name: '職員' }).selectOption({ label: '市民　花子（市民課）' })
    await press('記録を調べる')
    await page.getByText('この期間の記録は以上です。', { exact: false }).waitFor()
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      press('条件に合う記録をすべてCSVで保存'),
    ])
    const text = fs.readFileSync(await saved.path(), 'utf8')
    assert.match(text, /以上 26 件/)
    await look('audit-3-staff')
  })

  test('a resident gets a paper without names of staff', async () => {
    await page.getByRole('link', { name: '本人への写し' }).click()
    await page.getByRole('textbox', { name: '宛名番号' }).fill(sato.residentNo)
    const [saved] = await Promise.all([page.waitForEvent('download'), press('写しをPDFで作る')])
    const bytes = fs.readFileSync(await saved.path())
    assert.equal(bytes.subarray(0, 5).toString(), '%PDF-')
    if (shots) fs.writeFileSync(path.join(shots, 'extract.pdf'), bytes)
    await look('audit-4-extract')
  })

  test('an administrator says how long acts are kept and takes the signature away', async () => {
    await page.context().close()
    page = await pages.desk(hida, 'kanri')
    await page.goto(`${pages.origin}/audit/keeping`)
    await page.getByText('何も廃棄されません', { exact: false }).first().waitFor()
    await page.getByLabel('保存年数').fill('3')
    await page.getByLabel('根拠').fill('架空市文書管理規程')
    await look('audit-5-keeping')
    const [head] = await Promise.all([page.waitForEvent('download'), press('署名を取り出す')])
    assert.match(fs.readFileSync(await head.path(), 'utf8'), /open-bcl-audit-head/)
    assert.deepEqual(pages.errors, [])
  })
})
