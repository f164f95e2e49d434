/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { changesOf, entriesOf, sameValue, valueAt, withValueAt, type FieldWords } from './changes.ts'

const field = (name: string, label: string): FieldWords => ({
  name,
  label,
  toText: (value) => (Array.isArray(value) ? value.join('、') : typeof value === 'string' ? value : ''),
})
const yamada = {
  name: '山田太郎',
  phone: null,
  needs: ['持病'],
  members: [{ name: '花子' }, { name: '次郎' }],
}
const fields = [
  field('name', '氏名'),
  field('phone', '電話番号'),
  field('needs', '配慮事項'),
  field('members[1].name', '世帯員2'),
]

test('changed items are listed with the words before and after, in the order of the form', () => {
  const edited = { ...yamada, phone: '0577-73-2111', members: [{ name: '花子' }, { name: '三郎' }] }
  assert.deepEqual(changesOf(yamada, edited, fields), [
    { name: 'phone', label: '電話番号', before: '', after: '0577-73-2111' },
    { name: 'members[1].name', label: '世帯員2', before: '次郎', after: '三郎' },
  ])
})

test('an item typed and typed back is not a change, nor is a blank in place of nothing', () => {
  assert.deepEqual(changesOf(yamada, { ...yamada, phone: '', needs: ['持病'] }, fields), [])
})

test('zero and unticked are values, not blanks', () => {
  assert.equal(sameValue(0, null), false)
  assert.equal(sameValue(false, null), false)
  assert.equal(sameValue([], null), false)
})

test('a new record lists what was filled in and nothing else', () => {
  const names = entriesOf({ name: '佐藤', phone: null, needs: [], members: [] }, fields).map(
    (entry) => entry.label,
  )
  assert.deepEqual(names, ['氏名'])
})

test('putting a value at a path changes that place and no other', () => {
  const moved = withValueAt(yamada, 'members[0].name', '春子')
  assert.equal(valueAt(moved, 'members[0].name'), '春子')
  assert.equal(valueAt(moved, 'members[1].name'), '次郎')
  assert.equal(yamada.members[0]?.name, '花子')
  assert.equal(valueAt(yamada, 'members[5].name'), undefined)
})

test('every value is the same as itself and as its copy', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => sameValue(value, structuredClone(value))))
})
