import type { MunicipalityType } from './operating-charge.ts'

/**
 * J-LIS's model costs by size, thousands of yen (S2: システム導入・運用経費試算; BCL figures of the 令和2年度 pilot, own-server figures of
 * a survey). Starting values of the calculator; a town puts its own quotation in their place.
 */
export type ModelCosts = {
  readonly type: MunicipalityType
  /** Nominal: the row stands for towns up to this size. */
  readonly people: number
  /** ① and ② */
  readonly importKyen: number
  readonly yearlyKyen: number
  /** ④ and ⑤ */
  readonly ownImportKyen: number
  readonly ownYearlyKyen: number
}

export const modelCosts: readonly ModelCosts[] = [
  row('town', 5_000, 7_991, 978, 17_868, 3_299),
  row('town', 10_000, 7_786, 978, 20_557, 3_542),
  row('town', 20_000, 6_711, 978, 23_051, 6_609),
  row('city', 30_000, 9_430, 913, 20_923, 3_785),
  row('city', 50_000, 9_558, 913, 25_871, 5_111),
  row('city', 100_000, 14_546, 1_562, 25_955, 26_934),
  row('city', 300_000, 20_000, 2_500, 80_102, 19_009),
  row('city', 500_000, 20_000, 2_500, 79_563, 22_722),
]

function row(
  type: MunicipalityType,
  people: number,
  importKyen: number,
  yearlyKyen: number,
  ownImportKyen: number,
  ownYearlyKyen: number,
): ModelCosts {
  return { type, people, importKyen, yearlyKyen, ownImportKyen, ownYearlyKyen }
}

/** The smallest row that is not smaller than the town; the largest for towns beyond it. Designated cities have none of their own. */
export function modelCostsOf(type: MunicipalityType, people: number): ModelCosts {
  const rows = modelCosts.filter((costs) => costs.type === (type === 'town' ? 'town' : 'city'))
  return rows.find((costs) => people <= costs.people) ?? rows.at(-1)!
}
