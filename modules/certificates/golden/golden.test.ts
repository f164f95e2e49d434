import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { checkPages, extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { type PdfEngine, startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { RisaiFacts } from '../papers/risai.ts'
import { goldenCases, katsuragi, paper, risaiCase, type GoldenCase } from './cases.ts'
import { print } from './print.ts'

let engine: PdfEngine
const render = (one: GoldenCase) => print(engine, one)

before(async () => {
  engine = await startPdfEngine({ cacheDir: fileURLToPath(new URL('../../../.cache', import.meta.url)) })
})
after(() => engine.close())

for (const [name, one] of Object.entries(goldenCases)) {
  test(`golden: ${name} is printed byte for byte as it was reviewed, and says its frozen words`, async () => {
    const reviewed = JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as {
      sha256: string
      pages: string[]
    }
    const { pdf, words } = await render(one)
    assert.deepEqual(extractPages(pdf), reviewed.pages)
    assert.deepEqual(checkPages(pdf, words), { ok: true })
    assert.equal(createHash('sha256').update(pdf).digest('hex'), reviewed.sha256)
  })
}

test('another reader (pdf.js) finds the same words where each glyph has one meaning', async () => {
  const { pdf } = await render(goldenCases['risai-adobe-japan1-sequences']!)
  const ours = extractPages(pdf).join('').replace(/\s/gu, '')
  const loading = getDocument({ data: pdf, verbosity: 0 })
  const page = await (await loading.promise).getPage(1)
  const { items } = await page.getTextContent({ disableNormalization: true })
  const theirs = items.map((item) => ('str' in item ? item.str : '')).join('')
  await loading.destroy()
  // pdf.js puts out NUL or white space between glyphs as it sees fit.
  assert.equal(theirs.replace(/[\s\0]/gu, ''), ours)
})

test('文字溢れ: a name that does not fit at 7 points is refused with its field', async () => {
  const fields: [string, RisaiFacts][] = [
    ['headName', { ...katsuragi, headName: '寿'.repeat(300) }],
    ['headAddress', { ...katsuragi, headAddress: 'W'.repeat(120) }],
    ['additional1.2', { ...katsuragi, additional1: ['一', '二', '三'.repeat(200)] }],
    ['serialNo', { ...katsuragi, serialNo: '9'.repeat(80) }],
  ]
  for (const [field, facts] of fields) {
    await assert.rejects(render(risaiCase(facts)), (error) => error instanceof TextOverflow && error.field === field, field)
  }
})

test('the fullest first page keeps its certification: eight members, marks, two-line fields', async () => {
  const full: RisaiFacts = {
    ...katsuragi,
    copyOf: '令８水害第９９号',
    additional1: Array.from({ length: 8 }, (_, i) => `葛\u{E0100}城　${i}子（子）`),
    headAddress: katsuragi.headAddress.repeat(2),
    additional2: '木造２階建　持家　床上浸水　'.repeat(4),
    additional3: '被災者生活再建支援金、応急修理、税の減免の申請のため　'.repeat(3),
  }
  const { pdf, words } = await render(
    risaiCase(full, {
      officialMark: '公用',
      testMark: '試験印刷',
      municipality: { ...paper.municipality, mayorTitle: '飛騨市長職務代理者　飛騨市副市長', sealSizeMm: 25 },
    }),
  )
  assert.deepEqual(checkPages(pdf, words), { ok: true })
})

test('households of any size are printed on the pages that were foretold', async () => {
  for (const size of [0, 1, 8, 9, 44, 45, 100]) {
    const members = Array.from({ length: size }, (_, i) => `葛\u{E0100}城　${i}子（子）`)
    const { pdf, words } = await render(risaiCase({ ...katsuragi, additional1: members }))
    assert.deepEqual(checkPages(pdf, words), { ok: true }, `${size} members`)
  }
})

test('a certificate of another person does not pass for this one', async () => {
  const other = await render(risaiCase({ ...katsuragi, gradeCode: 'G4' }))
  const { words } = await render(risaiCase(katsuragi))
  assert.equal(checkPages(other.pdf, words).ok, false)
})
