import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { FastifyInstance } from 'fastify'
import { plainDate } from '@open-bcl/core/dates.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { issuingOf } from '../../apps/cloud/compose.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { HIDA, testCenter, type TestCenter } from '../../apps/center/testing/center.ts'
import { lookAt, sizes } from '../../apps/center/testing/look.ts'
import { testPassword } from '../../apps/center/testing/people.ts'
import { exchangeListener } from '../certificates/testing/exchange.ts'
import { registerTown } from './enrolment.actions.ts'
import { tellOthers } from './telling.actions.ts'

/** Both consoles and the town's screens, with the signed channel between centre and cloud as it runs. */
describe('運用者による緊急閲覧の画面', () => {
  const town = makeTown({ households: 20 })
  const sato = town.people['satoTaro']!
  let cloud: TestCloud
  let pages: StaffPages
  let center: TestCenter
  let machines: FastifyInstance
  let operator: Page
  let approver: Page
  let admin: Page
  let inside: Page
  /** What the operator's pages asked for and the door refused. */
  const refused: string[] = []

  before(async () => {
    ;[cloud, center] = await Promise.all([testCloud(), testCenter(true)])
    cloud.clock = new Date()
    const hida = await cloud.onboard(HIDA, '飛騨市')
    await loadTown(cloud, town)
    // The centre's clock runs, and its messages are read by a clock that does.
    const runtime = { ...cloud.runtime, pool: cloud.database.machines, now: () => new Date() }
    const listener = await exchangeListener(runtime, issuingOf(cloud.services), center.identities)
    machines = listener.app
    await registerTown(
      center.database.app,
      { municipalityCode: HIDA, prefecture: '岐阜県', name: '飛騨市' },
      [
        {
          ...{ kind: 'risai', issuer: 'bcl', endpoint: listener.origin },
          ...{ fromOn: plainDate('2026-04-01'), untilOn: null },
        },
      ],
    )
    pages = await openStaffPages(cloud)
    admin = await pages.signIn(hida, { loginId: 'soumu', displayName: '総務　一郎', role: 'admin' })
    await center.staff('operator', 'unko')
    await center.staff('approver', 'shoko')
    operator = await console('unko')
    approver = await console('shoko')
    inside = await pages.open()
    inside.on('response', (answer) => {
      if (answer.status() === 403) refused.push(answer.url())
    })
  })
  after(async () => {
    await pages.close()
    await machines.close()
    await center.close()
    await cloud.close()
  })

  async function console(loginId: string): Promise<Page> {
    const context = await pages.browser.newContext({ viewport: sizes[0], locale: 'ja-JP' })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => pages.errors.push(error.message))
    await page.goto(`${center.origin}/operator/sign-in`)
    await page.getByLabel('ID').fill(loginId)
    await page.getByLabel('パスワード').fill(testPassword)
    await press(page, 'ログイン')
    await heading(page, '全国の状況')
    return page
  }
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
  const confirm = (page: Page, name: string) =>
    page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  const follow = (page: Page, name: string | RegExp) =>
    page.getByRole('link', { name, exact: true }).first().click()
  const band = (page: Page) => page.locator('.shell-bands')

  test('one asks with a reason, another approves, and the town sees it on every screen', async () => {
    await follow(operator, '緊急閲覧')
    await follow(operator, '緊急閲覧を申請する')
    await operator.getByLabel(/^市区町村/).selectOption(HIDA)
    await operator.getByLabel(/^目的/).selectOption('town-hall-lost')
    await operator.getByLabel(/^障害の管理番号/).fill('INC-2026-0311')
    await operator.getByLabel(/^理由/).fill('庁舎が停電し、反映の状況を確かめられない')
    await operator.getByLabel(/^時間/).selectOption('60')
    await operator.getByLabel('入力内容を確認しました').check()
    await lookAt(operator, 'break-glass-ask')
    await press(operator, '申請する')
    await heading(operator, '緊急閲覧 第1号')
    await operator.getByText('別の人の承認を待っています', { exact: true }).waitFor()

    await approver.reload()
    await follow(approver, /承認待ち 1 件/)
    await follow(approver, '第1号')
    await lookAt(approver, 'break-glass-approve')
    await press(approver, '承認する')
    await confirm(approver, '承認する')
    await approver.getByText('承認（団体のクラウドに伝えています）').waitFor()
    await tellOthers(center.centre)

    await admin.reload()
    await band(admin)
      .getByText(/試験 operator.*緊急閲覧/)
      .waitFor()
    await pages.look(admin, 'break-glass-band')
  })

  test('the code opens the few screens for reading, under the operator’s own name', async () => {
    await operator.reload()
    await press(operator, '入室コードを受け取る')
    const code = (await operator.locator('.secret-figures').innerText()).trim()
    await lookAt(operator, 'break-glass-code')

    await inside.goto(`${pages.origin}/operator-entry`)
    await heading(inside, '運用者による緊急閲覧')
    await inside.getByLabel(/^団体コード/).fill(HIDA)
    await inside.getByLabel(/^入室コード/).fill('ABCD-EFGH-JKMN')
    await press(inside, '緊急閲覧を始める')
    await inside.getByText('入室コードが正しくないか').first().waitFor()
    await inside.getByLabel(/^入室コード/).fill(code)
    await pages.look(inside, 'break-glass-enter')
    await press(inside, '緊急閲覧を始める')
    await heading(inside, 'メインメニュー')
    const menu = inside.getByRole('navigation', { name: 'メニュー' }).getByRole('link')
    assert.deepEqual(await menu.allInnerTexts(), ['メインメニュー', '連携状況', '中間DB参照'])
    await band(inside).getByText('第1号').waitFor()
    await pages.look(inside, 'break-glass-inside')

    await follow(inside, '中間DB参照')
    await inside.getByLabel('宛名番号').fill(sato.residentNo)
    await press(inside, '検索')
    await inside.getByLabel(/^表示する目的/).selectOption({ index: 1 })
    await press(inside, '表示する')
    await inside.getByText(sato.name.full).first().waitFor()
    await follow(inside, sato.residentNo)
    await heading(inside, `宛名番号 ${sato.residentNo}`)
    await pages.look(inside, 'break-glass-person')
    await follow(inside, '連携状況')
    await heading(inside, '連携状況')
    await pages.accessible(inside, 'break-glass-linkage')
    assert.deepEqual(refused, [], 'no page asks for what is not open')
  })

  test('the town sees what was looked at, ends it, and both sides write the review', async () => {
    await follow(admin, '内容を確かめる・終わらせる')
    await follow(admin, '第1号')
    await admin.getByText(sato.residentNo).first().waitFor()
    await pages.look(admin, 'break-glass-town')
    await press(admin, '終わらせる')
    await confirm(admin, '終わらせる')
    await admin.getByText('終了・事後確認待ち').first().waitFor()
    await follow(inside, '中間DB参照')
    await inside.getByLabel('宛名番号').fill(sato.residentNo)
    await press(inside, '検索')
    await inside.getByLabel('パスワード').waitFor()

    await admin.getByLabel(/^確かめた内容/).fill('見られたのは障害の調査に必要な範囲だった')
    await press(admin, '事後確認を記録する')
    await admin.getByText('終了・事後確認済み').first().waitFor()
    await tellOthers(center.centre)
    await approver.reload()
    await approver.getByLabel(/^確かめた内容/).fill('申請の理由に合っていた')
    await lookAt(approver, 'break-glass-review')
    await press(approver, '事後確認を記録する')
    // Not the words, which stand in the field before they are sent.
    await approver.getByRole('button', { name: '事後確認を記録する' }).waitFor({ state: 'detached' })
    await tellOthers(center.centre)
    await approver.reload()
    await approver.getByText('事後確認済み', { exact: true }).waitFor()
    await lookAt(approver, 'break-glass-settled')
    assert.deepEqual(pages.errors, [], path.basename(import.meta.filename))
  })
})
