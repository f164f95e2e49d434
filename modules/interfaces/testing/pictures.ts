import { crc32 } from 'node:zlib'

/** Pictures for samples of 印影, drawn without a library so that every machine makes the same bytes. */

/** A black ring on white, one bit a pixel, as PNG (its data stored, not packed). */
export function ringPng(side: number): Uint8Array {
  const stride = Math.ceil(side / 8) + 1
  const raw = Buffer.alloc(stride * side, 0xff)
  const middle = (side - 1) / 2
  for (let y = 0; y < side; y++) {
    raw[y * stride] = 0
    for (let x = 0; x < side; x++) {
      const distance = Math.hypot(x - middle, y - middle)
      if (distance > middle || distance < middle * 0.8) continue
      const at = y * stride + 1 + (x >> 3)
      raw[at] = raw[at]! & ~(0x80 >> (x & 7))
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = 1
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', stored(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([size, body, sum])
}

/** zlib with one stored block; up to 65,535 bytes. */
function stored(data: Buffer): Buffer {
  let a = 1
  let b = 0
  for (const byte of data) {
    a = (a + byte) % 65_521
    b = (b + a) % 65_521
  }
  const head = Buffer.from([0x78, 0x01, 1, 0, 0, 0, 0])
  head.writeUInt16LE(data.length, 3)
  head.writeUInt16LE(0xffff - data.length, 5)
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(b * 65_536 + a)
  return Buffer.concat([head, data, tail])
}

/** A black square of 8 pixels in the middle of 16 white ones, as TIFF with Group 4. */
export function squareTiff(): Uint8Array {
  // White line: V0. First black line: horizontal, white run 4, black run 8, then V0; the next six: V0 three times; the
  // first white line after: pass, V0. EOFB ends it.
  const bits = [
    '1'.repeat(4),
    '001' + '1011' + '000101' + '1',
    '111'.repeat(7),
    '0001' + '1',
    '1'.repeat(3),
    '000000000001'.repeat(2),
  ].join('')
  const strip = Buffer.from(bits.match(/.{1,8}/g)!.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)))
  const entries: readonly (readonly [tag: number, value: number])[] = [
    [256, 16],
    [257, 16],
    [258, 1],
    [259, 4],
    [262, 0],
    [273, 8],
    [277, 1],
    [278, 16],
    [279, strip.length],
  ]
  const directory = Buffer.alloc(2 + entries.length * 12 + 4)
  directory.writeUInt16LE(entries.length, 0)
  for (const [i, [tag, value]] of entries.entries()) {
    const at = 2 + i * 12
    directory.writeUInt16LE(tag, at)
    directory.writeUInt16LE(4, at + 2)
    directory.writeUInt32LE(1, at + 4)
    directory.writeUInt32LE(value, at + 8)
  }
  const padded = Buffer.concat([strip, Buffer.alloc(strip.length % 2)])
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0])
  head.writeUInt32LE(8 + padded.length, 4)
  return Buffer.concat([head, padded, directory])
}
