import { readFileSync } from 'node:fs'
import { mergePdf, type PageStamp } from './merge.ts'

/** Lines across the letters of the mark, in units of which a letter has 48 (tools/make-practice-mark.ts). */
const [size = [], ...rows] = readFileSync(new URL('practice-mark.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => (line === '' ? [] : line.split(' ').map(Number)))
const [WIDE = 0, HIGH = 0] = size

/** Where the three marks of a page stand, of its height: whoever cuts one off has two left. */
const HEIGHTS = [0.16, 0.5, 0.84]
/** Of the width of the page. */
const WIDTH = 0.7
/** 14°, so that it runs across lines of text and is taken for none of them. */
const [COS, SIN] = [0.97, 0.243]

/**
 * Lays 「練習」「無効」 across every page. Hatched, since what lies beneath is what is practised with; drawn as lines, so that it
 * needs no font of the page and no reader of texts leaves it out. Signatures and forms of the document are left behind.
 */
export function markPages(pdf: Uint8Array): Uint8Array {
  return mergePdf([{ pdf }], stamp)
}

const stamp: PageStamp = ([x0, y0, x1, y1]) => {
  const scale = ((x1 - x0) * WIDTH) / WIDE
  const lines = rows.flatMap((runs, row) => {
    const y = HIGH / 2 - row - 0.5
    const drawn: string[] = []
    for (let i = 0; i + 1 < runs.length; i += 2)
      drawn.push(`${runs[i]! - WIDE / 2} ${y} m ${runs[i + 1]! - WIDE / 2} ${y} l`)
    return drawn
  })
  const [a, b] = [COS * scale, SIN * scale].map((one) => one.toFixed(4))
  const places = HEIGHTS.map((height) => {
    const [x, y] = [(x0 + x1) / 2, y0 + (y1 - y0) * height].map((one) => one.toFixed(2))
    return `q ${a} ${b} -${b} ${a} ${x} ${y} cm 1 0.45 0.45 RG 0.4 w 0 J\n${lines.join('\n')}\nS Q\n`
  })
  return places.join('')
}
