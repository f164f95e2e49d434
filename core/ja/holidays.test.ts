import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDate } from '../dates.ts'
import { holidaysOf, isHoliday } from './holidays.ts'

/** As published by the Cabinet Office. */
const published: Readonly<Record<number, string>> = {
  2023: '01-01 01-02 01-09 02-11 02-23 03-21 04-29 05-03 05-04 05-05 07-17 08-11 09-18 09-23 10-09 11-03 11-23',
  2024: '01-01 01-08 02-11 02-12 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-22 09-23 10-14 11-03 11-04 11-23',
  2025: '01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-21 08-11 09-15 09-23 10-13 11-03 11-23 11-24',
  2026: '01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23',
}

for (const [year, days] of Object.entries(published)) {
  test(`holidays of ${year}`, () => {
    const found = [...holidaysOf(Number(year))].map((day) => day.slice(5)).sort()
    assert.deepEqual(found, days.split(' '))
  })
}

test('a day that is none, and a year nobody has a list for', () => {
  assert.equal(isHoliday(plainDate('2026-11-22')), false)
  assert.equal(isHoliday(plainDate('2026-11-23')), true)
  assert.throws(() => holidaysOf(2021), RangeError)
})
