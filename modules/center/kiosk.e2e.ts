import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { post, testCenter, type TestCenter } from '../../apps/center/testing/center.ts'
import { createEnrolmentCode } from './enrolment.actions.ts'

/** Where pictures of the screens go when somebody wants to look (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
let center: TestCenter
let browser: Browser
let context: BrowserContext
let page: Page
const portrait = { width: 1080, height: 1920 }

before(async () => {
  center = await testCenter(true)
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  await center.makeCard('sato')
  await center.makeCard('suzuki')
  await center.makeCard('tanaka')
})
after(async () => {
  await browser.close()
  await center.close()
})

const said: string[] = []
async function open(viewport = portrait): Promise<void> {
  said.length = 0
  context = await browser.newContext({ viewport, locale: 'ja-JP' })
  page = await context.newPage()
  page.on('pageerror', (error) => said.push(error.message))
  page.on('console', (line) => {
    if (line.type() === 'error') said.push(line.text())
  })
  await page.addInitScript(`globalThis.revoked = []
    const revoke = URL.revokeObjectURL.bind(URL)
    URL.revokeObjectURL = (url) => { revoked.push(url); revoke(url) }`)
  await page.goto(`${center.origin}/kiosk`)
}

const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()
const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
const insert = (cardId: string) => post(`${center.cardsUrl}/insert`, { cardId })
const remove = () => post(`${center.cardsUrl}/remove`, {})

async function shoot(name: string): Promise<void> {
  if (shots === undefined) return
  await mkdir(shots, { recursive: true })
  const { width } = page.viewportSize() ?? portrait
  await page.screenshot({ path: path.join(shots, `${width}-${name}.png`) })
}

async function look(name: string): Promise<void> {
  await shoot(name)
  const { violations } = await new AxeBuilder({ page }).disableRules(['page-has-heading-one']).analyze()
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
    [],
    name,
  )
  // As text: this file knows no browser types.
  const low = await page.evaluate<string | null>(`[...document.querySelectorAll('button, a')]
    .filter((node) => node.getBoundingClientRect().height > 0 && node.getBoundingClientRect().height < 88)
    .map((node) => node.textContent)[0] ?? null`)
  assert.equal(low, null, `${name}: a finger misses ${low}`)
  const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
  assert.ok(overflow <= 0, `${name}: wider than the screen by ${overflow}`)
}

async function enrol(kioskId: string): Promise<void> {
  const about = { kioskId, operator: '試験', name: '1号機', place: '飛騨市役所1階' }
  const code = await createEnrolmentCode(center.database.app, about, new Date())
  await heading('端末の登録')
  await page.keyboard.type(code.replaceAll('-', ''))
  await shoot('00-enrol')
  await press('登録')
  await heading('いらっしゃいませ')
}

/** From the menu to the PIN pad. */
async function toPin(cardId: string): Promise<void> {
  await press(/行政サービス/)
  await press('同意して進む')
  await heading('マイナンバーカードを置いてください')
  await insert(cardId)
  await press('岐阜県')
  await press('飛騨市')
  await heading('暗証番号を入力してください')
}

async function toPay(cardId: string): Promise<void> {
  await toPin(cardId)
  await page.keyboard.type('1234')
  await press('確認')
  await heading('カードをお取りください')
  await remove()
  await press(/罹災証明書/)
  await press(/台風第99号/)
  await press('1部増やす')
  await press('次へ')
  await press('この内容で進む')
  await heading('料金を入れてください')
}

const lastStates = async (): Promise<readonly string[]> =>
  [...center.issuer.issues.values()].at(-1)?.states ?? []

describe('the kiosk in a browser', () => {
  beforeEach(() => remove())

  for (const viewport of [portrait, { width: 1280, height: 800 }]) {
    test(`a person takes two papers home at ${viewport.width} × ${viewport.height}, and nothing of it stays`, async () => {
      await open(viewport)
      await enrol(`kiosk-${viewport.width}`)
      await look('01-top')
      await press(/行政サービス/)
      await heading('ご利用にあたって')
      await look('02-notice')
      await press('同意して進む')
      await look('03-place-card')
      await insert('sato')
      await heading('都道府県を選んでください')
      await look('04-prefecture')
      await press('岐阜県')
      await look('05-town')
      await press('飛騨市')
      await heading('暗証番号を入力してください')
      for (const digit of ['1', '2', '3']) await press(digit)
      await look('06-pin')
      await press('4')
      await press('確認')
      await heading('カードをお取りください')
      await look('07-remove-card')
      await remove()
      await heading('証明書を選んでください')
      await look('08-kind')
      await press(/罹災証明書/)
      await heading('内容を選んでください')
      await look('09-subject')
      await press(/台風第99号/)
      await press('1部増やす')
      await page.getByText('2部', { exact: true }).waitFor()
      await look('10-copies')
      await press('次へ')
      await heading('内容と料金をご確認ください')
      await look('11-confirm')
      await press('選びなおす')
      await heading('部数を選んでください')
      await press('次へ')
      await press('この内容で進む')
      await heading('料金を入れてください')
      assert.equal((await lastStates()).at(-1), 'delivered', 'the document is here before a coin is taken')
      await press('10円を入れる')
      await page.getByText('不足').waitFor()
      await look('12-pay')
      await press('50円を入れる')
      await press('支払って印刷する')
      await heading('印刷しています')
      await shoot('13-printing')
      await heading('取り忘れにご注意ください')
      await page.getByText('つり銭 40円').waitFor()
      await look('14-take')
      const href = await page.getByRole('link', { name: /証明書を開く/ }).getAttribute('href')
      assert.match(href ?? '', /^blob:/)
      assert.deepEqual(await lastStates(), ['requested', 'frozen', 'built', 'delivered', 'paid', 'printed'])
      await press('確認')
      await heading('いらっしゃいませ')

      const stored = await page.evaluate<{
        local: object
        session: object
        caches: string[]
        databases: string[]
        text: string
      }>(`(async () => ({
        local: { ...localStorage },
        session: { ...sessionStorage },
        caches: await caches.keys(),
        databases: (await indexedDB.databases()).map(({ name }) => name),
        text: document.body.innerText,
      }))()`)
      assert.deepEqual(stored.local, {})
      assert.deepEqual(stored.session, {})
      assert.deepEqual(stored.caches, [])
      assert.deepEqual(stored.databases, ['open-bcl-kiosk'])
      assert.doesNotMatch(stored.text, /飛騨市が|台風|[0-9a-f]{32}/)
      assert.ok((await page.evaluate<string[]>('revoked')).includes(href ?? ''), 'the document is gone')
      assert.deepEqual(
        said.filter((line) => !line.includes('blob:')),
        [],
      )
      await context.close()
    })
  }

  test('three wrong PINs lock the card, and the tries left are told each time', async () => {
    await open()
    await enrol('kiosk-pin')
    await toPin('suzuki')
    await page.getByText('あと3回間違えると').waitFor()
    for (const left of ['あと2回', 'あと1回']) {
      await page.keyboard.type('9999')
      await press('確認')
      await page.getByText(left).waitFor()
    }
    await page.getByText('暗証番号が違います').waitFor()
    await look('20-wrong-pin')
    await page.keyboard.type('9999')
    await press('確認')
    await heading('ご利用いただけないカードです')
    await page.getByText('お問い合わせ番号 111').waitFor()
    await page.getByText('カードをお取りください').waitFor()
    await look('21-locked')
    await remove()
    await press('確認')
    await press(/行政サービス/)
    await press('同意して進む')
    await insert('suzuki')
    await press('岐阜県')
    await press('飛騨市')
    await heading('ご利用いただけないカードです')
    await context.close()
  })

  test('中止 gives the coins back, a lifted card begins again, a card the town does not know is refused', async () => {
    await open()
    await enrol('kiosk-stop')
    await toPay('sato')
    await press('10円を入れる')
    await page.getByText('不足').waitFor()
    await press('中止して返金')
    await page.getByText('投入された現金の返却 10円').waitFor()
    await look('22-returned')
    assert.equal((await lastStates()).at(-1), 'aborted')
    await press('確認')
    await toPin('sato')
    await remove()
    await page.getByText('カードが離れました').waitFor()
    await press('中止')
    await press('確認')
    const { serial } = await center.makeCard('stranger')
    center.issuer.serials.delete(serial)
    await toPin('stranger')
    await page.keyboard.type('1234')
    await press('確認')
    await heading('お取り扱いできません')
    await page.getByText('お問い合わせ番号 201').waitFor()
    await context.close()
  })

  test('paper that runs out after the payment is refunded', async () => {
    await open()
    await enrol('kiosk-paper')
    await toPay('tanaka')
    await press('50円を入れる')
    await press('支払って印刷する')
    await press('（模擬）用紙切れ')
    await page.getByText('料金の返金 20円').waitFor()
    await page.getByText('つり銭 30円').waitFor()
    await look('23-refunded')
    assert.equal((await lastStates()).at(-1), 'refunded')
    await context.close()
  })

  test('a page that is closed with coins in the slot gives them back when it opens again', async () => {
    await open()
    await enrol('kiosk-closed')
    await toPay('tanaka')
    await press('10円を入れる')
    await page.getByText('不足').waitFor()
    await page.reload()
    await heading('現金をお返ししました')
    await page.getByText('投入された現金の返却 10円').waitFor()
    assert.equal((await lastStates()).at(-1), 'aborted')
    await page.reload()
    await heading('いらっしゃいませ')
    await context.close()
  })

  test('nobody answers 「続けますか」: the session ends and money comes back', async () => {
    await open()
    await enrol('kiosk-idle')
    await page.clock.install()
    await page.reload()
    await heading('いらっしゃいませ')
    await toPay('tanaka')
    await press('10円を入れる')
    await page.getByText('不足').waitFor()
    await page.clock.runFor(32_000)
    await page.getByRole('alertdialog', { name: '続けますか' }).waitFor()
    await look('24-still-there')
    await press('続ける')
    await heading('料金を入れてください')
    await page.clock.runFor(50_000)
    await page.getByText('一定時間操作がなかったため').waitFor()
    await page.getByText('投入された現金の返却 10円').waitFor()
    await context.close()
  })

  test('while the issuing server is away the person may try again or stop', async () => {
    await open()
    await enrol('kiosk-away')
    await toPin('tanaka')
    await page.keyboard.type('1234')
    await press('確認')
    await heading('カードをお取りください')
    await remove()
    await press(/罹災証明書/)
    await press(/台風第99号/)
    await press('次へ')
    center.issuer.faults.set('deliverIssue', 'unreached')
    await press('この内容で進む')
    await page.getByRole('alertdialog', { name: '市区町村のサーバと通信できません' }).waitFor()
    await look('25-trouble')
    center.issuer.faults.clear()
    await press('もう一度')
    await heading('料金を入れてください')
    await context.close()
  })
})
