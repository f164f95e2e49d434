import { crc32, deflateSync, inflateSync } from 'node:zlib'

/** A drawing of one ink on transparent ground, as printers like it: seals, grounds of certificates. */
export type OneBitImage = {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Dots per inch, so that the size on paper is known. */
  readonly dpi: number
  /** Ink, 0 black to 255 white. */
  readonly grey: number
  readonly isInked: (x: number, y: number) => boolean
}

/** PNG (ISO/IEC 15948), colour type 3, depth 1: palette 0 = transparent, 1 = the ink. */
export function encodeOneBitPng({ width, height, dpi, grey, isInked }: OneBitImage): Buffer {
  const stride = Math.ceil(width / 8)
  const rows = Buffer.alloc(height * (stride + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (isInked(x, y)) rows[y * (stride + 1) + 1 + (x >> 3)]! |= 0x80 >> (x & 7)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([1, 3, 0, 0, 0], 8)
  const resolution = Buffer.alloc(9)
  const dotsPerMetre = Math.round(dpi / 0.0254)
  resolution.writeUInt32BE(dotsPerMetre, 0)
  resolution.writeUInt32BE(dotsPerMetre, 4)
  resolution[8] = 1
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from([255, 255, 255, grey, grey, grey])),
    chunk('tRNS', Buffer.from([0, 255])),
    chunk('pHYs', resolution),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

/** Reads a PBM (P4), the plainest picture a rasteriser writes. */
export function readPbm(pbm: Buffer): Pick<OneBitImage, 'width' | 'height' | 'isInked'> {
  const header = /^P4\s+(\d+)\s+(\d+)\s/.exec(pbm.toString('latin1', 0, 40))
  if (header === null) throw new Error('not a PBM (P4)')
  const width = Number(header[1])
  const height = Number(header[2])
  const stride = Math.ceil(width / 8)
  const isInked = (x: number, y: number): boolean =>
    x < width && y < height && (pbm[header[0].length + y * stride + (x >> 3)]! & (0x80 >> (x & 7))) !== 0
  return { width, height, isInked }
}

/** Why a picture cannot be read as one of a single ink. */
export type NotOneBit = 'not-png' | 'not-one-bit' | 'broken'

/** Pixels a side; more is no seal. */
const MOST_PIXELS = 4_096

/**
 * Reads a PNG of one bit a pixel: grey, or a palette of two. What is dark and opaque is ink. Anything else (colours, greys,
 * interlaced, cut off, a wrong check sum, a pixel more or less) is refused, so that a broken picture is never printed.
 */
export function readOneBitPng(
  png: Uint8Array,
): Pick<OneBitImage, 'width' | 'height' | 'isInked'> | { readonly fault: NotOneBit } {
  const bytes = Buffer.from(png)
  if (bytes.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') return { fault: 'not-png' }
  const chunks = chunksOf(bytes)
  const header = chunks?.[0]
  if (!chunks || header?.type !== 'IHDR' || header.data.length !== 13 || chunks.at(-1)!.type !== 'IEND')
    return { fault: 'broken' }
  const width = header.data.readUInt32BE(0)
  const height = header.data.readUInt32BE(4)
  const [depth, colour, packing, filtering, interlace] = header.data.subarray(8)
  if (depth !== 1 || (colour !== 0 && colour !== 3) || interlace !== 0) return { fault: 'not-one-bit' }
  if (packing !== 0 || filtering !== 0 || width < 1 || height < 1) return { fault: 'broken' }
  if (width > MOST_PIXELS || height > MOST_PIXELS) return { fault: 'broken' }
  const dark = darkOf(colour, dataOf(chunks, 'PLTE'), dataOf(chunks, 'tRNS'))
  const rows = rowsOf(dataOf(chunks, 'IDAT'), Math.ceil(width / 8), height)
  if (dark === null || rows === null) return { fault: 'broken' }
  const stride = Math.ceil(width / 8)
  const isInked = (x: number, y: number): boolean =>
    x < width && y < height && dark[(rows[y * stride + (x >> 3)]! >> (7 - (x & 7))) & 1]!
  return { width, height, isInked }
}

type Chunk = { readonly type: string; readonly data: Buffer }

function chunksOf(bytes: Buffer): Chunk[] | null {
  const chunks: Chunk[] = []
  for (let at = 8; at < bytes.length;) {
    if (at + 12 > bytes.length) return null
    const length = bytes.readUInt32BE(at)
    const end = at + 8 + length
    if (end + 4 > bytes.length || crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) return null
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) })
    at = end + 4
  }
  return chunks.length === 0 ? null : chunks
}

function dataOf(chunks: readonly Chunk[], type: string): Buffer {
  return Buffer.concat(chunks.filter((one) => one.type === type).map(({ data }) => data))
}

/** Whether the values 0 and 1 are ink; `null` when the palette does not say. */
function darkOf(colour: number, palette: Buffer, alpha: Buffer): readonly [boolean, boolean] | null {
  if (colour === 0) return [alpha.length === 2 ? alpha[1] !== 0 : true, false]
  if (palette.length < 6) return null
  const dark = (entry: number): boolean => {
    const [red, green, blue] = palette.subarray(entry * 3)
    return 0.3 * red! + 0.59 * green! + 0.11 * blue! < 128 && (alpha[entry] ?? 255) >= 128
  }
  return [dark(0), dark(1)]
}

/** The rows without their filter bytes; `null` unless there are exactly as many as there should be. */
function rowsOf(packed: Buffer, stride: number, height: number): Buffer | null {
  let raw: Buffer
  try {
    raw = inflateSync(packed, { maxOutputLength: (stride + 1) * height + 1 })
  } catch {
    return null
  }
  if (raw.length !== (stride + 1) * height) return null
  const rows = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!
    if (filter > 4) return null
    for (let x = 0; x < stride; x++) {
      const left = x === 0 ? 0 : rows[y * stride + x - 1]!
      const above = y === 0 ? 0 : rows[(y - 1) * stride + x]!
      const corner = x === 0 || y === 0 ? 0 : rows[(y - 1) * stride + x - 1]!
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter]!
      rows[y * stride + x] = (raw[y * (stride + 1) + 1 + x]! + guess) & 0xff
    }
  }
  return rows
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner
  const [a, b, c] = [left, above, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ]
  if (a <= b && a <= c) return left
  return b <= c ? above : corner
}
