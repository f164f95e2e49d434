import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { UnreadablePdf } from './pdf-objects.ts'
import { checkPages, extractPages } from './readback.ts'
import { type PdfEngine, startPdfEngine } from './typst.ts'

let engine: PdfEngine
const print = (...pages: string[][]): Promise<Uint8Array> =>
  engine.render('letter', { pages }, { timeoutMs: 30_000 })

before(async () => {
  engine = await startPdfEngine({
    cacheDir: fileURLToPath(new URL('../../.cache', import.meta.url)),
    layoutDir: fileURLToPath(new URL('./test-layouts', import.meta.url)),
  })
})
after(() => engine.close())

const yamada = ['山田　太郎', '令和８年１１月２１日', '0f1e2d3c4b5a69788796a5b4c3d2e1f0']

test('exact code points come back: IVS of both collections, the second plane, letters of foreign names', async () => {
  const names = ['葛\u{E0100}', '辻\u{E0100}', '髙', '﨑', '𠮷', '邉\u{E010F}', '𩸽', 'NGUYỄN', '〇−―ー']
  assert.equal(extractPages(await print(names)).join(), names.join('\n'))
})

test('two texts that one glyph draws are told apart', async () => {
  const names = ['葛葛\u{E0103}', '榊榊\u{E0102}榊\u{E0103}', '1-2‐3', '〜～']
  assert.equal(extractPages(await print(names)).join(), names.join('\n'))
})

test('a page with its own words passes', async () => {
  assert.deepEqual(checkPages(await print(yamada), [yamada]), { ok: true })
})

test('a page of another person is found although it carries the transaction id', async () => {
  const other = ['山口　太郎', ...yamada.slice(1)]
  assert.deepEqual(checkPages(await print(other), [yamada]), {
    ok: false,
    mismatches: [{ page: 1, kind: 'missing-or-changed', word: 0 }],
  })
})

test('a lost variation selector is found', async () => {
  const check = checkPages(await print(['辻　一郎']), [['辻\u{E0100}　一郎']])
  assert.deepEqual(check, { ok: false, mismatches: [{ page: 1, kind: 'missing-or-changed', word: 0 }] })
})

test('words beyond the frozen ones are found, and a page too many or too few', async () => {
  const more = checkPages(await print([...yamada, '佐藤']), [yamada])
  assert.deepEqual(more, { ok: false, mismatches: [{ page: 1, kind: 'more-than-frozen', word: null }] })
  for (const pages of [[yamada, yamada], []]) {
    const check = checkPages(await print(yamada), pages)
    assert.equal(check.ok === false && check.mismatches[0]?.kind, 'page-count')
  }
})

test('pages in another order are found', async () => {
  const check = checkPages(await print(['一枚目'], ['二枚目']), [['二枚目'], ['一枚目']])
  assert.equal(check.ok === false && check.mismatches.length, 2)
})

test('a damaged file is refused or found changed, and never breaks the reader', async () => {
  const whole = await print(yamada)
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, xor, cut) => {
      const damaged = Uint8Array.from(cut ? whole.subarray(0, at) : whole)
      if (!cut) damaged[at]! ^= xor
      try {
        const check = checkPages(damaged, [yamada])
        // Fonts, metadata and structure are not words: damage there leaves the words as they are.
        if (check.ok) assert.equal(extractPages(damaged).join(), extractPages(whole).join())
      } catch (error) {
        assert.ok(error instanceof UnreadablePdf)
      }
    }),
    { numRuns: 500 },
  )
})

/** A file with one page of the given content, a font whose glyph 1 is 山, 2 is 田, 3 is 葛, and a pattern. */
function handmade(content: string, patternFont = '', glyphs = '/Identity'): Uint8Array {
  const toUnicode = '4 beginbfchar <0000> <5C71> <0001> <5C71> <0002> <7530> <0003> <845B> endbfchar'
  const stream = (dict: string, body: string): string =>
    `<< ${dict} /Length ${body.length} >>\nstream\n${body}\nendstream`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Contents 4 0 R /Resources << /Font << /F 5 0 R >> /Pattern << /P 7 0 R >> >> >>',
    stream('', content),
    '<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [8 0 R] >>',
    stream('', toUnicode),
    stream(`/PatternType 1 /Resources << ${patternFont} >>`, ''),
    `<< /Type /Font /Subtype /CIDFontType2 /CIDToGIDMap ${glyphs} >>`,
  ]
  let file = '%PDF-1.7\n'
  const offsets = objects.map((object, i) => {
    const offset = file.length
    file += `${i + 1} 0 obj\n${object}\nendobj\n`
    return `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const start = file.length
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`
  file += `trailer\n<< /Root 1 0 R /Size ${objects.length + 1} >>\nstartxref\n${start}\n%%EOF`
  return Buffer.from(file, 'latin1')
}

test('the reader reads a file made by other hands', () => {
  assert.deepEqual(extractPages(handmade('BT /F 10 Tf [<0001> 5 <0002>] TJ ET')), ['山田'])
})

test('an ActualText that adds a selector is believed, one that says another word is not', () => {
  const labelled = (hex: string): Uint8Array =>
    handmade(`BT /F 10 Tf /Span << /ActualText <FEFF${hex}> >> BDC <0003> Tj EMC ET`)
  assert.deepEqual(extractPages(labelled('845BDB40DD03')), ['葛\u{E0103}'])
  assert.throws(() => extractPages(labelled('5C71')), UnreadablePdf)
})

test('words that are there but not seen, or seen but not there, make the file unreadable', () => {
  assert.throws(() => extractPages(handmade('BT /F 10 Tf 3 Tr <0001> Tj ET')), UnreadablePdf)
  assert.throws(() => extractPages(handmade('BT /F 10 Tf <0009> Tj ET')), UnreadablePdf)
  assert.throws(() => extractPages(handmade('', '/Font << /F 5 0 R >>')), UnreadablePdf)
})

test('a white box is found although the file says that it is a character', () => {
  const box = handmade('BT /F 10 Tf [<0001> 5 <0000>] TJ ET')
  assert.throws(() => extractPages(box), /a box instead of a character/)
  const renumbered = handmade('BT /F 10 Tf <0001> Tj ET', '', '4 0 R')
  assert.throws(() => extractPages(renumbered), UnreadablePdf)
})

test('another reader has nothing to complain of', async () => {
  const { stderr } = spawnSync('pdftotext', ['-', '-'], { input: await print(yamada), encoding: 'utf8' })
  assert.equal(stderr, '')
})
