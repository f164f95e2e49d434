import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inkOf } from './inking.ts'

const [WIDTH, HEIGHT] = [400, 300]

/** White paper, 150 dpi, on which `draw` puts greys. */
function page(
  draw: (put: (x: number, y: number, grey: number | readonly number[]) => void) => void,
): (x: number, y: number) => boolean {
  const rgba = new Uint8ClampedArray(4 * WIDTH * HEIGHT).fill(255)
  draw((x, y, grey) => rgba.set(typeof grey === 'number' ? [grey, grey, grey] : grey, 4 * (y * WIDTH + x)))
  const { ink } = inkOf(rgba, WIDTH, HEIGHT, 150)
  return (x, y) => ink[y * WIDTH + x] === 1
}

/** Every fourth pixel both ways, as the coarse dots of a ground at 150 dpi. */
function* ground(): Generator<readonly [number, number]> {
  for (let y = 100; y < HEIGHT; y += 4) for (let x = 0; x < WIDTH; x += 4) yield [x, y]
}

test('a hair stroke as pale as 190 is ink; a dot of the ground as dark as 120 is not', () => {
  const isInk = page((put) => {
    for (let x = 10; x < 60; x++) put(x, 20, 190)
    for (const [x, y] of ground()) put(x, y, 120)
  })
  for (let x = 12; x < 58; x++) assert.ok(isInk(x, 20))
  for (const [x, y] of ground()) assert.ok(!isInk(x, y))
})

test('a full stop is ink; thousands of them are a ground, and letters stay', () => {
  const stop = page((put) => put(200, 50, 0))
  assert.ok(stop(200, 50))
  const isInk = page((put) => {
    for (const [x, y] of ground()) put(x, y, 0)
    for (let y = 20; y < 60; y++) for (let x = 30; x < 33; x++) put(x, y, 0)
  })
  for (const [x, y] of ground()) assert.ok(!isInk(x, y))
  for (let y = 20; y < 60; y++) assert.ok(isInk(31, y))
})

test('a vermilion seal is ink, a pale tint is not', () => {
  const isInk = page((put) => {
    for (let y = 20; y < 40; y++) for (let x = 20; x < 40; x++) put(x, y, [225, 60, 40])
    for (let y = 60; y < 90; y++) for (let x = 20; x < 90; x++) put(x, y, [225, 240, 230])
  })
  assert.ok(isInk(30, 30))
  assert.ok(!isInk(50, 75))
})
