/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base64Of, bytesOf, MOST_SEAL_BYTES, readSeal } from './seal-png.ts'

/** The head of a PNG of this size, padded to `bytes`. */
function png(width: number, height: number, bytes = 100): Uint8Array {
  const made = new Uint8Array(bytes)
  made.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const view = new DataView(made.buffer)
  view.setUint32(16, width)
  view.setUint32(20, height)
  return made
}

test('a square PNG is a seal', () => {
  assert.deepEqual(readSeal(png(600, 600)), { kind: 'seal', sidePx: 600, bytes: 100 })
})

test('a picture that is not square, too large, cut short or no PNG is refused with its reason', () => {
  const reasonOf = (bytes: Uint8Array) => {
    const reading = readSeal(bytes)
    return reading.kind === 'unusable' ? reading.message : ''
  }
  assert.match(reasonOf(png(600, 400)), /横600×縦400/)
  assert.match(reasonOf(png(600, 600, MOST_SEAL_BYTES + 1)), /200kB/)
  assert.match(reasonOf(png(600, 600).subarray(0, 20)), /PNG/)
  assert.match(reasonOf(new TextEncoder().encode('GIF89a'.padEnd(100))), /PNG/)
})

test('bytes survive base64, at the edges of its pieces too', () => {
  for (const length of [0, 1, 8191, 8192, 8193, 20_000]) {
    const bytes = Uint8Array.from({ length }, (_, at) => at % 256)
    assert.deepEqual(bytesOf(base64Of(bytes)), bytes)
  }
})
