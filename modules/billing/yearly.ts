import { fiscalYearOf, monthsOfFiscalYear, type Month } from './fiscal-year.ts'
import { municipalityTypeOf, operatingCharge, sizeClassOf } from './operating-charge.ts'
import { measureWords, sizeClasses, type IssuingServer, type Measure, type SizeClass } from './tariff.ts'
import { measureOf, populationDay, usageFee, usageTariffOf, type PrefectureFinding } from './usage-fee.ts'

export type Service = 'support' | 'issuing-bcl' | 'issuing-own'
export const serviceWords: Readonly<Record<Service, string>> = {
  support: 'クラウド型被災者支援システム',
  'issuing-bcl': 'コンビニ交付（住・印・税をBCLで発行）',
  'issuing-own': 'コンビニ交付（自前の証明発行サーバ）',
}

export type Contract = {
  readonly service: Service
  readonly fromMonth: Month
  /** Last month; `null` = open. */
  readonly untilMonth: Month | null
}

export type YearlyItem = 'bcl' | 'usage' | 'operating'
export const yearlyItems: Readonly<Record<YearlyItem, { readonly ja: string; readonly lag: 0 | 1 }>> = {
  bcl: { ja: 'BCL証明発行機能利用料', lag: 1 },
  usage: { ja: 'クラウド型被災者支援システム利用料', lag: 1 },
  operating: { ja: 'コンビニ交付 運営負担金', lag: 0 },
}

export type YearlyLine = {
  readonly item: YearlyItem
  readonly amountYen: number
  /** Every number the amount was made of, for whoever checks it. */
  readonly facts: Readonly<Record<string, string | number>>
}

export type TownYear = {
  readonly municipalityCode: string
  readonly name: string
  readonly contracts: readonly Contract[]
  /** 住民基本台帳人口 on the day that rules (`populationDay`); `null` = nobody recorded it. */
  readonly people: number | null
  readonly findings: readonly PrefectureFinding[]
  /** Copies of the year that the BCL fee is asked for, and the fees together. */
  readonly bclCopies: number
  readonly bclYen: number
}

/** `no-population`: a head count is needed and is not there. Nothing is charged by a guess. */
export type YearlyResult =
  | { readonly kind: 'lines'; readonly lines: readonly YearlyLine[] }
  | { readonly kind: 'no-population' }

/**
 * What a town is asked for once for a fiscal year. A service that began or ended in the year is charged by its months; of an
 * end the papers say nothing, so it is treated like a beginning.
 */
export function yearlyOf(town: TownYear, fiscalYear: number): YearlyResult {
  const lines: YearlyLine[] = []
  if (town.bclCopies > 0)
    lines.push({ item: 'bcl', amountYen: town.bclYen, facts: { copies: town.bclCopies } })

  const type = municipalityTypeOf(town.municipalityCode, town.name)
  const supportMonths = monthsOf(town.contracts, 'support', fiscalYear)
  const servers = (['bcl', 'own'] as const)
    .map((server) => ({ server, months: monthsOf(town.contracts, `issuing-${server}`, fiscalYear) }))
    .filter(({ months }) => months > 0)
  const needsPeople = supportMonths > 0 || (servers.length > 0 && type !== 'town')
  if (needsPeople && town.people === null) return { kind: 'no-population' }
  const people = town.people ?? 0
  const on = populationDay(fiscalYear)

  if (supportMonths > 0) {
    const joined = Math.min(
      ...town.contracts
        .filter((contract) => contract.service === 'support')
        .map((contract) => fiscalYearOf(contract.fromMonth)),
    )
    const tariff = usageTariffOf(fiscalYear)
    const measure = measureOf(fiscalYear, people, joined, town.findings, tariff)
    const { annualYen, annualExYen, monthlyExYen, feeYen } = usageFee(people, measure, supportMonths, tariff)
    lines.push({
      item: 'usage',
      amountYen: feeYen,
      facts: {
        people,
        peopleOn: on,
        measure,
        baseYen: tariff[measure].baseYen,
        perPersonYen: tariff[measure].perPersonYen,
        months: supportMonths,
        annualYen,
        annualExYen,
        monthlyExYen,
      },
    })
  }
  if (servers.length > 0) {
    const charges = servers.map(({ server, months }) =>
      operatingCharge(fiscalYear, sizeClassOf(type, people), server, months),
    )
    lines.push({
      item: 'operating',
      amountYen: charges.reduce((sum, charge) => sum + charge.chargeYen, 0),
      facts: {
        ...(type === 'town' ? {} : { people, peopleOn: on }),
        sizeClass: charges[0]!.sizeClass,
        ...Object.assign(
          {},
          ...charges.map(({ server, months, annualYen }) => factsOf(server, months, annualYen)),
        ),
      },
    })
  }
  return { kind: 'lines', lines }
}

function factsOf(server: IssuingServer, months: number, annualYen: number): Record<string, number> {
  return server === 'bcl'
    ? { bclMonths: months, bclAnnualYen: annualYen }
    : { ownMonths: months, ownAnnualYen: annualYen }
}

/** Months of the fiscal year in which some contract of the service stood. */
export function monthsOf(contracts: readonly Contract[], service: Service, fiscalYear: number): number {
  return monthsOfFiscalYear(fiscalYear).filter((month) =>
    contracts.some(
      (contract) =>
        contract.service === service &&
        contract.fromMonth <= month &&
        (contract.untilMonth === null || month <= contract.untilMonth),
    ),
  ).length
}

/** 算定のもと, as it stands on the bill. */
export function factWords(item: YearlyItem, facts: Readonly<Record<string, string | number>>): string {
  const figure = (name: string): string => Number(facts[name] ?? 0).toLocaleString('ja-JP')
  switch (item) {
    case 'bcl':
      return `${figure('copies')}通`
    case 'usage': {
      const measure = measureWords[facts['measure'] as Measure]
      const annual = `${measure} 基礎額${figure('baseYen')}円＋${figure('people')}人（${facts['peopleOn']}現在）×${figure('perPersonYen')}円＝年額${figure('annualYen')}円`
      return facts['months'] === 12
        ? annual
        : `${annual}、税抜${figure('annualExYen')}円、月額${figure('monthlyExYen')}円×${figure('months')}か月`
    }
    case 'operating': {
      const people =
        facts['people'] === undefined ? '' : `、${figure('people')}人（${facts['peopleOn']}現在）`
      const parts = [
        facts['bclMonths'] === undefined
          ? null
          : `BCL 年額${figure('bclAnnualYen')}円×${figure('bclMonths')}/12`,
        facts['ownMonths'] === undefined
          ? null
          : `自前 年額${figure('ownAnnualYen')}円×${figure('ownMonths')}/12`,
      ].filter((part) => part !== null)
      return `${sizeClasses[facts['sizeClass'] as SizeClass].ja}${people}: ${parts.join('、')}`
    }
  }
}
