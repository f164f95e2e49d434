import assert from 'node:assert/strict'
import { test } from 'node:test'
import { houseKey, houseKeyOf, mayBeOneHouse } from './house-key.ts'

const home = houseKey('古川町若宮三丁目', '9876番地54')!

test('one house in whatever spelling', () => {
  for (const address of [
    '岐阜県飛騨市古川町若宮三丁目９８７６番地５４　金糸雀荘　303号室',
    '飛騨市 古川町 若宮3丁目 9876-54',
    '古川町若宮３丁目９８７６番地の５４',
    '吉城郡古川町大字若宮3-9876-54',
    '若宮三丁目九八七六番地五十四',
    '古川町若宮三丁目9876番地',
    '古川町若宮三丁目9876-54-303',
  ])
    assert.ok(mayBeOneHouse(home, houseKeyOf(address)!), address)
})

test('another house is another house, and a 町字 alone is none', () => {
  for (const address of [
    '古川町若宮三丁目9876-5',
    '古川町若宮二丁目9876-54',
    '古川町弐之町3-9876-54',
    '古川町若宮三丁目1番',
  ])
    assert.ok(!mayBeOneHouse(home, houseKeyOf(address)!), address)
  for (const address of ['古川町若宮', '古川町若宮三丁目', '', '不明'])
    assert.equal(houseKeyOf(address), null)
})
