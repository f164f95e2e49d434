import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { wrongImage } from './interfaces.images.ts'
import { ringPng, squareTiff } from './testing/pictures.ts'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const png = Buffer.from(ringPng(118))
const tiff = Buffer.from(squareTiff())

/** Where the value of a tag stands in the TIFF; its entries are 12 bytes, the value last. */
function tagAt(tag: number): number {
  const directory = tiff.readUInt32LE(4)
  for (let i = 0; i < tiff.readUInt16LE(directory); i++) {
    const at = directory + 2 + i * 12
    if (tiff.readUInt16LE(at) === tag) return at + 8
  }
  throw new Error(`no tag ${tag}`)
}
function changed(bytes: Buffer, write: (copy: Buffer) => void): string {
  const copy = Buffer.from(bytes)
  write(copy)
  return base64(copy)
}

test('whole pictures of a seal are taken', () => {
  assert.equal(wrongImage(base64(png)), null)
  assert.equal(wrongImage(base64(tiff)), null)
  for (const side of [1, 8, 591]) assert.equal(wrongImage(base64(ringPng(side))), null, String(side))
})

test('what is no whole picture is refused, however it was cut', () => {
  for (const bytes of [png, tiff])
    for (let cut = 0; cut < bytes.length; cut++)
      assert.notEqual(wrongImage(base64(bytes.subarray(0, cut))), null, `${cut}`)
  assert.notEqual(wrongImage(base64(Buffer.from('GIF89a'))), null)
  assert.notEqual(wrongImage(base64(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))), null)
})

test('base64 is one line with its padding', () => {
  const text = base64(tiff)
  for (const wrong of [
    `${text}\n`,
    ` ${text}`,
    text.slice(0, -1),
    `${text.slice(0, 76)}\r\n${text.slice(76)}`,
    `data:image/png;base64,${text}`,
  ])
    assert.match(wrongImage(wrong)!, /base64/)
})

test('a picture too large in bytes or in pixels is refused before anybody draws it', () => {
  const padded = (size: number): string =>
    base64(Buffer.concat([png.subarray(0, -12), Buffer.alloc(size - png.length), png.subarray(-12)]))
  assert.equal(wrongImage(padded(48 * 1024)), null)
  assert.match(wrongImage(padded(48 * 1024 + 3))!, /48KiB/)
  for (const [width, height] of [
    [1_201, 10],
    [10, 1_201],
    [0, 10],
    [0xffff_ffff, 0xffff_ffff],
  ] as const) {
    const big = changed(png, (copy) => {
      copy.writeUInt32BE(width, 16)
      copy.writeUInt32BE(height, 20)
    })
    assert.match(wrongImage(big)!, /1,200画素/)
  }
  assert.match(wrongImage(changed(tiff, (copy) => copy.writeUInt32LE(1_201, tagAt(256))))!, /1,200画素/)
})

test('a TIFF that is not Group 4, or whose strips lie outside, is refused', () => {
  const wrong: [number, number][] = [
    [259, 1],
    [259, 7],
    [273, 1_000_000],
    [279, 1_000_000],
    [279, 0],
  ]
  for (const [tag, value] of wrong)
    assert.match(wrongImage(changed(tiff, (copy) => copy.writeUInt32LE(value, tagAt(tag))))!, /完全な/)
  const many = changed(tiff, (copy) => copy.writeUInt32LE(0xffff_ffff, tagAt(273) - 4))
  assert.match(wrongImage(many)!, /完全な/)
  assert.match(wrongImage(changed(tiff, (copy) => copy.writeUInt32LE(0xffff_fff0, 4)))!, /完全な/)
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(png, tiff),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
      (bytes, changes) => {
        const answer = wrongImage(
          changed(bytes, (copy) => {
            for (const [at, byte] of changes) copy[at % copy.length] = byte
          }),
        )
        assert.ok(answer === null || answer.endsWith('。'))
      },
    ),
    { numRuns: 3_000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
      assert.notEqual(wrongImage(base64(bytes)), null),
    ),
  )
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => text === '' || wrongImage(text) !== null))
})
