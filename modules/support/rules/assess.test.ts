import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { plainDate } from '@open-bcl/core/dates.ts'
import { damageGrades, type DamageGrade } from '../../disasters/grades.ts'
import { dueYen } from '../support.ts'
import { assess, noSetting, rulesOn, type ProgrammeSetting } from './assess.ts'
import type { Assessment } from './assessment.ts'
import { lastDayOfMonths } from './deadlines.ts'
import { noCircumstances, rebuildWays, type HarmedPerson, type HouseholdFacts } from './facts.ts'
import { destroyedHouseholds, rebuildActAdvice, reliefActAdvice, type GateFigures } from './gates.ts'
import { nationalProgrammes } from './programmes.ts'
import type { ByGrade, Programme } from './programme.ts'

const allGates = { kyujo: true, saiken: true, choikin: true, engo: true }
const facts = (over: Partial<HouseholdFacts>): HouseholdFacts => ({
  ...noCircumstances,
  occurredOn: plainDate('2026-07-28'),
  gates: allGates,
  grade: null,
  members: null,
  ...over,
})
const programme = (code: string): Programme => nationalProgrammes.find((one) => one.code === code)!
const judge = (
  code: string,
  over: Partial<HouseholdFacts>,
  setting: ProgrammeSetting = noSetting,
): Assessment => assess(programme(code), facts(over), setting)
const dead = (personRef: string, supporter: boolean): HarmedPerson => ({
  personRef,
  harm: 'dead',
  supporter,
  barred: false,
  disabilityPaidYen: 0,
})

describe('支援制度の要件と額 (vectors P1–P8)', () => {
  test('P1: 全壊, three people, build: a million and two', () => {
    const of = { grade: 'G1', members: 3, rebuild: 'build' } as const
    assert.equal(judge('saiken-kiso', of).amountYen, 1_000_000)
    assert.equal(judge('saiken-kasan', of).amountYen, 2_000_000)
  })

  test('P2: 中規模半壊, one person, rent: no base, 187,500 yen exactly', () => {
    const of = { grade: 'G3', members: 1, rebuild: 'rent', demolished: false, longEvacuation: false } as const
    assert.equal(judge('saiken-kiso', of).answer, 'no')
    assert.equal(judge('saiken-kasan', of).amountYen, 187_500)
    // Who pulled the house down, or may not come back for long, has the base whole: the no waits for both.
    for (const open of ['demolished', 'longEvacuation'] as const) {
      const base = judge('saiken-kiso', { ...of, [open]: null })
      assert.deepEqual([base.answer, base.missing], ['unknown', [open]])
    }
    const noArea = { ...of, longEvacuation: null, gates: { ...allGates, choki: false } }
    assert.equal(judge('saiken-kiso', noArea).answer, 'no')
  })

  test('P3: 大規模半壊, first rent then build: the higher addition is due altogether', () => {
    const of = { grade: 'G2', members: 2 } as const
    const base = judge('saiken-kiso', of).amountYen!
    const rented = judge('saiken-kasan', { ...of, rebuild: 'rent' }).amountYen!
    const built = judge('saiken-kasan', { ...of, rebuild: 'build' }).amountYen!
    assert.deepEqual([base, rented, built - rented, base + built], [500_000, 500_000, 1_500_000, 2_500_000])
  })

  test('P4: 半壊 demolished, one person, public housing: base of three quarters, no addition', () => {
    const of = { grade: 'G4', members: 1, demolished: true, rebuild: 'public-rent' } as const
    assert.equal(judge('saiken-kiso', of).amountYen, 750_000)
    const addition = judge('saiken-kasan', of)
    assert.equal(addition.answer, 'no')
    assert.match(addition.reasons[0]!.article, /3条2項3号/)
  })

  test('P5: a supporter and another member died: five million and two and a half, each their own share', () => {
    const paid = judge('choikin', { harmed: [dead('R-1', true), dead('R-2', false)] })
    assert.equal(paid.amountYen, 7_500_000)
    assert.deepEqual(paid.shares, [
      { personRef: 'R-1', amountYen: 5_000_000 },
      { personRef: 'R-2', amountYen: 2_500_000 },
    ])
    assert.equal(dueYen(paid, 'R-2' as never), 2_500_000)
    const before = judge('choikin', { harmed: [{ ...dead('R-1', true), disabilityPaidYen: 2_500_000 }] })
    assert.equal(before.amountYen, 2_500_000)
    const unasked = judge('choikin', { harmed: [{ ...dead('R-1', true), barred: null }] })
    assert.deepEqual([unasked.answer, unasked.missing], ['unknown', ['harmed']])
  })

  test('P6 and P7: limits of the loan, and the income of each size to the yen', () => {
    const half = { grade: 'G4', headInjuredMonth: true, members: 4, houseLost: false } as const
    assert.equal(judge('engo-shikin', { ...half, incomeYen: 7_200_000 }).amountYen, 2_700_000)
    assert.equal(judge('engo-shikin', { ...half, incomeYen: 7_300_000 }).answer, 'yes')
    assert.equal(judge('engo-shikin', { ...half, incomeYen: 7_300_001 }).answer, 'no')
    const lost = { houseLost: true, members: 2, grade: 'G1' } as const
    assert.equal(judge('engo-shikin', { ...lost, incomeYen: 12_000_000 }).amountYen, 3_500_000)
    assert.equal(judge('engo-shikin', { ...lost, incomeYen: 12_700_001 }).answer, 'no')
    const caps = [2_200_000, 4_300_000, 6_200_000, 7_300_000, 7_600_000, 7_900_000]
    for (const [i, cap] of caps.entries()) {
      const of = { ...half, members: i + 1 }
      assert.equal(judge('engo-shikin', { ...of, incomeYen: cap }).answer, 'yes', `${i + 1}`)
      assert.equal(judge('engo-shikin', { ...of, incomeYen: cap + 1 }).answer, 'no', `${i + 1}`)
    }
    const goods = { grade: 'G6', members: 1, incomeYen: 0, houseLost: false } as const
    assert.equal(
      judge('engo-shikin', { ...goods, goodsThirdLost: true, headInjuredMonth: false }).amountYen,
      1_500_000,
    )
    assert.equal(
      judge('engo-shikin', { ...goods, goodsThirdLost: true, headInjuredMonth: true }).amountYen,
      2_500_000,
    )
    assert.equal(
      judge('engo-shikin', { ...goods, goodsThirdLost: false, headInjuredMonth: false }).answer,
      'no',
    )
  })

  test('P8: the day of the disaster counts', () => {
    assert.equal(judge('saiken-kiso', {}).deadlineOn, '2027-08-27')
    assert.equal(judge('saiken-kasan', {}).deadlineOn, '2029-08-27')
    assert.equal(lastDayOfMonths(plainDate('2024-01-01'), 13), '2025-01-31')
    assert.equal(lastDayOfMonths(plainDate('2026-01-31'), 13), '2027-02-28')
    assert.equal(lastDayOfMonths(plainDate('2027-01-31'), 13), '2028-02-29')
    assert.equal(lastDayOfMonths(plainDate('2026-12-01'), 1), '2026-12-31')
    const extended = judge('saiken-kiso', {}, { ...noSetting, deadlineOn: plainDate('2028-08-27') })
    assert.equal(extended.deadlineOn, '2028-08-27')
  })

  test('the sum of 特定長期避難 stops at three million, of a single household at 2.25', () => {
    const of = { longEvacuation: true, specialEvacuation: true } as const
    assert.equal(judge('saiken-tokutei', { ...of, members: 2, rebuild: 'repair' }).amountYen, 700_000)
    assert.equal(judge('saiken-tokutei', { ...of, members: 1, rebuild: 'repair' }).amountYen, 525_000)
    assert.equal(judge('saiken-tokutei', { ...of, members: 2, rebuild: 'build' }).answer, 'no')
  })

  test('limits of repairs follow the fiscal year of the disaster; a year without a notice is not guessed', () => {
    const of = { grade: 'G4', cannotAfford: true, usesTemporaryHousing: false } as const
    assert.equal(judge('kyujo-shuri', of).amountYen, 757_000)
    assert.equal(judge('kyujo-shuri', { ...of, occurredOn: plainDate('2026-03-31') }).amountYen, 739_000)
    assert.equal(judge('kyujo-shuri-jun', { ...of, grade: 'G5' }).amountYen, 367_000)
    const later = judge('kyujo-shuri', { ...of, occurredOn: plainDate('2027-04-01') })
    assert.deepEqual([later.answer, later.missing], ['unknown', ['price']])
    const told = judge(
      'kyujo-shuri',
      { ...of, occurredOn: plainDate('2027-04-01') },
      { ...noSetting, limitYen: 770_000 },
    )
    assert.equal(told.amountYen, 770_000)
    assert.equal(
      judge('kyujo-shuri', { ...of, usesTemporaryHousing: true, repairOverMonth: false }).answer,
      'no',
    )
    assert.equal(
      judge('kyujo-shuri', { ...of, usesTemporaryHousing: true, repairOverMonth: true }).answer,
      'yes',
    )
  })

  test('a law that was not invoked, or of which nobody recorded it, is said so', () => {
    const of = { grade: 'G1', members: 2 } as const
    assert.equal(judge('saiken-kiso', { ...of, gates: { ...allGates, saiken: false } }).answer, 'no')
    const open = judge('saiken-kiso', { ...of, gates: {} })
    assert.deepEqual([open.answer, open.missing], ['unknown', ['gate:saiken']])
    const tax = judge('kokuho-zei', { ...of, nationalInsurance: true })
    assert.deepEqual([tax.answer, tax.missing], ['unknown', ['offered']])
    assert.equal(
      judge('kokuho-zei', { ...of, nationalInsurance: true }, { ...noSetting, offered: true }).benefit,
      '全額',
    )
  })

  test('義援金 of a round adds its parts, and a part that is not known keeps the sum open', () => {
    const rule: ByGrade = {
      kind: 'by-grade',
      gradeYen: { G1: 200_000, G4: 50_000 },
      perMemberYen: 50_000,
      deathYen: 200_000,
      injuryYen: 0,
      tenure: null,
      incomeCapYen: null,
    }
    const round: Programme = {
      ...programme('kokuho-zei'),
      code: 'town-1',
      gate: 'town',
      rule,
      benefit: 'payment',
    }
    const offered = { ...noSetting, offered: true }
    const of = { grade: 'G1', members: 3 } as const
    assert.equal(assess(round, facts({ ...of, harmed: [] }), offered).amountYen, 350_000)
    assert.equal(assess(round, facts({ ...of, harmed: [dead('R-1', false)] }), offered).amountYen, 550_000)
    assert.deepEqual(assess(round, facts(of), offered).missing, ['harmed'])
    assert.equal(assess(round, facts({ grade: 'G6', members: 3, harmed: [] }), offered).answer, 'no')
    const gated = { ...rule, tenure: 'owned', deathYen: 0 } as const
    assert.deepEqual(assess({ ...round, rule: gated }, facts(of), offered).missing, ['tenure'])
  })

  test('thresholds of the laws, converted households included, at the number and one below', () => {
    const figures = (over: Partial<GateFigures>): GateFigures => ({
      ...{ population: 22_000, destroyed: 0, halfDestroyed: 0, flooded: 0 },
      ...{ prefecturePopulation: null, prefectureDestroyed: null },
      ...over,
    })
    assert.equal(destroyedHouseholds({ destroyed: 1, halfDestroyed: 1, flooded: 1 }), 1)
    assert.equal(destroyedHouseholds({ destroyed: 0, halfDestroyed: 1, flooded: 2 }), 1)
    assert.equal(destroyedHouseholds({ destroyed: 0, halfDestroyed: 0, flooded: 5 }), 1)
    const steps = [
      [4_999, 30],
      [5_000, 40],
      [14_999, 40],
      [15_000, 50],
      [30_000, 60],
      [50_000, 80],
      [100_000, 100],
      [300_000, 150],
    ] as const
    for (const [population, needed] of steps) {
      assert.equal(
        reliefActAdvice(figures({ population, destroyed: needed }))[0]!.reached,
        true,
        `${population}`,
      )
      assert.equal(
        reliefActAdvice(figures({ population, destroyed: needed - 1 }))[0]!.reached,
        false,
        `${population}`,
      )
    }
    const wide = { destroyed: 25, prefecturePopulation: 1_900_000 }
    assert.equal(reliefActAdvice(figures({ ...wide, prefectureDestroyed: 1_500 }))[1]!.reached, true)
    assert.equal(reliefActAdvice(figures({ ...wide, prefectureDestroyed: 1_499 }))[1]!.reached, false)
    assert.equal(rebuildActAdvice(figures({ destroyed: 10 }))[1]!.reached, true)
    assert.equal(rebuildActAdvice(figures({ destroyed: 9 }))[1]!.reached, false)
  })
})

const flag = fc.constantFrom(true, false, null)
const anyFacts: fc.Arbitrary<HouseholdFacts> = fc.record({
  occurredOn: fc.constantFrom(plainDate('2024-01-01'), plainDate('2026-07-28'), plainDate('2027-05-01')),
  gates: fc.record(
    { kyujo: fc.boolean(), saiken: fc.boolean(), choikin: fc.boolean(), engo: fc.boolean() },
    { requiredKeys: [] },
  ),
  grade: fc.constantFrom<DamageGrade | null>(...damageGrades.map(({ value }) => value), null),
  members: fc.option(fc.integer({ min: 1, max: 12 })),
  tenure: fc.constantFrom('owned', 'rented', 'other', null),
  houseLost: flag,
  demolished: flag,
  mustDemolish: flag,
  siteDamaged: flag,
  longEvacuation: flag,
  specialEvacuation: flag,
  floodedAboveFloor: flag,
  uninhabitableMonth: flag,
  rebuild: fc.constantFrom(...rebuildWays.map(({ value }) => value), null),
  cannotAfford: flag,
  usesTemporaryHousing: flag,
  repairOverMonth: flag,
  headInjuredMonth: flag,
  goodsThirdLost: flag,
  goodsLossPercent: fc.option(fc.integer({ min: 0, max: 100 })),
  landLossPercent: fc.option(fc.integer({ min: 0, max: 100 })),
  incomeYen: fc.option(fc.integer({ min: 0, max: 20_000_000 })),
  seriouslyInjured: fc.option(fc.integer({ min: 0, max: 5 })),
  nationalInsurance: flag,
  lateElderly: flag,
  nursingCare: flag,
  pensionPayer: flag,
  pupils: fc.option(fc.integer({ min: 0, max: 4 })),
  needsWelfare: flag,
  harmed: fc.option(
    fc.array(
      fc.record({
        personRef: fc.constantFrom('R-1', 'R-2'),
        harm: fc.constantFrom('dead' as const, 'disabled' as const),
        supporter: flag,
        barred: flag,
        disabilityPaidYen: fc.constantFrom(0, 1_250_000, 2_500_000),
      }),
      { maxLength: 3 },
    ),
  ),
})
const anyProgramme = fc.constantFrom(...nationalProgrammes)
const anySetting = fc.record({
  offered: flag,
  deadlineOn: fc.constant(null),
  limitYen: fc.option(fc.integer({ min: 0, max: 10_000_000 })),
})

describe('whatever the facts', () => {
  test('every answer has a reason with its article, an unknown one names what is missing, money is whole yen', () => {
    fc.assert(
      fc.property(anyProgramme, anyFacts, anySetting, (one, of, setting) => {
        const found = assess(one, of, setting)
        assert.ok(found.reasons.length > 0)
        for (const { text, article } of found.reasons) assert.ok(text !== '' && article !== '')
        assert.equal(found.missing.length > 0, found.answer === 'unknown')
        if (found.amountYen !== null) assert.ok(Number.isInteger(found.amountYen) && found.amountYen >= 0)
        if (found.answer !== 'yes') assert.equal(found.amountYen, null)
        if (found.answer === 'yes' && ['payment', 'loan'].includes(one.benefit))
          assert.notEqual(found.amountYen, null)
      }),
      { numRuns: 3000 },
    )
  })

  test('a no stays a no, whatever is told of what was not known: no gap is taken for a no', () => {
    const flags = Object.keys(noCircumstances).filter(
      (key) => !/Percent|Yen|seriously|pupils|harmed|tenure|rebuild/.test(key),
    )
    fc.assert(
      fc.property(anyProgramme, anyFacts, anySetting, (one, of, setting) => {
        fc.pre(assess(one, of, setting).answer === 'no')
        for (const key of flags.filter((name) => of[name as keyof HouseholdFacts] === null))
          for (const told of [true, false])
            assert.equal(assess(one, { ...of, [key]: told }, setting).answer, 'no', `${one.code} ${key}`)
      }),
      { numRuns: 2000 },
    )
  })

  test('a worse grade never lowers what is paid for rebuilding, and a single household gets three quarters', () => {
    const order: DamageGrade[] = ['G4', 'G3', 'G2', 'G1']
    fc.assert(
      fc.property(anyFacts, fc.constantFrom('saiken-kiso', 'saiken-kasan'), (of, code) => {
        const known = {
          ...of,
          gates: allGates,
          rebuild: of.rebuild ?? 'build',
          demolished: of.demolished ?? false,
        } as const
        const whole = {
          ...known,
          siteDamaged: of.siteDamaged ?? false,
          longEvacuation: of.longEvacuation ?? false,
        }
        const sums = order.map((grade) => judge(code, { ...whole, grade, members: 2 }).amountYen ?? 0)
        assert.deepEqual(
          sums,
          sums.toSorted((a, b) => a - b),
        )
        for (const grade of order) {
          const two = judge(code, { ...whole, grade, members: 2 }).amountYen ?? 0
          const one = judge(code, { ...whole, grade, members: 1 }).amountYen ?? 0
          assert.equal(one * 4, two * 3)
        }
      }),
    )
  })

  test('programmes hold from their first day on', () => {
    assert.equal(rulesOn(programme('saiken-kiso'), plainDate('2020-12-04')), true)
    assert.equal(rulesOn(programme('saiken-kiso'), plainDate('2020-12-03')), false)
    assert.equal(new Set(nationalProgrammes.map(({ code }) => code)).size, nationalProgrammes.length)
    assert.ok(nationalProgrammes.length >= 60, `${nationalProgrammes.length} programmes`)
    // What was not read in its source says so.
    for (const { source, verified } of nationalProgrammes)
      if (source.startsWith('出典未確認')) assert.equal(verified, false)
  })
})
