/**
 * Draws the seals of the golden pages at 600 dpi: node modules/certificates/golden/make-seals.ts
 * They are nobody's. Needs pdftoppm (Debian poppler-utils).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { rasterise } from '@open-bcl/platform/pdf/rasterise.ts'

const DPI = 600
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** Width and height of the seal, its rim and its letters, top to bottom, columns from the right. */
const seals: Readonly<Record<string, readonly [width: number, height: number, rim: number, columns: string[]]>> = {
  round: [13.5, 13.5, 0.6, ['葛城']],
  smallest: [8.1, 8.1, 0.35, ['山本']],
  largest: [25, 25, 1.3, ['合同会', '社飛騨']],
  oval: [10.5, 15, 0.5, ['高原']],
  sample: [13.5, 13.5, 0.6, ['見本']],
}

const scratch = mkdtempSync(join(tmpdir(), 'seals-'))
for (const [name, [width, height, rim, columns]] of Object.entries(seals)) {
  const round = name !== 'largest'
  const longest = Math.max(...columns.map((column) => column.length))
  const size = Math.min((height * (round ? 0.74 : 0.86)) / longest, (width * (round ? 0.56 : 0.86)) / columns.length)
  const letters = columns
    .toReversed()
    .map((column) => `stack(${[...column].map((letter) => `[${letter}]`).join(', ')})`)
    .join(', ')
  const file = join(scratch, `${name}.typ`)
  writeFileSync(
    file,
    `#set page(width: ${width}mm, height: ${height}mm, margin: 0mm)
#set text(font: "IPAmjMincho", size: ${size}mm, weight: "bold", stroke: 0.12mm, top-edge: 0.88em, bottom-edge: -0.12em)
#place(center + horizon, ${round ? 'ellipse' : 'rect'}(width: ${width - rim}mm, height: ${height - rim}mm, stroke: ${rim}mm))
#place(center + horizon, grid(columns: ${columns.length}, column-gutter: 0.4mm, ${letters}))
`,
  )
  const drawn = await rasterise(file, DPI, here('../../../.cache'))
  writeFileSync(here(`seal-image-${name}.png`), encodeOneBitPng({ ...drawn, dpi: DPI, grey: 0 }))
}
rmSync(scratch, { recursive: true })
