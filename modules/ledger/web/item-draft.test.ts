/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ItemValue } from '../items.ts'
import { contactSlots, draftOf, shownSlots, valueOf } from './item-draft.ts'

const contacts = (count: number) => ({
  type: 'contacts' as const,
  contacts: Array.from({ length: count }, (_, i) => ({
    ...{
      kind: 'phone' as const,
      value: `0577-00-${i}`,
      whose: '本人',
      safety: 'self-only' as const,
      detail: '',
    },
  })),
})

test('contacts go through the form whole, as many as a value may hold', () => {
  for (const count of [0, 1, 5, contactSlots.length]) {
    const value = contacts(count)
    assert.deepEqual(valueOf('contacts', draftOf(value, 1)), value)
  }
  assert.equal(ItemValue.safeParse(contacts(contactSlots.length)).success, true)
  assert.equal(ItemValue.safeParse(contacts(contactSlots.length + 1)).success, false)
})

test('every contact that is there is shown, and there is always place for another until the last', () => {
  assert.equal(shownSlots(draftOf(null, 0)).length, 2)
  assert.equal(shownSlots(draftOf(contacts(5), 1)).length, 7)
  assert.equal(shownSlots(draftOf(contacts(9), 1)).length, 10)
  assert.equal(shownSlots(draftOf(contacts(10), 1)).length, 10)
})
