import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { registerDisaster } from '../ledger/ledger.contract.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']

/** Cards are printed, a helper's own phone reads one, works, comes back with the number, and is sent home. */
describe('応援職員の画面', () => {
  let cloud: TestCloud
  let pages: StaffPages
  let desk: Page
  let phone: Page
  let origin: string
  let code: string
  let disasterId: string

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    const hida = '212172' as MunicipalityCode
    await cloud.onboard(hida, '飛騨市')
    const reviewer = await cloud.signIn(hida, 'reviewer')
    const made = await reviewer.get(registerDisaster, {
      ...{ name: '令和8年豪雨', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
      applicationDeadlineOn: null,
    })
    disasterId = made.disaster.disasterId
    pages = await openStaffPages(cloud)
    origin = pages.origin
    const staff = { loginId: 'desk', displayName: '受入　一郎', role: 'reviewer' } as const
    desk = await pages.signIn(hida, staff, `/?disaster=${disasterId}`)
    phone = await pages.open({ viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true })
  })
  after(async () => {
    await pages?.close()
    await cloud.close()
  })

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  async function look(page: Page, name: string): Promise<void> {
    await pages.accessible(page, name)
    await pages.shoot(page, name)
  }

  test('cards for a bus load are made and stand ready for the printer', async () => {
    await desk.goto(`${origin}/helpers?disaster=${disasterId}`)
    await heading(desk, '応援職員')
    await desk.getByRole('radio', { name: '罹災証明の申請の受付' }).check()
    await desk.getByLabel('枚数').fill('10')
    await desk.getByLabel('終わりの日').fill('令和8年12月5日')
    await look(desk, 'make')
    await desk.getByRole('button', { name: '作成する' }).click()
    await desk.getByText('応援-010').waitFor()
    assert.equal(await desk.getByRole('img', { name: /の2次元コード$/ }).count(), 10)
    await look(desk, 'cards')
    if (shots !== undefined) await desk.pdf({ path: path.join(shots, 'cards.pdf'), format: 'A4' })
    const words = await desk.getByRole('listitem').filter({ hasText: '応援-001' }).innerText()
    code = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(words)![0]
    await desk.getByRole('button', { name: '閉じる' }).click()
  })

  test('a card for surveys says in which 町字', async () => {
    await desk.getByRole('radio', { name: '調査票・写真の入力' }).check()
    await desk.getByLabel('対象の町字').fill('古川町若宮３丁目、古川町殿町')
    await desk.getByLabel('枚数').fill('1')
    await desk.getByLabel('終わりの日').fill('令和8年12月5日')
    await look(desk, 'make-areas')
    await desk.getByRole('button', { name: '作成する' }).click()
    await desk.getByText('調査票・写真の入力（古川町若宮3丁目、古川町殿町）').waitFor()
    await desk.getByRole('button', { name: '閉じる' }).click()
    await desk.getByRole('cell', { name: '調査票・写真の入力（古川町若宮3丁目、古川町殿町）' }).waitFor()
  })

  test('the helper reads the card and sees the few screens of the job', async () => {
    await phone.goto(`${origin}/helper#212172.${code.replaceAll('-', '')}`)
    await heading(phone, '応援職員')
    assert.equal(new URL(phone.url()).hash, '')
    await phone.getByLabel('氏名').fill('能登　花子')
    await phone.getByLabel('派遣元の団体・部署').fill('輪島市 税務課')
    await phone.getByLabel('暗証番号（確認用）').fill('204816')
    await phone.getByLabel(/^暗証番号(?!（)/).fill('20481')
    await phone.getByText('暗証番号と一致していません').waitFor()
    await look(phone, 'enrol')
    await phone.getByLabel(/^暗証番号(?!（)/).fill('204816')
    await phone.getByRole('button', { name: 'はじめる' }).click()
    await heading(phone, 'メインメニュー')
    // The disaster of the card is chosen already.
    await phone.getByText('災害を選ぶと').waitFor({ state: 'detached' })
    await look(phone, 'helper-menu')
    const tiles = await phone.getByRole('main').getByRole('link').allInnerTexts()
    assert.ok(tiles.length >= 2 && tiles.length <= 6, tiles.join('、'))
    await phone.goto(`${origin}/handover?disaster=${disasterId}`)
    await heading(phone, '引継ぎ')
    await phone.getByLabel('勤務帯').selectOption('day')
    await phone.getByLabel('引き継ぐ内容').fill('壱之町の3件は写真が足りません。')
    await phone.getByRole('checkbox', { name: '次の勤務者の対応が必要' }).check()
    await phone.getByRole('button', { name: '引継ぎを残す' }).click()
    await phone.getByText('応援　能登　花子').first().waitFor()
    await look(phone, 'handover')
  })

  test('the next morning the number is enough; the desk deals with the note', async () => {
    await phone.context().clearCookies({ name: 'open_bcl_session' })
    await phone.goto(`${origin}/helper`)
    await phone.getByText('能登　花子 さん').waitFor()
    await phone.getByLabel('暗証番号').fill('111111')
    await phone.getByRole('button', { name: '再開する' }).click()
    await phone.getByRole('alert').waitFor()
    await look(phone, 'return')
    await phone.getByLabel('暗証番号').fill('204816')
    await phone.getByRole('button', { name: '再開する' }).click()
    await heading(phone, 'メインメニュー')
    await desk.goto(`${origin}/handover?disaster=${disasterId}`)
    await desk.getByRole('button', { name: /：対応済みにする$/ }).click()
    await desk.getByRole('dialog').getByRole('button', { name: '対応済みにする' }).click()
    await desk.getByText('対応済み：受入　一郎', { exact: false }).waitFor()
  })

  test('sent home, the phone shows nothing more', async () => {
    await desk.goto(`${origin}/helpers?disaster=${disasterId}`)
    await desk.getByRole('cell', { name: '応援　能登　花子' }).waitFor()
    await look(desk, 'list')
    await desk.getByRole('button', { name: '応援-001：取り消す' }).click()
    await desk.getByRole('dialog').getByRole('button', { name: '取り消す' }).click()
    await desk.getByText('取消し済み').waitFor()
    await phone.goto(`${origin}/handover?disaster=${disasterId}`)
    await heading(phone, '被災者支援システム')
    assert.deepEqual(pages.errors, [])
  })
})
