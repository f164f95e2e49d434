import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fold, foldAny, grams, indexGrams, matchesFolded } from './fold.ts'

function same(...spellings: string[]): void {
  for (const spelling of spellings)
    assert.equal(fold(spelling), fold(spellings[0]!), `${spelling} and ${spellings[0]}`)
}

test('width, kana and case make no difference', () => {
  same('ｻﾄｳ ﾊﾅｺ', 'サトウ　ハナコ', 'さとう はなこ', 'サトウハナコ')
  same('SMITH JOHN', 'Smith　John', 'ＳＭＩＴＨ　ＪＯＨＮ')
  same('José Müller', 'JOSE MULLER')
})

test('濁点, 半濁点 and small kana make no difference', () => {
  same('ワタナベ', 'ワタナヘ')
  same('ハンダ', 'パンタ')
  same('リョウタ', 'リヨウタ')
  same('ハットリ', 'ハツトリ')
  same('ミヂカ', 'ミジカ', 'ミシカ', 'ミチカ')
  same('アヅマ', 'アズマ', 'アツマ')
  same('ヴィトン', 'ビトン')
  same('か゛き', 'がき', 'カ\u3099キ')
})

test('ー, ―, －, ‐ are equal and ignored, but kept apart in house numbers', () => {
  same('ローラ', 'ロ―ラ', 'ロ－ラ', 'ロ‐ラ', 'ロラ')
  same('１－２－３', '1-2-3', '1ー2―3')
  assert.notEqual(fold('1-23'), fold('12-3'))
  assert.notEqual(fold('1-2'), fold('12'))
})

test('オ段 followed by ウ equals オ段 followed by オ', () => {
  same('オオノ', 'オウノ')
  same('コウノ', 'コオノ')
  same('トウドウ', 'トオドオ')
  assert.notEqual(fold('ウノ'), fold('オノ'))
})

test('old, new and variant kanji make no difference', () => {
  same('髙橋', '高橋')
  same('山﨑', '山崎', '山嵜')
  same('渡邊', '渡邉', '渡辺')
  same('齋藤', '齊藤', '斎藤', '斉藤')
  same('澤田', '沢田')
  same('𠮷田', '吉田')
  same('葛\u{E0100}城', '葛\u{E0101}城', '葛城')
  same('嶋', '島', '嶌')
  same('濵口', '濱口', '浜口')
  same('塚本', '塚本')
  same('冨田', '富田')
  same('國廣', '国広')
  same('眞榮城', '真栄城')
  assert.notEqual(fold('田中'), fold('田仲'))
})

test('変体仮名 fold to their kana', () => {
  same('\u{1B002}き', 'アキ')
})

test('folding twice changes nothing', () => {
  const kana = fc.constantFrom(
    ...'アイウエオヴヂヅチツッョーガパヲ゛゜ ・-1か髙𠮷邊々',
    '\u3099',
    '\u{E0100}',
    '𠮷',
    '2',
    'ヴ',
  )
  fc.assert(
    fc.property(
      fc.array(kana).map((parts) => parts.join('')),
      (text) => assert.equal(fold(fold(text)), fold(text)),
    ),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.equal(fold(fold(text)), fold(text))),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(fold(fold(text)), fold(text))),
    { numRuns: 2000 },
  )
})

test('grams are the distinct single characters and pairs of the fold', () => {
  assert.deepEqual(grams('ハナコ').toSorted(), ['コ', 'ナ', 'ナコ', 'ハ', 'ハナ'].toSorted())
  assert.deepEqual(grams('𠮷'), ['吉'])
  assert.deepEqual(grams(''), [])
  assert.deepEqual(grams('ああ'), ['ア', 'アア'])
})

test('a person is found by family name, given name, both, and parts of them', () => {
  for (const term of ['佐藤', '梅', '佐藤梅', '佐藤　梅', '藤'])
    assert.equal(matchesFolded('佐藤　梅', term), true, term)
  // オ段+ウ reaches across the space; the given name alone must still be found.
  for (const term of ['ウメ', 'うめ', 'サトウ', 'サトウウメ', 'サトウ ウメ', 'ﾄｳ'])
    assert.equal(matchesFolded('サトウ　ウメ', term), true, term)
  assert.equal(matchesFolded('サトウ　ウメ', 'オノ'), false)
})

test('the index of a text holds every gram of every term that matches it', () => {
  const character = fc.constantFrom(...'サトウオメコ　 ーガ髙1-2'.split(''))
  const text = fc.array(character, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, text, (stored, term) => {
      if (!matchesFolded(stored, term)) return
      const index = new Set(indexGrams(stored))
      for (const gram of grams(term)) assert.equal(index.has(gram), true)
    }),
    { numRuns: 3000 },
  )
})

test('plain characters fold the short way to what they fold to the long way', () => {
  const characters = [
    ...'あいうえおかがきょうっゃゔサザシヂヅトウドオーコヴァ',
    ...'髙﨑邊澤𠮷一二三丁目番地号々',
    ...'0159-－―‐−─ー・ 　ABｚＺ０９.',
    ...'ｶﾞｳﾞ゛゜\u3099\u{E0100}é',
  ]
  const text = fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (one) => assert.equal(fold(one), foldAny(one))),
    { numRuns: 5_000 },
  )
  for (let unit = 1; unit < 0xd800; unit++) {
    const one = String.fromCharCode(unit)
    assert.equal(fold(`${one}1`), foldAny(`${one}1`), unit.toString(16))
  }
})
