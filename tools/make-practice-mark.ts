import { createCanvas, GlobalFonts } from '@napi-rs/canvas'
import fs from 'node:fs'
import path from 'node:path'

/**
 * Makes `platform/pdf/practice-mark.txt`: 「練習」「無効」 as lines that run across its letters (width and height, then where the lines
 * of each row begin and end), drawn from the font of certificates.
 * Run once; the file is committed, so that a page is marked without a font.
 */
const WORDS = '練習　無効'
const SIDE = 48

const font = path.resolve(import.meta.dirname, '../.cache/fonts/NotoSerifJP_400Regular.ttf')
GlobalFonts.registerFromPath(font, 'Mark')
const letters = Array.from(WORDS)
const canvas = createCanvas(SIDE * letters.length, SIDE)
const pen = canvas.getContext('2d')
pen.font = `${SIDE}px Mark`
pen.lineWidth = 2
pen.textBaseline = 'middle'
for (const [at, letter] of letters.entries()) {
  pen.fillText(letter, at * SIDE, SIDE / 2)
  pen.strokeText(letter, at * SIDE, SIDE / 2)
}
const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height)
const inked = (x: number, y: number): boolean => x < width && data[(y * width + x) * 4 + 3]! > 100
/** Per row its runs, where each begins and ends. */
const rows = Array.from({ length: height }, (_, y) => {
  const runs: number[] = []
  for (let x = 0; x <= width; x++) if (inked(x, y) !== (x > 0 && inked(x - 1, y))) runs.push(x)
  return runs
})
const file = path.resolve(import.meta.dirname, '../platform/pdf/practice-mark.txt')
fs.writeFileSync(file, [[width, height], ...rows].map((one) => `${one.join(' ')}\n`).join(''))
