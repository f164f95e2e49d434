import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { noCircumstances } from './facts.ts'
import { isPupil, pupilBirths } from './pupils.ts'
import {
  contradicts,
  heldOf,
  noHome,
  recordedOf,
  withoutRepeats,
  type HomeRecord,
  type PersonRecord,
} from './recorded.ts'

const person = (personRef: string, over: Partial<PersonRecord> = {}): PersonRecord => ({
  ...{ personRef, items: {}, lateElderly: null, nursingCare: null, pupil: false },
  ...over,
})
const told = (ref: string, items: PersonRecord['items']) => person(ref, { items })
const of = (
  people: readonly PersonRecord[],
  home: Partial<HomeRecord> = {},
  grade: 'G1' | 'G4' | null = null,
) => recordedOf(people, { ...noHome, ...home }, grade).circumstances

describe('事情を記録から取る', () => {
  test('silence is no answer: nothing is taken of a household that nobody asked', () => {
    const { circumstances, from } = recordedOf([person('R-1', { pupil: null })], noHome, null)
    assert.deepEqual(circumstances, noCircumstances)
    assert.deepEqual(from, {})
  })

  test('who died is known once everybody was asked, and a serious injury is left to a person', () => {
    const dead = { 'human-damage': ['dead'] }
    assert.equal(of([told('R-1', dead), person('R-2')]).harmed, null)
    const harmed = of([told('R-1', dead), told('R-2', { 'human-damage': ['slight'] })]).harmed!
    assert.deepEqual(
      harmed.map((one) => [one.personRef, one.harm, one.supporter]),
      [['R-1', 'dead', null]],
    )
    const severe = of([told('R-1', dead), told('R-2', { 'human-damage': ['severe'] })])
    assert.deepEqual([severe.harmed, severe.seriouslyInjured], [null, 1])
    for (const open of ['unknown', 'missing'])
      assert.equal(of([told('R-1', dead), told('R-2', { 'human-damage': [open] })]).seriouslyInjured, null)
  })

  test('one yes is enough, a no needs all, and records that contradict each other tell nothing', () => {
    const at = (kind: string) => ({ 'present-place': [kind] })
    assert.equal(of([told('R-1', at('temporary-housing')), person('R-2')]).usesTemporaryHousing, true)
    assert.equal(of([told('R-1', at('home')), person('R-2')]).usesTemporaryHousing, null)
    assert.equal(of([told('R-1', at('home')), told('R-2', at('shelter'))]).usesTemporaryHousing, false)
    assert.equal(of([told('R-1', { tenure: ['public'] })]).tenure, 'rented')
    assert.equal(of([told('R-1', { tenure: ['owned'] }), told('R-2', { tenure: ['rented'] })]).tenure, null)
    assert.equal(of([person('R-1')], { tenures: ['owned', 'rented'] }).tenure, null)
    assert.equal(of([told('R-1', { rebuilding: ['undecided'] })]).rebuild, null)
    assert.equal(
      of([told('R-1', { needs: ['none'] }), told('R-2', { needs: ['infant'] })]).needsWelfare,
      true,
    )
    const surveys = [{ lost: true, floodedAboveFloor: false, slopeDemolition: null }]
    const wet = of([person('R-1')], { surveys, floodedByForm: true })
    assert.deepEqual([wet.houseLost, wet.floodedAboveFloor, wet.mustDemolish], [true, false, null])
  })

  test('a house that is gone was pulled down for the town only where the town decided so', () => {
    assert.equal(of([person('R-1')], { houseGone: true }, 'G4').demolished, null)
    assert.equal(of([person('R-1')], { houseGone: false, publicDemolition: true }, 'G4').demolished, null)
    assert.equal(of([person('R-1')], { houseGone: true, publicDemolition: true }, 'G4').demolished, true)
  })

  test('what a person told rules; the same again is not kept; who died meanwhile is not lost', () => {
    const recorded = recordedOf(
      [told('R-1', { 'human-damage': ['dead'] })],
      { ...noHome, tenures: ['owned'] },
      null,
    )
    const own = { ...noCircumstances, tenure: 'rented' as const, pupils: 0 }
    assert.ok(contradicts('tenure', own, recorded))
    assert.equal(heldOf(own, recorded, { tenure: '借家に移っていた' }).tenure, 'rented')
    assert.deepEqual(
      [withoutRepeats(own, recorded).pupils, withoutRepeats(own, recorded).tenure],
      [null, 'rented'],
    )
    const nobody = { ...noCircumstances, harmed: [] }
    assert.equal(heldOf(nobody, recorded, {}).harmed!.length, 1)
    assert.equal(heldOf(nobody, recorded, { harmed: '誤記' }).harmed!.length, 0)
    const supporter = { ...recorded.circumstances.harmed![0]!, supporter: true, barred: false }
    assert.equal(contradicts('harmed', { ...noCircumstances, harmed: [supporter] }, recorded), false)
  })

  test('a school year takes in who became six by 1 April', () => {
    const on = '2026-07-28' as PlainDate
    assert.deepEqual(pupilBirths(on), { from: '2008-04-02', until: '2020-04-01' })
    const answers = ['2008-04-01', '2008-04-02', '2020-04-01', '2020-04-02']
    assert.deepEqual(
      answers.map((day) => isPupil(day as PlainDate, on)),
      [false, true, true, false],
    )
    assert.equal(isPupil(null, on), null)
  })
})
