import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Problem } from '@open-bcl/core/problem.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { openPdf, readPicture } from '@open-bcl/platform/pdf/page-pictures.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'
import { goldenCases } from '../certificates/golden/cases.ts'
import { print } from '../certificates/golden/print.ts'
import { migrationsOf } from '../schema.ts'
import { openBackPages, type BackPages } from './backpage.actions.ts'
import { revokeBackPageKey, rotateBackPageKey } from './backpage-keys.actions.ts'
import { codeReader } from '@open-bcl/core/picture/code-reader.ts'
import { greyOf, type GreyPicture } from '@open-bcl/core/picture/grey-picture.ts'
import { unpackInk } from './ink-coder.ts'
import { inkOf } from './inking.ts'
import { askedOf, openFront, type OpenedFront } from './payload.ts'
import { scanBackPage } from './scan.ts'

const cacheDir = fileURLToPath(new URL('../../.cache', import.meta.url))
const masters = [new Uint8Array(randomBytes(32))]
const about = { municipalityCode: '212172', kind: 'risai' }
const state = { now: new Date('2026-11-21T03:00:00Z') }
const logLines: string[] = []
const log = openLog('center', { write: (line: string) => void logLines.push(line) })
const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
const readCodes = codeReader({ wasmBinary: new Uint8Array(await readFile(wasm)).buffer })

let database: TestDatabase
let engine: PdfEngine
let backPages: BackPages
/** 罹災証明書 of two pages. */
let front: Uint8Array
/** 印鑑登録証明書, one page. */
let short: Uint8Array

const openAll = (): Promise<BackPages> =>
  openBackPages({
    ...{ pool: database.app, log, masters, cacheDir, processes: 1 },
    ...{ now: () => state.now, origin: 'https://center.example.jp' },
  })

before(async () => {
  database = await testDatabase('center', migrationsOf('center'))
  engine = await startPdfEngine({ cacheDir })
  front = (await print(engine, goldenCases['risai-twelve-members']!)).pdf
  short = (await print(engine, goldenCases['seal-round-13-5mm']!)).pdf
  backPages = await openAll()
})
after(async () => {
  await backPages.close()
  await engine.close()
  await database.close()
})

/** As a scanner would: poppler draws the page, which shares nothing with what made it. */
async function scanned(pdf: Uint8Array, page: number, dpi = 300): Promise<GreyPicture> {
  const png = execFileSync('pdftoppm', ['-r', `${dpi}`, '-gray', '-png', '-f', `${page}`, '-l', `${page}`], {
    input: pdf,
    maxBuffer: 1 << 28,
  })
  const picture = (await readPicture(png))!
  return greyOf(picture.rgba, picture.width, picture.height)
}

async function decoded(pdf: Uint8Array, page: number, dpi?: number): Promise<OpenedFront | null> {
  const { message } = await scanBackPage(await scanned(pdf, page, dpi), readCodes)
  if (!message) return null
  const asked = Buffer.from(askedOf(message)!).toString('base64')
  const { pageKey, key } = await backPages.open({ asked })
  const keys = { pageKey: Buffer.from(pageKey, 'base64'), publicKey: Buffer.from(key.publicKey, 'base64') }
  return await openFront(message, keys)
}

async function refusedWith(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => assert.fail('it was not refused'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof Problem)
  return error.kind.code
}

describe('a back page', () => {
  test('stands for each page of the front; printed and scanned it gives the very picture back, signed', async () => {
    const made = await backPages.make(front, about)
    const pdf = await openPdf(front)
    for (const page of [1, 2]) {
      const opened = await decoded(made, page)
      assert.ok(opened?.signed)
      assert.equal(`${opened.header.page}/${opened.header.pages}`, `${page}/2`)
      assert.deepEqual([opened.facts.municipalityCode, opened.facts.kind], ['212172', 'risai'])
      assert.equal(opened.facts.madeAt.toISOString(), '2026-11-21T03:00:00.000Z')
      const { dpi, width, height, packed } = opened.front
      assert.ok(dpi >= 150)
      const drawn = await pdf.draw(page, dpi)
      assert.deepEqual(unpackInk(packed, width, height), inkOf(drawn.rgba, drawn.width, drawn.height, dpi))
    }
    await pdf.close()
  })

  test('reads at 200 dpi, upside down, and with three codes torn off; not with four', async () => {
    const made = await backPages.make(short, about)
    const picture = await scanned(made, 1, 200)
    const turned = { ...picture, grey: picture.grey.toReversed() }
    assert.ok((await scanBackPage(turned, readCodes)).message)
    const torn = (mm: number): GreyPicture => {
      const grey = picture.grey.slice()
      grey.fill(255, Math.round((mm / 297) * picture.height) * picture.width)
      return { ...picture, grey }
    }
    // The last row of three is gone; then also a code of the row above.
    assert.ok((await scanBackPage(torn(225), readCodes)).message)
    const without = torn(225)
    const [top, bottom, right] = [165, 225, 75].map((mm) => Math.round((mm / 297) * picture.height))
    for (let y = top!; y < bottom!; y++) without.grey.fill(255, y * picture.width, y * picture.width + right!)
    assert.equal((await scanBackPage(without, readCodes)).message, null)
  })

  test('two of the same front share nothing that can be seen', async () => {
    const [one, other] = [await backPages.make(short, about), await backPages.make(short, about)]
    const [a, b] = await Promise.all(
      [one, other].map(async (pdf) => scanBackPage(await scanned(pdf, 1), readCodes)),
    )
    const same = a!.message!.slice(37).filter((byte, i) => byte === b!.message![37 + i]).length
    assert.ok(same < a!.message!.length / 100)
  })

  test('the paper is needed: the centre answers only for headers that it made, and tells of no others', async () => {
    const made = await backPages.make(short, about)
    const { message } = await scanBackPage(await scanned(made, 1), readCodes)
    const asked = askedOf(message!)!
    for (let at = 0; at < asked.length; at++) {
      const altered = asked.map((byte, i) => (i === at ? byte ^ 1 : byte))
      const wish = { asked: Buffer.from(altered).toString('base64') }
      assert.equal(await refusedWith(backPages.open(wish)), 'backpage/not-ours')
    }
    // What is stored says nothing of the front, and no table holds the page.
    const client = await database.app.connect()
    const { rows } = await client.query('select * from backpage.key')
    client.release()
    assert.equal(rows.length, 1)
    assert.ok(!JSON.stringify(rows).includes(Buffer.from(asked.subarray(5, 21)).toString('hex')))
    assert.ok(logLines.every((line) => !line.includes(Buffer.from(asked).toString('base64'))))
  })

  test('a forger who copies the code of another page shows that other page', async () => {
    const opened = await decoded(await backPages.make(short, { ...about, kind: 'inkan' }), 1)
    assert.ok(opened?.signed)
    const pdf = await openPdf(front)
    const drawn = await pdf.draw(1, opened.front.dpi)
    await pdf.close()
    const { ink } = inkOf(drawn.rgba, drawn.width, drawn.height, opened.front.dpi)
    const { packed, width, height } = opened.front
    const shown = unpackInk(packed, width, height).ink
    const differing = shown.filter((pixel, i) => pixel !== ink[i]).length
    assert.ok(differing > 10_000, `${differing} pixels differ`)
  })

  test('keys rotate: old papers are read on, new ones have the new key; a master key is changed by adding one', async () => {
    const old = await backPages.make(short, about)
    const later = [new Uint8Array(randomBytes(32)), ...masters]
    const { keyId, before: ended } = await rotateBackPageKey(database.app, later, {
      now: state.now,
      by: 'test',
    })
    assert.deepEqual([keyId, ended], [2, 1])
    // The process reads keys anew after a while.
    state.now = new Date(state.now.getTime() + 60_000)
    await backPages.close()
    masters.unshift(later[0]!)
    backPages = await openAll()
    const fresh = await backPages.make(short, about)
    const [before, since] = [await decoded(old, 1), await decoded(fresh, 1)]
    assert.deepEqual([before?.header.keyId, before?.signed, since?.header.keyId], [1, true, 2])
  })

  test('a revoked key says so beside its page', async () => {
    const from = new Date('2026-11-01T00:00:00Z')
    assert.equal(await revokeBackPageKey(database.app, { keyId: 1, from, by: 'test' }), true)
    assert.equal(await revokeBackPageKey(database.app, { keyId: 9, from, by: 'test' }), false)
    state.now = new Date(state.now.getTime() + 60_000)
    const { keys } = await backPages.listKeys()
    assert.deepEqual(
      keys.map(({ revokedFrom }) => revokedFrom),
      [from.toISOString(), null],
    )
  })

  test('what is no PDF, is cut or is enormous makes no back page and holds nothing up', async () => {
    const enormous = Buffer.from(
      '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj ' +
        '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 900000 900000]>>endobj\ntrailer<</Root 1 0 R>>',
    )
    for (const bytes of [Buffer.from('%PDF-1.7'), Buffer.alloc(0), short.subarray(0, 20_000), enormous])
      assert.equal(await refusedWith(backPages.make(bytes, about)), 'backpage/cannot-be-made')
    assert.ok((await backPages.make(short, about)).length > 10_000)
  })

  test('a page of noise still gets a back page, in a coarser picture', async () => {
    const page = noisePdf(1240, 1754)
    const opened = await decoded(await backPages.make(page, about), 1)
    assert.ok(opened?.signed)
    assert.ok(opened.front.dpi < 100)
  })
})

/** One page filled with one picture of random dots. */
function noisePdf(width: number, height: number): Uint8Array {
  const dots = randomBytes(Math.ceil(width / 8) * height)
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>',
    '<</Length 25>>stream\n595 0 0 842 0 0 cm /I Do \nendstream',
  ]
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')]
  objects.forEach((object, i) => parts.push(Buffer.from(`${i + 1} 0 obj${object}endobj\n`)))
  parts.push(
    Buffer.from(
      `5 0 obj<</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/ColorSpace/DeviceGray/BitsPerComponent 1/Length ${dots.length}>>stream\n`,
    ),
    dots,
    Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R>>\n'),
  )
  return new Uint8Array(Buffer.concat(parts))
}
