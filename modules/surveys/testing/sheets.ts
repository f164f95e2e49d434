import assert from 'node:assert/strict'
import { gradeLabel, type DamageGrade } from '../../disasters/grades.ts'
import type { Rules } from '../rules/guidelines.ts'
import type { Answer, Answers, EntryMode, InputDefinition, Sheet, SheetKind } from '../rules/rules.ts'
import { score } from '../rules/score.ts'
import { inputsOf, sheetDefinition } from '../rules/sheets.ts'

export function tiltOf(...offsetsCm: readonly number[]): Answers['tilt'] {
  return { offsetsCm, plumbCm: 120 }
}

export function blankSheet(kind: SheetKind, entryMode: EntryMode = 'exact'): Sheet {
  return { hazard: kind.hazard, structure: kind.structure, stage: kind.stage, entryMode, answers: {} }
}

/** A wholly filled sheet of an undamaged house, and what is said otherwise. */
export function sheetOf(
  rules: Rules,
  kind: SheetKind,
  answers: Readonly<Record<string, Answer>>,
  entryMode: EntryMode = 'exact',
): Sheet {
  const inputs = inputsOf(sheetDefinition(rules, kind)).filter(
    (input) => input.required && input.askedWhen === null,
  )
  const filled = Object.fromEntries(inputs.map((input) => [input.key, undamaged(input)]))
  return { ...blankSheet(kind, entryMode), answers: { ...filled, ...answers } }
}

export function undamaged(input: InputDefinition): Answer {
  switch (input.kind) {
    case 'yes-no':
      return input.key === 'dwelling' || input.key === 'detached'
    case 'choice':
      return input.options[0]!.value
    case 'tilt':
      return tiltOf(0, 0, 0, 0)
    case 'depths':
      return [50]
    case 'length':
    case 'percent':
    case 'points':
      return 0
    case 'degree-areas':
      return {}
    case 'degree-counts':
      return { total: 20, damaged: {} }
    case 'length-share':
      return { damagedM: 0, totalM: 30 }
  }
}

/** The grade; of an ungraded sheet the whole result, for whoever reads the failure. */
export function gradeOf(rules: Rules, sheet: Sheet): string {
  const result = score(rules, sheet)
  return result.kind === 'graded' ? result.gradeCode : JSON.stringify(result)
}

export function assertGrade(rules: Rules, sheet: Sheet, grade: DamageGrade): void {
  assert.equal(gradeOf(rules, sheet), grade, `expected ${gradeLabel(grade)}: ${reasonsOf(rules, sheet)}`)
}

/** The way to the grade as somebody would read it out. */
export function reasonsOf(rules: Rules, sheet: Sheet): string {
  const result = score(rules, sheet)
  return 'path' in result
    ? result.path.map((one) => `${one.step}：${one.text}`).join('\n')
    : JSON.stringify(result)
}
