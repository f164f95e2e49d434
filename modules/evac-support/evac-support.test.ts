import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { basisFor, groundLabel, isEmergency, offersOf, type Listed, type Offer } from './evac-support.ts'

const day = (text: string) => text as PlainDate
const today = day('2026-11-21')
const person = (consent: Listed['consent']): Listed => ({ residentNo: '1', consent })
const given = { state: 'given', untilOn: null, exceptKinds: [] } as const

describe('by what right somebody is handed over', () => {
  const peace = { basis: 'peacetime', kind: 'fire', ordinance: 'none', today } as const

  test('in peacetime by consent alone: as long as it lasts, and not to whom it excepts', () => {
    assert.equal(basisFor(person(given), peace), 'consent')
    assert.equal(basisFor(person(null), peace), null)
    for (const state of ['refused', 'withdrawn'] as const)
      assert.equal(basisFor(person({ ...given, state }), peace), null)
    assert.equal(basisFor(person({ ...given, untilOn: today }), peace), 'consent')
    assert.equal(basisFor(person({ ...given, untilOn: day('2026-11-20') }), peace), null)
    assert.equal(basisFor(person({ ...given, exceptKinds: ['fire'] }), peace), null)
  })

  test('an ordinance stands in for consent as far as it says', () => {
    const optOut = { ...peace, ordinance: 'unless-refused' } as const
    assert.equal(basisFor(person(null), optOut), 'ordinance')
    assert.equal(basisFor(person({ ...given, untilOn: day('2026-11-20') }), optOut), 'ordinance')
    assert.equal(basisFor(person({ ...given, state: 'withdrawn' }), optOut), null)
    assert.equal(basisFor(person({ ...given, exceptKinds: ['fire'] }), optOut), null)
    assert.equal(
      basisFor(person({ ...given, state: 'refused' }), { ...peace, ordinance: 'all' }),
      'ordinance',
    )
  })

  test('in an emergency nobody is asked; it lasts the days of the town', () => {
    assert.equal(
      basisFor(person({ ...given, state: 'refused' }), { ...peace, basis: 'emergency' }),
      'emergency',
    )
    assert.equal(isEmergency(day('2026-10-22'), 30, today), true)
    assert.equal(isEmergency(day('2026-10-21'), 30, today), false)
    assert.equal(isEmergency(day('2026-11-22'), 30, today), false)
  })
})

describe('what is offered', () => {
  const listed = { state: 'listed', grounds: ['care-23'], told: [], away: false } as const
  const offers = (
    found: Record<string, readonly string[]>,
    present: Record<string, Parameters<typeof offersOf>[2] extends ReadonlyMap<string, infer P> ? P : never>,
    declined: readonly Offer[] = [],
    here = true,
  ) =>
    offersOf(
      new Map(Object.entries(found)),
      () => here,
      new Map(Object.entries(present)),
      new Map(declined.map((one) => [one.residentNo, one])),
    )

  test('who came, who went and what changed; the same list offers nothing', () => {
    assert.deepEqual(offers({ 1: ['care-23'] }, {}), [
      { residentNo: '1', kind: 'join', grounds: ['care-23'] },
    ])
    assert.deepEqual(offers({}, { 1: listed }), [{ residentNo: '1', kind: 'leave', grounds: [] }])
    assert.deepEqual(offers({ 1: ['care-24'] }, { 1: listed }), [
      { residentNo: '1', kind: 'grounds', grounds: ['care-24'] },
    ])
    assert.deepEqual(offers({ 1: ['care-23'] }, { 1: listed }), [])
  })

  test('who was told by staff stays; who lives in an institution is not offered again', () => {
    const told = { ...listed, told: ['request'] }
    assert.deepEqual(offers({}, { 1: told }), [{ residentNo: '1', kind: 'grounds', grounds: [] }])
    assert.deepEqual(offers({}, { 1: { ...told, grounds: [] } }), [])
    assert.deepEqual(offers({}, { 1: told }, [], false), [{ residentNo: '1', kind: 'leave', grounds: [] }])
    assert.deepEqual(offers({ 1: ['care-23'] }, { 1: { ...listed, state: 'off', away: true } }), [])
  })

  test('what was declined comes again only when something changed', () => {
    const no = [{ residentNo: '1', kind: 'join', grounds: ['care-23', 'alone'] }] as const
    assert.deepEqual(offers({ 1: ['alone', 'care-23'] }, {}, no), [])
    assert.equal(offers({ 1: ['care-24'] }, {}, no).length, 1)
  })
})

test('reasons in words', () => {
  assert.equal(groundLabel('care-23'), '要介護3')
  assert.equal(groundLabel('body-1'), '身体障害者手帳1級')
  assert.equal(groundLabel('intellectual-A'), '療育手帳（A）')
  assert.equal(groundLabel('alone'), '高齢者の一人暮らし')
  assert.equal(groundLabel('request'), '本人・家族からの申し出（手挙げ）')
})
