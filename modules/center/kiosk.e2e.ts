import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import type { Locator } from 'playwright-core'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { openKioskPage, toKinds, toPin, toTop, type KioskPage } from '../../apps/center/testing/kiosk-page.ts'
import { registerTown } from './enrolment.actions.ts'

/** The real centre with its page in a browser: one machine, enrolled once; each test leaves it at its first screen. */
let kiosk: KioskPage
let press: KioskPage['press']
let heading: KioskPage['heading']

before(async () => {
  kiosk = await openKioskPage()
  ;({ press, heading } = kiosk)
  for (const cardId of ['sato', 'suzuki', 'tanaka']) await kiosk.center.makeCard(cardId)
})
after(() => kiosk.close())
afterEach(async () => {
  // The centre hears no machine whose clock is two minutes off; what a test let pass is over.
  await kiosk.page.clock.setSystemTime(Date.now())
  await toTop(kiosk)
})
beforeEach(async () => {
  await kiosk.removeCard()
  kiosk.center.issuer.faults.clear()
})

const lastStates = (): readonly string[] => [...kiosk.center.issuer.issues.values()].at(-1)?.states ?? []
const says = (text: string | RegExp) => kiosk.page.getByText(text).first().waitFor()

/** The coin has been counted by the centre, and nothing is under way any more. */
const inserted = (amount: string) =>
  kiosk.page
    .getByRole('definition')
    .filter({ hasText: new RegExp(`^${amount}$`) })
    .first()
    .waitFor()

/** Time passes without a finger, in steps shorter than the question stands, until `text` is there. */
async function silenceUntil(text: Locator): Promise<void> {
  for (let steps = 0; steps < 20; steps++) {
    await kiosk.ahead(4_000)
    const shown = await text.waitFor({ timeout: 500 }).then(
      () => true,
      () => false,
    )
    if (shown) return
  }
  assert.fail('nothing was said of the silence')
}

async function toCopies(cardId: string): Promise<void> {
  await toKinds(kiosk, cardId)
  await press(/罹災証明書/)
  await press('令和8年台風第99号 罹災証明書')
  await heading('部数を選んでください')
}

async function toPay(cardId: string): Promise<void> {
  await toCopies(cardId)
  await press('1部増やす')
  await press('次へ')
  await press('この内容で進む')
  await heading('料金を入れてください')
}

async function backToTop(): Promise<void> {
  await press('確認')
  await heading('いらっしゃいませ')
}

describe('the kiosk in a browser', () => {
  test('a person takes two papers home, and nothing of it stays: storage, caches, windows, memory', async () => {
    const { page, look } = kiosk
    await look('01-top', true)
    await toKinds(kiosk, 'sato')
    await press(/罹災証明書/)
    await heading('内容を選んでください')
    await press('令和8年台風第99号 罹災証明書')
    await press('1部増やす')
    await says(/^2部$/)
    await press('次へ')
    await heading('内容と料金をご確認ください')
    await press('選びなおす')
    await heading('部数を選んでください')
    await press('次へ')
    await press('この内容で進む')
    await heading('料金を入れてください')
    assert.equal(lastStates().at(-1), 'delivered', 'the document is here before a coin is taken')
    await press('10円を入れる')
    await inserted('10円')
    await look('12-pay', true)
    await press('50円を入れる')
    await press('支払って印刷する')
    await heading('印刷しています')
    await look('13-printing')
    await kiosk.ahead(3_000)
    await heading('取り忘れにご注意ください')
    await says('つり銭 40円')
    await look('14-take', true)
    const opened = page.context().waitForEvent('page')
    await press('証明書を開く（PDF）')
    const paper = await opened
    const url = await page.evaluate<string>(`document.querySelector('iframe')?.src ?? ''`)
    assert.deepEqual(lastStates(), ['requested', 'frozen', 'built', 'delivered', 'paid', 'printed'])
    const [transactionId = ''] = [...kiosk.center.issuer.issues.keys()].slice(-1)
    assert.ok((await remembered([transactionId]))[0]! > 0, 'memory is really looked into')
    const gone = paper.isClosed() ? Promise.resolve() : paper.waitForEvent('close')
    await backToTop()
    await gone
    await kiosk.ahead(1_000)

    const stored = await page.evaluate<{ kept: object; databases: string[]; text: string }>(`(async () => ({
      kept: [{ ...localStorage }, { ...sessionStorage }, await caches.keys(), document.cookie,
        await navigator.serviceWorker?.getRegistrations() ?? []],
      databases: (await indexedDB.databases()).map(({ name }) => name),
      text: document.documentElement.outerHTML,
    }))()`)
    assert.deepEqual(stored.kept, [{}, {}, [], '', []])
    assert.deepEqual(stored.databases, ['open-bcl-kiosk'], 'the machine’s own key')
    assert.doesNotMatch(stored.text, /飛騨市(?!役所)|台風|blob:|[0-9a-f]{32}/)
    if (url.startsWith('blob:'))
      assert.equal(
        await page.evaluate(`fetch('${url.split('#')[0]}').then(() => 'there', () => 'gone')`),
        'gone',
      )
    const rests = await remembered([transactionId, '台風第99号', 'JVBERi0', '佐藤'])
    assert.deepEqual(rests, [0, 0, 0, 0], 'in the memory of the page: transaction, subject, document, name')
  })

  test('本籍地の利用登録: written, checked, signed by the card, sent to the town, and forgotten', async () => {
    const { page, look, center } = kiosk
    const from = { fromOn: plainDate('2026-04-01'), untilOn: null }
    const own = { issuer: 'own', endpoint: center.issuer.origin, ...from } as const
    const town = { municipalityCode: '212032' as MunicipalityCode, prefecture: '岐阜県', name: '高山市' }
    await registerTown(center.database.app, town, [{ kind: 'koseki', ...own }])
    const koseki = { kind: 'koseki', ja: '戸籍証明書', feeYen: 450, printingYen: 0, maxCopies: 1 }
    center.issuer.alter.set('getServiceMenu', (menu: object) => ({ ...menu, kinds: [koseki] }))
    const sent: object[] = []
    center.issuer.alter.set('applyForUse', (_, input) => {
      sent.push(input)
      const { applicationId } = input as { applicationId: string }
      return { kind: 'application', applicationId, state: 'waiting' }
    })
    await press(/^本籍地の利用登録/)
    await says('本籍のある市区町村に、戸籍の証明書の利用を申請します')
    await press('同意して進む')
    await kiosk.insertCard('sato')
    await press('岐阜県')
    await press('高山市')
    await heading('本籍を入力してください')
    const write = (words: string) => page.getByRole('textbox').fill(words)
    await write('岐阜県高山市上一之町百番地')
    await look('21-application', true)
    await press('次へ')
    await heading('筆頭者の氏名を入力してください')
    await write('佐藤　太郎')
    await page.keyboard.press('Enter')
    await heading('氏名を入力してください')
    await write('佐藤　花子')
    await press('次へ')
    await heading('生年月日を入力してください')
    await page.keyboard.type('19800230')
    await says('その日付はありません')
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Backspace')
    await page.keyboard.type('29')
    await says('1980年2月29日（昭和55年2月29日）')
    await look('22-birth', true)
    await press('次へ')
    await heading('電話番号を入力してください')
    await page.keyboard.type('0577990001')
    await press('次へ')
    await heading('申請の内容をご確認ください')
    await look('23-application-check', true)
    await press('暗証番号の入力へ')
    await heading('暗証番号を入力してください')
    await page.keyboard.type('1234')
    await press('確認')
    await heading('申請を受け付けました')
    await look('24-applied', true)
    assert.equal(sent.length, 1)
    const { certificate: _, applicationId: __, ...told } = sent[0] as Record<string, unknown>
    assert.deepEqual(told, {
      municipalityCode: '212032',
      registeredDomicile: '岐阜県高山市上一之町百番地',
      headOfRegister: '佐藤　太郎',
      name: '佐藤　花子',
      birthOn: '1980-02-29',
      phone: '0577990001',
    })
    await kiosk.removeCard()
    await backToTop()
    await kiosk.ahead(200)
    assert.deepEqual(await remembered(['上一之町百番地', '佐藤　花子', '0577990001']), [0, 0, 0])
    center.issuer.alter.clear()
  })

  test('three wrong PINs lock the card, and the tries left are told each time', async () => {
    const { page, look } = kiosk
    await toPin(kiosk, 'suzuki')
    await says('あと3回間違えると')
    for (const left of ['あと2回', 'あと1回']) {
      await page.keyboard.type('9999')
      await press('確認')
      await says(left)
    }
    await says('暗証番号が違います')
    await look('20-wrong-pin', true)
    await page.keyboard.type('9999')
    await press('確認')
    await heading('ご利用いただけないカードです')
    await says('お問い合わせ番号 111')
    await says('カードをお取りください')
    await look('21-locked', true)
    // 「確認」 with the card still there: it is asked for until it is gone.
    await press('確認')
    await heading('カードが残っています')
    const rang = await page.evaluate<number>('rang')
    await kiosk.ahead(10_000)
    assert.ok((await page.evaluate<number>('rang')) > rang, 'it rings')
    await look('21b-card-left')
    await kiosk.removeCard()
    await heading('いらっしゃいませ')
    await page.locator('.huge').click()
    await press('同意して進む')
    await kiosk.insertCard('suzuki')
    await press('岐阜県')
    await press('飛騨市')
    await heading('ご利用いただけないカードです')
    await kiosk.removeCard()
    await page.locator('.reminder').waitFor({ state: 'detached' })
    await backToTop()
  })

  test('中止 gives the coins back, a lifted card begins again, a card the town does not know is refused', async () => {
    const { center, look, page } = kiosk
    await toPay('sato')
    await press('10円を入れる')
    await inserted('10円')
    await press('中止して返金')
    await says('投入された現金の返却 10円')
    await look('22-returned', true)
    assert.equal(lastStates().at(-1), 'aborted')
    await backToTop()
    await toPin(kiosk, 'sato')
    await kiosk.removeCard()
    await says('カードが離れました')
    await press('中止')
    await backToTop()
    const { serial } = await center.makeCard('stranger')
    center.issuer.serials.delete(serial)
    await toPin(kiosk, 'stranger')
    await page.keyboard.type('1234')
    await press('確認')
    await heading('お取り扱いできません')
    await says('お問い合わせ番号 201')
    await kiosk.removeCard()
    await page.locator('.reminder').waitFor({ state: 'detached' })
    await backToTop()
  })

  test('paper that runs out after the payment is refunded', async () => {
    await toPay('tanaka')
    await press('50円を入れる')
    await press('支払って印刷する')
    await press('（模擬）用紙切れ')
    await says('料金の返金 20円')
    await says('つり銭 30円')
    await kiosk.look('23-refunded')
    assert.equal(lastStates().at(-1), 'refunded')
    await backToTop()
  })

  test('a jammed coin box gives nothing until staff clear it, and the centre knows that it owes', async () => {
    const { center, look } = kiosk
    const owed = async (): Promise<number> =>
      (
        await inCenter(center.database.app, (tx) =>
          tx.sql<{ yen: number }>(
            'select coalesce(sum(yen), 0)::int as yen from center.payout where handed_at is null',
          ),
        )
      )[0]!.yen
    await toPay('tanaka')
    await press('10円を入れる')
    await inserted('10円')
    await press('（模擬）硬貨詰まり')
    await heading('係員をお呼びください')
    await says('投入された現金の返却 10円')
    await look('24-jammed', true)
    assert.equal(lastStates().at(-1), 'aborted')
    assert.equal(await owed(), 10)
    await press('（模擬）詰まりを直す')
    await heading('手続を終了しました')
    await says('投入された現金の返却 10円')
    await backToTop()
    assert.equal(await owed(), 0)
  })

  test('a page that is closed with coins in the slot gives them back when it opens again', async () => {
    const { page } = kiosk
    await toPay('tanaka')
    await press('10円を入れる')
    await inserted('10円')
    await page.reload()
    await heading('現金をお返ししました')
    await says('投入された現金の返却 10円')
    assert.equal(lastStates().at(-1), 'aborted')
    await page.reload()
    await heading('いらっしゃいませ')
  })

  test('nobody answers 「続けますか」: the session ends and money comes back', async () => {
    const { page, look } = kiosk
    await toPay('tanaka')
    await press('10円を入れる')
    await inserted('10円')
    await silenceUntil(page.getByRole('alertdialog', { name: '続けますか' }))
    await look('25-still-there', true)
    await press('続ける')
    await heading('料金を入れてください')
    await silenceUntil(page.getByText('一定時間操作がなかったため').first())
    await says('投入された現金の返却 10円')
    await backToTop()
  })

  test('while the issuing server is away the person may try again or stop', async () => {
    const { center, look, page } = kiosk
    await toCopies('tanaka')
    await press('次へ')
    center.issuer.faults.set('deliverIssue', 'unreached')
    await press('この内容で進む')
    await page.getByRole('alertdialog', { name: '市区町村のサーバと通信できません' }).waitFor()
    await look('26-trouble', true)
    center.issuer.faults.clear()
    await press('もう一度')
    await heading('料金を入れてください')
    await press('中止して返金')
    await backToTop()
  })

  test('音声案内: the screen is read, a first touch reads and a second presses, no digit of a PIN is said', async () => {
    const { page, look } = kiosk
    const spoken = () => page.evaluate<string[]>('spoken')
    const silent = (await spoken()).length
    await press('音声で案内')
    await press('文字を大きく')
    assert.match((await spoken())[silent] ?? '', /もう一度触れると押されます[^]*いらっしゃいませ/)
    assert.equal(await page.evaluate('document.documentElement.dataset.letters'), 'normal', 'only read')
    await press('文字を大きく')
    await page.locator('html[data-letters=large]').waitFor()
    await look('30-large-top')
    await page.locator('.huge').click()
    assert.match((await spoken()).at(-1) ?? '', /行政サービス/)
    await page.locator('.huge').click()
    await heading('ご利用にあたって')
    await look('31-large-notice')
    await press('同意して進む')
    await press('同意して進む')
    await heading('マイナンバーカードを置いてください')
    await kiosk.insertCard('sato')
    for (const place of ['岐阜県', '飛騨市']) {
      await press(place)
      await press(place)
    }
    await heading('暗証番号を入力してください')
    await look('32-large-pin')
    const before = (await spoken()).length
    for (const digit of ['1', '2', '3', '4']) await press(digit)
    assert.deepEqual(
      (await spoken()).slice(before).filter((text) => /^[\d\s]+$/.test(text)),
      [],
    )
    await press('確認')
    await heading('カードをお取りください')
    await kiosk.removeCard()
    await heading('証明書を選んでください')
    await press('中止')
    await press('中止')
    await heading('手続を終了しました')
    await press('確認')
    await press('確認')
    await heading('いらっしゃいませ')
    await page.locator('html[data-letters=normal]').waitFor()
    assert.equal(
      await page.getByRole('button', { name: '音声で案内' }).count(),
      1,
      'the next person begins anew',
    )
  })

  test('the browser complained of nothing', () => {
    assert.deepEqual(
      kiosk.said.filter((line) => !/blob:|net::ERR|503/.test(line)),
      [],
    )
  })
})

/** How many strings of the page's heap, garbage collected, hold each text. */
async function remembered(texts: readonly string[]): Promise<number[]> {
  const session = await kiosk.page.context().newCDPSession(kiosk.page)
  const parts: string[] = []
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => parts.push(chunk))
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await session.detach()
  const { strings } = JSON.parse(parts.join('')) as { strings: string[] }
  return texts.map((text) => strings.filter((string) => string.includes(text)).length)
}
