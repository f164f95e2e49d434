import { gradeLabel, heaviestGrade, type DamageGrade } from '../../disasters/grades.ts'
import { add, atLeast, compare, lesser, ratio, show, showPercent, whole, type Fraction } from './fraction.ts'
import { bandText, unverifiedRules, valueOf, type Rules } from './guidelines.ts'
import type { RuleKey } from './guideline-values.ts'
import {
  findingOfAreas,
  findingOfCounts,
  findingOfLengths,
  findingOfPoints,
  isFullFoundation,
  scorePart,
  type PartFinding,
  type ScoredPart,
} from './parts.ts'
import type {
  InputDefinition,
  Loss,
  MissingInput,
  PartScore,
  Reason,
  ScoreResult,
  Sheet,
  SheetDefinition,
  UnverifiedUse,
} from './rules.ts'
import { inputsOf, sheetDefinition } from './sheets.ts'
import {
  because,
  floodStep,
  floorAreaStep,
  groundStep,
  lookStep,
  missingOf,
  read,
  shiftStep,
  tiltStep,
  windStep,
  type Reading,
  type Step,
} from './steps.ts'
import { sheetErrors } from './validation.ts'

/**
 * The grade of one house by one sheet, and the way to it. What is certain is said even of a half-filled sheet (全壊 by a
 * look); whatever could still change the grade is named as missing, and nothing is assumed of it.
 */
export function score(rules: Rules, sheet: Sheet): ScoreResult {
  const errors = sheetErrors(rules, sheet)
  if (errors.length > 0) return { kind: 'invalid', errors }
  const definition = sheetDefinition(rules, sheet)
  const reading: Reading = { rules, definition, sheet }
  const dwelling = read(reading, 'dwelling', 'yes-no')
  if (dwelling.state === 'answered' && !dwelling.value) {
    const text = '住家ではないので、被害の程度は認定しない（非住家は被災証明書の対象）'
    return { kind: 'not-dwelling', path: [because(rules, 'look.total', '住家', text)] }
  }
  const before = [lookStep, floorAreaStep, tiltStep, floodStep, groundStep, windStep, shiftStep].map((step) =>
    step(reading),
  )
  const parts = partsStep(reading, before)
  const steps = [...before, parts]
  const missing = [...missingOf(dwelling), ...steps.flatMap((step) => step.missing)]
  const grade = heaviestGrade(steps.flatMap((step) => step.grade ?? []))
  const ending = steps.findIndex((step) => step.grade === 'G1')
  const isSettled = ending >= 0 && dwelling.state === 'answered'
  if (missing.length > 0 && !isSettled) {
    return { kind: 'incomplete', missing, path: steps.flatMap((step) => step.reasons) }
  }
  // 全壊 is the heaviest there is: what follows it on the sheet is not looked at any more.
  const walked = isSettled ? steps.slice(0, ending + 1) : steps
  const scored = walked.includes(parts) ? parts.scored : []
  const forParts = scored.length > 0 ? definition : null
  const second = isSettled ? null : (steps.find((step) => step.second !== null)?.second ?? null)
  if (second !== null) {
    const path = walked.flatMap((step) => step.reasons)
    const unverified = unverifiedUses(rules, path, forParts)
    return { kind: 'needs-second-survey', why: second, atLeast: grade, path, unverified }
  }
  const gradeCode = grade ?? lightest(steps)
  const exact = walked.includes(parts) && parts.grade === gradeCode ? parts.loss : null
  const path = [...walked.flatMap((step) => step.reasons), verdict(rules, gradeCode, exact)]
  return {
    kind: 'graded',
    gradeCode,
    loss: exact ?? leastLoss(rules, gradeCode, floorAreaDecided(steps, gradeCode)),
    parts: scored.map(shownPart),
    path,
    unverified: unverifiedUses(rules, path, forParts),
  }
}

/** Without a grade: 無被害 where nothing is damaged, the lightest grade where something is. */
function lightest(steps: readonly Step[]): DamageGrade {
  return steps.some((step) => step.damaged) ? 'G6' : 'G0'
}

/** The area of the floor gives a grade, and no percentage. */
function floorAreaDecided(steps: readonly Step[], grade: DamageGrade): boolean {
  const area = steps[1]!
  return area.grade === grade && !steps.some((step) => step !== area && step.grade === grade)
}

type PartsStep = Step & { readonly scored: readonly ScoredPart[]; readonly loss: Loss | null }

/** 部位による判定: the points of all parts, and those of the tilt. */
function partsStep(reading: Reading, before: readonly Step[]): PartsStep {
  const { rules, definition, sheet } = reading
  const none: PartsStep = {
    reasons: [],
    grade: null,
    missing: [],
    second: null,
    damaged: false,
    points: whole(0),
    scored: [],
    loss: null,
  }
  if (definition.parts.length === 0) return none
  const missing: MissingInput[] = []
  const scored: ScoredPart[] = []
  const reasons: Reason[] = []
  const weights: RuleKey = `weights.${definition.structure}.${definition.stage}`
  const inputs = inputsOf(definition)
  for (const part of definition.parts) {
    const input = inputs.find((one) => one.part === part.key)!
    const finding = findingOf(reading, input)
    if (finding === null) {
      missing.push({ key: input.key, label: input.label })
      continue
    }
    const one = scorePart(rules, part, finding, sheet.entryMode)
    scored.push(one)
    const rule =
      finding.kind === 'length' && isFullFoundation(rules, finding.share)
        ? 'foundation.full'
        : finding.kind === 'points'
          ? 'equipment.items'
          : weights
    reasons.push(because(rules, rule, `部位：${part.label}`, one.text))
    const collapse = pillarCollapse(rules, definition, input, finding)
    if (collapse !== null) return { ...none, ...collapse, reasons: [...reasons, ...collapse.reasons], scored }
  }
  if (missing.length > 0) return { ...none, reasons, missing, scored }
  const tilt = before.map((step) => step.points)
  const total = lesser(add(...scored.map((one) => one.exact), ...tilt), whole(100))
  const bands = valueOf(rules, 'grades.loss')
  const band = bands.find((one) => atLeast(total, whole(one.fromPercent)))!
  const damaged = [...before, ...scored].some((one) => one.damaged)
  const text = showPercent(total)
  const loss: Loss = { kind: 'exact', percent: Number(text), text }
  const added = tilt.filter((one) => compare(one, whole(0)) > 0).map((one) => `、傾斜${show(one)}`)
  const sum = `部位の点を合計する（${scored.map((one) => `${one.label}${one.points}`).join('、')}${added.join('')}）。損害割合は${loss.text}％`
  return {
    ...none,
    scored,
    loss,
    damaged,
    grade: damaged ? band.grade : null,
    reasons: [...reasons, because(rules, weights, '合計', sum)],
  }
}

function findingOf(reading: Reading, input: InputDefinition): PartFinding | null {
  switch (input.kind) {
    case 'degree-areas': {
      const found = read(reading, input.key, 'degree-areas')
      return found.state === 'answered' ? findingOfAreas(found.value) : null
    }
    case 'degree-counts': {
      const found = read(reading, input.key, 'degree-counts')
      return found.state === 'answered' ? findingOfCounts(found.value, input.unit) : null
    }
    case 'length-share': {
      const found = read(reading, input.key, 'length-share')
      return found.state === 'answered' ? findingOfLengths(found.value) : null
    }
    case 'points': {
      const found = read(reading, input.key, 'points')
      return found.state === 'answered' ? findingOfPoints(found.value) : null
    }
    case 'yes-no':
    case 'choice':
    case 'tilt':
    case 'depths':
    case 'length':
    case 'percent':
      throw new Error(`no part is measured by ${input.kind}`)
  }
}

/** 非木造: the pillars of a storey are gone. */
function pillarCollapse(
  rules: Rules,
  definition: SheetDefinition,
  input: InputDefinition,
  finding: PartFinding,
): Pick<Step, 'grade' | 'damaged' | 'reasons'> | null {
  const collapse = valueOf(rules, 'pillar.collapse')
  if (
    collapse === null ||
    definition.structure === 'wood' ||
    input.part !== 'pillar' ||
    finding.kind !== 'shares'
  )
    return null
  const gone = finding.shares.find((one) => one.degree === 'V')
  if (gone === undefined || !atLeast(gone.share, ratio(collapse.fromPercent, 100))) return null
  const text = `損傷程度Ⅴの柱が${gone.text}で、${collapse.fromPercent}％以上なので、${gradeLabel(collapse.grade)}`
  return { grade: collapse.grade, damaged: true, reasons: [because(rules, 'pillar.collapse', '柱', text)] }
}

function shownPart({ key, label, weight, lossPercent, points, value }: ScoredPart): PartScore {
  return { key, label, weight, lossPercent, points, value }
}

/** A shortcut says 「損害割合○％以上」 and no more; nothing is said of the lightest grades. */
function leastLoss(rules: Rules, grade: DamageGrade, byFloorArea: boolean): Loss | null {
  const percent = valueOf(rules, 'grades.loss').find((band) => band.grade === grade)?.fromPercent ?? 0
  if (percent === 0 || byFloorArea) return null
  const bound: Fraction = whole(percent)
  return { kind: 'at-least', percent, text: showPercent(bound) }
}

function verdict(rules: Rules, grade: DamageGrade, loss: Loss | null): Reason {
  if (grade === 'G0') {
    return because(rules, 'grades.loss', '判定', '損傷が認められないので、無被害（罹災証明書の区分にはない）')
  }
  const range = bandText(valueOf(rules, 'grades.loss'), grade)
  const text =
    loss === null
      ? `ここまでで最も重い程度により、${gradeLabel(grade)}（損害割合では${range}に当たる区分）`
      : `損害割合${loss.text}％は${range}なので、${gradeLabel(grade)}`
  return because(rules, 'grades.loss', '判定', text)
}

/** Rules of the path that are unverified, and the unknown ones that a scoring of parts had to do without. */
function unverifiedUses(
  rules: Rules,
  path: readonly Reason[],
  scored: SheetDefinition | null,
): readonly UnverifiedUse[] {
  const unknown: readonly RuleKey[] =
    scored === null
      ? []
      : scored.hazard === 'flood'
        ? ['storeys.adjustment', 'flood.soaked']
        : ['storeys.adjustment']
  return unverifiedRules(rules)
    .filter(
      (rule) => path.some((reason) => reason.rule === rule.key) || unknown.some((key) => key === rule.key),
    )
    .map(({ key, label, text }) => ({ rule: key, label, text }))
}
