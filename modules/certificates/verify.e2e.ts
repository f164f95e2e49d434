import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { publicPages } from '../../apps/cloud/cloud.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { goldenCases } from './golden/cases.ts'
import { paperKey, signerOf } from './paper-keys.actions.ts'
import { printedWords } from './paper.ts'
import { makePaper } from './testing/papers.ts'
import { readQrPng } from './testing/read-code.ts'
import { makeCodes } from './verification-codes.actions.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

describe('anybody checks a certificate with a phone', () => {
  let cloud: TestCloud
  let origin: string
  let browser: Browser
  let page: Page
  let genuine: string
  /** Its code as it stands on the paper, PNG in base64. */
  let paperCode: string | undefined
  let withdrawn: string
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []
  /** What left the phone: address and body. */
  const sent: string[] = []

  before(async () => {
    cloud = await testCloud()
    ending.push(() => cloud.close())
    const hida = await cloud.onboard('212172', '飛騨市')
    await loadTown(cloud, makeTown({ households: 5 }))
    const fragmentOf = async (
      town: MunicipalityCode,
      states: Parameters<typeof makePaper>[2],
    ): Promise<string> => {
      const { codes } = await makePaper(cloud, town, states)
      paperCode ??= codes[0]!.codePng
      const text = readQrPng(Buffer.from(codes[0]!.codePng, 'base64'))
      return text.slice(text.indexOf('#'))
    }
    genuine = await fragmentOf(hida, ['built', 'delivered', 'printed'])
    withdrawn = await fragmentOf(hida, ['built', 'delivered', 'printed', 'withdrawn'])
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, noServices)
    await serveWeb(server, '/', dist, publicPages)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    const context = await browser.newContext({ viewport: { width: 375, height: 800 }, locale: 'ja-JP' })
    page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`))
  })
  after(async () => {
    await browser.close()
    for (const step of ending.reverse()) await step()
  })

  async function shot(name: string): Promise<void> {
    if (!shots) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `verify-${name}.png`), fullPage: true })
  }
  const says = (words: string) => page.getByRole('heading', { level: 2, name: words }).waitFor()
  const historyText = () => page.evaluate<string>('location.href')

  test('the camera opens the page: genuine, with the words of the paper', async () => {
    await page.goto(`${origin}/verify${genuine}`)
    await says('○ 真正')
    const words = await page.getByRole('list', { name: 'このページの記載' }).innerText()
    assert.ok(words.includes('罹災証明書') && words.includes('葛\u{E0100}城　髙太郎'))
    await page.getByText('岐阜県飛騨市', { exact: true }).waitFor()
    await page.getByText('2部のうち1部目、1ページのうち1ページ目').waitFor()
    assert.equal(await page.evaluate('document.activeElement.id'), 'result-title')
    await shot('genuine-375')
  })

  test('only the town and the transaction id left the phone, and the code is in no history', async () => {
    assert.equal(await historyText(), `${origin}/verify`)
    const asked = sent.filter((line) => line.includes('/api/'))
    assert.equal(asked.length, 2)
    assert.match(asked[0]!, /\/api\/verify\/keys\/212172 $/)
    assert.match(
      asked[1]!,
      /\/api\/verify\/paper \{"municipalityCode":"212172","transactionId":"[0-9a-f]{32}"\}$/,
    )
    assert.ok(
      sent.every((line) => line.startsWith(origin)),
      'nothing is fetched from elsewhere',
    )
    assert.ok(sent.every((line) => !line.includes(genuine.slice(1))))
    assert.deepEqual(await page.context().cookies(), [])
  })

  test('the 印影 of a 印鑑登録証明書 is drawn beside its words', async () => {
    const { layout, paper, body } = goldenCases['seal-round-13-5mm']!
    const { pages, drawingPng } = body(paper)
    const words = printedWords(paper, pages)
    const signer = await cloud.as(paper.municipality.code, async (ctx) => {
      const { keyId, privateKey } = await paperKey(ctx)
      return signerOf(keyId, privateKey)
    })
    const form = { kind: 'inkan', layoutVersion: layout.version, publicOrigin: 'https://bcl.test' }
    const { codes } = makeCodes({ ...form, paper, words, drawingPng, signer })
    await page.goto(`${origin}/verify`)
    await page.getByLabel('二次元コードの文字列').fill(readQrPng(Buffer.from(codes[0]!.codePng, 'base64')))
    await page.route('**/api/verify/paper', (route) => route.abort())
    await page.getByRole('button', { name: '確かめる' }).click()
    await says('△ 署名は真正')
    const drawing = page.getByRole('img', { name: '署名された印影の縮小図' })
    assert.equal(await drawing.getAttribute('width'), '48')
    await drawing.scrollIntoViewIfNeeded()
    await shot('seal-375')
    await page.unrouteAll()
    errors.length = 0
  })

  test('by keyboard: what was pasted, withdrawn and altered', async () => {
    await page.goto(`${origin}/verify`)
    await page.getByLabel('二次元コードの文字列').fill(`${origin}/verify${withdrawn}`)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await says('× 失効')
    await shot('withdrawn-375')
    const before = sent.length
    const at = genuine.length - 120
    const altered = `${genuine.slice(0, at)}${genuine[at] === 'A' ? 'B' : 'A'}${genuine.slice(at + 1)}`
    await page.getByLabel('二次元コードの文字列').fill(altered)
    await page.getByRole('button', { name: '確かめる' }).click()
    await says('× 改ざん・偽造のおそれ')
    assert.equal(await page.getByRole('list', { name: 'このページの記載' }).count(), 0)
    assert.ok(
      sent.slice(before).every((line) => !line.includes('/api/verify/paper')),
      'a forgery is asked about nowhere',
    )
    await page.getByLabel('二次元コードの文字列').fill('こんにちは')
    await page.getByRole('button', { name: '確かめる' }).click()
    await says('？ 不明')
  })

  test('without a network the page says so, and what could be told', async () => {
    await page.route('**/api/verify/paper', (route) => route.abort())
    await page.goto(`${origin}/verify`)
    await page.getByLabel('二次元コードの文字列').fill(genuine)
    await page.getByRole('button', { name: '確かめる' }).click()
    await says('△ 署名は真正')
    await page.route('**/api/verify/keys/*', (route) => route.abort())
    await page.getByRole('button', { name: '確かめる' }).click()
    await says('？ 不明')
    await page.getByText('通信できないため').waitFor()
    await page.unrouteAll()
    errors.length = 0
  })

  test('a photograph without a code says what to do', async () => {
    await page.goto(`${origin}/verify`)
    await page
      .getByLabel('二次元コードの写真')
      .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: await page.screenshot() })
    await says('？ 読み取れませんでした')
  })

  test('a photograph of the sheet is read in the phone, whatever its browser can', async () => {
    // As a phone sees it: the page askew, softened by the lens, in another light.
    const photograph = await browser.newPage({ viewport: { width: 1200, height: 1600 } })
    await photograph.setContent(`<body style="margin:0;background:#8a7f70">
      <div style="margin:120px;padding:80px;background:#f4efe2;width:800px;height:1100px;transform:rotate(7deg);filter:blur(0.7px) contrast(.8)">
      <p style="font:40px serif">罹災証明書</p><img src="data:image/png;base64,${paperCode}" style="width:420px;image-rendering:pixelated"></div>`)
    const picture = await photograph.screenshot({ type: 'jpeg', quality: 70 })
    await photograph.close()
    const give = async () => {
      await page
        .getByLabel('二次元コードの写真')
        .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: picture })
      await says('○ 真正')
    }
    await page.goto(`${origin}/verify`)
    assert.equal(await page.evaluate("'BarcodeDetector' in globalThis"), false)
    await give()
    // Where the browser has a reader of its own, it is asked first.
    await page.addInitScript(`globalThis.BarcodeDetector = class {
      async detect() { return [{ rawValue: ${JSON.stringify(genuine)} }] }
    }`)
    await page.goto(`${origin}/verify`)
    await give()
  })

  test('a screen reader is told what is what, and nothing is cut off at 375 and at 1280', async () => {
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      const { violations } = await new AxeBuilder({ page }).analyze()
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join()}`),
        [],
      )
      const wide = await page.evaluate(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      )
      assert.equal(wide, false)
      await shot(`all-${width}`)
    }
    assert.deepEqual(errors, [])
  })
})
