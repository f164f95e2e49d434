import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { createCanvas } from '@napi-rs/canvas'
import { codeReader } from '@open-bcl/core/picture/code-reader.ts'
import { greyOf, projection, type GreyPicture, type Quad } from '@open-bcl/core/picture/grey-picture.ts'
import { openPdf } from '@open-bcl/platform/pdf/page-pictures.ts'
import type { PaperBox } from '../paper/paper.ts'

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
export const readCodes = codeReader({ wasmBinary: new Uint8Array(await readFile(wasm)).buffer })

export const DPI = 200
const PER_MM = DPI / 25.4

/** Every page of a PDF as a scanner would give it. */
export async function pagesOf(pdf: Uint8Array): Promise<GreyPicture[]> {
  const open = await openPdf(pdf)
  const pages: GreyPicture[] = []
  for (let page = 1; page <= open.pages; page++) {
    const drawn = await open.draw(page, DPI)
    pages.push(greyOf(drawn.rgba, drawn.width, drawn.height))
  }
  await open.close()
  return pages
}

/** Draws lines of a pen, in millimetres, half a millimetre wide. */
function pen(picture: GreyPicture, lines: readonly (readonly [number, number, number, number])[]): void {
  for (const [x0, y0, x1, y1] of lines) {
    const steps = Math.ceil(Math.hypot(x1 - x0, y1 - y0) * PER_MM * 2)
    for (let i = 0; i <= steps; i++) {
      const [x, y] = [x0 + ((x1 - x0) * i) / steps, y0 + ((y1 - y0) * i) / steps]
      for (let dy = -2; dy <= 1; dy++)
        for (let dx = -2; dx <= 1; dx++) {
          const at = (Math.round(y * PER_MM) + dy) * picture.width + Math.round(x * PER_MM) + dx
          if (at >= 0 && at < picture.grey.length) picture.grey[at] = 40
        }
    }
  }
}

/** ✓ as people make it, a little out of the frame. */
export function tick(picture: GreyPicture, { x, y, width, height }: PaperBox): void {
  pen(picture, [
    [x + 0.2 * width, y + 0.5 * height, x + 0.45 * width, y + 0.85 * height],
    [x + 0.45 * width, y + 0.85 * height, x + 1.1 * width, y - 0.1 * height],
  ])
}

/** 12 by hand. */
export function scribble(picture: GreyPicture, { x, y, height }: PaperBox): void {
  pen(picture, [
    [x + 2, y + 0.2 * height, x + 2, y + 0.8 * height],
    [x + 4, y + 0.25 * height, x + 6, y + 0.3 * height],
    [x + 6, y + 0.3 * height, x + 4, y + 0.8 * height],
    [x + 4, y + 0.8 * height, x + 6.5, y + 0.8 * height],
  ])
}

/** A speck, as dust on the glass leaves it. */
export function speck(picture: GreyPicture, { x, y, width, height }: PaperBox): void {
  pen(picture, [[x + 0.5 * width, y + 0.5 * height, x + 0.5 * width, y + 0.5 * height]])
}

/** As lying askew on a table under a lamp: a quad of the new picture, darker to one side, and grain. */
export function photographed(picture: GreyPicture, corners: Quad, seed = 1): GreyPicture {
  const { width, height } = picture
  const grey = new Uint8Array(width * height).fill(90)
  const place = projection(corners)
  let state = seed
  const grain = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return ((state >>> 16) % 17) - 8
  }
  // Twice as fine as the picture, so that no pixel of the paper is left out.
  for (let y = 0; y < height * 2; y++)
    for (let x = 0; x < width * 2; x++) {
      const at = place(x / (2 * width), y / (2 * height))
      const [column, row] = [Math.round(at.x), Math.round(at.y)]
      if (column < 0 || row < 0 || column >= width || row >= height) continue
      const shade = picture.grey[(y >> 1) * width + (x >> 1)]! * (0.95 - (0.25 * column) / width)
      grey[row * width + column] = Math.max(0, Math.min(255, shade + grain()))
    }
  return { width, height, grey }
}

/** PNG of a picture, as it is sent. */
export function pngOf({ width, height, grey }: GreyPicture): Buffer {
  const canvas = createCanvas(width, height)
  const pen2d = canvas.getContext('2d')
  const image = pen2d.createImageData(width, height)
  for (let i = 0; i < grey.length; i++) image.data.set([grey[i]!, grey[i]!, grey[i]!, 255], 4 * i)
  pen2d.putImageData(image, 0, 0)
  return canvas.toBuffer('image/png')
}
