import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, plainDate } from '@open-bcl/core/dates.ts'
import { ageOn } from '../residents/residents.ts'
import { birthsOf } from './extraction.ts'

const day = fc.integer({ min: 0, max: 40_000 }).map((n) => addDays(plainDate('1920-01-01'), n))

test('ages of a condition are the ages of the law, to the day', () => {
  fc.assert(
    fc.property(day, day, fc.integer({ min: 0, max: 100 }), (birth, on, age) => {
      fc.pre(birth <= on)
      const { bornUntil, bornFrom } = birthsOf({ ageFrom: age, ageTo: age }, on)
      const meets = birth <= bornUntil! && birth > bornFrom!
      assert.equal(meets, ageOn({ on: birth, uncertain: false, text: null }, on) === age)
    }),
    { numRuns: 2_000 },
  )
})

test('whoever was born on the eve of a leap day is as old as the law says', () => {
  const { bornUntil } = birthsOf({ ageFrom: 65, ageTo: null }, plainDate('2025-02-27'))
  assert.equal(bornUntil, '1960-02-28')
})
