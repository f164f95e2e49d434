import type { PlainDate } from '@open-bcl/core/brand.ts'
import { guidelines, type GuidelineCode } from '../../disasters/disasters.ts'
import { gradeLabel, type DamageGrade } from '../../disasters/grades.ts'
import { houseRules } from './guideline-data.ts'
import { hazardRules } from './guideline-hazards.ts'
import type { DatedRules } from './dated.ts'
import type { PercentBand, RuleKey, RuleValues } from './guideline-values.ts'
import type { Rule } from './rules.ts'

/** What one edition says on one day. */
export type Rules = {
  readonly guideline: GuidelineCode
  /** 「運用指針（令和6年5月）」 */
  readonly label: string
  readonly rules: { readonly [Key in RuleKey]: Rule<RuleValues[Key]> & { readonly key: Key } }
}

export const datedRules: DatedRules = { ...houseRules, ...hazardRules }
export const ruleKeys = Object.keys(datedRules) as RuleKey[]

/**
 * The rules of an edition. A disaster is ruled by the edition pinned to it; its first day only settles what changed by
 * law while that edition was in force (中規模半壊). Another day is taken as the edition's nearest one.
 */
export function rulesOf(guideline: GuidelineCode, disasterOn: PlainDate): Rules {
  const position = guidelines.findIndex((one) => one.code === guideline)
  const from = guidelines[position]!.fromOn
  const next = guidelines[position + 1]?.fromOn
  const isBefore = (row: { readonly from: PlainDate }) =>
    row.from <= (disasterOn > from ? disasterOn : from) && (next === undefined || row.from < next)
  const inForce = <Key extends RuleKey>(key: Key): Rule<RuleValues[Key]> => {
    const { label, rows } = datedRules[key]
    const position = rows.findLastIndex(isBefore)
    return { key, label, ...rows[position]!, to: rows[position + 1]?.from ?? null }
  }
  return {
    guideline,
    label: guidelineLabel(guideline),
    rules: Object.fromEntries(ruleKeys.map((key) => [key, inForce(key)])) as Rules['rules'],
  }
}

/** What could not be compared with the guideline itself: to be shown to the town's administrator, and with results. */
export function unverifiedRules(rules: Rules): readonly Rule[] {
  return ruleKeys.map((key) => rules.rules[key]).filter((rule) => !rule.verified)
}

export function valueOf<Key extends RuleKey>(rules: Rules, key: Key): RuleValues[Key] {
  return rules.rules[key].value
}

/** 「運用指針（令和6年5月）」 */
export function guidelineLabel(code: GuidelineCode): string {
  const [, era, year, month] = /^([HR])(\d+)\.(\d+)$/.exec(code)!
  return `運用指針（${era === 'H' ? '平成' : '令和'}${year}年${month}月）`
}

/** The grades this edition knows, from the heaviest; 無被害 is none of them. */
export function gradesOf(rules: Rules): readonly DamageGrade[] {
  return valueOf(rules, 'grades.loss').map((band) => band.grade)
}

/** 「30％以上40％未満」 */
export function bandText(bands: readonly PercentBand[], grade: DamageGrade): string {
  const position = bands.findIndex((band) => band.grade === grade)
  const from = bands[position]!.fromPercent
  const below = bands[position - 1]?.fromPercent
  if (below === undefined) return `${from}％以上`
  return from === 0 ? `${below}％未満` : `${from}％以上${below}％未満`
}

/** 「中規模半壊（損害割合30％以上40％未満）」 */
export function gradeText(rules: Rules, grade: DamageGrade): string {
  if (grade === 'G0') return gradeLabel(grade)
  return `${gradeLabel(grade)}（損害割合${bandText(valueOf(rules, 'grades.loss'), grade)}）`
}
