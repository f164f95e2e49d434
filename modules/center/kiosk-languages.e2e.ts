import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { plainDate } from '@open-bcl/core/dates.ts'
import { HIDA } from '../../apps/center/testing/center.ts'
import { everyOtherKind } from '../../apps/center/testing/every-kind.ts'
import { openKioskPage, toKinds, toTop, type KioskPage } from '../../apps/center/testing/kiosk-page.ts'
import { registerTown } from './enrolment.actions.ts'
import { choicePages } from './web/kiosk-visit.ts'
import { languages, type Lang, type OfferedChoice } from './web/words/words.ts'

/** Every screen in every language at both sizes, and every kind of certificate out of the machine. */
let kiosk: KioskPage

before(async () => {
  kiosk = await openKioskPage()
  const { issuer, database } = kiosk.center
  issuer.offered.splice(0, issuer.offered.length, ...everyOtherKind)
  const route = {
    issuer: 'bcl',
    endpoint: issuer.origin,
    fromOn: plainDate('2026-04-01'),
    untilOn: null,
  } as const
  await registerTown(
    database.app,
    { municipalityCode: HIDA, prefecture: '岐阜県', name: '飛騨市' },
    ['risai', ...everyOtherKind.map(({ kind }) => kind)].map((kind) => ({ kind, ...route })),
  )
  await kiosk.center.makeCard('sato')
})
after(() => kiosk.close())
afterEach(async () => {
  kiosk.center.issuer.faults.clear()
  await toTop(kiosk)
})

const last = () => [...kiosk.center.issuer.issues.values()].at(-1)

async function chooseLanguage(lang: Lang): Promise<void> {
  await kiosk.press(languages[lang].name)
  await kiosk.heading(languages[lang].words.top.title)
}

/** Presses the kind whose Japanese name stands on its button. */
async function chooseKind(ja: string): Promise<void> {
  await kiosk.page.locator('.choices .touch', { hasText: ja }).first().click()
  await kiosk.heading(currentWords().subject.title)
  await kiosk.page.locator('.choices .touch').first().click()
}

let current: Lang = 'ja'
const currentWords = () => languages[current].words

/** From the confirmed contents to the first screen again. */
async function payAndTake(look: (name: string) => Promise<void> = async () => undefined): Promise<void> {
  const words = currentWords()
  const { page, press, heading } = kiosk
  await heading(words.check.title)
  await look('confirm')
  await press(words.check.go)
  await heading(words.pay.title)
  await press(words.pay.insert(500))
  await page.getByText(words.pay.change).first().waitFor()
  await look('pay')
  await press(words.pay.go)
  await heading(words.printing.title)
  await look('printing')
  await kiosk.ahead(3_000)
  await heading(words.take.title)
  await look('take')
  assert.equal(last()?.states.at(-1), 'printed')
  await press(words.confirm)
  await heading(languages.ja.words.top.title)
}

/** What is not in the person's language: kana on an English, Chinese or Vietnamese screen, save names marked as Japanese. */
async function japaneseLeft(): Promise<string[]> {
  return await kiosk.page.evaluate<string[]>(`(() => {
    const found = []
    const walk = (node) => {
      if (node.nodeType === 3 && /[ぁ-んァ-ヶ]/.test(node.data)) found.push(node.data)
      if (node.nodeType !== 1 || node.lang === 'ja' || node.closest('.machine, .languages')) return
      for (const child of node.childNodes) walk(child)
    }
    walk(document.querySelector('.kiosk'))
    return found
  })()`)
}

describe('the kiosk in five languages', () => {
  for (const lang of Object.keys(languages) as Lang[]) {
    test(`住民票の写し with members and items, in ${languages[lang].name}`, async () => {
      current = lang
      const { words } = languages[lang]
      const { page, press, heading } = kiosk
      const foreign = lang !== 'ja' && lang !== 'yasashii'
      const look = async (name: string): Promise<void> => {
        await kiosk.look(`${lang}-${name}`)
        if (foreign) assert.deepEqual(await japaneseLeft(), [], name)
      }
      await chooseLanguage(lang)
      await look('01-top')
      await page.locator('.huge').click()
      await heading(words.notice.title)
      await look('02-notice')
      await press(words.notice.agree)
      await heading(words.card.title)
      await look('03-card')
      await kiosk.insertCard('sato')
      await heading(words.prefecture.title)
      await look('04-prefecture')
      await press('岐阜県')
      await look('05-town')
      await press('飛騨市')
      await heading(words.pin.title)
      await look('06-pin')
      await page.keyboard.type('1234')
      await press(words.confirm)
      await heading(words.removeCard.title)
      await look('07-remove-card')
      await kiosk.removeCard()
      await heading(words.kind.title)
      await look('08-kind')
      await chooseKind('住民票の写し')
      await heading(words.choose.title(lang === 'ja' ? '証明する人' : words.choices.members))
      await page.locator('.tick').first().click()
      await page.getByRole('alert').waitFor()
      await look('10-nobody')
      await press(words.choose.all)
      await look('10-members')
      await press(words.next)
      await look('10-form')
      await press(words.next)
      await heading(words.choose.itemsTitle)
      await page.locator('.tick').first().click()
      await page.locator('.tick').nth(4).click()
      await look('10-items')
      await press(words.next)
      await page.locator('.tick').nth(5).waitFor({ state: 'detached' })
      await press(words.next)
      await heading(words.copies.title)
      await look('11-copies')
      await press(words.next)
      await payAndTake((name) => look(`12-${name}`))
      assert.deepEqual(last()?.choices, {
        members: everyOtherKind[0]?.choices[0]?.options.map(({ value }) => value),
        form: 'joint',
        relation: 'yes',
        article: 'yes',
        domicile: 'no',
        recordCode: 'no',
        nationality: 'no',
        status: 'no',
        period: 'no',
        periodUntil: 'no',
        cardNo: 'no',
        addressWithin: 'no',
      })
    })
  }

  for (const lang of ['en', 'yasashii'] as const) {
    test(`what goes wrong is said in ${languages[lang].name}`, async () => {
      current = lang
      const { words } = languages[lang]
      const { page, press, heading, center } = kiosk
      await chooseLanguage(lang)
      await toKinds(kiosk, 'sato', lang)
      center.issuer.faults.set('listSubjects', 'refused')
      await page.locator('.choices .touch').first().click()
      await heading(words.stops.refused.title)
      // Readings stand between the words.
      await page
        .getByText(words.refusals.service.split(/[一-龠](?=.*（)/)[0] ?? '')
        .first()
        .waitFor()
      await kiosk.look(`${lang}-20-refused`)
      center.issuer.faults.clear()
      await press(words.confirm)
      await heading(languages.ja.words.top.title)
    })
  }

  const others: readonly (readonly [Lang, string, Record<string, string | string[]>])[] = [
    ['ja', 'risai', {}],
    ['en', 'kisai', { reading: 'no', building: 'yes' }],
    ['zh', 'inkan', {}],
    ['vi', 'tax', { paper: 'income', year: '2026' }],
    ['yasashii', 'hisai', {}],
    ['en', 'koseki', {}],
    ['zh', 'fuhyo', {}],
  ]
  for (const [lang, kind, choices] of others) {
    test(`${languages.ja.words.kinds[kind as 'risai']} leaves the machine, asked for in ${languages[lang].name}`, async () => {
      current = lang
      const { words } = languages[lang]
      const { page, press } = kiosk
      await chooseLanguage(lang)
      await toKinds(kiosk, 'sato', lang)
      await chooseKind(languages.ja.words.kinds[kind as 'risai'])
      if (kind === 'tax') {
        await kiosk.heading(words.choose.title(words.choices.paper))
        await press(words.options.income)
        await kiosk.look(`${lang}-30-tax`)
      }
      const offered = everyOtherKind.find((one) => one.kind === kind)?.choices ?? []
      for (let pages = choicePages(offered as OfferedChoice[]).length; pages > 0; pages--) {
        await page.locator('.tick').first().waitFor()
        await press(words.next)
      }
      await kiosk.heading(words.copies.title)
      await press(words.next)
      await payAndTake()
      const issue = last()
      assert.equal(issue?.kind, kind)
      for (const [name, value] of Object.entries(choices)) assert.deepEqual(issue?.choices[name], value, name)
    })
  }

  test('every kind has left the machine', () => {
    const printed = [...kiosk.center.issuer.issues.values()].filter(({ states }) =>
      states.includes('printed'),
    )
    assert.deepEqual([...new Set(printed.map(({ kind }) => kind))].sort(), [
      'fuhyo',
      'hisai',
      'inkan',
      'juminhyo',
      'kisai',
      'koseki',
      'risai',
      'tax',
    ])
    assert.deepEqual(
      kiosk.said.filter((line) => !line.includes('blob:')),
      [],
    )
  })
})
