import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { coverText } from './coverage.ts'
import { type FontCmap, readFontCmap } from './font-file.ts'
import { unpackFonts } from './fonts.ts'

let fonts: readonly FontCmap[]

before(async () => {
  const unpacked = await unpackFonts(fileURLToPath(new URL('../../.cache', import.meta.url)))
  fonts = unpacked.map((font) => readFontCmap(font.family, font.path))
})

test('the Adobe-Japan1 forms of 葛 and 辻 are printed by the companion, the rest of the name by IPAmj明朝', () => {
  const { runs, apart, missing } = coverText('葛\u{E0100}城辻\u{E0100}髙﨑𠮷', fonts)
  assert.deepEqual(runs, [
    { family: 'Noto Serif JP', text: '葛\u{E0100}' },
    { family: 'IPAmjMincho', text: '城' },
    { family: 'Noto Serif JP', text: '辻\u{E0100}' },
    { family: 'IPAmjMincho', text: '髙﨑𠮷' },
  ])
  assert.deepEqual(
    [...apart],
    [
      ['葛\u{E0100}', 'Noto Serif JP'],
      ['辻\u{E0100}', 'Noto Serif JP'],
    ],
  )
  assert.deepEqual(missing, [])
})

test('a Moji_Joho sequence is printed by IPAmj明朝', () => {
  const { runs, missing } = coverText('葛\u{E0102}邉\u{E010F}', fonts)
  assert.deepEqual(runs, [{ family: 'IPAmjMincho', text: '葛\u{E0102}邉\u{E010F}' }])
  assert.deepEqual(missing, [])
})

test('a sequence neither font knows is named with its code points and never drawn as its base', () => {
  const { runs, missing } = coverText('山葛\u{E01EF}', fonts)
  assert.deepEqual(runs, [{ family: 'IPAmjMincho', text: '山' }])
  assert.deepEqual(missing, [
    { text: '葛\u{E01EF}', codePoints: 'U+845B U+E01EF', index: 1, reason: 'no-glyph' },
  ])
})

test('外字 of the private use areas are refused whatever a font has there', () => {
  const everything: FontCmap = { family: 'x', privateUse: false, glyphOf: () => 1 }
  for (const gaiji of ['\u{E000}', '\u{F8FF}', '\u{F0000}', '\u{10FFFD}']) {
    assert.equal(coverText(gaiji, [everything]).missing[0]?.reason, 'private-use')
  }
})

test('what prints nothing or reorders its neighbours is named, not swallowed', () => {
  for (const invisible of [
    '\u200b',
    '\u200d',
    '\u202e',
    '\ufeff',
    '\u0000',
    '\t',
    '\u3099',
    '\ud800',
    '\u{E0100}',
  ]) {
    assert.equal(
      coverText(invisible, fonts).missing[0]?.reason,
      'invisible',
      invisible.codePointAt(0)?.toString(16),
    )
  }
})

test('a combining mark is printed where it makes a letter with what stands before it, and refused elsewhere', () => {
  for (const composable of ['か\u3099', 'e\u0301', 'e\u0302\u0323', 'ハ\u309a']) {
    assert.deepEqual(coverText(composable, fonts).missing, [], composable)
  }
  assert.deepEqual(
    coverText('山\u3099', fonts).missing.map(({ codePoints, reason }) => [codePoints, reason]),
    [['U+3099', 'invisible']],
  )
})

test('a half-width mark stands apart from its letter, so that each keeps its own text', () => {
  assert.deepEqual([...coverText('ﾀﾞﾊﾟ', fonts).apart.keys()], ['ﾞ', 'ﾟ'])
})

test('every unit of a text stands either in a run or among the missing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { runs, missing } = coverText(text, fonts)
      const printed = runs.map((run) => run.text).join('')
      assert.equal(printed.length + missing.reduce((sum, unit) => sum + unit.text.length, 0), text.length)
      for (const unit of missing)
        assert.equal(text.slice(unit.index, unit.index + unit.text.length), unit.text)
    }),
  )
})

test('the fonts hold what the stack says: 54,578 characters in IPAmj明朝, 16,726 in Noto Serif JP', () => {
  const counts = fonts.map((font) => {
    let count = 0
    for (let codePoint = 0; codePoint < 0x110000; codePoint++)
      if (font.glyphOf(codePoint, null) !== 0) count++
    return count
  })
  assert.deepEqual(counts, [54_578, 16_726])
})
