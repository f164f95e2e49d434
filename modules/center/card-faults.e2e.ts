import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { post } from '../../apps/center/testing/center.ts'
import { openKioskPage, toKinds, toPin, toTop, type KioskPage } from '../../apps/center/testing/kiosk-page.ts'
import { authenticate } from './kiosk.contract.ts'
import { languages } from './web/words/words.ts'

/**
 * Cards, readers and JPKI that do not do what they should, with the real page, bridge and centre between: what the person
 * reads, which code the help desk hears, and that the next person is served.
 */
let kiosk: KioskPage
const { words } = languages.ja

before(async () => {
  kiosk = await openKioskPage()
  for (const cardId of ['sato', 'suzuki']) await kiosk.center.makeCard(cardId)
})
after(() => kiosk.close())
beforeEach(async () => {
  await fault('cards', 'none')
  await fault('ocsp', 'none')
  await kiosk.removeCard()
})
afterEach(() => toTop(kiosk))

const fault = (what: 'cards' | 'ocsp', how: string) =>
  what === 'cards'
    ? post(`${kiosk.center.cardsUrl}/api/faults`, { card: how })
    : post(`${kiosk.center.jpkiUrl}/api/faults`, { ocsp: how })
const says = (text: string | RegExp) => kiosk.page.getByText(text).first().waitFor()
const refused = (code: number) => says(`お問い合わせ番号 ${code}`)

async function enter(pin: string): Promise<void> {
  await kiosk.page.keyboard.type(pin)
  await kiosk.press(words.confirm)
}

async function toCard(): Promise<void> {
  await kiosk.page.locator('.huge').click()
  await kiosk.press(words.notice.agree)
  await kiosk.heading(words.card.title)
}

/** A card that is no good for good, or for a while. */
async function makeRefused(cardId: string, verb: 'hold' | 'revoke' | null, wishes = {}): Promise<void> {
  const { issuerSki, serial } = await kiosk.center.makeCard(cardId, wishes)
  if (verb === null) return
  const body = verb === 'revoke' ? { reason: 'keyCompromise' } : {}
  await post(`${kiosk.center.jpkiUrl}/api/certificates/${issuerSki}/${serial}/${verb}`, body)
}
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

describe('cards that JPKI refuses', () => {
  for (const [title, code, make] of [
    [
      'an expired card',
      103,
      () => makeRefused('ended', null, { notBefore: inDays(-9), notAfter: inDays(-1) }),
    ],
    ['a card of tomorrow', 104, () => makeRefused('tomorrow', null, { notBefore: inDays(1) })],
    ['a revoked card', 108, () => makeRefused('revoked', 'revoke')],
    ['a lost card on hold', 109, () => makeRefused('lost', 'hold')],
  ] as const)
    test(`${title}: the same words for all, and code ${code}`, async () => {
      await make()
      const cardId = { 103: 'ended', 104: 'tomorrow', 108: 'revoked', 109: 'lost' }[code]
      await toPin(kiosk, cardId)
      await enter('1234')
      await refused(code)
      await says('ご利用いただけないカードです。カードを発行した市区町村の窓口にお問い合わせください。')
      await kiosk.look(`card-${cardId}`)
    })

  test('while JPKI is silent everybody is refused within two seconds; when it answers again, nobody need do anything', async () => {
    for (const how of ['silent', 'down', 'try-later']) {
      await fault('ocsp', how)
      await toPin(kiosk, 'sato')
      const judged = kiosk.page.waitForResponse((response) => response.url().endsWith(authenticate.path))
      await enter('1234')
      await refused(110)
      // The centre's own time; how fast a loaded test machine draws is another matter.
      const { requestStart, responseEnd } = (await judged).request().timing()
      assert.ok(responseEnd - requestStart < 2_000, `${how}: ${responseEnd - requestStart} ms`)
      await says('ただいま、カードの有効性を確認できません。')
      await toTop(kiosk)
    }
    await fault('ocsp', 'none')
    await toKinds(kiosk, 'sato')
  })
})

describe('PINs', () => {
  test('two wrong, then the right one: the person goes on, and the card has its tries again', async () => {
    await toPin(kiosk, 'sato')
    await says(words.pin.left(3))
    await enter('0000')
    await says(words.pin.left(2))
    await enter('0000')
    await says(words.pin.left(1))
    await enter('1234')
    await kiosk.heading(words.removeCard.title)
    await toTop(kiosk)
    await toPin(kiosk, 'sato')
    await says(words.pin.left(3))
  })

  test('the third wrong one locks the card; it is told so again before anybody types anything', async () => {
    await kiosk.center.makeCard('locked')
    await toPin(kiosk, 'locked')
    for (const left of [2, 1]) {
      await enter('9999')
      await says(words.pin.left(left))
    }
    await enter('9999')
    await refused(111)
    await kiosk.look('card-locked')
    await toTop(kiosk)
    await toCard()
    await kiosk.insertCard('locked')
    await kiosk.press('岐阜県')
    await kiosk.press('飛騨市')
    await refused(111)
  })

  test('a wrong PIN is not given back by lifting the card', async () => {
    await kiosk.center.makeCard('lifted')
    await toPin(kiosk, 'lifted')
    await enter('9999')
    await says(words.pin.left(2))
    await toTop(kiosk)
    await toPin(kiosk, 'lifted')
    await says(words.pin.left(2))
  })
})

describe('cards that are none, broken or gone', () => {
  test('another chip card, and one that answers nonsense', async () => {
    for (const how of ['foreign', 'garbled']) {
      await fault('cards', how)
      await toCard()
      await kiosk.insertCard('sato')
      await kiosk.press('岐阜県')
      await kiosk.press('飛騨市')
      await refused(112)
      await says('カードを読み取れませんでした。')
      await toTop(kiosk)
    }
    await kiosk.look('card-unreadable-then-top')
  })

  test('a card that will not sign, and one that falls silent', async () => {
    for (const how of ['unsigning', 'silent']) {
      await fault('cards', 'none')
      await toPin(kiosk, 'sato')
      await fault('cards', how)
      await enter('1234')
      await refused(112)
      await toTop(kiosk)
    }
  })

  test('a card that is lifted before the PIN is asked for again, wherever the person is', async () => {
    await toCard()
    await kiosk.insertCard('sato')
    await kiosk.heading(words.prefecture.title)
    await kiosk.removeCard()
    await says(words.card.lifted)
    await kiosk.insertCard('sato')
    await kiosk.press('岐阜県')
    await kiosk.removeCard()
    await says(words.card.lifted)
    await kiosk.insertCard('sato')
    await kiosk.press('岐阜県')
    await kiosk.press('飛騨市')
    await kiosk.heading(words.pin.title)
    await kiosk.removeCard()
    await says(words.card.lifted)
  })

  test("another person's card laid over the first one begins anew, and its PIN is not asked for by mistake", async () => {
    await toPin(kiosk, 'sato')
    await kiosk.insertCard('suzuki')
    await says(words.card.lifted)
    await kiosk.heading(words.prefecture.title)
  })

  test('without reader the page says so, and goes on when there is one', async () => {
    await kiosk.page.route(`${kiosk.center.bridgeUrl}/status`, (route) =>
      route.fulfill({
        json: { reader: null, inserted: null, printers: [] },
        headers: { 'access-control-allow-origin': '*' },
      }),
    )
    await toCard()
    await says(words.card.noReader)
    await kiosk.look('no-reader')
    await kiosk.page.unroute(`${kiosk.center.bridgeUrl}/status`)
    await kiosk.insertCard('sato')
    await kiosk.heading(words.prefecture.title)
  })
})

test('a card that has signed has forgotten its PIN at once, though it still lies there', async () => {
  await toPin(kiosk, 'sato')
  const { inserted } = (await (await fetch(`${kiosk.center.cardsUrl}/status`)).json()) as {
    inserted: { insertionId: string }
  }
  const send = async (apdu: string): Promise<string> => {
    const answer = await post(`${kiosk.center.cardsUrl}/apdu`, { insertionId: inserted.insertionId, apdu })
    return (answer as { response: string }).response
  }
  const released = kiosk.page.waitForResponse((response) => response.url().endsWith('/release'))
  await enter('1234')
  await kiosk.heading(words.removeCard.title)
  assert.equal((await released).status(), 200)
  // Nothing is selected any more, and with the key selected anew no PIN is verified.
  assert.equal(await send('00A4020C020017'), '6A82')
  assert.equal(await send('00A4040C0AD392F000260100000001'), '9000')
  assert.equal(await send('00A4020C020017'), '9000')
  assert.equal(await send(`802A008033${'00'.repeat(51)}00`), '6982')
})

test('the browser complained of nothing but what the bridge refused', () => {
  assert.deepEqual(
    kiosk.said.filter((line) => !/net::ERR|40[39]|50[34]/.test(line)),
    [],
  )
})
