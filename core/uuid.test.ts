import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { uuidv7 } from './uuid.ts'

describe('uuidv7', () => {
  test('ten thousand of one millisecond are different and sort as they were made', () => {
    const ids = Array.from({ length: 10_000 }, () => uuidv7(1_764_000_000_000))
    assert.deepEqual(ids.toSorted(), ids)
    assert.equal(new Set(ids).size, ids.length)
  })

  test('version, variant and time stand where RFC 9562 puts them', () => {
    const now = Date.parse('2022-02-22T19:22:22.000Z')
    for (let i = 0; i < 100; i++) {
      const id = uuidv7(now + i * 10)
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      assert.equal(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16), now + i * 10)
    }
    // The example of the RFC, appendix A.6: the same first 48 bits.
    assert.equal(uuidv7(now).slice(0, 13), '017f22e2-79b0')
  })

  test('what follows the counter is random', () => {
    const tails = Array.from({ length: 1_000 }, () => uuidv7(1).slice(19))
    assert.equal(new Set(tails).size, tails.length)
  })
})
