import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random, Weighted } from './random.ts'

test('a seed gives the same numbers, another seed others', () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed)
    return Array.from({ length: 100 }, () => random.int(0, 1_000_000))
  }
  assert.deepEqual(draw(1), draw(1))
  assert.notDeepEqual(draw(1), draw(2))
})

test('whole numbers cover their range evenly, both ends included', () => {
  const random = new Random(7)
  const counts = [0, 0, 0, 0, 0]
  for (let i = 0; i < 10_000; i++) counts[random.int(0, 4)]!++
  for (const count of counts) assert.ok(count > 1_800 && count < 2_200)
})

test('a weight of three is picked three times as often as one, and a weight of nought never', () => {
  const random = new Random(7)
  const weighted = new Weighted(
    ['never', 'one', 'three'],
    (name) => ({ never: 0, one: 1, three: 3 })[name] ?? 0,
  )
  const counts: Record<string, number> = { never: 0, one: 0, three: 0 }
  for (let i = 0; i < 8_000; i++) counts[weighted.pick(random)]!++
  assert.equal(counts['never'], 0)
  assert.ok(counts['one']! > 1_800 && counts['one']! < 2_200)
})
