/**
 * Draws the seals of the demonstration town's people, one a family name, into `seals.json`; run by hand when names change.
 * Needs pdftoppm (Debian poppler-utils).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { rasterise } from '@open-bcl/platform/pdf/rasterise.ts'
import { sealName } from '../registers.ts'
import { makeTown } from '../town.ts'

const DPI = 600
/** The most frequent family names, besides those of named persons. */
const FREQUENT = 100

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const town = makeTown()
const counts = new Map<string, number>()
for (const record of town.residents) {
  const name = sealName(record)
  if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
}
const frequent = [...counts]
  .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  .slice(0, FREQUENT)
  .map(([name]) => name)
const named = Object.values(town.people)
  .map(sealName)
  .filter((name) => name !== null)

const scratch = mkdtempSync(join(tmpdir(), 'seals-'))
const seals: Record<string, { mm: number; png: string }> = {}
for (const name of new Set([...frequent, ...named].toSorted())) {
  const letters = [...new Intl.Segmenter('ja').segment(name)].map(({ segment }) => segment)
  // Of a name of four letters two stand beside two.
  const columns = letters.length > 3 ? [letters.slice(0, 2), letters.slice(2)] : [letters]
  const mm = [10.5, 12, 13.5, 15][(name.codePointAt(0)! + letters.length) % 4]!
  const longest = Math.max(...columns.map((column) => column.length))
  const size = Math.min((mm * 0.74) / longest, (mm * 0.66) / columns.length, mm * 0.52)
  const file = join(scratch, 'seal.typ')
  writeFileSync(
    file,
    `#set page(width: ${mm}mm, height: ${mm}mm, margin: 0mm)
#set text(font: ("IPAmjMincho", "Noto Serif JP"), size: ${size}mm, stroke: 0.14mm, top-edge: 0.88em, bottom-edge: -0.12em)
#place(center + horizon, circle(radius: ${mm / 2 - 0.3}mm, stroke: 0.6mm))
#place(center + horizon, grid(columns: ${columns.length}, column-gutter: 0.2mm, ${columns
      .toReversed()
      .map((column) => `stack(${column.map((letter) => `[${letter}]`).join(', ')})`)
      .join(', ')}))
`,
  )
  const drawn = await rasterise(file, DPI, at('../../.cache'))
  const png = encodeOneBitPng({ ...drawn, dpi: DPI, grey: 0 })
  seals[name] = { mm, png: png.toString('base64') }
}
rmSync(scratch, { recursive: true })
writeFileSync(at('seals.json'), `${JSON.stringify(seals, null, 1)}\n`)
console.log(`${Object.keys(seals).length} seals`)
