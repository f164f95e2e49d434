import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { byPayment, compare, costItems, specialGrant, yearsOf, type Plan } from './calculator.ts'
import { modelCosts, modelCostsOf } from './five-year-model.ts'
import { operatingCharge, sizeClassOf } from './operating-charge.ts'
import { copyTariffs } from './tariff.ts'

const plan: Plan = {
  type: 'town',
  people: 10_000,
  start: '2026-04',
  support: true,
  issuing: true,
  findings: [],
  copiesPerThousand: 30,
  feeYen: 200,
  importYen: 7_786_000,
  yearlyYen: 978_000,
  ownImportYen: 20_557_000,
  ownYearlyYen: 3_542_000,
}

/** S2: ③ 初年度システム経費 and ⑥ 5年間総経費（BCL）, thousands of yen, in the order of `modelCosts`. */
const firstYears = [8_996, 8_818, 7_797, 10_505, 10_741, 16_648, 24_120, 25_200]
const fiveYears = [15_258, 16_049, 16_967, 28_993, 35_184, 55_927, 116_229, 156_092]

describe('J-LIS’s own comparison', () => {
  for (const [index, costs] of modelCosts.entries()) {
    const { type, people, importKyen, yearlyKyen } = costs
    test(`${people}: the first year is 導入 + 保守 + 180 yen for 3 in 100 residents`, () => {
      const [first] = yearsOf({
        ...plan,
        type,
        people,
        importYen: importKyen * 1_000,
        yearlyYen: yearlyKyen * 1_000,
      })
      const { importing, maintenance, bcl } = first!.costs
      assert.equal(importing + maintenance + bcl, firstYears[index]! * 1_000)
    })

    // 199.3 yen a resident is no tariff but what is left when the known items are taken away: reproduced within 7,000 yen.
    test(`${people}: five years are made of our 運営負担金`, () => {
      // The rows of 30,000 and 50,000 people are reckoned in the class below their nominal size.
      const charges = [2022, 2023, 2024, 2025, 2026].map(
        (year) => operatingCharge(year, sizeClassOf(type, people - 1), 'bcl').chargeYen,
      )
      const operating = charges.reduce((sum, yen) => sum + yen, 0)
      const known = (importKyen + 5 * yearlyKyen) * 1_000 + operating + (people * 1_993) / 10
      assert.ok(Math.abs(known - fiveYears[index]! * 1_000) <= 7_000, `${known}`)
    })
  }

  test('a town of 12,000 starts from the row of 20,000, a city of 600,000 from the largest', () => {
    assert.equal(modelCostsOf('town', 12_000).people, 20_000)
    assert.equal(modelCostsOf('town', 25_000).people, 20_000)
    assert.equal(modelCostsOf('city', 20_000).people, 30_000)
    assert.equal(modelCostsOf('designated', 3_800_000).people, 500_000)
  })
})

describe('what would we pay', () => {
  test('a town of 10,000 people that begins in April', () => {
    const [first, second] = yearsOf(plan)
    assert.deepEqual(first!.costs, {
      importing: 7_786_000,
      maintenance: 978_000,
      operating: 345_481,
      usage: 285_000,
      bcl: 54_000,
      commission: 35_100,
    })
    assert.equal(first!.copies, 300)
    assert.equal(first!.incomeYen, 60_000)
    assert.equal(second!.costs.importing, 0)
    assert.equal(second!.costYen, 978_000 + 345_481 + 285_000 + 54_000 + 35_100)
  })

  test('from December on everything of the first year is four twelfths, by its own rule', () => {
    const [first] = yearsOf({ ...plan, start: '2026-12' })
    assert.deepEqual(first!.costs, {
      importing: 7_786_000,
      maintenance: 326_000,
      operating: 115_160,
      usage: 94_996,
      bcl: 18_000,
      commission: 11_700,
    })
    assert.equal(first!.months, 4)
  })

  test('罹災・被災 alone: neither 運営負担金 nor 180 yen', () => {
    const [first] = yearsOf({ ...plan, issuing: false })
    assert.deepEqual([first!.costs.operating, first!.costs.bcl, first!.costs.commission], [0, 0, 0])
    assert.equal(first!.costs.usage, 285_000)
  })

  test('an own server pays the full charge and no 180 yen; the comparison leaves 被災者支援 out', () => {
    const { own, bcl, bclYen, ownYen, differenceYen, differencePercent } = compare(plan)
    assert.equal(own[0]!.costs.operating, 690_963)
    assert.ok(own.every((year) => year.costs.bcl === 0 && year.costs.usage === 0))
    assert.ok(bcl.every((year) => year.costs.usage === 0))
    assert.equal(bclYen, 7_786_000 + 5 * (978_000 + 345_481 + 54_000 + 35_100))
    assert.equal(ownYen, 20_557_000 + 5 * (3_542_000 + 690_963 + 35_100))
    assert.equal(differenceYen, bclYen - ownYen)
    assert.equal(differencePercent, -64)
  })

  test('by the year of payment nothing is lost and the usage fee comes a year later', () => {
    const years = yearsOf(plan)
    const paid = byPayment(years)
    assert.equal(paid.length, 6)
    assert.equal(paid[0]!.costs.usage, 0)
    assert.equal(paid[1]!.costs.usage, 285_000)
    for (const item of Object.keys(costItems) as (keyof typeof costItems)[]) {
      const used = years.reduce((sum, year) => sum + year.costs[item], 0)
      assert.equal(
        paid.reduce((sum, year) => sum + year.costs[item], 0),
        used,
        item,
      )
    }
  })

  test('特別交付税: seven tenths of the 導入経費, published until 令和7年度', () => {
    assert.deepEqual(specialGrant(8_020_000, '2025-04'), { grantYen: 5_614_000, published: true })
    assert.deepEqual(specialGrant(12_762_000, '2026-03'), { grantYen: 8_933_400, published: true })
    assert.deepEqual(specialGrant(8_020_000, '2026-04'), { grantYen: 5_614_000, published: false })
    assert.equal(specialGrant(8_020_000, '2025-04', 50).grantYen, 2_807_000)
  })

  test('no amount is guessed for a day before the tariff', () => {
    assert.throws(() => yearsOf({ ...plan, start: '2019-04' }), RangeError)
    assert.ok(copyTariffs.every((line, index) => index === 0 || line.fromOn > copyTariffs[index - 1]!.fromOn))
  })
})
