import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDate } from '@open-bcl/core/dates.ts'
import { clockText, instantOf, shortInstant } from './console-text.ts'

test('an instant is told by the clock of Japan', () => {
  assert.equal(clockText('2026-11-20T18:05:09.000Z'), '03:05:09')
  assert.equal(shortInstant('2026-11-20T18:05:09.000Z'), '11/21 03:05:09')
})

test('a day and a clock time make an instant, however they are typed', () => {
  const day = plainDate('2026-12-01')
  assert.equal(instantOf(day, '２：00'), '2026-11-30T17:00:00.000Z')
  assert.equal(instantOf(day, '0930'), '2026-12-01T00:30:00.000Z')
  assert.equal(instantOf(day, '24:00'), null)
  assert.equal(instantOf(day, '9:75'), null)
  assert.equal(instantOf(null, '9:00'), null)
})
