import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkPages } from '@open-bcl/platform/pdf/readback.ts'
import { encodeOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { paper } from '../golden/cases.ts'
import { print } from '../golden/print.ts'
import { sealFacts } from '../golden/seal-cases.ts'
import { layoutOn } from '../layouts.ts'
import { sealBody, type SealFacts } from './seal.ts'

let engine: PdfEngine
before(async () => {
  engine = await startPdfEngine({ cacheDir: fileURLToPath(new URL('../../../.cache', import.meta.url)) })
})
after(() => engine.close())

const printed = (facts: SealFacts) =>
  print(engine, {
    layout: layoutOn('inkan', paper.issuedOn),
    paper,
    body: (on) => sealBody(facts, on),
  })

const DPI = 600
/** The seal's box on the page below its heading, mm; its rules are not part of it. */
const box = { left: 23, top: 45, right: 73, bottom: 85 }

/** Millimetres that the black in the seal's box covers, measured on the page as a printer would draw it. */
function measured(pdf: Uint8Array): { width: number; height: number } {
  const pgm = execFileSync('pdftoppm', ['-r', String(DPI), '-gray', '-singlefile', '-'], {
    input: pdf,
    maxBuffer: 1 << 28,
  })
  const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.toString('latin1', 0, 40))!
  const dot = (mm: number): number => Math.round((mm / 25.4) * DPI)
  // The copy-evident ground is grey.
  const isBlack = (x: number, y: number): boolean => pgm[header[0].length + y * Number(header[1]) + x]! < 64
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0]
  for (let y = dot(box.top); y < dot(box.bottom); y++)
    for (let x = dot(box.left); x < dot(box.right); x++)
      if (isBlack(x, y)) {
        left = Math.min(left, x)
        right = Math.max(right, x)
        top = Math.min(top, y)
        bottom = y
      }
  const mm = (dots: number): number => (dots / DPI) * 25.4
  return { width: mm(right - left + 1), height: mm(bottom - top + 1) }
}

/** A frame around everything, so that each edge can be measured. */
function framed(width: number, height: number): Pick<SealFacts, 'sealImagePng'> {
  const isInked = (x: number, y: number): boolean => x < 12 || y < 12 || x >= width - 12 || y >= height - 12
  return {
    sealImagePng: encodeOneBitPng({ width, height, dpi: 600, grey: 0, isInked }).toString('base64'),
  }
}

test('the seal is printed at its true size: rasterised and measured within a tenth of a millimetre', async () => {
  for (const [widthMm, heightMm] of [
    [8.1, 8.1],
    [13.5, 13.5],
    [10.5, 15],
    [25, 25],
  ] as const) {
    const dots = (mm: number): number => Math.round((mm / 25.4) * 600)
    const facts: SealFacts = {
      ...sealFacts['round-13-5mm']!,
      ...framed(dots(widthMm), dots(heightMm)),
      sealWidthMicrometres: widthMm * 1000,
      sealHeightMicrometres: heightMm * 1000,
    }
    const { pdf, words } = await printed(facts)
    assert.deepEqual(checkPages(pdf, words), { ok: true })
    const { width, height } = measured(pdf)
    assert.ok(Math.abs(width - widthMm) < 0.1, `${width} mm wide instead of ${widthMm}`)
    assert.ok(Math.abs(height - heightMm) < 0.1, `${height} mm high instead of ${heightMm}`)
  }
})

test('a seal above 25 mm is never drawn, whoever froze it', async () => {
  const facts = { ...sealFacts['round-13-5mm']!, sealWidthMicrometres: 25_100, sealHeightMicrometres: 25_100 }
  await assert.rejects(printed(facts), { name: 'LayoutFailed' })
})

test('文字溢れ names its field', async () => {
  const base = sealFacts['foreign-with-alias']!
  const fields: [string, SealFacts][] = [
    ['name', { ...base, name: '寿'.repeat(400) }],
    ['otherName.words', { ...base, otherName: { heading: '通称', words: '寿'.repeat(400) } }],
    ['besideName', { ...base, besideName: '寿'.repeat(400) }],
    ['address', { ...base, address: 'W'.repeat(200) }],
    ['note', { ...base, note: '寿'.repeat(400) }],
    ['birth', { ...base, birth: '寿'.repeat(400) }],
  ]
  for (const [field, facts] of fields)
    await assert.rejects(
      printed(facts),
      (error) => error instanceof TextOverflow && error.field === field,
      field,
    )
})
