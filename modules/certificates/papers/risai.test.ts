import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { katsuragi, paper } from '../golden/cases.ts'
import { printedWords } from '../paper.ts'
import { MEMBERS_ON_FOLLOWING, MEMBERS_ON_FRONT, risaiBody, type RisaiFacts } from './risai.ts'

const wordsOf = (facts: RisaiFacts, copies = 1): string[][] =>
  printedWords({ ...paper, copies }, risaiBody(facts, paper).pages)
const household = (size: number): string[] => Array.from({ length: size }, (_, i) => `構成員${i + 1}（子）`)

test('every page carries the transaction id, the number of its copy and its own number', () => {
  const pages = wordsOf({ ...katsuragi, additional1: household(12) }, 2)
  assert.deepEqual(
    pages.map((words) => words.slice(-3)),
    [
      [paper.transactionId, '1部目', '1／2'],
      [paper.transactionId, '1部目', '2／2'],
      [paper.transactionId, '2部目', '1／2'],
      [paper.transactionId, '2部目', '2／2'],
    ],
  )
})

test('every member stands on exactly one page, in order, and the 認証文 on the last page only', () => {
  fc.assert(
    fc.property(fc.nat(200), (size) => {
      const members = household(size)
      const pages = wordsOf({ ...katsuragi, additional1: members })
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
  const words = wordsOf({ ...katsuragi, additional1: null }).flat()
  assert.ok(!words.some((word) => word.includes('花子')))
  assert.equal(words[words.indexOf('（追加記載事項欄①）') + 1], '＊＊＊')
})

test('exactly one of the six grades is ticked', () => {
  const ticked = wordsOf({ ...katsuragi, gradeCode: 'G6' })
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
