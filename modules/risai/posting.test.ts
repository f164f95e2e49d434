import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inPostingOrder } from './posting.ts'

test('letters lie by 町字, then by number, however widths and spaces are written', () => {
  const inOrder = [
    '飛騨市古川町壱之町1番1号',
    '飛騨市古川町壱之町１番２号',
    '飛騨市古川町壱之町2番1号　コーポ古川',
    '飛騨市古川町壱之町１０番１号',
    '飛騨市古川町本町二丁目１番',
    '飛騨市古川町本町３丁目２番',
    '飛騨市古川町本町十丁目１番',
    '飛騨市古川町本町十二丁目１番',
    '飛騨市古川町本町通１番',
  ]
  assert.deepEqual(
    inPostingOrder([...inOrder].reverse(), (address) => address),
    inOrder,
  )
})

test('whatever the addresses, and however they came, the order is one', () => {
  const address = fc.string({
    unit: fc.constantFrom('本', '町', '1', '２', '0', '十', '丁目', '　'),
    maxLength: 8,
  })
  const plain = (text: string): string => text.normalize('NFKC').replace(/\s/g, '')
  const ordered = (all: readonly string[]): string[] => inPostingOrder(all, (one) => one)
  fc.assert(
    fc.property(fc.uniqueArray(address, { selector: plain }), (all) => {
      const once = ordered(all)
      assert.deepEqual(ordered(once), once)
      assert.deepEqual(once.toSorted(), all.toSorted())
    }),
  )
})

test('letters to one address stay as they were', () => {
  const letters = [3, 1, 2].map((number) => ({ number, address: '飛騨市古川町1番' }))
  assert.deepEqual(
    inPostingOrder(letters, ({ address }) => address).map(({ number }) => number),
    [3, 1, 2],
  )
})
