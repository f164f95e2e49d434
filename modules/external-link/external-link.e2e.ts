import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import * as risai from '../risai/risai.contract.ts'
import { hida, openDesk, seen, type RisaiDesk } from '../risai/testing/desk.ts'
import { resultLine, resultsCsv } from './testing/lines.ts'

/** Another vendor keeps the ledger: applications go out, results come in, by hand on the screen. */
describe('外部連携の画面', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  let pages: StaffPages
  let chief: Page
  before(async () => {
    cloud = await testCloud()
    desk = await openDesk(cloud)
    await desk.clerk.get(risai.acceptApplication, seen(await desk.receive('R-1')))
    pages = await openStaffPages(cloud)
    chief = await pages.signIn(hida, { loginId: 'renkei', displayName: '連携　三郎', role: 'reviewer' })
  })
  after(async () => {
    await pages?.close()
    await cloud.close()
  })
  const at = (place: string) => chief.goto(`${pages.origin}${place}?disaster=${desk.disasterId}`)
  const main = () => chief.getByRole('main')
  const press = (name: string | RegExp) => main().getByRole('button', { name }).first().click()
  const give = async (csv: string) => {
    await main()
      .getByLabel(/結果ファイル/)
      .setInputFiles({
        ...{ name: 'results.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) },
      })
    await press('取り込む')
  }

  test('while the ledger is here the page says what to do first', async () => {
    await at('/external-link')
    await chief.getByText('この災害の台帳はこのシステムにあります').waitFor()
    await pages.look(chief, 'external-here')
    await main().getByRole('link', { name: '台帳を置くシステム' }).click()
    await main()
      .getByLabel(/外部システム（他社/)
      .check()
    await main()
      .getByLabel(/適用する日/)
      .fill('R8.11.21')
    await pages.look(chief, 'ledger-place')
    await chief.getByLabel(/^(入力|変更)内容を確認しました/).check()
    await press(/登録|設定|保存/)
    await main()
      .getByText(/外部システムの名前を入力/)
      .first()
      .waitFor()
    await pages.look(chief, 'ledger-place-wrong')
    await main()
      .getByLabel(/外部システムの名前/)
      .fill('A社 被災者システム')
    await chief.getByLabel(/^(入力|変更)内容を確認しました/).check()
    await press(/登録|設定|保存/)
    await chief
      .getByText(/登録しました|設定しました|保存しました/)
      .first()
      .waitFor()
  })

  test('an application goes out; results come in, a wrong line is named, a right one can be looked at', async () => {
    await at('/external-link')
    await chief.getByText('台帳は「A社 被災者システム」にあります').waitFor()
    await press('1件をファイルにする')
    await main()
      .getByRole('table', { name: /申請の引渡し/ })
      .getByText(/1/)
      .first()
      .waitFor()
    await give(
      resultsCsv([
        resultLine({ 宛名番号: '1' }),
        resultLine({ 申請番号: '紙-2', 整理番号: '外-2', 被害の程度: 'ZZ' }),
      ]),
    )
    await main()
      .getByText(/被害の程度/)
      .first()
      .waitFor()
    await pages.look(chief, 'external-taken')
    await main()
      .getByRole('link', { name: /取込番号1/ })
      .first()
      .click()
    await chief.getByRole('heading', { level: 1 }).waitFor()
    await main()
      .getByText(/被害の程度/)
      .first()
      .waitFor()
    await pages.look(chief, 'external-upload')
    await at('/external-link/results')
    await main().getByRole('table').getByRole('link').first().click()
    await main()
      .getByText(/中規模半壊/)
      .first()
      .waitFor()
    await pages.look(chief, 'external-result')
    await at('/external-link/results')
    await pages.look(chief, 'external-results')
    assert.deepEqual(pages.errors, [])
  })
})
