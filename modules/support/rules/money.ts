import type { HouseholdFacts, RebuildWay } from './facts.ts'

/** A 全壊・解体・長期避難, B 大規模半壊, C 中規模半壊. */
export type RebuildCategory = 'A' | 'B' | 'C'

/** By what is known now; `null` = none. A demolition told later raises it. */
export function rebuildCategory(facts: HouseholdFacts): RebuildCategory | null {
  const { grade, demolished, siteDamaged } = facts
  const half = grade === 'G2' || grade === 'G3' || grade === 'G4'
  if (grade === 'G1' || longEvacuationOf(facts) === true) return 'A'
  if (demolished === true && (half || siteDamaged === true)) return 'A'
  if (grade === 'G2') return 'B'
  return grade === 'G3' ? 'C' : null
}

/** 長期避難世帯: nobody is one where no area was named (支援法2条2号ハ). */
export function longEvacuationOf(facts: HouseholdFacts): boolean | null {
  return facts.gates.choki === false ? false : facts.longEvacuation
}

/** 単数世帯 gets three quarters (支援法3条5項…); every sum of the tables divides by four. */
export function singleShare(yen: number, members: number): number {
  return members === 1 ? (yen / 4) * 3 : yen
}

const bases: Readonly<Record<RebuildCategory, number>> = { A: 1_000_000, B: 500_000, C: 0 }
const additions: Readonly<Record<RebuildWay, number>> = {
  build: 2_000_000,
  repair: 1_000_000,
  rent: 500_000,
  'public-rent': 0,
}

/** 基礎支援金, whole yen. */
export function rebuildBase(category: RebuildCategory, members: number): number {
  return singleShare(bases[category], members)
}

/**
 * 加算支援金 of one way, whole yen. Of two ways the higher sum is due altogether (支援法3条3項): who rented first and builds
 * later has the whole of building due, and is paid what is left of it.
 */
export function rebuildAddition(category: RebuildCategory, way: RebuildWay, members: number): number {
  return singleShare(category === 'C' ? additions[way] / 2 : additions[way], members)
}

/** 災害援護資金の所得の限度 (令5条), whole yen. */
export function loanIncomeCap(members: number, houseLost: boolean): number {
  if (houseLost) return 12_700_000
  return [2_200_000, 4_300_000, 6_200_000, 7_300_000][members - 1] ?? 7_300_000 + 300_000 * (members - 4)
}

/** 災害援護資金の限度額 (令7条), whole yen; `null` = what decides it is not known. */
export function loanLimit(facts: HouseholdFacts): number | null {
  const { headInjuredMonth: injured, houseLost, goodsThirdLost, grade } = facts
  if (houseLost === true) return 3_500_000
  if (injured === null) return null
  if (grade === 'G1') return houseLost === null ? null : injured ? 3_500_000 : 2_500_000
  if (grade === null || houseLost === null) return null
  if (grade === 'G2' || grade === 'G3' || grade === 'G4') return injured ? 2_700_000 : 1_700_000
  if (goodsThirdLost === null) return null
  if (goodsThirdLost) return injured ? 2_500_000 : 1_500_000
  return injured ? 1_500_000 : 0
}
