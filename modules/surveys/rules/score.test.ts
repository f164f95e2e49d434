import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { GuidelineCode } from '../../disasters/disasters.ts'
import { ratio, show } from './fraction.ts'
import { rulesOf } from './guidelines.ts'
import { cellOf } from './parts.ts'
import { score } from './score.ts'
import { assertGrade, blankSheet, gradeOf, reasonsOf, sheetOf, tiltOf } from '../testing/sheets.ts'

/** Official worked examples and the vectors of `docs/rules/damage-survey.md`; T1–T10 are their numbers there. */
const on = '2026-07-28' as PlainDate
const today = rulesOf('R7.7', on)
const edition = (code: GuidelineCode, day = '2000-01-01') => rulesOf(code, day as PlainDate)

const woodQuake = { hazard: 'earthquake', structure: 'wood', stage: 'first' } as const
const flood = { hazard: 'flood', structure: 'wood', stage: 'first' } as const

test('T1: the official example of a first survey makes 37.96 %, 中規模半壊, with every part shown', () => {
  const sheet = sheetOf(today, woodQuake, {
    roof: { IV: 50 },
    'outer-wall': { III: 20, IV: 40 },
    foundation: { damagedM: 7, totalM: 30 },
  })
  const result = score(today, sheet)
  assert.ok(result.kind === 'graded')
  assert.equal(result.gradeCode, 'G3')
  assert.deepEqual(result.loss, { kind: 'exact', percent: result.loss?.percent, text: '37.96' })
  assert.deepEqual(
    result.parts.map((part) => [part.label, part.lossPercent, part.points]),
    [
      ['屋根', '37.5', '5.63'],
      ['外壁', '40', '30'],
      ['基礎', '23.33', '2.33'],
    ],
  )
  assert.equal(
    result.path.find((reason) => reason.step === '部位：外壁')?.text,
    '程度Ⅲ 20％×50％＋程度Ⅳ 40％×75％＝40％。構成比75 → 30点',
  )
  assert.equal(result.path.at(-1)?.text, '損害割合37.96％は30％以上40％未満なので、中規模半壊')
  assert.ok(result.path.every((reason) => reason.source !== '' && reason.text !== ''))
})

test('T2, T3: a wooden house that leans 6 cm on 120 cm is 全壊 whatever its parts; 5.9 cm is not, by tilt', () => {
  const parts = { roof: { V: 100 }, 'outer-wall': {}, foundation: { damagedM: 0, totalM: 30 } }
  const total = score(today, sheetOf(today, woodQuake, { ...parts, tilt: tiltOf(6, 6, 6, 6) }))
  assert.ok(total.kind === 'graded')
  assert.equal(total.gradeCode, 'G1')
  assert.deepEqual(total.parts, [])
  assert.deepEqual(total.loss, { kind: 'at-least', percent: 50, text: '50.00' })
  assert.equal(total.path.at(-1)?.step, '判定')
  assert.notEqual(
    gradeOf(today, sheetOf(today, woodQuake, { ...parts, roof: {}, tilt: tiltOf(5.9, 5.9, 5.9, 5.9) })),
    'G1',
  )
  // The mean rules, and the length of the line.
  assertGrade(today, sheetOf(today, woodQuake, { tilt: tiltOf(0, 12, 0, 12) }), 'G1')
  assertGrade(today, sheetOf(today, woodQuake, { tilt: { offsetsCm: [3, 3, 3, 3], plumbCm: 60 } }), 'G1')
})

test('T4–T6: the same depth above the floor is graded otherwise with and without external force', () => {
  const at = (externalForce: boolean, depthCm: number) =>
    gradeOf(today, sheetOf(today, flood, { externalForce, inundation: 'above-floor', depthsCm: [depthCm] }))
  const below = (externalForce: boolean) =>
    gradeOf(today, sheetOf(today, flood, { externalForce, inundation: 'below-floor' }))
  assert.deepEqual(
    [180, 179.9, 100, 99.9, 50, 49.9, 0.1].map((cm) => at(true, cm)),
    ['G1', 'G2', 'G2', 'G3', 'G3', 'G4', 'G4'],
  )
  assert.deepEqual(
    [500, 180, 179.9, 100, 99.9, 10, 9.9, 9, 0.1].map((cm) => at(false, cm)),
    ['G2', 'G2', 'G3', 'G3', 'G4', 'G4', 'G5', 'G5', 'G5'],
  )
  assert.deepEqual([below(true), below(false)], ['G6', 'G6'])
})

test('T7: before May 2024 a flooded house without external force needs the second survey', () => {
  for (const code of ['R3.3', 'R2.3', 'H30.3', 'H25.6', 'H21.6'] as const) {
    const rules = edition(code)
    const sheet = sheetOf(rules, flood, { externalForce: false, inundation: 'above-floor', depthsCm: [120] })
    assert.equal(score(rules, sheet).kind, 'needs-second-survey', code)
  }
})

test('T8: the second sheet of a non-wooden house by the look-up table makes 32 points, 中規模半壊', () => {
  const sheet = sheetOf(
    today,
    { hazard: 'earthquake', structure: 'non-wood', stage: 'second' },
    {
      pillar: { total: 10, damaged: { IV: 6 } },
      floor: { III: 40 },
      'outer-finish': { II: 100 },
      'inner-finish': { III: 60 },
      fittings: { total: 10, damaged: { II: 4 } },
      equipment: 0,
    },
    'table',
  )
  const result = score(today, sheet)
  assert.ok(result.kind === 'graded')
  assert.deepEqual(
    result.parts.map((part) => part.value),
    [23, 2, 3, 3, 1, 0],
  )
  assert.equal(result.loss?.text, '32.00')
  assert.equal(result.gradeCode, 'G3')
})

test('T9: the ground: 1.2, 2.0 and 6.0 cm belong to the heavier grade already', () => {
  const kinds = (['wood', 'non-wood'] as const).map(
    (structure) => ({ hazard: 'ground', structure, stage: 'first' }) as const,
  )
  for (const kind of kinds) {
    const at = (cm: number) => gradeOf(today, sheetOf(today, kind, { tilt: tiltOf(cm, cm, cm, cm) }))
    assert.deepEqual([1.2, 1.9, 2, 5.9, 6].map(at), ['G4', 'G4', 'G2', 'G2', 'G1'])
    assert.equal(
      score(today, sheetOf(today, kind, { tilt: tiltOf(1.1, 1.1, 1.1, 1.1) })).kind,
      'needs-second-survey',
    )
    const sunk = (sinking: string) => gradeOf(today, sheetOf(today, kind, { sinking }))
    assert.deepEqual(['foundation-25cm', 'floor', 'above-floor-1m'].map(sunk), ['G4', 'G2', 'G1'])
    assertGrade(today, sheetOf(today, kind, { groundCrack: true }), 'G1')
    assertGrade(today, sheetOf(today, kind, { slopeDemolition: true }), 'G1')
    // The heavier of tilt and sinking.
    assertGrade(today, sheetOf(today, kind, { sinking: 'foundation-25cm', tilt: tiltOf(2, 2, 2, 2) }), 'G2')
    assertGrade(today, sheetOf(today, kind, { sinking: 'floor', tilt: tiltOf(1.2, 1.2, 1.2, 1.2) }), 'G2')
  }
})

test('T10: the bounds of the loss ratio belong to the heavier grade, in every edition', () => {
  // 75 × 66.66 % = 49.995; 75 × 13.33 % = 9.9975.
  assertGrade(today, sheetOf(today, woodQuake, { 'outer-wall': { V: 66.66 } }), 'G2')
  assertGrade(today, sheetOf(today, woodQuake, { 'outer-wall': { V: 13.33 } }), 'G6')
  const byPoints = (code: GuidelineCode, tens: number, day?: string) => {
    const rules = edition(code, day)
    const kind = { hazard: 'earthquake', structure: 'wood', stage: 'second' } as const
    // Ten points each: floor, outer wall, equipment, foundation, fittings.
    const answers = { floor: {}, 'outer-wall': {}, equipment: 0, foundation: { damagedM: 0, totalM: 30 } }
    const full = {
      floor: { V: 100 },
      'outer-wall': { V: 100 },
      equipment: 10,
      foundation: { damagedM: 30, totalM: 30 },
      fittings: { total: 20, damaged: { V: 20 } },
    }
    const chosen = Object.fromEntries(Object.entries(full).slice(0, tens))
    return gradeOf(rules, sheetOf(rules, kind, { ...answers, ...chosen }))
  }
  const tens = [1, 2, 3, 4, 5]
  assert.deepEqual(
    tens.map((n) => byPoints('R7.7', n)),
    ['G5', 'G4', 'G3', 'G2', 'G1'],
  )
  assert.deepEqual(
    tens.map((n) => byPoints('R3.3', n)),
    ['G5', 'G4', 'G3', 'G2', 'G1'],
  )
  assert.deepEqual(
    tens.map((n) => byPoints('R2.3', n, '2020-12-04')),
    ['G5', 'G4', 'G3', 'G2', 'G1'],
  )
  assert.deepEqual(
    tens.map((n) => byPoints('R2.3', n, '2020-12-03')),
    ['G5', 'G4', 'G4', 'G2', 'G1'],
  )
  assert.deepEqual(
    tens.map((n) => byPoints('H30.3', n)),
    ['G6', 'G4', 'G4', 'G2', 'G1'],
  )
  assert.deepEqual(
    tens.map((n) => byPoints('H13.6', n)),
    ['G6', 'G4', 'G4', 'G2', 'G1'],
  )
})

test('the look-up table is the printed one, cell by cell', () => {
  // Read from the official second sheet of a non-wooden house: 建具 5, floors, walls and finishes 10, 柱・梁 50.
  const printed = {
    5: ['0 0 0 0 0 1', '0 0 1 1 1 1', '0 1 1 2 2 3', '0 1 2 2 3 4', '1 1 2 3 4 5'],
    10: ['0 0 0 1 1 1', '0 1 1 2 2 3', '1 1 2 3 4 5', '1 2 3 5 6 8', '1 2 4 6 8 10'],
    50: ['1 1 2 3 4 5', '1 3 5 8 10 13', '3 5 10 15 20 25', '4 8 15 23 30 38', '5 10 20 30 40 50'],
  }
  for (const [weight, rows] of Object.entries(printed)) {
    for (const [n, coefficient] of [10, 25, 50, 75, 100].entries()) {
      const upTo = (percents: readonly number[]) =>
        percents
          .map((one) =>
            show(cellOf(today, Number(weight), coefficient, ratio(Math.round(one * 100), 10_000)).points),
          )
          .join(' ')
      assert.equal(upTo([10, 20, 40, 60, 80, 100]), rows[n])
      // Just above a class begins the next one.
      assert.equal(upTo([0.01, 10.01, 20.01, 40.01, 60.01, 80.01]), rows[n])
    }
  }
})

test('a part never counts more than its weight, nor a house more than 100 %', () => {
  const second = { ...woodQuake, stage: 'second' } as const
  // The classes of ~60 % twice: 6 + 5 points of a part that has 10.
  const table = score(today, sheetOf(today, second, { floor: { V: 50, IV: 50 } }, 'table'))
  assert.ok(table.kind === 'graded')
  assert.deepEqual(
    [table.parts.find((part) => part.key === 'floor')?.points, table.loss?.text],
    ['10', '10.00'],
  )
  const everything = { roof: { V: 100 }, 'outer-wall': { V: 100 }, foundation: { damagedM: 30, totalM: 30 } }
  const whole = score(today, sheetOf(today, woodQuake, { ...everything, tilt: tiltOf(5, 5, 5, 5) }))
  assert.ok(whole.kind === 'graded')
  assert.equal(whole.loss?.text, '100.00')
})

test('an edition pinned to a later disaster keeps its own rules, to the last day before the next edition', () => {
  const pinned = rulesOf('R3.3', on)
  const sheet = sheetOf(pinned, flood, { externalForce: false, inundation: 'above-floor', depthsCm: [120] })
  assert.equal(score(pinned, sheet).kind, 'needs-second-survey')
  const early = rulesOf('R7.7', '1995-01-17' as PlainDate)
  assert.deepEqual(early.rules, today.rules)
})

test('a loss ratio just below a threshold is never shown as having reached it', () => {
  const result = score(today, sheetOf(today, woodQuake, { 'outer-wall': { V: 66.66 } }))
  assert.ok(result.kind === 'graded')
  assert.deepEqual([result.gradeCode, result.loss?.text], ['G2', '49.99'])
})

test('a house that fell down, one storey of it, or one that was swept away is 全壊, and the survey ends there', () => {
  for (const key of ['collapsed', 'storeyCollapsed', 'lost', 'foundationUndermined']) {
    const result = score(today, { ...blankSheet(woodQuake), answers: { dwelling: true, [key]: true } })
    assert.ok(result.kind === 'graded', key)
    assert.equal(result.gradeCode, 'G1')
    assert.deepEqual(
      result.path.map((reason) => reason.step),
      ['外観', '判定'],
    )
  }
})

test('a lost share of the floor area is another way to the same grades, from the bound on', () => {
  const at = (percent: number, rules = today) => {
    const result = score(rules, sheetOf(rules, woodQuake, { lostFloorPercent: percent }))
    return result.kind === 'graded' ? [result.gradeCode, result.loss] : result.kind
  }
  assert.deepEqual(
    [70, 69.99, 50, 49.99, 30, 29.99, 20, 19.99, 10, 9.99].map((one) => at(one)[0]),
    ['G1', 'G2', 'G2', 'G3', 'G3', 'G4', 'G4', 'G5', 'G5', 'G6'],
  )
  assert.deepEqual(
    [69.99, 49.99, 19.99].map((one) => at(one, edition('H30.3'))[0]),
    ['G2', 'G4', 'G6'],
  )
  // It is a share of the floor, not a loss ratio: none is shown.
  assert.equal(at(30)[1], null)
})

test('地震 木造: a tilt from 1/60 adds 15 points to those of the parts, and says that this is unverified', () => {
  const at = (cm: number) =>
    score(today, sheetOf(today, woodQuake, { tilt: tiltOf(cm, cm, cm, cm), roof: { III: 100 } }))
  const result = at(2)
  assert.ok(result.kind === 'graded')
  assert.deepEqual([result.gradeCode, result.loss?.text], ['G4', '22.50'])
  assert.ok(result.unverified.some((one) => one.rule === 'tilt.wood.middle'))
  assert.equal(
    gradeOf(today, sheetOf(today, woodQuake, { tilt: tiltOf(1.9, 1.9, 1.9, 1.9), roof: { III: 100 } })),
    'G6',
  )
})

test('地震 非木造: 4 cm is 全壊; 2 cm only with 30 cm of settlement or exposure, which are then asked for', () => {
  const kind = { hazard: 'earthquake', structure: 'non-wood', stage: 'second' } as const
  const at = (cm: number, maxSettlementCm: number, maxExposureCm: number) =>
    gradeOf(
      today,
      sheetOf(today, kind, {
        tilt: tiltOf(cm, cm, cm, cm),
        maxSettlementCm,
        maxExposureCm,
        floor: { I: 10 },
      }),
    )
  assert.deepEqual(
    [at(4, 0, 0), at(3.9, 0, 0), at(3.9, 30, 0), at(2, 0, 30), at(2, 29.9, 29.9), at(1.9, 90, 90)],
    ['G1', 'G6', 'G1', 'G1', 'G6', 'G6'],
  )
  const {
    maxSettlementCm: _,
    maxExposureCm: __,
    ...unmeasured
  } = sheetOf(today, kind, { tilt: tiltOf(2, 2, 2, 2) }).answers
  const result = score(today, { ...blankSheet(kind), answers: unmeasured })
  assert.ok(result.kind === 'incomplete')
  assert.deepEqual(
    result.missing.map((one) => one.key),
    ['maxSettlementCm', 'maxExposureCm'],
  )
})

test('非木造: pillars of degree Ⅴ from 75 % on are 全壊; a foundation from 75 % on counts whole', () => {
  const kind = { hazard: 'flood', structure: 'non-wood', stage: 'second' } as const
  const pillars = (V: number) =>
    gradeOf(today, sheetOf(today, kind, { pillar: { total: 100, damaged: { V } } }))
  assert.deepEqual([pillars(75), pillars(74)], ['G1', 'G3'])
  const wood = { hazard: 'flood', structure: 'wood', stage: 'second' } as const
  const foundation = (damagedM: number) => {
    const result = score(today, sheetOf(today, wood, { foundation: { damagedM, totalM: 40 } }))
    return result.kind === 'graded'
      ? result.parts.find((part) => part.key === 'foundation')?.points
      : result.kind
  }
  assert.deepEqual([foundation(29.99), foundation(30)], ['7.5', '10'])
})

test('水害: depth grades only detached wooden houses of one or two storeys', () => {
  const at = (answers: Record<string, boolean | string>) =>
    score(
      today,
      sheetOf(today, flood, { externalForce: true, inundation: 'above-floor', depthsCm: [150], ...answers }),
    ).kind
  assert.deepEqual(
    [at({ storeys: '1' }), at({ storeys: '2' }), at({ storeys: '3' }), at({ detached: false })],
    ['graded', 'graded', 'needs-second-survey', 'needs-second-survey'],
  )
  const nonWood = { ...flood, structure: 'non-wood' } as const
  const result = score(today, sheetOf(today, nonWood, { lostFloorPercent: 35 }))
  assert.ok(result.kind === 'needs-second-survey')
  assert.equal(result.atLeast, 'G3')
  assertGrade(today, sheetOf(today, nonWood, { lost: true }), 'G1')
})

test('水害: the shallowest place rules; earth up to 1 m above the floor is 全壊 from 2018 on', () => {
  const depthsCm = [181, 240.5, 99.9]
  const sheet = sheetOf(today, flood, { externalForce: true, inundation: 'above-floor', depthsCm })
  assertGrade(today, sheet, 'G3')
  assert.match(
    reasonsOf(today, sheet),
    /最も浅いところの浸水深は床上99\.9cm。外力による損傷がある。床上0\.5m以上1m未満/,
  )
  assertGrade(today, sheetOf(today, flood, { sediment: 'above-floor-1m' }), 'G1')
  assertGrade(today, sheetOf(today, flood, { sediment: 'floor', inundation: 'below-floor' }), 'G2')
  const h25 = edition('H25.6')
  assert.equal(score(h25, { ...sheetOf(h25, flood, {}), answers: { sediment: 'floor' } }).kind, 'invalid')
})

test('風害: slight damage outside without rain is settled at once; rain inside needs the second survey', () => {
  const kind = { hazard: 'wind', structure: 'wood', stage: 'first' } as const
  const at = (outsideDamage: string, rainEntered: boolean) => {
    const result = score(today, sheetOf(today, kind, { outsideDamage, rainEntered }))
    return result.kind === 'graded' ? result.gradeCode : result.kind
  }
  assert.deepEqual(
    [at('none', false), at('light', false), at('light', true), at('heavy', false), at('none', true)],
    ['G0', 'G6', 'needs-second-survey', 'needs-second-survey', 'needs-second-survey'],
  )
  assertGrade(today, sheetOf(today, kind, { tilted: true, tilt: tiltOf(6, 6, 6, 6) }), 'G1')
})

test('令和7年7月: roof, outer wall and fittings out of shape together are at least 半壊; older editions do not ask', () => {
  const all = { roofShift: true, wallShift: true, fittingsShift: true }
  assertGrade(today, sheetOf(today, woodQuake, all), 'G4')
  assertGrade(today, sheetOf(today, woodQuake, { ...all, fittingsShift: false }), 'G6')
  assertGrade(today, sheetOf(today, woodQuake, { ...all, 'outer-wall': { V: 60 } }), 'G2')
  const before = edition('R6.5')
  assert.equal(score(before, sheetOf(before, woodQuake, all)).kind, 'invalid')
})

test('before 2013 the wall of a first survey counts 80 and the roof 10', () => {
  const of = (code: GuidelineCode) => {
    const result = score(edition(code), sheetOf(edition(code), woodQuake, { roof: { V: 100 } }))
    return result.kind === 'graded' ? result.loss?.text : result.kind
  }
  assert.deepEqual([of('H21.6'), of('H25.6')], ['10.00', '15.00'])
})

test('what nobody looked at is asked for by name, and nothing is assumed of it', () => {
  const { roof: _, tilt: __, ...rest } = sheetOf(today, woodQuake, {}).answers
  const result = score(today, { ...blankSheet(woodQuake), answers: rest })
  assert.ok(result.kind === 'incomplete')
  assert.deepEqual(result.missing, [
    { key: 'tilt', label: '傾斜（四隅の水平距離）' },
    { key: 'roof', label: '屋根' },
  ])
  const three = score(today, sheetOf(today, woodQuake, { tilt: { offsetsCm: [1, 1, 1], plumbCm: 120 } }))
  assert.ok(three.kind === 'incomplete')
  assert.deepEqual(three.missing, [{ key: 'tilt', label: '傾斜（四隅の水平距離）の④' }])
  assert.equal(score(today, blankSheet(woodQuake)).kind, 'incomplete')
})

test('no damage at all is 無被害; a building that is no dwelling is not graded', () => {
  assertGrade(today, sheetOf(today, woodQuake, {}), 'G0')
  assertGrade(today, sheetOf(today, woodQuake, { roof: { I: 0.01 } }), 'G6')
  // The table rounds this to no point at all, and it is damage nevertheless.
  assertGrade(
    today,
    sheetOf(today, woodQuake, { foundation: { damagedM: 0.01, totalM: 100 } }, 'table'),
    'G6',
  )
  assert.equal(
    score(today, sheetOf(today, woodQuake, { dwelling: false, collapsed: true })).kind,
    'not-dwelling',
  )
})
