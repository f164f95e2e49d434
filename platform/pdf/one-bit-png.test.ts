import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { encodeOneBitPng, readOneBitPng } from './one-bit-png.ts'

const drawing = (width: number, height: number, isInked: (x: number, y: number) => boolean) =>
  encodeOneBitPng({ width, height, dpi: 600, grey: 0, isInked })

/** A PNG of these raw rows (filter bytes included). */
function pngOf(
  header: readonly number[],
  width: number,
  height: number,
  raw: Uint8Array,
  more: Buffer[] = [],
): Buffer {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const framed = Buffer.alloc(data.length + 12)
    framed.writeUInt32BE(data.length)
    framed.write(type, 4, 'latin1')
    framed.set(data, 8)
    framed.writeUInt32BE(crc32(framed.subarray(4, data.length + 8)), data.length + 8)
    return framed
  }
  const ihdr = Buffer.alloc(13)
  ihdr.writeUInt32BE(width, 0)
  ihdr.writeUInt32BE(height, 4)
  ihdr.set(header, 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', ihdr),
    ...more,
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const picture = (png: Uint8Array): string[] => {
  const image = readOneBitPng(png)
  if ('fault' in image) return [image.fault]
  return Array.from({ length: image.height }, (_, y) =>
    Array.from({ length: image.width }, (_, x) => (image.isInked(x, y) ? '#' : '.')).join(''),
  )
}

test('what was drawn is read again, pixel by pixel', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.array(fc.boolean()), { minLength: 1 }),
      (width, dots) => {
        const isInked = (x: number, y: number): boolean => dots[y]?.[x] === true
        const read = readOneBitPng(drawing(width, dots.length, isInked))
        assert.ok(!('fault' in read))
        for (let y = 0; y < dots.length; y++)
          for (let x = 0; x < width; x++) assert.equal(read.isInked(x, y), isInked(x, y))
      },
    ),
  )
})

test('every filter of PNG leads to the same picture', () => {
  // 16 pixels wide, two rows, as filters 0 to 4 write them.
  const [a, b, c, d] = [0b11110000, 0b10101010, 0b11001100, 0b00001111]
  const of = (filter: number, second: readonly number[]) =>
    picture(pngOf([1, 0, 0, 0, 0], 16, 2, Uint8Array.of(0, a, b, filter, ...second)))
  const wanted = of(0, [c, d])
  assert.deepEqual(wanted, ['....####.#.#.#.#', '..##..######....'])
  const byte = (value: number): number => value & 0xff
  assert.deepEqual(of(1, [c, byte(d - c)]), wanted)
  assert.deepEqual(of(2, [byte(c - a), byte(d - b)]), wanted)
  assert.deepEqual(of(3, [byte(c - (a >> 1)), byte(d - ((c + b) >> 1))]), wanted)
  const estimate = c + b - a
  const nearest = [c, b, a].toSorted((p, q) => Math.abs(estimate - p) - Math.abs(estimate - q))[0]!
  assert.deepEqual(of(4, [byte(c - a), byte(d - nearest)]), wanted)
})

test('what is no picture of one ink is refused by name, and never read half', () => {
  const good = drawing(16, 16, (x) => x > 4)
  const spoilt = Buffer.from(good)
  spoilt[good.length - 20]! ^= 1
  const row = Uint8Array.of(0, 0xff)
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['not-png', Buffer.from('II*\0 a TIFF')],
    ['not-png', new Uint8Array()],
    ['broken', spoilt],
    ['broken', good.subarray(0, good.length - 15)],
    ['broken', pngOf([1, 0, 0, 0, 0], 8, 2, row)],
    ['broken', pngOf([1, 0, 0, 0, 0], 8, 1, Uint8Array.of(...row, ...row))],
    ['broken', pngOf([1, 0, 0, 0, 0], 8, 1, Uint8Array.of(9, 0xff))],
    ['broken', pngOf([1, 3, 0, 0, 0], 8, 1, row)],
    ['broken', pngOf([1, 0, 0, 0, 0], 100_000, 100_000, row)],
    ['not-one-bit', pngOf([8, 0, 0, 0, 0], 1, 1, row)],
    ['not-one-bit', pngOf([8, 2, 0, 0, 0], 1, 1, Uint8Array.of(0, 1, 2, 3))],
    ['not-one-bit', pngOf([1, 0, 0, 0, 1], 8, 1, row)],
  ]
  for (const [fault, png] of cases) assert.deepEqual(picture(png), [fault])
})
