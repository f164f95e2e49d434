/**
 * Makes `copy-ground.png`, the ground of every certificate (けん制文字); run by hand when it changes.
 *
 * Fine dots everywhere, coarse dots where the letters 「複写」 stand, both covering the same share of the paper: the
 * original looks evenly tinted, a copier loses the fine dots (0.085 mm) and keeps the coarse ones (0.17 mm).
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encodeOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { rasterise } from '@open-bcl/platform/pdf/rasterise.ts'

const DPI = 600
/** Pixels. A cell of the letters is one coarse dot, or four fine ones: 16 pixels are inked either way. */
const CELL = 16
const COARSE_DOT = 4
const FINE_DOT = 2
const FINE_PITCH = 8
/** Cells: the letters take 76 × 38, the rest is the gap to the next ones. */
const COLUMNS = 92
const ROWS = 60
const GREY = 120

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
// 72 dpi of a page drawn in points: one pixel a cell.
const letters = await rasterise(at('copy-ground.typ'), 72, at('../../../.cache'))
writeFileSync(
  at('copy-ground.png'),
  encodeOneBitPng({
    width: COLUMNS * CELL,
    height: ROWS * CELL,
    dpi: DPI,
    grey: GREY,
    isInked: (x, y) =>
      letters.isInked(Math.floor(x / CELL), Math.floor(y / CELL))
        ? x % CELL < COARSE_DOT && y % CELL < COARSE_DOT
        : x % FINE_PITCH < FINE_DOT && y % FINE_PITCH < FINE_DOT,
  }),
)
