import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { encodeOneBitPng } from './one-bit-png.ts'
import {
  LayoutFailed,
  MissingGlyphs,
  RendererBusy,
  RendererGone,
  RenderTimeout,
  TextOverflow,
} from './pdf-errors.ts'
import { extractPages } from './readback.ts'
import { type PdfEngine, startPdfEngine } from './typst.ts'

const options = {
  cacheDir: fileURLToPath(new URL('../../.cache', import.meta.url)),
  layoutDir: fileURLToPath(new URL('./test-layouts', import.meta.url)),
}
const seal = readFileSync(new URL('../../demo/data/seal-212172.png', import.meta.url)).toString('base64')
const picture = encodeOneBitPng({
  width: 64,
  height: 64,
  dpi: 600,
  grey: 0,
  isInked: (x, y) => (x ^ y) % 5 === 0,
}).toString('base64')
const patient = { timeoutMs: 30_000 }
const letter = (...lines: string[]) => ({ pages: [lines] })

let engine: PdfEngine

before(async () => {
  engine = await startPdfEngine(options)
})
after(() => engine.close())

test('the same snapshot gives the same bytes: another time, another engine, another process, in any order', async () => {
  const snapshots = [
    { ...letter('葛\u{E0100}城　髙太郎', '𠮷野'), stampPng: seal },
    letter('ﾔﾏﾀﾞ', 'NGUYỄN', '葛\u{E0102}辻\u{E0100}葛'),
    { pages: [['一枚目'], ['二枚目', '榊\u{E0102}榊']], stampPng: picture },
    letter('次の人'),
  ]
  const hashesOf = async (made: PdfEngine, order: readonly number[]): Promise<string[]> => {
    const hashes: string[] = []
    for (const i of order)
      hashes[i] = createHash('sha256')
        .update(await made.render('letter', snapshots[i]!, patient))
        .digest('hex')
    return hashes
  }
  const first = await hashesOf(engine, [0, 1, 2, 3])
  assert.equal(new Set(first).size, 4)
  assert.deepEqual(await hashesOf(engine, [3, 0, 2, 1]), first)
  const other = await startPdfEngine({ ...options, workers: 2 })
  assert.deepEqual(other.rendererBuild(), engine.rendererBuild())
  const [late, early] = await Promise.all([hashesOf(other, [2, 1, 0, 3]), hashesOf(other, [1, 3, 0, 2])])
  await other.close()
  assert.deepEqual([late, early], [first, first])
  const orders = JSON.stringify({ options, snapshots, order: [1, 2, 3, 0] })
  const program = fileURLToPath(new URL('./testing/print-hashes.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { ...process.env, ORDERS: orders, TZ: 'America/New_York', LANG: 'C' },
  })
  assert.deepEqual(JSON.parse(stdout), first)
})

test('a thousand certificates asked for at once each carry their own words', async () => {
  const numbers = Array.from({ length: 1000 }, (_, i) => `第${i}号`)
  const pages = await Promise.all(
    numbers.map(async (number) => extractPages(await engine.render('letter', letter(number), patient))),
  )
  assert.deepEqual(
    pages.map((page) => page.join()),
    numbers,
  )
})

test('a character without a glyph is refused before rendering, with its field and code point, not its text', async () => {
  const refused = engine.render('letter', letter('山田', '\u{E000}崎'), patient)
  await assert.rejects(refused, (error) => {
    assert.ok(error instanceof MissingGlyphs)
    assert.deepEqual(error.units, [
      { text: '\u{E000}', codePoints: 'U+E000', index: 0, reason: 'private-use', field: 'pages.0.1' },
    ])
    assert.ok(!error.message.includes('\u{E000}'))
    return true
  })
})

test('文字溢れ names the field that does not fit', async () => {
  await assert.rejects(engine.render('letter', letter('亜'.repeat(800)), patient), (error) => {
    assert.ok(error instanceof TextOverflow)
    assert.equal(error.field, 'pages.0.0')
    return true
  })
})

test('a failing layout does not repeat the value it failed on', async () => {
  await assert.rejects(engine.render('broken', letter('山田 Taro'), patient), (error) => {
    assert.ok(error instanceof LayoutFailed)
    assert.doesNotMatch(error.message, /山田|Taro/)
    return true
  })
})

test('a picture that cannot be read is named, and nothing is made', async () => {
  const whole = Buffer.from(seal, 'base64')
  const cut = whole.subarray(0, 500)
  const hollow = Buffer.concat([whole.subarray(0, 60), whole.subarray(-12)])
  const jpeg = Buffer.from('ffd8ffe000104a46494600010100', 'hex')
  for (const [picture, sentence] of [
    [cut, /stampPng is no whole PNG/],
    [jpeg, /stampPng is no whole PNG/],
    [Buffer.alloc(0), /stampPng is no whole PNG/],
    [hollow, /failed to decode image/],
  ] as const) {
    const snapshot = { ...letter('山田'), stampPng: picture.toString('base64') }
    await assert.rejects(engine.render('letter', snapshot, patient), (error) => {
      assert.ok(error instanceof LayoutFailed)
      assert.match(error.message, sentence)
      return true
    })
  }
  assert.deepEqual(extractPages(await engine.render('letter', letter('次の人'), patient)), ['次の人'])
})

test('a layout with a font that is not there keeps the engine from starting', async (t) => {
  const layoutDir = await mkdtemp(join(tmpdir(), 'open-bcl-layouts-'))
  t.after(() => rm(layoutDir, { recursive: true }))
  for (const font of ['"Times New Roman"', '("IPAmjMincho", "No Such Font")']) {
    await writeFile(join(layoutDir, 'letter.typ'), `#set text(font: ${font}, fallback: false)\n山田`)
    await assert.rejects(startPdfEngine({ ...options, layoutDir }), (error) => {
      assert.ok(error instanceof LayoutFailed)
      assert.match(error.message, /letter\.typ names the font "(Times New Roman|No Such Font)"/)
      return true
    })
  }
})

test('a character that the layout draws of its own and its font lacks fails the certificate', async (t) => {
  const layoutDir = await mkdtemp(join(tmpdir(), 'open-bcl-layouts-'))
  t.after(() => rm(layoutDir, { recursive: true }))
  await writeFile(
    join(layoutDir, 'letter.typ'),
    '#set document(date: datetime(year: 2026, month: 11, day: 21))\n#set text(font: "IPAmjMincho", fallback: false)\n山각',
  )
  const own = await startPdfEngine({ ...options, layoutDir })
  t.after(() => own.close())
  await assert.rejects(own.render('letter', {}, patient), LayoutFailed)
})

test('a layout outside the folder cannot be named', async () => {
  await assert.rejects(engine.render('../typst', letter('x'), patient), LayoutFailed)
})

test('a timeout refuses its own document and those after it are made', async () => {
  await assert.rejects(engine.render('slow', {}, { timeoutMs: 30 }), RenderTimeout)
  assert.deepEqual(extractPages(await engine.render('letter', letter('次の人'), patient)), ['次の人'])
})

test('a timeout while waiting refuses the one that waited, not the one being made', async () => {
  const making = engine.render('letter', letter('先の人'), patient)
  const waiting = engine.render('letter', letter('後の人'), { timeoutMs: 0 })
  await assert.rejects(waiting, RenderTimeout)
  assert.deepEqual(extractPages(await making), ['先の人'])
})

test('more documents than may wait are refused at once', async () => {
  const small = await startPdfEngine({ ...options, maxWaiting: 1 })
  const accepted = [
    small.render('letter', letter('一'), patient),
    small.render('letter', letter('二'), patient),
  ]
  await assert.rejects(small.render('letter', letter('三'), patient), RendererBusy)
  assert.deepEqual(
    (await Promise.all(accepted)).map((pdf) => extractPages(pdf).join()),
    ['一', '二'],
  )
  await small.close()
})

test('closing refuses what is being made and what comes later', async () => {
  const closing = await startPdfEngine(options)
  const making = assert.rejects(closing.render('letter', letter('一'), patient), RendererGone)
  await closing.close()
  await making
  await assert.rejects(closing.render('letter', letter('二'), patient), RendererGone)
})
