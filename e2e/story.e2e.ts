import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { canaries, markedNames } from '@open-bcl/demo/people.ts'
import { demoPassword } from '@open-bcl/demo/staff.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { noteErrors } from '../apps/cloud/testing/page-errors.ts'
import { startSystem, type System } from './system.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`): the README's are made here. */
const shots = process.env['OPEN_BCL_SHOTS']
const disasterName = '令和8年11月飛騨地方地震'

/**
 * The main job of the product, as the README tells it: a town's data is here, a disaster strikes, a victim applies, staff
 * decide, and the victim takes a correct 罹災証明書 out of a kiosk.
 */
describe('from sign-in to a 罹災証明書 out of a kiosk', () => {
  let system: System
  let browser: Browser
  let staff: BrowserContext
  let page: Page
  let counterWords: string[] = []

  before(async () => {
    system = await startSystem()
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
  })
  after(async () => {
    await browser.close()
    await system.stop()
  })

  const errors: string[] = []
  async function openPage(viewport: { width: number; height: number }): Promise<void> {
    staff = await browser.newContext({ viewport, locale: 'ja-JP' })
    page = await staff.newPage()
    page.setDefaultTimeout(20_000)
    noteErrors(page, errors)
  }

  async function signIn(id: string): Promise<void> {
    await openPage({ width: 1280, height: 900 })
    await page.goto(system.staffUrl)
    await page.getByLabel('団体コード').fill('212172')
    await page.getByLabel('ID').fill(id)
    await page.getByLabel('パスワード').fill(demoPassword)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await heading('メインメニュー')
  }

  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()
  const go = (name: string | RegExp) => page.getByRole('main').getByRole('link', { name }).first().click()

  async function look(name: string): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
      name,
    )
    await shoot(name)
  }

  async function shoot(name: string): Promise<void> {
    if (shots === undefined) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `${name}.png`) })
  }

  /** The document that the page gets next, whether as a file or inside JSON: what it shows is made of these bytes. */
  async function nextPdf(): Promise<Buffer> {
    const answer = await page.waitForResponse(async (response) => {
      const type = response.headers()['content-type'] ?? ''
      return type.includes('pdf') || (type.includes('json') && (await response.text()).includes('pdfBase64'))
    })
    // The browser hands a document over to its viewer and keeps no copy: asked for again, it is the same.
    if (answer.headers()['content-type']?.includes('pdf'))
      return await (await staff.request.get(answer.url())).body()
    return Buffer.from(((await answer.json()) as { pdfBase64: string }).pdfBase64, 'base64')
  }

  test('the clerk registers the disaster, which opens its ledger', async () => {
    await signIn('clerk')
    await look('menu')
    await page.getByRole('main').getByRole('link', { name: '災害の一覧' }).click()
    await go('災害名新規登録')
    await heading('災害名新規登録')
    await page.getByLabel('災害名').fill(disasterName)
    await page.getByLabel('地震', { exact: true }).check()
    await page.getByLabel('発生日').fill('R8.11.20')
    await page.getByLabel('入力内容を確認しました').check()
    await look('register-disaster')
    await press('登録して台帳を作成')
    await heading('被災者台帳')
  })

  test('finds the victim by the plain kanji, though the register writes a variant', async () => {
    await page.getByLabel('氏名').fill('葛城')
    await press('検索')
    await page.getByRole('link', { name: '葛\u{E0100}城　正雄' }).waitFor()
    await look('search')
    await page.getByRole('link', { name: '葛\u{E0100}城　正雄' }).click()
    await heading('葛\u{E0100}城　正雄')
    await look('victim')
  })

  test('takes the application, accepts it and enters the grade', async () => {
    await go('この方の申請を受け付ける')
    await heading('罹災証明書の申請の受付')
    await page.getByRole('textbox', { name: '被害の状況' }).fill('屋根瓦が落下し、外壁に亀裂が入った')
    await page.getByLabel('メールアドレス').fill('katsuragi@example.invalid')
    await page.getByLabel(/住民基本台帳・課税台帳等により確認/).check()
    await page.getByLabel(/被災者支援の業務で利用/).check()
    await page.getByLabel('入力内容を確認しました').check()
    await look('application')
    await press('申請を受け付ける')
    await press('受理する')
    await page.getByRole('dialog').getByRole('button', { name: '受理する' }).click()
    await go(/被害の程度を入力/)
    await heading('被害の程度の入力')
    await page.getByLabel(/^中規模半壊/).check()
    await page.getByLabel('調査日').fill('R8.11.21')
    await page.getByLabel('現地調査').check()
    await page.getByLabel('調査員').fill('調査　一郎、調査　二郎')
    await page.getByLabel('入力内容を確認しました').check()
    await look('grade')
    await press('被害の程度を登録')
    await page.getByText('認定済（決定待ち）').first().waitFor()
    await staff.close()
  })

  test('the reviewer decides, and the counter prints the paper with the exact characters', async () => {
    await signIn('reviewer')
    await page.getByRole('main').getByRole('link', { name: '災害の一覧' }).click()
    await go(disasterName)
    await heading('被災者台帳')
    await page.goto(page.url().replace('/ledger?', '/risai?'))
    await heading('罹災証明書')
    await look('applications')
    await go(/^R8-1-00001/)
    await go(/交付.*決定/)
    await page.getByLabel(/^交付可/).check()
    await page.getByLabel('入力内容を確認しました').check()
    await look('decide')
    await page.getByRole('button', { name: /決定/ }).last().click()
    await page.getByText('交付可').first().waitFor()
    await go(/証明書を交付/)
    await look('issue')
    await page.getByLabel('入力内容を確認しました').check()
    const coming = nextPdf()
    await press('証明書を作成')
    const pdf = await coming
    await page.locator('iframe').first().waitFor()
    await look('issued')
    counterWords = extractPages(pdf)
    checkPaper(pdf, counterWords)
    await staff.close()
  })

  test('the notices of acceptance and decision reached the mail relay, without the address', async () => {
    const answer = await fetch(`${system.mailUrl}/api/messages`)
    const { messages } = (await answer.json()) as {
      messages: { to: string[]; subject: string; text: string }[]
    }
    assert.equal(messages.filter(({ to }) => to.includes('katsuragi@example.invalid')).length, 2)
    for (const { text } of messages) assert.doesNotMatch(text, /古川町|4番7号/)
  })

  test('the victim takes the paper out of the kiosk', async () => {
    await openPage({ width: 1080, height: 1920 })
    await page.goto(system.kioskUrl)
    await heading('端末の登録')
    await page.keyboard.type(system.kioskCode.replaceAll('-', ''))
    await press('登録')
    await heading('いらっしゃいませ')
    await press(/行政サービス/)
    await press('同意して進む')
    await heading('マイナンバーカードを置いてください')
    await tray('insert', { cardId: 'katsuragimasao' })
    await press('岐阜県')
    await press('飛騨市')
    await heading('暗証番号を入力してください')
    await page.keyboard.type('1234')
    await press('確認')
    await heading('カードをお取りください')
    await tray('remove', {})
    await press(/罹災証明書/)
    await press(new RegExp(disasterName))
    await press('次へ')
    const coming = nextPdf()
    await press('この内容で進む')
    await heading('料金を入れてください')
    await shoot('kiosk-pay')
    const pdf = await coming
    await press('10円を入れる')
    await press('支払って印刷する')
    await heading('取り忘れにご注意ください')
    await shoot('kiosk-take')
    const words = extractPages(pdf)
    checkPaper(pdf, words)
    // The same facts, another issue: only its day, place and number differ.
    const withoutId = (pages: readonly string[]): string[] =>
      pages.map((text) => text.replace(/発行番号[^部]+部/, ''))
    assert.deepEqual(withoutId(words), withoutId(counterWords))
    await press('確認')
    await heading('いらっしゃいませ')
  })

  test('a person in hiding gets from the machine the words that anybody without a certificate gets', async () => {
    const told: string[] = []
    for (const cardId of ['motherinhiding', 'satotaro']) {
      await press(/行政サービス/)
      await press('同意して進む')
      await heading('マイナンバーカードを置いてください')
      await tray('insert', { cardId })
      await press('岐阜県')
      await press('飛騨市')
      await heading('暗証番号を入力してください')
      await page.keyboard.type('1234')
      await press('確認')
      await heading('カードをお取りください')
      await tray('remove', {})
      await heading('証明書を選んでください')
      await press(/罹災証明書/)
      await heading('お取り扱いできません')
      told.push(await page.getByRole('main').innerText())
      await shoot(`kiosk-nothing-${cardId}`)
      await press('確認')
      await heading('いらっしゃいませ')
    }
    assert.equal(told[0], told[1])
    assert.doesNotMatch(told[0]!, /支援措置|DV|保護|9876番地/)
    await staff.close()
  })

  test('no program logged a name or a protected address, and no page threw', () => {
    const lines = system.logLines().filter((line) => line !== '')
    assert.ok(lines.length > 50)
    const words = [...canaries, ...markedNames, 'katsuragi@example.invalid']
    assert.deepEqual(
      lines.filter((line) => words.some((word) => line.includes(word))),
      [],
    )
    assert.deepEqual(errors, [])
  })

  async function tray(act: 'insert' | 'remove', body: object): Promise<void> {
    const answer = await fetch(`${system.cardsUrl}/${act}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.ok(answer.ok, act)
  }
})

/** What a reader of any make finds: one page, all fonts inside, the register's own code points, the decided grade. */
function checkPaper(pdf: Buffer, pages: readonly string[]): void {
  assert.equal(pages.length, 1)
  const text = pages[0]!
  for (const words of [
    '葛\u{E0100}城　正雄',
    '令和８年１１月２０日の地震による',
    '岐阜県飛騨市古川町壱之町4番7号',
    '中規模半壊',
  ]) {
    assert.ok(text.replace(/\s/g, '').includes(words.replace(/\s/g, '')), words)
  }
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-pdf-')), 'paper.pdf')
  fs.writeFileSync(file, pdf)
  const poppler = execFileSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8' })
  assert.ok(poppler.includes('葛\u{E0100}城'), 'pdftotext returns the variation selector')
  const fonts = execFileSync('pdffonts', [file], { encoding: 'utf8' }).trim().split('\n').slice(2)
  assert.ok(fonts.length > 0)
  // emb sub uni: embedded, a subset, with its Unicode map.
  for (const font of fonts) assert.match(font, /\byes yes yes\b/)
  assert.match(
    execFileSync('pdfinfo', [file], { encoding: 'utf8' }),
    /Page size:\s+595\.\d+ x 841\.\d+ pts \(A4\)/,
  )
  fs.rmSync(path.dirname(file), { recursive: true })
}
