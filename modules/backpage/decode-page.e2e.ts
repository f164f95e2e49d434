import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { chromium, type Browser, type Page } from 'playwright-core'
import { mergePdf } from '@open-bcl/platform/pdf/merge.ts'
import { backPageCentre, frontOf, scanOf, type BackPageCentre } from './testing/centre.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
const about = { municipalityCode: '212172', kind: 'juminhyo' }

type Put = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }
const jpeg = (name: string, buffer: Buffer): Put => ({ name, mimeType: 'image/jpeg', buffer })

describe('anybody decodes a back page', () => {
  let centre: BackPageCentre
  let browser: Browser
  let page: Page
  let front: Uint8Array
  let back: Uint8Array
  const errors: string[] = []
  /** What left the machine: address and body. */
  const sent: string[] = []

  before(async () => {
    centre = await backPageCentre({ pages: true })
    front = await frontOf('juminhyo-joint-4-everything')
    back = await centre.backPages.make(front, about)
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    page = await context.newPage()
    page.setDefaultTimeout(60_000)
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`))
    await page.goto(`${centre.origin}/backpage`)
  })
  after(async () => {
    await browser.close()
    await centre.close()
  })

  const put = async (...files: Put[]): Promise<string> => {
    await page.getByLabel('裏面と表面の画像').setInputFiles(files)
    await page.locator('#result[data-kind]:not([data-kind=""])').waitFor()
    return (await page.locator('#result-title').textContent()) ?? ''
  }
  const shoot = async (name: string): Promise<void> => {
    if (!shots) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true })
  }

  test('only the page that decodes may run WebAssembly, and no page may load anything from elsewhere', async () => {
    const policyOf = async (path: string): Promise<string> =>
      (await fetch(`${centre.origin}${path}`)).headers.get('content-security-policy') ?? ''
    assert.match(await policyOf('/backpage'), /default-src 'self'.*script-src 'self' 'wasm-unsafe-eval'$/)
    assert.doesNotMatch(await policyOf('/kiosk/'), /wasm/)
  })

  test('both sides in any order: the signed front stands beside the scanned one', async () => {
    const photograph = await tilted(scanOf(back, { dpi: 200, as: 'jpeg' }), 3)
    const scan = scanOf(front, { dpi: 150, as: 'jpeg' })
    assert.equal(await put(jpeg('front.jpg', scan), jpeg('back.jpg', photograph)), '○ 署名を確認しました')
    await page.getByText('住民票の写し').waitFor()
    const width = await page.locator('#decoded').evaluate((canvas: { width: number }) => canvas.width)
    assert.ok(width > 1_000)
    assert.ok(await page.getByRole('img', { name: '入れた表面の画像' }).isVisible())
    const inked = await page.locator('#decoded').evaluate((canvas) => {
      const drawn = canvas as unknown as {
        width: number
        height: number
        getContext(kind: '2d'): { getImageData(...box: number[]): { data: Uint8ClampedArray } }
      }
      const { data } = drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height)
      return data.filter((value, i) => i % 4 === 0 && value === 0).length
    })
    assert.ok(inked > 20_000)
    await shoot('backpage-genuine')
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
      [],
    )
    await page.getByRole('button', { name: '右に回す' }).click()
  })

  test('one PDF of both sides, as an office scanner makes it', async () => {
    const both = Buffer.from(
      mergePdf([
        { pdf: front, pages: [0] },
        { pdf: back, pages: [0] },
      ]),
    )
    const pdf = { name: 'scan.pdf', mimeType: 'application/pdf', buffer: both }
    assert.equal(await put(pdf), '○ 署名を確認しました')
    assert.ok(await page.getByRole('img', { name: '入れた表面の画像' }).isVisible())
  })

  test('a back page of somebody else, a torn one, a front alone, no picture at all', async () => {
    const stranger = await backPageCentre()
    const foreign = await stranger.backPages.make(front, about)
    await stranger.close()
    const scan = { dpi: 200, as: 'jpeg' } as const
    assert.equal(
      await put(jpeg('back.jpg', scanOf(foreign, scan))),
      '× この証明書交付センターの裏面ではありません',
    )
    assert.ok(await page.locator('#compare').isHidden())
    await shoot('backpage-foreign')
    assert.equal(await put(jpeg('back.jpg', await torn(scanOf(back, scan)))), '？ 読み取れませんでした')
    assert.equal(await put(jpeg('front.jpg', scanOf(front, scan))), '？ 裏面が見つかりません')
    assert.equal(await put(jpeg('x.jpg', Buffer.from('no picture'))), '？ 開けませんでした')
  })

  test('nothing of the paper leaves the machine but the 37 bytes that name the key', () => {
    const elsewhere = sent.filter((line) => !line.startsWith(centre.origin) && !line.startsWith('blob:'))
    assert.deepEqual(elsewhere, [])
    const asked = sent.filter((line) => line.includes('/api/'))
    assert.ok(asked.length >= 3)
    for (const line of asked) assert.match(line, /\/api\/backpage\/open \{"asked":"[\w+/]{50}[\w+/=]{2}"\}$/)
    assert.deepEqual(errors, [])
  })
})

async function tilted(scan: Buffer, degrees: number): Promise<Buffer> {
  const image = await loadImage(scan)
  const canvas = createCanvas(Math.round(image.width * 1.15), Math.round(image.height * 1.1))
  const pen = canvas.getContext('2d')
  pen.fillStyle = '#d8d4cc'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.translate(canvas.width / 2, canvas.height / 2)
  pen.rotate((degrees * Math.PI) / 180)
  pen.drawImage(image, -image.width / 2, -image.height / 2)
  return await canvas.encode('jpeg', 75)
}

/** The lower half is gone. */
async function torn(scan: Buffer): Promise<Buffer> {
  const image = await loadImage(scan)
  const canvas = createCanvas(image.width, Math.round(image.height / 2))
  canvas.getContext('2d').drawImage(image, 0, 0)
  return await canvas.encode('jpeg', 80)
}
