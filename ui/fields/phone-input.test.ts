/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPhone, toPhone } from './phone-input.ts'

test('a telephone number is kept as typed, in half width', () => {
  assert.equal(toPhone('０５７７−７３−２１１１'), '0577-73-2111')
  assert.equal(toPhone('0577(73)2111'), '057773-2111')
  assert.equal(toPhone('090 1234 5678'), '09012345678')
})

test('ten or eleven digits beginning with 0 make a number; nothing typed is allowed', () => {
  for (const phone of ['', '0577-73-2111', '09012345678']) assert.equal(isPhone(phone), true, phone)
  for (const phone of ['12', '577-73-2111', '0577--73-2111', '090123456789', '０'])
    assert.equal(isPhone(phone), false, phone)
})
