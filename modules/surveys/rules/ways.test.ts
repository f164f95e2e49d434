import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { coversHouse, judgeArea } from './area.ts'
import { rulesOf } from './guidelines.ts'
import { judgeByPhotos, type PhotoFindings } from './photos.ts'
import { spreadOf, type ScoredSheet } from './spread.ts'

const on = '2000-01-01' as PlainDate
const today = rulesOf('R7.7', on)

const clear: PhotoFindings = {
  hazard: 'earthquake',
  agreed: true,
  fourSides: true,
  namePlate: true,
  nearAndFar: true,
  measure: null,
  slight: 'clearly',
}

test('自己判定方式: consent and clear photographs make 一部損壊 without a visit, and nothing else does', () => {
  const result = judgeByPhotos(today, clear)
  assert.ok(result.kind === 'graded')
  assert.equal(result.gradeCode, 'G6')
  for (const lacking of [
    { agreed: false },
    { fourSides: false },
    { namePlate: false },
    { nearAndFar: false },
    { slight: 'perhaps-more' },
    { slight: 'unclear' },
  ] as const) {
    assert.equal(judgeByPhotos(today, { ...clear, ...lacking }).kind, 'site-survey', JSON.stringify(lacking))
  }
  assert.equal(judgeByPhotos(today, { ...clear, slight: null }).kind, 'incomplete')
})

test('自己判定方式: of a flood the measure is asked for too; before 2018 there is no such way', () => {
  const flooded = judgeByPhotos(today, { ...clear, hazard: 'flood' })
  assert.ok(flooded.kind === 'incomplete')
  assert.deepEqual(
    flooded.missing.map((one) => one.key),
    ['measure'],
  )
  assert.equal(judgeByPhotos(today, { ...clear, hazard: 'flood', measure: true }).kind, 'graded')
  assert.equal(judgeByPhotos(today, { ...clear, hazard: 'flood', measure: false }).kind, 'site-survey')
  assert.equal(judgeByPhotos(rulesOf('H25.6', on), clear).kind, 'site-survey')
})

test('an area is graded whole when its four corner houses stood 1.8 m deep: 全壊 with force, 大規模半壊 without', () => {
  const corners = (externalForce: boolean, ...cornerDepthsCm: number[]) => {
    const result = judgeArea(today, { way: 'corners', externalForce, cornerDepthsCm })
    return result.kind === 'graded' ? result.gradeCode : result.kind
  }
  assert.equal(corners(true, 180, 200, 210, 190), 'G1')
  assert.equal(corners(false, 180, 200, 210, 190), 'G2')
  assert.equal(corners(true, 179.9, 200, 210, 190), 'house-by-house')
  assert.equal(corners(true, 200, 200, 200), 'house-by-house')
  const before = judgeArea(rulesOf('R3.3', on), {
    way: 'corners',
    externalForce: false,
    cornerDepthsCm: [200, 200, 200, 200],
  })
  assert.equal(before.kind, 'house-by-house')
})

test('a judgement by depth covers only the houses that depth may grade; one from the air covers all', () => {
  const depth = judgeArea(today, {
    way: 'corners',
    externalForce: true,
    cornerDepthsCm: [200, 200, 200, 200],
  })
  const air = judgeArea(today, { way: 'aerial', everyHouseLost: true })
  assert.ok(depth.kind === 'graded' && air.kind === 'graded')
  const house = { structure: 'wood', detached: true, storeys: 2 } as const
  assert.ok(coversHouse(today, depth, house))
  for (const other of [{ structure: 'non-wood' }, { detached: false }, { storeys: 3 }] as const) {
    assert.ok(!coversHouse(today, depth, { ...house, ...other }))
    assert.ok(coversHouse(today, air, { ...house, ...other }))
  }
  assert.equal(judgeArea(today, { way: 'aerial', everyHouseLost: false }).kind, 'house-by-house')
  assert.equal(
    judgeArea(rulesOf('H25.6', on), { way: 'aerial', everyHouseLost: true }).kind,
    'house-by-house',
  )
})

function sheets(surveyor: string, percents: readonly number[]): ScoredSheet[] {
  return percents.map((percent, n) => ({ house: `${surveyor}-${n}`, surveyor, gradeCode: 'G5', percent }))
}
const usual = [11, 12, 13, 14, 15, 15, 16, 17, 18, 19, 12, 18]

test('a team that grades ten points above the others stands out; one like the others does not', () => {
  const scored = [
    ...sheets('1班', usual),
    ...sheets('2班', usual),
    ...sheets(
      '3班',
      usual.map((one) => one + 10),
    ),
  ]
  const { surveyors, all } = spreadOf(scored)
  assert.deepEqual(
    surveyors.map((one) => [one.surveyor, one.difference, one.isNotable]),
    [
      ['3班', 10, true],
      ['1班', 0, false],
      ['2班', 0, false],
    ],
  )
  assert.deepEqual([all.sheets, all.measured, all.grades.G5], [36, 36, 36])
})

test('of two teams that differ nobody can say which one is unusual', () => {
  const scored = [
    ...sheets('1班', usual),
    ...sheets(
      '2班',
      usual.map((one) => one + 10),
    ),
  ]
  assert.ok(spreadOf(scored).surveyors.every((one) => !one.isNotable))
})

test('few sheets never stand out, and shortcuts count as grades only', () => {
  const scored = [...sheets('1班', usual), ...sheets('2班', usual), ...sheets('3班', [90, 91, 92])]
  assert.ok(spreadOf(scored).surveyors.every((one) => !one.isNotable))
  const shortcut = { house: 'a', surveyor: '3班', gradeCode: 'G1', percent: null } as const
  const [third] = spreadOf([shortcut]).surveyors
  assert.deepEqual([third?.sheets, third?.measured, third?.mean, third?.grades.G1], [1, 0, null, 1])
  assert.equal(spreadOf([]).all.mean, null)
})

test('two surveyors of one house are compared with each other, one with himself is not', () => {
  const one = (surveyor: string, percent: number, gradeCode: ScoredSheet['gradeCode']): ScoredSheet => ({
    house: '山田家',
    surveyor,
    gradeCode,
    percent,
  })
  const { repeats } = spreadOf([one('佐藤', 18, 'G5'), one('鈴木', 22, 'G4'), one('佐藤', 19, 'G5')])
  assert.deepEqual(repeats, { pairs: 2, sameGrade: 0, meanDistance: 3.5, largestDistance: 4 })
})
