import type { PlainDate } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import { fiscalYearOf, firstDayOf, monthsLeft, type Month } from './fiscal-year.ts'
import {
  inForce,
  taxPercent,
  usageTariffs,
  type Measure,
  type UsageRate,
  type UsageTariff,
} from './tariff.ts'

/**
 * クラウド型被災者支援システム利用料: base + residents × amount, a year; the first year by months. Billed once, in the following
 * fiscal year (S0, S1, S4: 年一括・翌年度請求).
 */
export type UsageFee = {
  readonly people: number
  readonly measure: Measure
  /** Months charged; 12 = the whole year. */
  readonly months: number
  readonly annualYen: number
  /** 税抜 of the year; 0 when the whole year is charged and nothing was divided. */
  readonly annualExYen: number
  /** 税抜 of a month; 0 likewise. */
  readonly monthlyExYen: number
  readonly feeYen: number
}

/**
 * How 税抜 of the year is rounded. S0's two examples (.909 and .636) both go up, so the papers cannot tell them apart;
 * `half-up` is ours until somebody asks.
 */
export type ExRounding = 'half-up' | 'up'

/**
 * The first year is prorated as S0, S1 and S4 show it: 税抜 of the year rounded, a twelfth of it cut, times the months,
 * 税込 cut (72,916.8 → 72,916). A whole year is the yearly amount itself, April in a first year included: twelve cut
 * twelfths would miss it by some yen.
 * @param months 1 to 12, the starting month counted whole
 */
export function usageFee(
  people: number,
  measure: Measure,
  months: number,
  tariff: UsageTariff,
  rounding: ExRounding = 'half-up',
): UsageFee {
  if (!Number.isSafeInteger(people) || people < 0) throw new RangeError('people: a whole number')
  if (!Number.isInteger(months) || months < 1 || months > 12) throw new RangeError('months: 1 to 12')
  const annualYen = annualOf(people, tariff[measure])
  if (months === 12)
    return { people, measure, months, annualYen, annualExYen: 0, monthlyExYen: 0, feeYen: annualYen }
  const annualExYen = withoutTax(annualYen, rounding)
  const monthlyExYen = Math.floor(annualExYen / 12)
  const feeYen = withTax(monthlyExYen * months)
  return { people, measure, months, annualYen, annualExYen, monthlyExYen, feeYen }
}

function annualOf(people: number, rate: UsageRate): number {
  return rate.baseYen + people * rate.perPersonYen
}

/** Whole numbers all the way: 259,090.909… is 2,850,000 ÷ 11. */
export function withoutTax(yen: number, rounding: ExRounding): number {
  const divisor = 100 + taxPercent
  const hundredfold = yen * 100
  return rounding === 'up'
    ? Math.floor((hundredfold + divisor - 1) / divisor)
    : Math.floor((2 * hundredfold + divisor) / (2 * divisor))
}

/** 税込, cut (S0: 66,288 → 72,916). */
export function withTax(yen: number): number {
  return Math.floor((yen * (100 + taxPercent)) / 100)
}

/** That a share of a prefecture's towns uses the system was found in that fiscal year. */
export type PrefectureFinding = { readonly fiscalYear: number; readonly share: 'half' | 'three-quarters' }

/**
 * The measure of a fiscal year: of those whose conditions are met the one that costs least (S0: 割引率の高い措置). 措置2 holds from
 * the year after its condition was found, for three years of the prefecture in all, whenever the town joined.
 */
export function measureOf(
  fiscalYear: number,
  people: number,
  joinedFiscalYear: number,
  findings: readonly PrefectureFinding[],
  tariff: UsageTariff,
): Measure {
  const possible: Measure[] = ['normal']
  if (
    joinedFiscalYear <= tariff.earlyJoinedBy &&
    fiscalYear >= joinedFiscalYear &&
    fiscalYear <= tariff.earlyUntil
  )
    possible.push('early')
  const first = Math.min(...findings.map((finding) => finding.fiscalYear))
  const running = fiscalYear > first && fiscalYear <= first + tariff.prefectureYears
  if (running) {
    for (const finding of findings) if (finding.fiscalYear < fiscalYear) possible.push(finding.share)
  }
  return possible.reduce((best, measure) =>
    annualOf(people, tariff[measure]) < annualOf(people, tariff[best]) ? measure : best,
  )
}

/**
 * Whose head count rules. S0, S1, S4: 利用料対象年度の前年度1月1日. S3: 利用料を支払う年度の前年度の1月1日, which is a year later, since
 * the fee of a year is paid in the next.
 */
export type PopulationRule = 'before-used-year' | 'before-paid-year'

export function populationDay(fiscalYear: number, rule: PopulationRule = 'before-used-year'): PlainDate {
  return plainDate(`${rule === 'before-used-year' ? fiscalYear : fiscalYear + 1}-01-01`)
}

/** Months of a fiscal year that are charged to whoever began in `start`; 0 = not yet begun. */
export function monthsCharged(fiscalYear: number, start: Month): number {
  const startYear = fiscalYearOf(start)
  if (fiscalYear < startYear) return 0
  return fiscalYear > startYear ? 12 : monthsLeft(start)
}

/** The tariff that rules a fiscal year: the one in force on its first day. */
export function usageTariffOf(fiscalYear: number): UsageTariff {
  return inForce(usageTariffs, firstDayOf(`${fiscalYear}-04` as Month)).value
}
