import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { monthsLeft, type Month } from './fiscal-year.ts'
import { usageTariffs, type Measure } from './tariff.ts'
import {
  measureOf,
  monthsCharged,
  populationDay,
  usageFee,
  withoutTax,
  type PrefectureFinding,
} from './usage-fee.ts'

const tariff = usageTariffs[0]!.value

/** pop, measure, months → 年額(税込), 年額(税抜), 月額(税抜), 料金(税込). The first two rows are the papers' own (S0, S1, S4). */
const vectors: readonly (readonly [number, Measure, number, number, number, number, number])[] = [
  [10_000, 'normal', 4, 285_000, 259_091, 21_590, 94_996],
  [10_000, 'early', 4, 218_750, 198_864, 16_572, 72_916],
  [10_000, 'half', 4, 208_750, 189_773, 15_814, 69_581],
  [10_000, 'three-quarters', 4, 152_500, 138_636, 11_553, 50_833],
  [10_000, 'normal', 1, 285_000, 259_091, 21_590, 23_749],
  [10_000, 'normal', 11, 285_000, 259_091, 21_590, 261_239],
  [3_000, 'normal', 6, 215_000, 195_455, 16_287, 107_494],
  [3_000, 'early', 4, 162_750, 147_955, 12_329, 54_247],
  [5_000, 'half', 4, 173_750, 157_955, 13_162, 57_912],
  [28_000, 'normal', 4, 465_000, 422_727, 35_227, 154_998],
  [28_000, 'three-quarters', 6, 260_500, 236_818, 19_734, 130_244],
  [50_000, 'early', 11, 538_750, 489_773, 40_814, 493_849],
]

describe('クラウド型被災者支援システム利用料', () => {
  for (const [people, measure, months, annualYen, annualExYen, monthlyExYen, feeYen] of vectors) {
    test(`${people} people, ${measure}, ${months} months: ${feeYen} yen`, () => {
      assert.deepEqual(usageFee(people, measure, months, tariff), {
        people,
        measure,
        months,
        annualYen,
        annualExYen,
        monthlyExYen,
        feeYen,
      })
    })
  }

  test('the differences that the papers print: 66,250 yen a year, 22,080 yen for four months', () => {
    const year = (measure: Measure) => usageFee(10_000, measure, 12, tariff).feeYen
    const four = (measure: Measure) => usageFee(10_000, measure, 4, tariff).feeYen
    assert.equal(year('normal') - year('early'), 66_250)
    assert.equal(four('normal') - four('early'), 22_080)
  })

  test('a whole year is the yearly amount itself, not twelve cut twelfths', () => {
    assert.equal(usageFee(10_000, 'normal', 12, tariff).feeYen, 285_000)
    assert.equal(Math.floor((12 * 21_590 * 110) / 100), 284_988)
  })

  test('what was not proved by the papers is a parameter: 税抜 may also go up', () => {
    assert.equal(withoutTax(215_000, 'half-up'), 195_455)
    assert.equal(withoutTax(205_001, 'half-up'), 186_365)
    assert.equal(withoutTax(205_000, 'half-up'), 186_364)
    assert.equal(withoutTax(205_003, 'half-up'), 186_366)
    assert.equal(withoutTax(205_003, 'up'), 186_367)
    for (const exact of [285_000, 218_750])
      assert.equal(withoutTax(exact, 'up'), withoutTax(exact, 'half-up'))
  })

  test('months cost more the more they are, and never more than the year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000 }), (people) => {
        for (const measure of ['normal', 'early', 'half', 'three-quarters'] as const) {
          const fees = Array.from(
            { length: 12 },
            (_, index) => usageFee(people, measure, index + 1, tariff).feeYen,
          )
          assert.ok(fees.every((fee, index) => Number.isSafeInteger(fee) && fee >= (fees[index - 1] ?? 0)))
        }
      }),
    )
  })

  test('a fraction of a month or of a person is a mistake of ours', () => {
    assert.throws(() => usageFee(10_000, 'normal', 0, tariff), RangeError)
    assert.throws(() => usageFee(10_000, 'normal', 13, tariff), RangeError)
    assert.throws(() => usageFee(1.5, 'normal', 4, tariff), RangeError)
  })
})

describe('the measure of a fiscal year', () => {
  const years = (joined: number, findings: readonly PrefectureFinding[], ...of: number[]) =>
    of.map((year) => measureOf(year, 10_000, joined, findings, tariff))
  const half = { fiscalYear: 2023, share: 'half' } as const
  const threeQuarters = { fiscalYear: 2024, share: 'three-quarters' } as const

  test('half of the prefecture in 2023: 措置1, then 措置2① for three years', () => {
    assert.deepEqual(years(2023, [half], 2023, 2024, 2025, 2026, 2027), [
      'early',
      'half',
      'half',
      'half',
      'normal',
    ])
  })
  test('three quarters a year later: 措置2② for what is left of the same three years', () => {
    assert.deepEqual(years(2023, [half, threeQuarters], 2024, 2025, 2026, 2027), [
      'half',
      'three-quarters',
      'three-quarters',
      'normal',
    ])
  })
  test('who joins in the third year has one year', () => {
    assert.deepEqual(years(2026, [half, threeQuarters], 2026, 2027), ['three-quarters', 'normal'])
  })
  test('never half of the prefecture: 措置1 until 2025', () => {
    assert.deepEqual(years(2023, [], 2023, 2024, 2025, 2026), ['early', 'early', 'early', 'normal'])
  })
  test('who joined in 2024 was not early', () => {
    assert.deepEqual(years(2024, [], 2024, 2025), ['normal', 'normal'])
  })
})

describe('months and head counts', () => {
  test('December to March are four months; April to March are the year', () => {
    const left = (month: string) => monthsLeft(month as Month)
    assert.deepEqual([left('2023-12'), left('2024-03'), left('2024-01'), left('2023-04')], [4, 1, 3, 12])
  })
  test('the year before the start costs nothing, the year after it costs twelve months', () => {
    const charged = [2022, 2023, 2024].map((year) => monthsCharged(year, '2024-01'))
    assert.deepEqual(charged, [0, 3, 12])
  })
  test('which 1 January rules is a parameter: S0 says the one before, S3 the one after', () => {
    assert.equal(populationDay(2023), '2023-01-01')
    assert.equal(populationDay(2023, 'before-paid-year'), '2024-01-01')
  })
})
