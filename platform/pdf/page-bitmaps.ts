import { createHash } from 'node:crypto'
import { type OneBitImage, readOneBitPng } from './one-bit-png.ts'
import { PdfFile, type PdfStream } from './pdf-objects.ts'
import { pagesOf } from './readback.ts'

/**
 * The pictures of one ink on each page of a PDF of ours (seals, codes), each as a fingerprint of its dots; pictures of more colours
 * are counted only. The renderer draws a picture of one ink as that ink under a mask of eight bits a pixel.
 */
export type PageBitmaps = { readonly inked: readonly string[]; readonly others: number }

export function bitmapsOfPages(pdf: Uint8Array): PageBitmaps[] {
  const file = new PdfFile(pdf)
  return pagesOf(file).map((page) => {
    const objects = file.resolve(file.dict(page.get('Resources')).get('XObject'))
    if (!(objects instanceof Map)) return { inked: [], others: 0 }
    const found = [...objects.values()]
      .map((object) => file.stream(object))
      .filter(({ dict }) => subtypeOf(file, dict) === 'Image')
      .map((picture) => maskOf(file, picture))
    return {
      inked: found.flatMap((mark) => mark ?? []),
      others: found.filter((mark) => mark === null).length,
    }
  })
}

/** The same of a picture before it is drawn, a PNG as base64; `null` = it is not of one ink. */
export function fingerprintOfPng(base64: string): string | null {
  return remembered(createHash('sha256').update(base64).digest('base64'), () => {
    const picture = readOneBitPng(Buffer.from(base64, 'base64'))
    return 'fault' in picture ? null : fingerprintOf(picture)
  })
}

function fingerprintOf({
  width,
  height,
  isInked,
}: Pick<OneBitImage, 'width' | 'height' | 'isInked'>): string {
  const stride = Math.ceil(width / 8)
  const bits = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (isInked(x, y)) bits[y * stride + (x >> 3)]! |= 0x80 >> (x & 7)
  return `${width}x${height}:${createHash('sha256').update(bits).digest('hex')}`
}

/** A town's seal comes again and again, and takes longer to read than all else that is checked: its dots are counted once. */
const KEPT = 256
const known = new Map<string, string | null>()

function remembered(picture: string, read: () => string | null): string | null {
  const kept = known.get(picture)
  if (kept !== undefined) return kept
  const mark = read()
  if (known.size >= KEPT) known.delete(known.keys().next().value!)
  known.set(picture, mark)
  return mark
}

function maskOf(file: PdfFile, picture: PdfStream): string | null {
  const [width, height] = [picture.dict.get('Width'), picture.dict.get('Height')]
  const mask = file.resolve(picture.dict.get('SMask'))
  if (typeof width !== 'number' || typeof height !== 'number') return null
  if (typeof mask !== 'object' || mask === null || !('raw' in mask)) return null
  return remembered(`${width}x${height}:${createHash('sha256').update(mask.raw).digest('hex')}`, () => {
    const pixels = file.content(mask)
    const plain = pixels.length === width * height && pixels.every((pixel) => pixel === 0 || pixel === 255)
    return plain ? fingerprintOf({ width, height, isInked: (x, y) => pixels[y * width + x] === 255 }) : null
  })
}

function subtypeOf(file: PdfFile, dict: PdfStream['dict']): string | null {
  const value = file.resolve(dict.get('Subtype'))
  return typeof value === 'object' && value !== null && 'name' in value ? String(value.name) : null
}
