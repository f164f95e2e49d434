import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
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
const patient = { timeoutMs: 30_000 }
const letter = (...lines: string[]) => ({ pages: [lines] })

let engine: PdfEngine

before(async () => {
  engine = await startPdfEngine(options)
})
after(() => engine.close())

test('the same snapshot gives the same bytes, in another engine too', async () => {
  const snapshot = { ...letter('葛\u{E0100}城　髙太郎', '𠮷野'), stampPng: seal }
  const first = await engine.render('letter', snapshot, patient)
  const second = await engine.render('letter', snapshot, patient)
  const other = await startPdfEngine(options)
  const third = await other.render('letter', snapshot, patient)
  assert.deepEqual(other.rendererBuild(), engine.rendererBuild())
  await other.close()
  assert.deepEqual(second, first)
  assert.deepEqual(third, first)
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
