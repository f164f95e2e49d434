/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { ageText, birthText, conditionsOf, noWords } from './person-text.ts'

const town = '飛騨市'
const day = '2026-11-21' as PlainDate

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

test('an uncertain birth is shown in the words of the register, a certain one in 和暦', () => {
  assert.equal(birthText({ on: '1945-01-01', uncertain: true, text: '昭和20年頃' }), '昭和20年頃')
  assert.equal(birthText({ on: '1945-05-03', uncertain: false, text: null }), '昭和20年5月3日')
  assert.equal(birthText({ on: null, uncertain: true, text: null }), '')
})

test('an age is given only where the birth is known', () => {
  assert.equal(ageText({ on: '1978-05-12', uncertain: false, text: null }, day), '48歳')
  assert.equal(ageText({ on: null, uncertain: true, text: '不詳' }, day), '')
})

test('an address is sent without prefecture and town, which no address of the index carries', () => {
  const sent = (address: string) => conditionsOf({ ...noWords, address }, town)?.address
  assert.equal(sent('岐阜県飛騨市古川町若宮'), '古川町若宮')
  assert.equal(sent('飛騨市　古川町'), '古川町')
  assert.equal(sent('古川町飛騨市場'), '古川町飛騨市場')
  assert.equal(sent('飛騨市'), '飛騨市')
})
