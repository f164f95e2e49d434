import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { registerDisaster } from '../ledger/ledger.contract.ts'

/** An administrator takes in a new colleague, gives a role for one disaster, shapes a role, and loads the transfers. */
describe('ユーザ管理の画面', () => {
  let cloud: TestCloud
  let pages: StaffPages
  let hida: MunicipalityCode
  let page: Page

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    hida = await cloud.onboard('212172', '飛騨市')
    const clerk = await cloud.signIn(hida, 'clerk')
    await clerk.get(registerDisaster, {
      ...{ name: '令和8年豪雨', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
      applicationDeadlineOn: null,
    })
    pages = await openStaffPages(cloud)
    page = await pages.signIn(hida, { loginId: 'kanri', displayName: '管理　一郎', role: 'admin' })
  })
  after(async () => {
    await pages?.close()
    await cloud.close()
  })

  const main = () => page.getByRole('main')
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const look = (name: string) => pages.look(page, name)
  const lookBoth = (name: string) => pages.look(page, name, 'both')

  test('a colleague is registered, works for one disaster, and is suspended', async () => {
    await main().getByRole('link', { name: 'ユーザ管理' }).first().click()
    await heading('ユーザ管理')
    await main().getByRole('link', { name: '管理　一郎' }).waitFor()
    await lookBoth('users')
    await main().getByRole('link', { name: '職員を登録する' }).click()
    await heading('職員の登録')
    await page.getByLabel(/^氏名/).fill('応援　花子')
    await page.getByLabel(/^所属/).fill('税務課')
    await page.getByLabel(/^ID/).fill('ouen')
    await look('users-new')
    await page.getByRole('button', { name: '登録する' }).click()
    const said = page.getByText(/初期パスワード：/)
    await said.waitFor()
    const password = /初期パスワード：(\S+)/.exec((await said.textContent()) ?? '')?.[1] ?? ''
    assert.match(password, /^[a-z0-9]{4}(-[a-z0-9]{4}){3}$/)
    await main().getByRole('link', { name: '登録した職員を見る' }).click()
    await heading('応援　花子')
    await page.getByLabel(/^割り当てる役割/).selectOption({ label: '罹災証明担当（受付）' })
    await page.getByLabel(/^対象の災害/).selectOption({ label: '令和8年豪雨' })
    await page.getByText(/災害を限るため、次のことはできません/).waitFor()
    await page.getByRole('button', { name: '割り当てる' }).click()
    await page.getByRole('cell', { name: '令和8年豪雨' }).waitFor()
    await lookBoth('user')

    const other = await pages.open()
    await other.goto(pages.origin)
    await pages.enter(other, hida, 'ouen', password)
    await other.getByLabel(/^現在のパスワード/).fill(password)
    await other
      .getByLabel(/^新しいパスワード/)
      .first()
      .fill('a long enough passphrase')
    await other.getByLabel(/^新しいパスワード（確認用）/).fill('a long enough passphrase')
    await other.getByRole('checkbox').check()
    await other.getByRole('button', { name: /変更/ }).click()
    await other.getByRole('heading', { level: 1, name: 'メインメニュー' }).waitFor()
    await other.getByText('令和8年豪雨').first().waitFor({ state: 'attached' })

    await page.reload()
    await page.getByText('1台').waitFor()
    await page.getByRole('button', { name: '停止する' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '停止する' }).click()
    await page.getByText('していません').waitFor()
    await main().getByText('停止', { exact: true }).waitFor()
    await other.reload()
    await other.getByLabel('団体コード').waitFor()
  })

  test('a role is shaped from a built-in one, and duties are kept apart', async () => {
    await page.goto(`${pages.origin}/roles`)
    await heading('役割')
    await main().getByRole('link', { name: '照会のみ' }).click()
    await heading('照会のみ')
    await look('role-built-in')
    await main().getByRole('link', { name: 'この写しから団体の役割を作る' }).click()
    await heading('団体の役割の登録')
    await page.getByLabel(/^役割の名前/).fill('避難所の受付')
    await page
      .getByRole('group', { name: '災害ケースマネジメント' })
      .getByLabel(/^記録する/)
      .check()
    await lookBoth('role-new')
    await page.getByRole('button', { name: '登録する' }).click()
    await main().getByRole('link', { name: '避難所の受付' }).waitFor()
    await page.goto(`${pages.origin}/duties`)
    await heading('職務の分離')
    const pair = page.getByRole('region', { name: '発行禁止の設定と解除' })
    await pair.getByLabel('両方の権限を一人に与えない').check()
    await pair.getByRole('button', { name: '変更する' }).click()
    await page.getByText(/が決めました/).waitFor()
    await look('duties')
  })

  test('the transfers are checked, refused with line and item, mended and done', async () => {
    await page.goto(`${pages.origin}/users/import`)
    await heading('異動のファイルの読込み')
    const head = 'ID,氏名,所属,区分,役割,開始日,終了日'
    const give = async (...lines: readonly string[]): Promise<void> => {
      await page.setInputFiles('input[type=file]', {
        ...{ name: 'idou.csv', mimeType: 'text/csv' },
        buffer: Buffer.from([head, ...lines].join('\r\n')),
      })
      await page.getByRole('button', { name: /確かめる/ }).click()
    }
    await give('ouen,応援　花子,福祉課,休職,,,')
    await page.getByText('1か所の誤りがあります').first().waitFor()
    await look('users-import-wrong')
    await give('ouen,応援　花子,福祉課,在職,避難所の受付,,', 'shinjin,新人　次郎,税務課,,照会のみ,,')
    await page.getByText('2人のうち、2人が変わり').waitFor()
    await lookBoth('users-import')
    await page.getByRole('button', { name: '2人の変更を反映する' }).click()
    await page.getByText('2人の変更を反映しました').waitFor()
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: '初期パスワードを保存する' }).click()
    const saved = fs.readFileSync((await (await downloading).path())!, 'utf8')
    assert.match(saved, /"shinjin","新人　次郎","[a-z0-9-]{19}"/)
    await main().getByRole('link', { name: 'ユーザ管理へ戻る' }).click()
    await main().getByRole('link', { name: '新人　次郎' }).waitFor()
    assert.deepEqual(pages.errors, [])
  })
})
