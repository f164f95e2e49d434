import { firstDayOf, type Month } from './fiscal-year.ts'
import { inForce, operatingTariffs, type IssuingServer, type SizeClass } from './tariff.ts'

/** What a municipality is, before its head count. */
export type MunicipalityType = 'designated' | 'city' | 'town'
export const municipalityTypes: Readonly<Record<MunicipalityType, string>> = {
  town: '町村',
  city: '市・特別区',
  designated: '政令指定都市',
}

/** 政令指定都市 (地方自治法 252条の19第1項の指定都市の指定に関する政令), 20 since 2012. */
const designatedCities: ReadonlySet<string> = new Set([
  '011002',
  '041009',
  '111007',
  '121002',
  '141003',
  '141305',
  '141500',
  '151009',
  '221007',
  '221309',
  '231002',
  '261009',
  '271004',
  '271403',
  '281000',
  '331007',
  '341002',
  '401005',
  '401307',
  '431001',
])

export function municipalityTypeOf(municipalityCode: string, name: string): MunicipalityType {
  if (designatedCities.has(municipalityCode)) return 'designated'
  return /[町村]$/.test(name) ? 'town' : 'city'
}

/** 以上/未満 as the table has it (S2): 30,000 people are not 「3万人未満」. */
export function sizeClassOf(type: MunicipalityType, people: number): SizeClass {
  if (type === 'town') return 'town'
  if (type === 'designated') return people >= 1_000_000 ? 'designated-large' : 'designated'
  if (people >= 150_000) return 'city-150k'
  if (people >= 50_000) return 'city-50k'
  return people >= 30_000 ? 'city-30k' : 'city-small'
}

export type OperatingCharge = {
  readonly sizeClass: SizeClass
  readonly server: IssuingServer
  readonly months: number
  readonly annualYen: number
  readonly chargeYen: number
}

/**
 * コンビニ交付 運営負担金 of a fiscal year. The papers say only that a first year is charged by months (S2: 参加月数に基づく月割計算)
 * and keep the formula elsewhere: a twelfth for each month, the sum cut, is ours and unconfirmed.
 * @param server `bcl` only where BCL makes 住民票・印鑑・税 too: 罹災・被災 alone brings no reduction (S3 2.4(2))
 * @param months 1 to 12
 */
export function operatingCharge(
  fiscalYear: number,
  sizeClass: SizeClass,
  server: IssuingServer,
  months = 12,
): OperatingCharge {
  if (!Number.isInteger(months) || months < 1 || months > 12) throw new RangeError('months: 1 to 12')
  const annualYen = inForce(operatingTariffs, firstDayOf(`${fiscalYear}-04` as Month)).value[server][
    sizeClass
  ]
  return { sizeClass, server, months, annualYen, chargeYen: Math.floor((annualYen * months) / 12) }
}
