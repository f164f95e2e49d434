/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationText } from './link-text.ts'

test('how old data are is said in the unit that fits', () => {
  assert.deepEqual([0, 59, 60, 90, 2879, 2880, 3000].map(durationText), [
    '0分',
    '59分',
    '1時間',
    '1時間30分',
    '47時間59分',
    '2日',
    '2日と2時間',
  ])
})
