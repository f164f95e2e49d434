import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson, digestOf } from './digest.ts'
import { katsuragi } from './golden/cases.ts'

test('the digest does not depend on the order of keys and changes with any word', async () => {
  const reversed = Object.fromEntries(Object.entries(katsuragi).reverse())
  assert.equal(await digestOf(reversed), await digestOf(katsuragi))
  assert.notEqual(await digestOf({ ...katsuragi, headName: '葛城　髙太郎' }), await digestOf(katsuragi))
  assert.match(await digestOf(katsuragi), /^[0-9a-f]{64}$/)
})

test('canonical JSON refuses what JSON would drop or change', () => {
  assert.equal(canonicalJson({ b: [1, null], a: 'い' }), '{"a":"い","b":[1,null]}')
  for (const value of [undefined, Number.NaN, 0.1, { a: undefined }, () => 1]) {
    assert.throws(() => canonicalJson(value), TypeError)
  }
})
