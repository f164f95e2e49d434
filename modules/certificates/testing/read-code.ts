import { inflateSync } from 'node:zlib'
import { readQr, type QrMatrix } from '@open-bcl/platform/pdf/read-qr.ts'

/** Pixels of a one-bit PNG as it stands in a snapshot, read by other code than wrote it. */
export function pixelsOf(png: Buffer): QrMatrix & { readonly mmPerPixel: number } {
  const size = png.readUInt32BE(16)
  let data = Buffer.alloc(0)
  let dotsPerMetre = 0
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const chunk = png.subarray(at + 8, at + 8 + length)
    if (type === 'IDAT') data = Buffer.concat([data, chunk])
    if (type === 'pHYs') dotsPerMetre = chunk.readUInt32BE(0)
    at += 12 + length
  }
  const rows = inflateSync(data)
  const stride = Math.ceil(size / 8) + 1
  return {
    size,
    mmPerPixel: 1000 / dotsPerMetre,
    isDark: (x, y) => (rows[y * stride + 1 + (x >> 3)]! & (0x80 >> (x & 7))) !== 0,
  }
}

/** What a scanner reads from the picture. */
export const readQrPng = (png: Buffer): string => readQr(pixelsOf(png))
