/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sameValue } from './changes.ts'
import { mergeConflict } from './conflict.ts'

const base = { version: 1, name: '山田太郎', phone: '111', depthCm: 45, note: '' }
const names = ['name', 'phone', 'depthCm', 'note']

test('what was typed survives an earlier save of somebody else, and the next try carries the new version', () => {
  const mine = { ...base, phone: '222', note: '二階' }
  const theirs = { ...base, version: 2, phone: '333', depthCm: 60 }
  const { values, items } = mergeConflict(base, mine, theirs, names)
  assert.deepEqual(values, { version: 2, name: '山田太郎', phone: '222', depthCm: 60, note: '二階' })
  assert.deepEqual(items, [
    { name: 'phone', kind: 'both', theirs: '333' },
    { name: 'depthCm', kind: 'theirs', theirs: 60 },
  ])
})

test('two people who made the same correction have no conflict', () => {
  const same = { ...base, name: '山田太朗' }
  assert.deepEqual(mergeConflict(base, same, { ...same, version: 2 }, names).items, [])
})

test('whatever three versions there are, nothing typed is lost and every difference is shown', () => {
  const record = fc.record({ a: fc.nat(3), b: fc.nat(3), c: fc.nat(3), version: fc.nat() })
  fc.assert(
    fc.property(record, record, record, (before, mine, theirs) => {
      const { values, items } = mergeConflict(before, mine, theirs, ['a', 'b', 'c'])
      assert.equal(values.version, theirs.version)
      for (const name of ['a', 'b', 'c'] as const) {
        const typed = !sameValue(before[name], mine[name])
        assert.equal(values[name], typed ? mine[name] : theirs[name])
        const differs = before[name] !== theirs[name] && mine[name] !== theirs[name]
        assert.equal(
          items.some((item) => item.name === name),
          differs,
        )
      }
    }),
  )
})
