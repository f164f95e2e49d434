/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isKatakana, toKatakana } from './kana-input.ts'

test('a reading typed in hiragana or half width becomes full-width katakana', () => {
  assert.equal(toKatakana('やまだ たろう'), 'ヤマダ　タロウ')
  assert.equal(toKatakana('ﾔﾏﾀﾞ ﾀﾛｳ'), 'ヤマダ　タロウ')
  assert.equal(toKatakana('サトー'), 'サトー')
  assert.equal(toKatakana('サト-'), 'サトー')
})

test('a name written in kanji or letters is not a reading', () => {
  assert.equal(isKatakana('ヤマダ　タロウ'), true)
  assert.equal(isKatakana('マリア・ジョゼ'), true)
  assert.equal(isKatakana('山田'), false)
  assert.equal(isKatakana('YAMADA'), false)
})

test('folding a reading twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => toKatakana(toKatakana(text)) === toKatakana(text)),
  )
})
