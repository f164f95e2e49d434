import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressKey, keyText } from './address-key.ts'

const key = (town: string, number: string) => keyText(addressKey(town, number))

test('one place in many spellings is one key', () => {
  const spellings = [
    ['古川町三丁目', '3番1号'],
    ['古川町３丁目', '３－１'],
    ['古川町', '三丁目3番地1'],
    ['古川町', '3-3-1'],
    ['古川町', '３の３の１'],
    ['大字古川町', '三ー三ー一'],
    ['古川町　3丁目', '03番 01号'],
  ] as const
  for (const [town, number] of spellings)
    assert.equal(key(town, number), key('古川町', '3-3-1'), `${town} ${number}`)
})

test('places that differ have different keys, and names with numerals stay names', () => {
  const places = [
    ['古川町壱之町', '1番1号'],
    ['古川町弐之町', '1番1号'],
    ['古川町壱之町', '11番'],
    ['古川町壱之町', '1番11号'],
    ['古川町三之町', '1番1号'],
    ['古川町', '甲12番地'],
    ['古川町', '12番地'],
    ['古川町', '乙12番地'],
  ] as const
  assert.equal(new Set(places.map(([town, number]) => key(town, number))).size, places.length)
})

test('numbers written in kanji are the same numbers', () => {
  for (const [written, number] of [
    ['十', '10'],
    ['二十三', '23'],
    ['百二', '102'],
    ['千二百三十四', '1234'],
    ['一〇五', '105'],
  ] as const)
    assert.equal(key('町', `${written}番地`), key('町', number), written)
})

test('an address without a number names no house', () => {
  assert.equal(key('古川町壱之町', ''), null)
  assert.equal(key('古川町壱之町', '番地'), null)
})

test('any text has a key or none, and the key of a key is itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (town, number) => {
      const { numbers } = addressKey(town, number)
      assert.ok(numbers.every((part) => part !== ''))
    }),
  )
})
