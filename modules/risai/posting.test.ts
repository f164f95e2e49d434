import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareAddresses } from './posting.ts'

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
  assert.deepEqual([...inOrder].reverse().toSorted(compareAddresses), inOrder)
})

test('any two addresses have one order', () => {
  const address = fc.string({
    unit: fc.constantFrom('本', '町', '1', '２', '0', '十', '丁目', '　'),
    maxLength: 8,
  })
  fc.assert(
    fc.property(address, address, address, (a, b, c) => {
      assert.equal(Math.sign(compareAddresses(a, b)) + Math.sign(compareAddresses(b, a)), 0)
      if (compareAddresses(a, b) <= 0 && compareAddresses(b, c) <= 0) assert.ok(compareAddresses(a, c) <= 0)
    }),
  )
})
