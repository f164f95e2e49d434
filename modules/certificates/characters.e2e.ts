import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { MissingGlyphs, TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { openStaffPages, type StaffPages } from '../../apps/cloud/testing/staff-pages.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { noteUnprintable } from './characters.actions.ts'
import { newId } from './testing/exchange.ts'

describe('a clerk works through what could not be printed', () => {
  let cloud: TestCloud
  let code: MunicipalityCode
  let pages: StaffPages
  let page: Page

  before(async () => {
    cloud = await testCloud()
    code = await cloud.onboard('212172', '飛騨市')
    await refuseSome()
    pages = await openStaffPages(cloud)
    page = await pages.signIn(code, { loginId: 'uketsuke', displayName: '受付　花子', role: 'clerk' })
  })
  after(async () => {
    await pages?.close()
    await cloud.close()
  })

  /** As the counter leaves it: four certificates that were refused. */
  async function refuseSome(): Promise<void> {
    const unit = (text: string, codePoints: string, reason: 'no-glyph' | 'private-use', field: string) =>
      new MissingGlyphs([{ text, codePoints, index: 0, reason, field }])
    const refused = [
      ['10000017', unit('葛\u{E01EF}', 'U+845B U+E01EF', 'no-glyph', 'headName')],
      ['10000025', unit('葛\u{E01EF}', 'U+845B U+E01EF', 'no-glyph', 'headName')],
      ['10000033', unit('\u{E000}', 'U+E000', 'private-use', 'members.1.name')],
      ['10000041', new TextOverflow('headAddress')],
    ] as const
    for (const [residentNo, error] of refused) {
      cloud.clock = new Date(cloud.clock.getTime() + 60_000)
      const about = {
        transactionId: newId(),
        kind: 'risai',
        subjectId: residentNo,
        recipientNo: residentNo,
      } as const
      await cloud.as(code, (ctx) => noteUnprintable(ctx, noServicesOf(), { ...about, choices: {} }, error))
    }
  }
  /** Nothing here knows a kind: the number of the card holder is all there is. */
  const noServicesOf = () => ({ kinds: [] }) as unknown as Parameters<typeof noteUnprintable>[1]
  const look = (name: string) => pages.look(page, name)

  test('finds the list in the menu, sees what and whose it is, and settles it by keyboard', async () => {
    await page.getByRole('link', { name: '印字できない文字の一覧', exact: true }).first().click()
    await page.getByRole('heading', { level: 1, name: '印字できない文字の一覧' }).waitFor()
    const row = page.getByRole('row', { name: /U\+845B U\+E01EF/ })
    await row.waitFor()
    assert.match(
      await row.innerText(),
      /書体にない文字[\s\S]*罹災証明書の世帯主氏名[\s\S]*10000017\s+10000025[\s\S]*2[\s\S]*未処理/,
    )
    assert.match(await page.getByRole('row', { name: /外字/ }).innerText(), /U\+E000[\s\S]*氏名/)
    assert.match(
      await page.getByRole('row', { name: /文字溢れ/ }).innerText(),
      /欄に収まらない[\s\S]*世帯主住所/,
    )
    await look('characters')
    await page.getByRole('button', { name: 'U+E000：対応済みにする' }).press('Enter')
    await page.getByRole('dialog').waitFor()
    await look('characters-ask')
    await page.getByRole('dialog').getByRole('button', { name: '対応済み', exact: true }).press('Enter')
    await page.getByRole('row', { name: /U\+E000/ }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: '処理したものも表示する' }).press('Enter')
    const settled = page.getByRole('row', { name: /U\+E000/ })
    await settled.waitFor()
    assert.match(await settled.innerText(), /対応済み[\s\S]*受付　花子/)
    await look('characters-all')
  })

  test('saves the list for a spreadsheet', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'すべてをCSVで保存' }).click(),
    ])
    assert.equal(download.suggestedFilename(), '印字できない文字の一覧.csv')
    assert.match(fs.readFileSync(await download.path(), 'utf8'), /"葛\u{E01EF}","U\+845B U\+E01EF"/u)
    assert.deepEqual(pages.errors, [])
  })
})
