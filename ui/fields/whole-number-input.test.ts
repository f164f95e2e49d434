/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { grouped, readWholeNumber } from './whole-number-input.ts'

const yen = { unit: '円', minimum: 0, maximum: 999_999_999_999 }
const depth = { unit: 'cm', minimum: 0, maximum: 2000 }

test('an amount is read with commas, 円 and full-width figures', () => {
  for (const text of ['120000', '120,000', '１２０，０００円', ' 120,000 円 ']) {
    assert.deepEqual(readWholeNumber(text, yen), { kind: 'value', value: 120_000 }, text)
  }
})

test('a depth of zero is a measurement, an empty field is none', () => {
  assert.deepEqual(readWholeNumber('0', depth), { kind: 'value', value: 0 })
  assert.deepEqual(readWholeNumber('', depth), { kind: 'value', value: null })
})

test('a depth just beyond the range, a fraction and words are refused', () => {
  assert.equal(readWholeNumber('2000', depth).kind, 'value')
  for (const text of ['2001', '-1', '1.5', '二十', '1e3', '0x10']) {
    assert.equal(readWholeNumber(text, depth).kind, 'unreadable', text)
  }
})

test('every amount is read back from the words it is shown in', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: yen.maximum }), (value) => {
      assert.deepEqual(readWholeNumber(`${grouped(value)}円`, yen), { kind: 'value', value })
    }),
  )
})
