/**
 * 住家の被害の程度: the six of the unified form (`certificates/papers/risai.ts`), and 無被害, which is never certified.
 * From the heaviest to none. Which of them an edition of the guideline knows is `surveys/rules/guidelines.ts`.
 */
export const damageGrades = [
  { value: 'G1', label: '全壊' },
  { value: 'G2', label: '大規模半壊' },
  { value: 'G3', label: '中規模半壊' },
  { value: 'G4', label: '半壊' },
  { value: 'G5', label: '準半壊' },
  { value: 'G6', label: '準半壊に至らない（一部損壊）' },
  { value: 'G0', label: '無被害' },
] as const
export type DamageGrade = (typeof damageGrades)[number]['value']

/** 無被害 is not one of the six grades: no 罹災証明書 exists for it (災対法90条の2). */
export function isCertifiable(grade: DamageGrade): boolean {
  return grade !== 'G0'
}

/** Negative when `one` is the heavier damage, as `sort` wants it. */
export function compareGrades(one: DamageGrade, other: DamageGrade): number {
  return rankOf(one) - rankOf(other)
}

/** The heaviest of some; `null` of none. */
export function heaviestGrade(grades: readonly DamageGrade[]): DamageGrade | null {
  return grades.toSorted(compareGrades)[0] ?? null
}

export function gradeLabel(grade: DamageGrade): string {
  return damageGrades[rankOf(grade)]!.label
}

function rankOf(grade: DamageGrade): number {
  return damageGrades.findIndex((one) => one.value === grade)
}
