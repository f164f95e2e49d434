import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { packInk, unpackInk, type InkPicture } from './ink-coder.ts'

/** A page of lines and small shapes, the same on every machine. */
function drawing(width: number, height: number): InkPicture {
  const ink = new Uint8Array(width * height)
  let seed = 1
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % below
  }
  for (let i = 0; i < 60; i++) {
    const [x, y, w, h] = [random(width), random(height), 1 + random(40), 1 + random(12)]
    for (let v = y; v < Math.min(height, y + h); v++)
      ink.fill(1, v * width + x, v * width + Math.min(width, x + w))
  }
  return { width, height, ink }
}

const packed = (picture: InkPicture): InkPicture => unpackInk(packInk(picture), picture.width, picture.height)

test('every picture comes back as it was, pixel for pixel', () => {
  const anyPicture = fc
    .record({
      width: fc.integer({ min: 1, max: 70 }),
      height: fc.integer({ min: 1, max: 50 }),
      density: fc.nat(100),
    })
    .chain(({ width, height, density }) =>
      fc
        .array(fc.nat(99), { minLength: width * height, maxLength: width * height })
        .map((dots) => ({ width, height, ink: Uint8Array.from(dots, (dot) => Number(dot < density)) })),
    )
  fc.assert(
    fc.property(anyPicture, (picture) => {
      assert.deepEqual(packed(picture), picture)
    }),
    { numRuns: 150 },
  )
})

test('a page of paper only takes next to nothing, a drawing little, and noise no more than its pixels', () => {
  const blank = { width: 1240, height: 1754, ink: new Uint8Array(1240 * 1754) }
  assert.ok(packInk(blank).length < 32)
  const page = drawing(1240, 1754)
  assert.ok(packInk(page).length < 2_000)
  assert.deepEqual(packed(page), page)
  const noise = {
    width: 256,
    height: 256,
    ink: createHash('shake256', { outputLength: 65_536 })
      .update('n')
      .digest()
      .map((byte) => byte & 1),
  }
  const noisy = { ...noise, ink: new Uint8Array(noise.ink) }
  assert.ok(packInk(noisy).length < 8_192 * 1.06)
  assert.deepEqual(packed(noisy), noisy)
})

test('what stands on paper since 2026 is read for ever: the packed bytes of this drawing never change', () => {
  const bytes = packInk(drawing(300, 200))
  assert.equal(
    `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`,
    '220 d999f1508cb28c33cf4ded9ba666eba1c1cecb8fed282b6312b6e729bd6f15c8',
  )
})

test('bytes of another origin give some picture and no error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      assert.equal(unpackInk(bytes, 120, 90).ink.length, 120 * 90)
    }),
    { numRuns: 50 },
  )
})
