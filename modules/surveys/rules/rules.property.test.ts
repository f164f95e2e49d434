import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { guidelineCodes, type GuidelineCode } from '../../disasters/disasters.ts'
import { compareGrades, type DamageGrade } from '../../disasters/grades.ts'
import { gradesOf, rulesOf, ruleKeys, valueOf, type Rules } from './guidelines.ts'
import {
  degrees,
  type Answer,
  type Degree,
  type EntryMode,
  type InputDefinition,
  type ScoreResult,
  type Sheet,
  type SheetKind,
} from './rules.ts'
import { score } from './score.ts'
import { inputsOf, sheetDefinition, sheetKinds } from './sheets.ts'
import { sheetOf, undamaged } from '../testing/sheets.ts'
import { sheetErrors } from './validation.ts'

const on = '2000-01-01' as PlainDate
const editions = guidelineCodes.map((code) => rulesOf(code, on))
/** Editions by their code: a counterexample that prints all rules can be read by nobody. */
const anyCode = fc.constantFrom(...guidelineCodes)
const edition = (code: GuidelineCode) => rulesOf(code, on)
const anyKind = fc.constantFrom(...sheetKinds)
const anyMode = fc.constantFrom<EntryMode>('exact', 'table')

/** Percentages by degree, together at most 100. */
const areas = fc
  .uniqueArray(fc.integer({ min: 0, max: 10_000 }), { minLength: 5, maxLength: 5 })
  .map((cuts) => {
    const sorted = cuts.toSorted((one, other) => one - other)
    return Object.fromEntries(degrees.map((degree, n) => [degree, (sorted[n]! - (sorted[n - 1] ?? 0)) / 100]))
  })

function answerOf(input: InputDefinition, weight: number): fc.Arbitrary<Answer> {
  const tenths = (max: number) => fc.integer({ min: 0, max: max * 10 }).map((one) => one / 10)
  switch (input.kind) {
    case 'yes-no':
      if (input.key === 'dwelling') return fc.constant(true)
      // Most houses stand: otherwise every random sheet ends at the first look.
      return fc.nat({ max: 9 }).map((one) => one === 0)
    case 'choice':
      return fc.constantFrom(...input.options.map((option) => option.value))
    case 'tilt':
      return fc.record({
        offsetsCm: fc.array(tenths(5), { minLength: 4, maxLength: 4 }),
        plumbCm: fc.constantFrom(60, 120),
      })
    case 'depths':
      return fc.array(
        fc.integer({ min: 1, max: 3000 }).map((one) => one / 10),
        { minLength: 1, maxLength: 4 },
      )
    case 'length':
      return tenths(60)
    case 'percent':
      return fc.integer({ min: 0, max: 7500 }).map((one) => one / 100)
    case 'degree-areas':
      return areas
    case 'degree-counts':
      return areas.map((percents) => ({
        total: 100,
        damaged: Object.fromEntries(
          Object.entries(percents).map(([degree, one]) => [degree, Math.floor(one)]),
        ),
      }))
    case 'length-share':
      return fc.integer({ min: 0, max: 3000 }).map((one) => ({ damagedM: one / 100, totalM: 30 }))
    case 'points':
      return tenths(weight)
  }
}

function answersFor(rules: Rules, kind: SheetKind): fc.Arbitrary<Record<string, Answer>> {
  const definition = sheetDefinition(rules, kind)
  return fc.record(
    Object.fromEntries(
      inputsOf(definition).map((input) => [
        input.key,
        answerOf(input, definition.parts.find((part) => part.key === input.part)?.weight ?? 0),
      ]),
    ),
  )
}

/** A wholly filled sheet. */
const anySheet = fc.tuple(anyCode, anyKind, anyMode).chain(([code, kind, entryMode]) =>
  answersFor(edition(code), kind).map((answers) => ({
    code,
    sheet: { ...kind, entryMode, answers } satisfies Sheet,
  })),
)

/** The same with nothing but parts. */
const partsSheet = fc
  .tuple(
    anyCode,
    anyKind.filter((kind) => sheetDefinition(editions.at(-1)!, kind).parts.length > 0),
    anyMode,
  )
  .chain(([code, kind, entryMode]) =>
    answersFor(edition(code), kind).map((answers) => {
      const { parts } = sheetDefinition(edition(code), kind)
      const ofParts = Object.entries(answers).filter(([key]) => parts.some((part) => part.key === key))
      return { code, sheet: sheetOf(edition(code), kind, Object.fromEntries(ofParts), entryMode) }
    }),
  )

function weight(result: ScoreResult): DamageGrade {
  if (result.kind === 'graded') return result.gradeCode
  if (result.kind === 'needs-second-survey') return result.atLeast ?? 'G0'
  throw new Error(result.kind)
}

function percentOf(rules: Rules, sheet: Sheet): number {
  const result = score(rules, sheet)
  // A shortcut among the parts (pillars) is worth everything.
  return result.kind === 'graded' && result.loss?.kind === 'exact'
    ? result.loss.percent
    : result.kind === 'graded' && result.gradeCode === 'G1'
      ? 100
      : 0
}

test('every filled sheet of every edition gets an answer, in the grades of its edition, with reasons and sources', () => {
  fc.assert(
    fc.property(anySheet, ({ code, sheet }) => {
      const rules = edition(code)
      assert.deepEqual(sheetErrors(rules, sheet), [])
      const result = score(rules, sheet)
      assert.ok(result.kind === 'graded' || result.kind === 'needs-second-survey', JSON.stringify(result))
      assert.ok(result.path.every((reason) => reason.text !== '' && reason.source.startsWith(rules.label)))
      const grade = result.kind === 'graded' ? result.gradeCode : result.atLeast
      assert.ok(grade === null || grade === 'G0' || gradesOf(rules).includes(grade), String(grade))
      // Whoever reads the reasons sees which of them nobody could check.
      const doubtful = result.path.filter((reason) => !reason.verified).map((reason) => reason.rule)
      const told = result.unverified.map((one) => one.rule)
      assert.ok(doubtful.every((rule) => told.includes(rule)))
    }),
    { numRuns: 600 },
  )
})

test('whatever a broken phone sends as answers is refused or graded, never a crash', () => {
  fc.assert(
    fc.property(anySheet, fc.nat(), fc.jsonValue(), ({ code, sheet }, n, junk) => {
      const inputs = inputsOf(sheetDefinition(edition(code), sheet))
      const { key } = inputs[n % inputs.length]!
      const broken = { ...sheet, answers: { ...sheet.answers, [key]: junk as Answer } }
      assert.ok(score(edition(code), broken).kind !== undefined)
    }),
    { numRuns: 1000 },
  )
})

test('the same answers in any order, from storage or by hand, give the same result', () => {
  fc.assert(
    fc.property(anySheet, fc.infiniteStream(fc.nat()), ({ code, sheet }, keys) => {
      const rules = edition(code)
      const shuffled = Object.entries(sheet.answers)
        .map((entry) => ({ entry, at: keys.next().value! }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ entry }) => entry)
      const stored = JSON.parse(JSON.stringify(Object.fromEntries(shuffled))) as Sheet['answers']
      assert.deepEqual(score(rules, { ...sheet, answers: stored }), score(rules, sheet))
    }),
  )
})

test('leaving anything out never makes a lighter grade: it is asked for, or it does not matter', () => {
  fc.assert(
    fc.property(anySheet, fc.nat(), ({ code, sheet }, n) => {
      const rules = edition(code)
      const required = inputsOf(sheetDefinition(rules, sheet)).filter((input) => input.required)
      const left = required[n % required.length]!.key
      const { [left]: _, ...rest } = sheet.answers
      const whole = score(rules, sheet)
      const partial = score(rules, { ...sheet, answers: rest })
      if (partial.kind === 'incomplete') return
      if (partial.kind === 'needs-second-survey')
        assert.ok(whole.kind === partial.kind || weight(whole) === 'G1')
      else assert.deepEqual(weight(partial), weight(whole))
    }),
    { numRuns: 600 },
  )
})

test('deeper water never makes a lighter grade', () => {
  const kind = { hazard: 'flood', structure: 'wood', stage: 'first' } as const
  const depth = fc.integer({ min: 1, max: 20_000 }).map((one) => one / 10)
  fc.assert(
    fc.property(anyCode, fc.boolean(), depth, depth, (code, externalForce, one, other) => {
      const rules = edition(code)
      if (valueOf(rules, 'flood.force') === null) return
      const at = (cm: number) =>
        score(rules, sheetOf(rules, kind, { externalForce, inundation: 'above-floor', depthsCm: [cm] }))
      const below = score(rules, sheetOf(rules, kind, { externalForce, inundation: 'below-floor' }))
      const [low, high] = [at(Math.min(one, other)), at(Math.max(one, other))]
      assert.ok(compareGrades(weight(high), weight(low)) <= 0)
      assert.ok(compareGrades(weight(low), weight(below)) <= 0)
    }),
  )
})

test('a house that leans more, or sank deeper, never gets a lighter grade', () => {
  fc.assert(
    fc.property(
      anySheet,
      fc.nat({ max: 3 }),
      fc.integer({ min: 1, max: 900 }),
      ({ code, sheet }, corner, more) => {
        const rules = edition(code)
        const tilt = sheet.answers['tilt'] as { offsetsCm: number[]; plumbCm: number } | undefined
        if (tilt === undefined) return
        const offsetsCm = tilt.offsetsCm.map((one, n) =>
          n === corner ? Math.round(one * 10 + more) / 10 : one,
        )
        const leaning = { ...sheet, answers: { ...sheet.answers, tilt: { ...tilt, offsetsCm } } }
        const [before, after] = [score(rules, sheet), score(rules, leaning)]
        assert.ok(compareGrades(weight(after), weight(before)) <= 0)
      },
    ),
  )
})

test('more damage to a part never lowers the percentage: another degree for a share, or more of one degree', () => {
  fc.assert(
    fc.property(
      partsSheet,
      fc.nat(),
      fc.nat({ max: 4 }),
      fc.nat({ max: 4 }),
      ({ code, sheet }, n, from, to) => {
        const rules = edition(code)
        const { parts } = sheetDefinition(rules, sheet)
        const key = parts[n % parts.length]!.key
        const [light, heavy] = [degrees[Math.min(from, to)]!, degrees[Math.max(from, to)]!]
        const worse = worsened(sheet.answers[key], light, heavy)
        const after = { ...sheet, answers: { ...sheet.answers, [key]: worse } }
        // A table knows only classes of areas: a share that moves between two degrees may fall into smaller classes.
        const splits = sheet.entryMode === 'table' && light !== heavy && typeof worse === 'object'
        if (!splits) assert.ok(percentOf(rules, after) >= percentOf(rules, sheet))
      },
    ),
    { numRuns: 1000 },
  )
})

/** The same part, damaged more: what was lightly damaged is so heavily; or more of it is damaged. */
function worsened(answer: Answer | undefined, light: Degree, heavy: Degree): Answer {
  const raised = (shares: Readonly<Partial<Record<Degree, number>>>, room: number) => {
    if (light === heavy) return { ...shares, [heavy]: Math.round(((shares[heavy] ?? 0) + room) * 100) / 100 }
    const moved = Math.round(((shares[heavy] ?? 0) + (shares[light] ?? 0)) * 100) / 100
    return { ...shares, [light]: 0, [heavy]: moved }
  }
  const sum = (shares: object) => Object.values(shares).reduce((total: number, one: number) => total + one, 0)
  if (typeof answer === 'number') return Math.max(answer, 5)
  assert.ok(typeof answer === 'object' && !Array.isArray(answer))
  if ('totalM' in answer) return { ...answer, damagedM: answer.totalM }
  if ('damaged' in answer) {
    return { total: answer.total, damaged: raised(answer.damaged, answer.total - sum(answer.damaged)) }
  }
  return raised(answer as Partial<Record<Degree, number>>, Math.round((100 - sum(answer)) * 100) / 100)
}

test('the table stays within its own step of the exact percentage', () => {
  fc.assert(
    fc.property(partsSheet, ({ code, sheet }) => {
      const rules = edition(code)
      const exact = score(rules, { ...sheet, entryMode: 'exact' })
      const table = score(rules, { ...sheet, entryMode: 'table' })
      assert.ok(exact.kind === 'graded' && table.kind === 'graded')
      for (const [n, part] of table.parts.entries()) {
        const same = exact.parts[n]!
        // Every degree is taken up to the end of its class, 20 % away at most, and rounded to a point.
        const steps = stepsOf(rules, sheet.answers[part.key], part.weight)
        assert.ok(
          part.value >= same.value - 0.5 * steps.cells - 1e-9,
          `${part.label} ${part.value} ${same.value}`,
        )
        assert.ok(
          part.value <= same.value + 0.5 * steps.cells + steps.points + 1e-9,
          `${part.label} ${part.value}`,
        )
      }
    }),
    { numRuns: 600 },
  )
})

function stepsOf(
  rules: Rules,
  answer: Answer | undefined,
  weight: number,
): { cells: number; points: number } {
  const coefficients = valueOf(rules, 'degrees')
  if (typeof answer === 'number') return { cells: 1, points: 0 }
  assert.ok(typeof answer === 'object' && !Array.isArray(answer))
  if ('totalM' in answer) return { cells: 1, points: weight * 0.2 }
  const shares = 'damaged' in answer ? answer.damaged : (answer as Partial<Record<Degree, number>>)
  const seen = degrees.filter((degree) => (shares[degree] ?? 0) > 0)
  return {
    cells: seen.length,
    points: seen.reduce((sum, degree) => sum + weight * (coefficients[degree] / 100) * 0.2, 0),
  }
}

test('every input of every sheet matters: some answer to it changes the result', () => {
  for (const rules of editions) {
    for (const kind of sheetKinds) {
      const definition = sheetDefinition(rules, kind)
      for (const input of inputsOf(definition)) {
        const matters = variants(
          input,
          definition.parts.find((part) => part.key === input.part)?.weight ?? 0,
        ).some(([one, other]) =>
          backgrounds(rules, kind, input).some((sheet) => {
            const result = (answer: Answer) =>
              JSON.stringify(
                verdictOf(score(rules, { ...sheet, answers: { ...sheet.answers, [input.key]: answer } })),
              )
            return result(one) !== result(other)
          }),
        )
        assert.ok(matters, `${rules.guideline} ${definition.label} ${input.key}`)
      }
    }
  }
})

function verdictOf(result: ScoreResult): unknown {
  switch (result.kind) {
    case 'graded':
      return [result.gradeCode, result.loss?.text]
    case 'needs-second-survey':
      return [result.kind, result.atLeast]
    case 'incomplete':
    case 'invalid':
    case 'not-dwelling':
      return result.kind
  }
}

function variants(input: InputDefinition, weight: number): [Answer, Answer][] {
  switch (input.kind) {
    case 'yes-no':
      return [[true, false]]
    case 'choice':
      return input.options.slice(1).map((option) => [input.options[0]!.value, option.value])
    case 'tilt':
      return [[undamaged(input), { offsetsCm: [9, 9, 9, 9], plumbCm: 120 }]]
    case 'depths':
      return [[[5], [250]]]
    case 'length':
      return [[0, 40]]
    case 'percent':
      return [[0, 80]]
    case 'degree-areas':
      return [[{}, { V: 100 }]]
    case 'degree-counts':
      return [[undamaged(input), { total: 20, damaged: { V: 20 } }]]
    case 'length-share':
      return [[undamaged(input), { damagedM: 30, totalM: 30 }]]
    case 'points':
      return [[0, weight]]
  }
}

/** Houses on which an input may show: undamaged ones, and those where the others leave the question open. */
function backgrounds(rules: Rules, kind: SheetKind, input: InputDefinition): Sheet[] {
  const shift =
    kind.hazard === 'earthquake' &&
    kind.structure === 'wood' &&
    kind.stage === 'first' &&
    valueOf(rules, 'shift.half') !== null
  const open: Record<string, Answer>[] = [{}]
  if (input.askedWhen !== null) open.push({ [input.askedWhen.key]: input.askedWhen.is })
  if (input.kind === 'length') open.push({ tilt: { offsetsCm: [2, 2, 2, 2], plumbCm: 120 } })
  if (shift) open.push({ roofShift: true, wallShift: true, fittingsShift: true })
  if (kind.hazard === 'flood' && kind.stage === 'first' && kind.structure === 'wood') {
    const deep = { inundation: 'above-floor', depthsCm: [200] }
    open.push({ ...deep, externalForce: true }, { ...deep, externalForce: false }, { tilted: true })
  }
  return open.map((answers) => sheetOf(rules, kind, answers))
}

test('the parts of every sheet make 100 points, and grades of rules are grades of their edition', () => {
  for (const rules of editions) {
    for (const kind of sheetKinds) {
      const { parts } = sheetDefinition(rules, kind)
      if (parts.length > 0)
        assert.equal(
          parts.reduce((sum, part) => sum + part.weight, 0),
          100,
        )
    }
    const named = JSON.stringify(ruleKeys.map((key) => rules.rules[key].value)).match(/G[0-6]/g) ?? []
    for (const grade of new Set(named))
      assert.ok(
        gradesOf(rules).some((one) => one === grade),
        `${rules.guideline} ${grade}`,
      )
  }
})
