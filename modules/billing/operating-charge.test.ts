import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { municipalityTypeOf, operatingCharge, sizeClassOf } from './operating-charge.ts'
import type { SizeClass } from './tariff.ts'

/** S2, S3: class → own server, BCL in 令和3・4年度, BCL from 令和5年度 on. */
const table: readonly (readonly [SizeClass, number, number, number])[] = [
  ['designated-large', 9_879_630, 9_879_630, 9_879_630],
  ['designated', 7_842_593, 7_842_593, 7_842_593],
  ['city-150k', 4_787_037, 4_787_037, 4_787_037],
  ['city-50k', 2_728_000, 2_728_000, 2_728_000],
  ['city-30k', 2_218_741, 2_218_741, 2_218_741],
  ['city-small', 2_218_741, 1_527_778, 1_873_259],
  ['town', 690_963, 0, 345_481],
]

describe('コンビニ交付 運営負担金', () => {
  for (const [sizeClass, own, before, since] of table) {
    test(`${sizeClass}`, () => {
      assert.equal(operatingCharge(2026, sizeClass, 'own').chargeYen, own)
      assert.equal(operatingCharge(2022, sizeClass, 'bcl').chargeYen, before)
      assert.equal(operatingCharge(2023, sizeClass, 'bcl').chargeYen, since)
      assert.equal(operatingCharge(2026, sizeClass, 'bcl').chargeYen, since)
    })
  }

  test('the reduction is 690,963 yen at first and half of it since, the odd yen to the city', () => {
    const saved = (year: number, sizeClass: SizeClass) =>
      operatingCharge(year, sizeClass, 'own').chargeYen - operatingCharge(year, sizeClass, 'bcl').chargeYen
    assert.deepEqual([saved(2022, 'town'), saved(2022, 'city-small')], [690_963, 690_963])
    assert.deepEqual([saved(2023, 'town'), saved(2023, 'city-small')], [345_482, 345_482])
  })

  test('the borders are 以上 and 未満', () => {
    assert.equal(sizeClassOf('city', 29_999), 'city-small')
    assert.equal(sizeClassOf('city', 30_000), 'city-30k')
    assert.equal(sizeClassOf('city', 49_999), 'city-30k')
    assert.equal(sizeClassOf('city', 50_000), 'city-50k')
    assert.equal(sizeClassOf('city', 149_999), 'city-50k')
    assert.equal(sizeClassOf('city', 150_000), 'city-150k')
    assert.equal(sizeClassOf('designated', 999_999), 'designated')
    assert.equal(sizeClassOf('designated', 1_000_000), 'designated-large')
    assert.equal(sizeClassOf('town', 50_000), 'town')
  })

  test('a first year is charged by months', () => {
    assert.equal(operatingCharge(2026, 'town', 'bcl', 4).chargeYen, 115_160)
    assert.equal(operatingCharge(2026, 'town', 'bcl', 12).chargeYen, 345_481)
  })

  test('Yokohama is a designated city, 千代田区 counts as a city, 白川村 as a town', () => {
    assert.equal(municipalityTypeOf('141003', '横浜市'), 'designated')
    assert.equal(municipalityTypeOf('131016', '千代田区'), 'city')
    assert.equal(municipalityTypeOf('212172', '飛騨市'), 'city')
    assert.equal(municipalityTypeOf('216046', '大野郡白川村'), 'town')
  })
})
