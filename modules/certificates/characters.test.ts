import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MissingGlyphs, TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { unprintableOf } from './characters.actions.ts'
import { characterOf, unprintableState } from './characters.ts'

test('one character in many lines is one entry, in two items two', () => {
  const unit = { text: '葛\u{E01EF}', codePoints: 'U+845B U+E01EF', index: 0, reason: 'no-glyph' } as const
  const fields = ['headName', 'members.0.name', 'members.3.name', 'additional1.7']
  assert.deepEqual(
    unprintableOf(new MissingGlyphs(fields.map((field) => ({ ...unit, field })))).map(({ item }) => item),
    ['headName', 'members.name', 'additional1'],
  )
})

test('an item that does not fit is an entry without a character, any other error none', () => {
  assert.deepEqual(unprintableOf(new TextOverflow('members.2.remarks')), [
    { reason: 'overflow', codePoints: '', item: 'members.remarks' },
  ])
  assert.deepEqual(unprintableOf(new Error('x')), [])
})

test('only what would be seen is shown', () => {
  const item = 'headName'
  assert.equal(characterOf({ reason: 'no-glyph', codePoints: 'U+845B U+E01EF', item }), '葛\u{E01EF}')
  assert.equal(characterOf({ reason: 'private-use', codePoints: 'U+E000', item }), null)
  assert.equal(characterOf({ reason: 'invisible', codePoints: 'U+202E', item }), null)
  assert.equal(characterOf({ reason: 'overflow', codePoints: '', item }), null)
})

test('what was resolved and is seen again is open again; what is ignored stays so', () => {
  const early = new Date('2026-11-21T01:00:00Z')
  const late = new Date('2026-11-21T02:00:00Z')
  assert.equal(unprintableState(null, early), 'open')
  assert.equal(unprintableState({ decision: 'resolved', at: late }, early), 'resolved')
  assert.equal(unprintableState({ decision: 'resolved', at: early }, late), 'open')
  assert.equal(unprintableState({ decision: 'ignored', at: early }, late), 'ignored')
  assert.equal(unprintableState({ decision: 'reopened', at: late }, early), 'open')
})
