import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { mergePdf } from './merge.ts'
import { PdfFile, UnreadablePdf } from './pdf-objects.ts'
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

const names = ['葛\u{E0100}城　髙太郎', '𠮷野家　𩸽', 'NGUYỄN THỊ HƯƠNG', '辻\u{E0100}　雄']
const one = (name: string): string[] => [name, '令和８年１１月２１日']

test('the pages of many say the same words in the same order, to each reader', async () => {
  const sheets = await print(...names.map((name) => [`〒${name}`]))
  const letters = await Promise.all(names.map((name) => print(one(name), [`${name}の裏`])))
  const parts = letters.flatMap((pdf, i) => [{ pdf: sheets, pages: [i] }, { pdf }])
  const merged = mergePdf(parts)
  const words = names.flatMap((name) => [[`〒${name}`], one(name), [`${name}の裏`]])
  assert.deepEqual(checkPages(merged, words), { ok: true })
  assert.deepEqual(mergePdf(parts), merged)

  const document = await getDocument({ data: new Uint8Array(merged), useSystemFonts: false, verbosity: 0 })
    .promise
  assert.equal(document.numPages, words.length)
  for (const [i, expected] of words.entries()) {
    const { items } = await (await document.getPage(i + 1)).getTextContent()
    const text = items.map((item) => ('str' in item ? item.str : '')).join('')
    assert.equal(text.replace(/\s/g, ''), expected.join('').replace(/\s/g, ''))
  }
  await document.cleanup()
})

test('poppler finds every font embedded and no fault', async () => {
  const merged = mergePdf(await Promise.all(names.map(async (name) => ({ pdf: await print(one(name)) }))))
  const run = (tool: string, ...args: string[]): string =>
    execFileSync(tool, args, { input: merged, encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] })
  assert.match(run('pdfinfo', '-'), /^Pages: +4$/m)
  const fonts = run('pdffonts', '-')
    .split('\n')
    .slice(2)
    .filter((line) => line !== '')
  assert.ok(fonts.length >= names.length)
  for (const font of fonts) assert.match(font, / yes yes yes /)
  for (const name of names) assert.ok(run('pdftotext', '-', '-').includes(name.split('　')[0]!), name)
})

test('what several documents share is written once', async () => {
  const pdf = await print(one(names[0]!))
  const copies = mergePdf([pdf, Buffer.from(pdf), Buffer.from(pdf)].map((copy) => ({ pdf: copy })))
  assert.equal(extractPages(copies).length, 3)
  assert.ok(copies.length < pdf.length * 1.2, `${copies.length} of ${pdf.length}`)
  const { trailer } = new PdfFile(copies)
  assert.deepEqual([...trailer.keys()], ['Size', 'Root'])
})

test('what cannot be read is not merged: a cut file, a page that is not there', async () => {
  const pdf = await print(one(names[0]!))
  assert.throws(() => mergePdf([{ pdf: pdf.subarray(0, pdf.length - 40) }]), UnreadablePdf)
  assert.throws(() => mergePdf([{ pdf, pages: [1] }]), UnreadablePdf)
  const altered = Buffer.from(pdf)
  const at = altered.indexOf('/FontFile2 ')
  assert.ok(at > 0)
  altered.write('9999', at + 11)
  assert.throws(() => mergePdf([{ pdf: altered }]), UnreadablePdf)
})
