import { crc32, deflateSync } from 'node:zlib'

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
