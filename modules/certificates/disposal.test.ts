import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDate } from '@open-bcl/core/dates.ts'
import { keptFrom } from './disposal.ts'

test('records are kept for whole fiscal years after the one in which they were made', () => {
  const cases: readonly (readonly [today: string, years: number, from: string])[] = [
    ['2026-11-21', 1, '2025-04-01'],
    ['2027-03-31', 1, '2025-04-01'],
    ['2027-04-01', 1, '2026-04-01'],
    ['2027-01-01', 5, '2021-04-01'],
    ['2026-04-01', 100, '1926-04-01'],
  ]
  for (const [today, years, from] of cases) assert.equal(keptFrom(plainDate(today), years), from, today)
})
