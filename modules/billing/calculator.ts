import { moneyOf, times, type Totals } from './copies.ts'
import { firstDayOf, fiscalYearOf, type Month } from './fiscal-year.ts'
import { operatingCharge, sizeClassOf, type MunicipalityType } from './operating-charge.ts'
import {
  copyTariffs,
  inForce,
  specialGrants,
  type IssuingServer,
  type Measure,
  type SizeClass,
} from './tariff.ts'
import { measureOf, monthsCharged, usageFee, usageTariffOf, type PrefectureFinding } from './usage-fee.ts'

/** 「いくらかかるか」: what a town that thinks about joining says of itself. Amounts in whole yen. */
export type Plan = {
  readonly type: MunicipalityType
  readonly people: number
  readonly start: Month
  /** クラウド型被災者支援システム. */
  readonly support: boolean
  /** BCL makes 住民票・印鑑・税 for kiosks. */
  readonly issuing: boolean
  /** What J-LIS found about the prefecture, for 措置2. */
  readonly findings: readonly PrefectureFinding[]
  /** Copies a year for 1,000 residents; S3 reckons with 30 (3 %). */
  readonly copiesPerThousand: number
  /** Of one copy, by ordinance. */
  readonly feeYen: number
  readonly importYen: number
  /** システム運用保守, a year. */
  readonly yearlyYen: number
  /** The same two with an issuing server of its own. */
  readonly ownImportYen: number
  readonly ownYearlyYen: number
}

export const costItems = {
  importing: { ja: '導入経費', lag: 0 },
  maintenance: { ja: 'システム運用保守', lag: 0 },
  operating: { ja: 'コンビニ交付 運営負担金', lag: 0 },
  usage: { ja: 'クラウド型被災者支援システム利用料', lag: 1 },
  bcl: { ja: 'BCL証明発行機能利用料（1通180円）', lag: 1 },
  commission: { ja: '事業者への委託手数料（1通117円）', lag: 0 },
} as const satisfies Record<string, { ja: string; lag: 0 | 1 }>
export type CostItem = keyof typeof costItems

export type Year = {
  readonly fiscalYear: number
  /** Months of use in it. */
  readonly months: number
  readonly copies: number
  /** `null` = クラウド型被災者支援システム is not used. */
  readonly measure: Measure | null
  readonly costs: Readonly<Record<CostItem, number>>
  readonly costYen: number
  /** 交付手数料 of the town. */
  readonly incomeYen: number
}

export const yearsCompared = 5

/** Five fiscal years from the first of use, each counted by the year of use. */
export function yearsOf(plan: Plan, server: IssuingServer = 'bcl'): Year[] {
  const first = fiscalYearOf(plan.start)
  return Array.from({ length: yearsCompared }, (_, index) => yearOf(plan, server, first + index))
}

function yearOf(plan: Plan, server: IssuingServer, fiscalYear: number): Year {
  const { people } = plan
  const first = fiscalYearOf(plan.start)
  const months = monthsCharged(fiscalYear, plan.start)
  const copying = plan.issuing ? copiesOf(plan, fiscalYear, server, months) : null
  const tariff = usageTariffOf(fiscalYear)
  const measure = plan.support ? measureOf(fiscalYear, people, first, plan.findings, tariff) : null
  const own = server === 'own'
  const costs = {
    importing: fiscalYear === first ? (own ? plan.ownImportYen : plan.importYen) : 0,
    maintenance: Math.floor(((own ? plan.ownYearlyYen : plan.yearlyYen) * months) / 12),
    operating: plan.issuing
      ? operatingCharge(fiscalYear, sizeClassOf(plan.type, people), server, months).chargeYen
      : 0,
    usage: measure === null ? 0 : usageFee(people, measure, months, tariff).feeYen,
    bcl: copying?.bclYen ?? 0,
    commission: copying?.townCommissionYen ?? 0,
  }
  return {
    fiscalYear,
    months,
    copies: copying?.copies ?? 0,
    measure,
    costs,
    costYen: sum(Object.values(costs)),
    incomeYen: copying?.feeYen ?? 0,
  }
}

/** Copies of a year of use; the first year's are cut to whole ones. */
function copiesOf(plan: Plan, fiscalYear: number, server: IssuingServer, months: number): Totals {
  const tariff = inForce(copyTariffs, firstDayOf(`${fiscalYear}-04` as Month)).value
  const money = moneyOf(
    { kind: 'juminhyo', issuer: server, channel: 'store', feeYen: plan.feeYen, printingYen: 0 },
    tariff,
  )
  return times(money, Math.floor((plan.people * plan.copiesPerThousand * months) / 12_000))
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}

export type Comparison = {
  readonly bcl: readonly Year[]
  /** The same service from an issuing server of its own. */
  readonly own: readonly Year[]
  readonly bclYen: number
  readonly ownYen: number
  /** Negative = BCL costs less. */
  readonly differenceYen: number
  /** Of the own server's cost, whole percent cut towards zero; 0 when it costs nothing. */
  readonly differencePercent: number
}

/**
 * Five years of コンビニ交付 through BCL beside a server of its own. クラウド型被災者支援システム is left out: it costs the same in
 * both, and J-LIS's own comparison (S2) has it in neither.
 */
export function compare(plan: Plan): Comparison {
  const issuingOnly = { ...plan, support: false, issuing: true }
  const bcl = yearsOf(issuingOnly, 'bcl')
  const own = yearsOf(issuingOnly, 'own')
  const bclYen = sum(bcl.map((year) => year.costYen))
  const ownYen = sum(own.map((year) => year.costYen))
  const differenceYen = bclYen - ownYen
  const differencePercent = ownYen === 0 ? 0 : Math.trunc((differenceYen * 100) / ownYen) + 0
  return { bcl, own, bclYen, ownYen, differenceYen, differencePercent }
}

export type PaidYear = { readonly fiscalYear: number; readonly costs: Readonly<Record<CostItem, number>> }

/** The same by the year it is paid in, for a budget: the usage fee and the 180 yen are asked for a year later (翌年度請求). */
export function byPayment(years: readonly Year[]): PaidYear[] {
  const first = years[0]?.fiscalYear ?? 0
  return Array.from({ length: years.length + 1 }, (_, index) => {
    const paidIn = first + index
    const of = (item: CostItem): number =>
      years.find((year) => year.fiscalYear === paidIn - costItems[item].lag)?.costs[item] ?? 0
    return {
      fiscalYear: paidIn,
      costs: {
        importing: of('importing'),
        maintenance: of('maintenance'),
        operating: of('operating'),
        usage: of('usage'),
        bcl: of('bcl'),
        commission: of('commission'),
      },
    }
  })
}

export type SpecialGrant = {
  readonly grantYen: number
  /** False: the measure is published for 令和5–7年度 only; the amount is what it would be. */
  readonly published: boolean
}

/**
 * 特別交付税措置 on 導入経費 alone: seven tenths, times 財政力補正.
 * @param factorHundredths 財政力補正, hundredths; 100 = none
 */
export function specialGrant(importYen: number, start: Month, factorHundredths = 100): SpecialGrant {
  const on = firstDayOf(start)
  const published = specialGrants.some(
    ({ fromOn, untilOn }) => fromOn <= on && (untilOn === null || on <= untilOn),
  )
  const { tenths } = specialGrants.at(-1)!.value
  return { grantYen: Math.floor((importYen * tenths * factorHundredths) / 1_000), published }
}

export function planSizeClass(plan: Plan): SizeClass {
  return sizeClassOf(plan.type, plan.people)
}
