import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditionsOf, noWords } from './search-words.ts'

const town = '飛騨市'

test('a search without any word is not sent, and blanks are no words', () => {
  assert.equal(conditionsOf(noWords, town), null)
  assert.equal(conditionsOf({ ...noWords, name: ' 　', residentNo: '-' }, town), null)
})

test('only the words given are sent, digits in one width', () => {
  assert.deepEqual(conditionsOf({ ...noWords, name: ' 佐藤 ', residentNo: '１００-０１' }, town), {
    name: '佐藤',
    residentNo: '10001',
  })
})

test('an address is sent without prefecture and town, which no address of the index carries', () => {
  const sent = (address: string) => conditionsOf({ ...noWords, address }, town)?.address
  assert.equal(sent('岐阜県飛騨市古川町若宮'), '古川町若宮')
  assert.equal(sent('飛騨市　古川町'), '古川町')
  assert.equal(sent('古川町飛騨市場'), '古川町飛騨市場')
  assert.equal(sent('飛騨市'), '飛騨市')
})
