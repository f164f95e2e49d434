import type { DamageGrade } from '../../disasters/grades.ts'
import type { Assessment } from './assessment.ts'
import { no, unknown, when, yes, type Condition } from './conditions.ts'
import { gradeLabel, type HouseholdFacts, type MissingFact } from './facts.ts'

/** What a rule finds: whether it holds, and what would be given. */
export type Found = { readonly condition: Condition } & Partial<
  Pick<Assessment, 'amountYen' | 'isLimit' | 'benefit' | 'shares'>
>

export function gradeOneOf(
  facts: HouseholdFacts,
  grades: readonly DamageGrade[],
  article: string,
): Condition {
  if (facts.grade === null) return unknown('grade', '罹災証明書の被害の程度がまだわかりません', article)
  const text = `被害の程度：${gradeLabel(facts.grade)}`
  return grades.includes(facts.grade) ? yes(text, article) : no(text, article)
}

export const told = (
  facts: HouseholdFacts,
  key: keyof HouseholdFacts & MissingFact,
  text: string,
  article: string,
): Condition => when(facts[key] as boolean | null, key, text, article)

export function count(people: number | null, key: MissingFact, word: string, article: string): Condition {
  if (people === null) return unknown(key, `${word}の人数がわかりません`, article)
  return people > 0 ? yes(`${word}：${people}人`, article) : no(`${word}はいません`, article)
}
