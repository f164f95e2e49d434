import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDate } from '@open-bcl/core/dates.ts'
import { causeTextOf, guidelineOn } from './disasters.ts'

test('罹災原因 is written 〇年〇月〇日の〇〇による, in full width and in the order of the law', () => {
  assert.equal(causeTextOf(plainDate('2026-07-28'), ['earthquake']), '令和８年７月２８日の地震による')
  assert.equal(
    causeTextOf(plainDate('2026-09-18'), ['flood', 'heavy-rain']),
    '令和８年９月１８日の豪雨・洪水による',
  )
  assert.equal(causeTextOf(plainDate('2026-09-18'), []), '')
})

test('a disaster is ruled by the guideline in force on its day, from the very first day of an edition', () => {
  assert.equal(guidelineOn(plainDate('2024-05-30')), 'R3.3')
  assert.equal(guidelineOn(plainDate('2024-05-31')), 'R6.5')
  assert.equal(guidelineOn(plainDate('2026-07-28')), 'R7.7')
  assert.equal(guidelineOn(plainDate('1995-01-17')), 'H13.6')
})
