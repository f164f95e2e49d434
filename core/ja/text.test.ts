import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { countGraphemes, fitsIn, graphemes } from './text.ts'

test('a character with a variation selector counts as one', () => {
  assert.deepEqual(graphemes('葛\u{E0100}城'), ['葛\u{E0100}', '城'])
  assert.equal(countGraphemes('辻\u{E0100}'), 1)
  assert.equal(countGraphemes('神\uFE00'), 1)
  assert.equal('葛\u{E0100}'.length, 3)
})

test('a character of plane 2 counts as one', () => {
  assert.deepEqual(graphemes('𠮷野'), ['𠮷', '野'])
  assert.equal(countGraphemes('𠮷'.repeat(100)), 100)
})

test('a selector with no character before it is still counted, not lost', () => {
  assert.deepEqual(graphemes('\u{E0100}葛'), ['\u{E0100}', '葛'])
  assert.deepEqual(graphemes(''), [])
})

test('a name of exactly the longest length fits and one more does not', () => {
  assert.equal(fitsIn('𠮷'.repeat(100), 100), true)
  assert.equal(fitsIn('𠮷'.repeat(101), 100), false)
  assert.equal(fitsIn('葛\u{E0100}'.repeat(100), 100), true)
  assert.equal(fitsIn('あ'.repeat(101), 100), false)
})

test('cutting a text into characters loses nothing', () => {
  const character = fc.constantFrom('葛', '\u{E0100}', '𠮷', '\uFE00', 'A', '\n', 'か', '\u3099')
  fc.assert(
    fc.property(fc.array(character), (parts) => {
      const text = parts.join('')
      assert.equal(graphemes(text).join(''), text)
      assert.equal(countGraphemes(text), graphemes(text).length)
    }),
  )
})
