import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HashTotal, rowDigest } from './hash-total.ts'

test('a hash total does not depend on the order and forgets what is removed', () => {
  const rows = ['甲', '乙', '丙'].map(rowDigest)
  const one = new HashTotal()
  for (const row of rows) one.add(row)
  const other = new HashTotal()
  for (const row of [...rows].reverse()) other.add(row)
  assert.equal(String(one), String(other))
  other.add(rowDigest('丁'))
  assert.notEqual(String(one), String(other))
  other.remove(rowDigest('丁'))
  assert.equal(String(one), String(other))
  for (const row of rows) one.remove(row)
  assert.equal(String(one), '0'.repeat(32))
})
