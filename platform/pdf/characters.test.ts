import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { codePointsOf, coverText } from './coverage.ts'
import { alike } from './drawn-alike.ts'
import { type FontCmap, readFontCmap } from './font-file.ts'
import { unpackFonts } from './fonts.ts'
import { extractPages } from './readback.ts'
import { type PdfEngine, startPdfEngine } from './typst.ts'

const cacheDir = fileURLToPath(new URL('../../.cache', import.meta.url))
let engine: PdfEngine
/** Every character and every sequence that our fonts print, with the font that prints it. */
let units: { text: string; font: FontCmap; glyph: number }[]

before(async () => {
  engine = await startPdfEngine({
    cacheDir,
    layoutDir: fileURLToPath(new URL('./test-layouts', import.meta.url)),
  })
  units = everyUnit((await unpackFonts(cacheDir)).map((font) => readFontCmap(font.family, font.path)))
})
after(() => engine.close())

const SELECTORS = [...range(0xfe00, 0xfe0f), ...range(0xe0100, 0xe0120)]
const BEYOND = 0x32000

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

function everyUnit(fonts: readonly FontCmap[]): { text: string; font: FontCmap; glyph: number }[] {
  const found: { text: string; font: FontCmap; glyph: number }[] = []
  for (let base = 0x21; base < BEYOND; base++) {
    for (const selector of [null, ...SELECTORS]) {
      if (!fonts.some((font) => font.glyphOf(base, selector) !== 0)) continue
      const text = String.fromCodePoint(base) + (selector === null ? '' : String.fromCodePoint(selector))
      const { runs, missing } = coverText(text, fonts)
      const font = fonts.find(({ family }) => family === runs[0]?.family)
      if (missing.length === 0 && font) found.push({ text, font, glyph: font.glyphOf(base, selector) })
    }
  }
  return found
}

/** Prints the texts, twenty to a line, and says which of them do not come back. */
async function changed(texts: readonly string[]): Promise<string[]> {
  const lines = chunk(texts, 20)
  const pages = chunk(lines, 12).map((page) => page.map((line) => line.join('')))
  const back = extractPages(await engine.render('letter', { pages }, { timeoutMs: 60_000 }))
  return pages.flatMap((page, i) => {
    const read = back[i]?.split('\n') ?? []
    return page.filter((line, j) => read[j] !== line).map(codePointsOf)
  })
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}

test('every character and every sequence of the fonts comes back from the PDF with its exact code points', async () => {
  assert.ok(units.length > 80_000, String(units.length))
  const wrong: string[] = []
  for (const part of chunk(units, 4000)) wrong.push(...(await changed(part.map(({ text }) => text))))
  assert.deepEqual(wrong, [])
})

test('they come back in any company: five thousand at random, with repetitions', async () => {
  const unit = fc.nat(units.length - 1).map((i) => units[i]!.text)
  await fc.assert(
    fc.asyncProperty(fc.array(unit, { minLength: 1000, maxLength: 1000 }), async (texts) => {
      assert.deepEqual(await changed([...texts, ...texts.slice(0, 100).toReversed()]), [])
    }),
    { numRuns: 5 },
  )
})

test('what one glyph draws is known to be alike, and comes back as it was asked for', async () => {
  const byGlyph = Map.groupBy(units, ({ font, glyph }) => `${font.family} ${glyph}`)
  const shared = [...byGlyph.values()].filter((group) => group.length > 1)
  const unknown = shared.filter((group) => new Set(group.map(({ text }) => alike(text))).size > 1)
  assert.deepEqual(
    unknown.map((group) => group.map(({ text }) => codePointsOf(text)).join(' | ')),
    [],
  )
  for (const part of chunk(shared, 1000))
    assert.deepEqual(await changed(part.flat().map(({ text }) => text)), [])
})

test('the characters that went wrong on real certificates come back', async () => {
  const texts = [
    ...['葛\u{E0100}葛\u{E0102}葛', '邉\u{E010F}', '𠮷野家', '𩸽𠀋', '神\uFA19', '﨑崎塚\uFA10', '髙高'],
    ...['か\u3099が', 'ハ\u309aパ', 'e\u0301é', 'ﾀﾞﾀ゛ﾊﾟ', 'ﾞﾟ', 'ＡBＣ１2', '〜～−－ー―‐-'],
    ...[
      'NGUYỄN THỊ HƯƠNG',
      'Łódź Çelik Ærø',
      'Größe',
      'O’BRIEN',
      '通称　金本　一郎',
      '枩\u{E0104}朰',
      '博\u{E010B}博',
    ],
  ]
  const pages = chunk(texts, 10)
  const back = extractPages(await engine.render('letter', { pages }, { timeoutMs: 60_000 }))
  assert.deepEqual(
    back.map((page) => page.split('\n')),
    pages,
  )
})
