import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { openKioskPage, toKinds, type KioskPage } from '../../apps/center/testing/kiosk-page.ts'
import { languages, type Lang } from './web/words/words.ts'

/** らくらく窓口: the same screens at the counter, the fee and the paper by staff. */
describe('らくらく窓口 in a browser', () => {
  let kiosk: KioskPage
  before(async () => {
    kiosk = await openKioskPage('counter')
    await kiosk.center.makeCard('sato')
    kiosk.center.issuer.feeYen = 300
  })
  after(() => kiosk.close())

  for (const lang of Object.keys(languages) as Lang[]) {
    test(`a person applies in ${languages[lang].name} and goes away with a number; the machine takes no money`, async () => {
      const { words } = languages[lang]
      const { page, press, heading, center } = kiosk
      const look = (name: string) => kiosk.look(`desk-${lang}-${name}`, lang === 'ja')
      await press(languages[lang].name)
      await heading(words.top.title)
      await look('01-top')
      const heardBefore = center.issuer.heard.length
      await toKinds(kiosk, 'sato', lang)
      await page.locator('.choices .touch').first().click()
      await heading(words.subject.title)
      await page.locator('.choices .touch').first().click()
      await heading(words.copies.title)
      await press(words.copies.more)
      await press(words.next)
      await heading(words.check.title)
      await look('11-confirm')
      await press(words.check.deskGo)
      await heading(words.printing.deskTitle)
      await look('13-printing')
      await kiosk.ahead(3_000)
      await heading(words.slip.title)
      await page.getByText('007', { exact: true }).waitFor()
      assert.match(await page.locator('.slip').innerText(), /600/)
      await look('15-slip')
      const [transactionId, issue] = [...center.issuer.issues].at(-1) ?? []
      assert.notEqual(issue?.counter, null, 'since when the person is here')
      const heard = center.issuer.heard.slice(heardBefore)
      assert.ok(!heard.includes('confirmPaid'), 'staff take the fee')
      assert.ok(heard.includes('confirmPrinted'), 'the paper lies inside')
      // Already now, with the slip on the screen, the session is over and nothing of the person is here.
      assert.doesNotMatch(await page.content(), new RegExp(`blob:|台風|${transactionId}`))
      const [quote] = await inCenter(center.database.app, (tx) =>
        tx.sql<{ feeYen: number; totalYen: number }>(
          'select fee_yen as "feeYen", total_yen as "totalYen" from center.quote where transaction_id = $1',
          [transactionId],
        ),
      )
      assert.deepEqual(quote, { feeYen: 300, totalYen: 0 })
      await press(words.confirm)
      await heading(languages.ja.words.top.title)
    })
  }

  test('paper that runs out inside costs nothing, and the slip is not given out', async () => {
    const { words } = languages.ja
    const { page, press, heading, center } = kiosk
    await toKinds(kiosk, 'sato')
    await page.locator('.choices .touch').first().click()
    await heading(words.subject.title)
    await page.locator('.choices .touch').first().click()
    await heading(words.copies.title)
    await press(words.next)
    await press(words.check.deskGo)
    await press(words.printing.paperOut)
    await page.getByText(words.stops.deskPaper.words).waitFor()
    await kiosk.look('desk-ja-20-paper')
    assert.equal([...center.issuer.issues.values()].at(-1)?.states.at(-1), 'aborted')
    await press(words.confirm)
    await heading(words.top.title)
  })

  test('a machine limited to a town lists no other', async () => {
    const { page, press, heading } = kiosk
    await inCenter(kiosk.center.database.app, async (tx) => {
      await tx.sql(
        `insert into center.town (municipality_code, prefecture, name) values ('212032', '岐阜県', '高山市')`,
      )
      await tx.sql(
        `insert into center.route (municipality_code, kind, from_on, issuer, endpoint)
         select '212032', kind, from_on, issuer, endpoint from center.route`,
      )
    })
    const towns = async (): Promise<string[]> => {
      await page.locator('.huge').click()
      await press('同意して進む')
      await kiosk.insertCard('sato')
      await press('岐阜県')
      await heading('市区町村を選んでください')
      const names = await page.locator('.choices .touch').allInnerTexts()
      await press('中止')
      await kiosk.removeCard()
      await page.locator('.reminder').waitFor({ state: 'detached' })
      await press('確認')
      await heading('いらっしゃいませ')
      return names
    }
    assert.deepEqual(await towns(), ['高山市', '飛騨市'])
    await inCenter(kiosk.center.database.app, (tx) =>
      tx.sql(`update center.kiosk set only_municipality = '212172'`),
    )
    assert.deepEqual(await towns(), ['飛騨市'])
  })
})
