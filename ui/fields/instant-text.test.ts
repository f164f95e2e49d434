/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instantText } from './instant-text.ts'

test('an instant is shown by the clock of Japan, on the day it is there', () => {
  assert.equal(instantText('2026-11-20T15:05:59.000Z'), '令和8年11月21日 0:05')
  assert.equal(instantText('2026-11-20T14:59:59.000Z'), '令和8年11月20日 23:59')
})
