import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { blackRuns, modes, whiteRuns, type Codes } from './group-4-codes.ts'
import { isTiff, readOneBitTiff } from './one-bit-tiff.ts'
import { group4Samples } from './testing/group-4.ts'

/** Where a tag of the first directory stands. */
function entryOf(tiff: Buffer, tag: number): number {
  const directory = tiff.readUInt32LE(4)
  for (let i = 0; i < tiff.readUInt16LE(directory); i++) {
    const at = directory + 2 + i * 12
    if (tiff.readUInt16LE(at) === tag) return at
  }
  throw new Error(`no tag ${tag}`)
}

/** The sample (little-endian, one strip) with a tag's value changed; SHORT or LONG, as it is there. */
function withTag(tiff: Buffer, tag: number, value: number): Buffer {
  const changed = Buffer.from(tiff)
  const at = entryOf(tiff, tag)
  changed.writeUInt32LE(tiff.readUInt16LE(at + 2) === 3 ? value & 0xffff : value, at + 8)
  return changed
}

const faultOf = (tiff: Uint8Array): string | null => {
  const read = readOneBitTiff(tiff)
  return 'fault' in read ? read.fault : null
}

for (const [name, { tiff, width, height, isInked }] of Object.entries(group4Samples)) {
  test(`what libtiff packed is read pixel by pixel: ${name}`, () => {
    const read = readOneBitTiff(tiff)
    assert.ok(!('fault' in read), JSON.stringify(read))
    assert.deepEqual([read.width, read.height], [width, height])
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (read.isInked(x, y) !== isInked(x, y)) assert.fail(`pixel ${x}, ${y}`)
    assert.equal(read.isInked(width, 0), false)
  })
}

test('every code of the standard is met in these pictures', () => {
  const met = (codes: Codes<unknown>): number => {
    const seen = new Set<unknown>()
    const get = codes.get.bind(codes)
    Object.assign(codes, {
      get: (key: number) => {
        const meant = get(key)
        if (meant !== undefined) seen.add(meant)
        return meant
      },
    })
    try {
      for (const { tiff } of Object.values(group4Samples)) readOneBitTiff(tiff)
    } finally {
      Object.assign(codes, { get })
    }
    return seen.size
  }
  assert.deepEqual([met(modes), met(whiteRuns), met(blackRuns)], [9, 91, 91])
})

test('what is not one picture packed as Group 4 is refused by name', () => {
  const { tiff } = group4Samples.ring
  const several = Buffer.from(tiff)
  const directory = several.readUInt32LE(4)
  several.writeUInt32LE(directory, directory + 2 + several.readUInt16LE(directory) * 12)
  const cases: readonly (readonly [string, Uint8Array])[] = [
    // LZW; eight bits a pixel; three inks.
    ['not-group-4', withTag(tiff, 259, 5)],
    ['not-group-4', withTag(tiff, 258, 8)],
    ['not-group-4', withTag(tiff, 277, 3)],
    ['turned', withTag(tiff, 274, 3)],
    ['several', several],
    ['broken', withTag(tiff, 256, 0)],
    ['broken', withTag(tiff, 256, 318)],
    ['broken', withTag(tiff, 256, 320)],
    ['broken', withTag(tiff, 256, 60_000)],
    ['broken', withTag(tiff, 257, 318)],
    ['broken', withTag(tiff, 257, 320)],
    ['broken', withTag(tiff, 257, 60_000)],
    ['broken', withTag(tiff, 262, 3)],
    ['broken', withTag(tiff, 273, 0xffff)],
    ['broken', withTag(tiff, 278, 0)],
    ['broken', withTag(tiff, 279, 0xffff)],
    ['broken', withTag(tiff, 279, 100)],
    ['broken', tiff.subarray(0, 20)],
    ['broken', tiff.subarray(0, tiff.length - 5)],
    ['broken', Buffer.from('II*\0\xff\xff\xff\xff\0\0\0\0\0\0', 'latin1')],
    ['broken', Buffer.from('no TIFF')],
  ]
  for (const [i, [fault, bytes]] of cases.entries()) assert.equal(faultOf(bytes), fault, `case ${i}`)
  assert.ok(isTiff(tiff))
  assert.ok(isTiff(group4Samples.strips.tiff))
  assert.ok(!isTiff(Buffer.from('\x89PNG')))
})

test('the largest picture of hostile bits comes to an end, with a picture or a refusal', () => {
  const { tiff } = group4Samples.runs
  const [at, length] = [273, 279].map((tag) => tiff.readUInt16LE(entryOf(tiff, tag) + 8)) as [number, number]
  for (const byte of [0x00, 0xff, 0x11, 0x24, 0x35, 0xd5]) {
    const hostile = withTag(tiff, 257, 1728)
    hostile.fill(byte, at, at + length)
    assert.equal(faultOf(hostile), 'broken', byte.toString(16))
  }
})

test('spoilt anywhere, it is refused or another whole picture of its size; never more, and never for ever', () => {
  const samples = Object.values(group4Samples)
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
      fc.option(fc.nat(), { nil: undefined }),
      ({ tiff }, changes, cut) => {
        const spoilt = Buffer.from(tiff.subarray(0, cut === undefined ? tiff.length : cut % tiff.length))
        for (const [at, byte] of changes) if (spoilt.length > 0) spoilt[at % spoilt.length] = byte
        const read = readOneBitTiff(spoilt)
        if ('fault' in read) return
        assert.ok(read.width >= 1 && read.width <= 1728 && read.height >= 1 && read.height <= 1728)
      },
    ),
    { numRuns: 2_000, seed: 20261127 },
  )
})
