import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { MissingGlyphs } from './pdf-errors.ts'
import { extractPages } from './readback.ts'
import { smallFont } from './testing/small-font.ts'
import { type PdfEngine, startPdfEngine } from './typst.ts'

const cacheDir = fileURLToPath(new URL('../../.cache', import.meta.url))
const layoutDir = fileURLToPath(new URL('./test-layouts', import.meta.url))
const HIGH_GAIJI = 0xf0123

/** Two 外字 of the private use areas, and a Hangul syllable that our fonts lack. */
const additions = smallFont({
  family: 'Test Additions',
  characters: [
    { codePoint: 0xe000, glyph: 1 },
    { codePoint: HIGH_GAIJI, glyph: 2 },
    { codePoint: 0xac00, glyph: 3 },
    // A second code for the shape of U+AC00: nobody could tell them apart on a page that has both.
    { codePoint: 0xe001, glyph: 3 },
  ],
})

async function folderOf(t: TestContext, files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'open-bcl-fonts-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

async function engineWith(t: TestContext, extraFontsFolder: string): Promise<PdfEngine> {
  const engine = await startPdfEngine({ cacheDir, layoutDir, extraFontsFolder })
  t.after(() => engine.close())
  return engine
}

const print = (engine: PdfEngine, ...lines: string[]): Promise<Uint8Array> =>
  engine.render('letter', { pages: [lines] }, { timeoutMs: 30_000 })

test('外字 of a further font are printed and read back, beside all the others', async (t) => {
  const folder = await folderOf(t, { 'additions.ttf': additions, 'LICENSE.txt': 'ours' })
  const engine = await engineWith(t, folder)
  const gaiji = String.fromCodePoint(HIGH_GAIJI)
  const lines = [`山\u{E000}葛\u{E0100}${gaiji}　髙`, '가나다'.slice(0, 1), `\u{E000}\u{E000}${gaiji}`]
  assert.deepEqual(extractPages(await print(engine, ...lines)), [lines.join('\n')])
  assert.deepEqual(
    engine.coverage(`山\u{E000}`).runs.map(({ family }) => family),
    ['IPAmjMincho', 'Test Additions'],
  )
})

test('what the further font lacks, and a second code for one of its shapes, is refused as before', async (t) => {
  const engine = await engineWith(t, await folderOf(t, { 'a.ttf': additions }))
  for (const lacking of ['\u{E001}', '\u{E002}', '나']) {
    await assert.rejects(print(engine, `山${lacking}`), (error) => {
      assert.ok(error instanceof MissingGlyphs)
      return error.units[0]?.text === lacking
    })
  }
})

test('a further font is another build, known by name and hash; the same font is the same build', async (t) => {
  const plain = await startPdfEngine({ cacheDir, layoutDir })
  await plain.close()
  const [one, again] = [
    await engineWith(t, await folderOf(t, { 'a.ttf': additions })),
    await engineWith(t, await folderOf(t, { 'a.ttf': additions })),
  ]
  assert.notEqual(one.rendererBuild().build, plain.rendererBuild().build)
  assert.deepEqual(one.rendererBuild(), again.rendererBuild())
  assert.deepEqual(
    one.rendererBuild().fonts.map(({ name }) => name),
    ['IPAmjMincho', 'Noto Serif JP', 'Test Additions'],
  )
  assert.deepEqual(await print(one, '山\u{E000}'), await print(again, '山\u{E000}'))
})

test('a font that cannot be used keeps the program from starting, and the sentence says which and why', async (t) => {
  const only = { family: 'Bad', characters: [{ codePoint: 0xe000, glyph: 1 }] }
  const cases: [string, Buffer | string, RegExp][] = [
    ['text.ttf', 'this is no font at all', /「text\.ttf」.*壊れているか/],
    ['cut.ttf', additions.subarray(0, 400), /「cut\.ttf」.*壊れているか/],
    ['empty.otf', '', /「empty\.otf」.*壊れているか/],
    ['many.ttc', additions, /「many\.ttc」.*TTF と OTF/],
    ['closed.ttf', smallFont({ ...only, fsType: 2 }), /「closed\.ttf」.*埋め込みが許されていない/],
    ['same.ttf', smallFont({ ...only, family: 'IPAmjMincho' }), /「same\.ttf」.*同じ名前/],
    [
      'useless.ttf',
      smallFont({ family: 'Useless', characters: [{ codePoint: 0x5c71, glyph: 1 }] }),
      /「useless\.ttf」.*ほかの書体にない文字/,
    ],
  ]
  for (const [file, content, sentence] of cases) {
    const extraFontsFolder = await folderOf(t, { [file]: content })
    await assert.rejects(
      startPdfEngine({ cacheDir, layoutDir, extraFontsFolder }),
      { name: 'BadFont', message: sentence },
      file,
    )
  }
  const gone = join(tmpdir(), 'open-bcl-no-such-folder')
  await assert.rejects(
    startPdfEngine({ cacheDir, layoutDir, extraFontsFolder: gone }),
    /フォルダー.*を読めません/,
  )
})

test('an empty folder is as none', async (t) => {
  const engine = await engineWith(t, await folderOf(t, {}))
  assert.equal(engine.rendererBuild().fonts.length, 2)
})
