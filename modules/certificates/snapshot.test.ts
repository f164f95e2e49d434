import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { katsuragi } from './golden/cases.ts'
import { canonicalJson, digestOf, MEMBERS_ON_FOLLOWING, MEMBERS_ON_FRONT, printedWords } from './snapshot.ts'

const household = (size: number): string[] => Array.from({ length: size }, (_, i) => `構成員${i + 1}（子）`)

test('every page carries the transaction id and its own number', () => {
  const pages = printedWords({ ...katsuragi, additional1: household(12) })
  assert.deepEqual(
    pages.map((words) => words.slice(-3)),
    [
      ['取引番号', katsuragi.transactionId, '1／2'],
      ['取引番号', katsuragi.transactionId, '2／2'],
    ],
  )
})

test('every member stands on exactly one page, in order, and the 認証文 on the last page only', () => {
  fc.assert(
    fc.property(fc.nat(200), (size) => {
      const members = household(size)
      const pages = printedWords({ ...katsuragi, additional1: members })
      assert.deepEqual(
        pages.flat().filter((word) => word.startsWith('構成員')),
        members,
      )
      const certified = pages.map((words) => words.includes(katsuragi.certifyingSentence))
      assert.deepEqual(certified.indexOf(true), pages.length - 1)
      assert.equal(pages.length, 1 + Math.ceil(Math.max(0, size - MEMBERS_ON_FRONT) / MEMBERS_ON_FOLLOWING))
    }),
  )
})

test('members that are not to be printed are nowhere on the paper', () => {
  const words = printedWords({ ...katsuragi, additional1: null }).flat()
  assert.ok(!words.some((word) => word.includes('花子')))
  assert.equal(words[words.indexOf('（追加記載事項欄①）') + 1], '＊＊＊')
})

test('exactly one of the six grades is ticked', () => {
  const ticked = printedWords({ ...katsuragi, gradeCode: 'G6' })
    .flat()
    .filter((word) => word.startsWith('□'))
  assert.deepEqual(ticked, [
    '□全壊',
    '□大規模半壊',
    '□中規模半壊',
    '□半壊',
    '□準半壊',
    '□✓準半壊に至らない（一部損壊）',
  ])
})

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
