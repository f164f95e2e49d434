import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addDays,
  comparePlainDates,
  dayNumber,
  isPlainDate,
  parsePlainDate,
  partsOf,
  plainDate,
  plainDateOf,
  todayInJapan,
} from './dates.ts'

test('a day of the calendar is accepted and any other text refused', () => {
  for (const good of ['0001-01-01', '2020-02-29', '2000-02-29', '2026-12-31'])
    assert.equal(isPlainDate(good), true, good)
  const bad = [
    '',
    '2026-1-1',
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-00-10',
    '2026-13-01',
    '2026-01-00',
    '0000-01-01',
    '2026/01/01',
    '2026-01-01 ',
    '２０２６-01-01',
    '+026-01-01',
    '2026-01-1a',
  ]
  for (const text of bad) assert.equal(parsePlainDate(text), null, text)
})

test('plainDate refuses a day that does not exist', () => {
  assert.throws(() => plainDate('2026-02-30'), RangeError)
})

test('adding days crosses months, years and leap days', () => {
  assert.equal(addDays(plainDate('2026-12-31'), 1), '2027-01-01')
  assert.equal(addDays(plainDate('2024-02-28'), 1), '2024-02-29')
  assert.equal(addDays(plainDate('2026-03-01'), -1), '2026-02-28')
})

test('adding and taking away the same days gives the day back', () => {
  const day = fc.integer({ min: -200_000, max: 200_000 }).map((n) => addDays(plainDate('1970-01-01'), n))
  fc.assert(
    fc.property(day, fc.integer({ min: -100_000, max: 100_000 }), (date, days) => {
      const moved = addDays(date, days)
      assert.equal(addDays(moved, -days), date)
      assert.equal(dayNumber(moved) - dayNumber(date), days)
      assert.equal(comparePlainDates(date, moved) + Math.sign(days), 0)
      const { year, month, day } = partsOf(date)
      assert.equal(plainDateOf(year, month, day), date)
    }),
  )
})

test('the day in Japan changes at 15:00 UTC', () => {
  assert.equal(todayInJapan(new Date('2026-11-20T14:59:59.999Z')), '2026-11-20')
  assert.equal(todayInJapan(new Date('2026-11-20T15:00:00Z')), '2026-11-21')
})
