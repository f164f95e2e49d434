import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDate } from '@open-bcl/core/dates.ts'
import {
  dueOf,
  hindrance,
  nextPeriod,
  renewableFrom,
  standingOf,
  yearFrom,
  type Act,
  type ActKind,
  type Move,
} from './protection.ts'

const day = plainDate
const at = new Date('2026-11-21T00:00:00Z')
const today = day('2026-11-21')

function acts(...kinds: readonly (ActKind | readonly [ActKind, Partial<Act>])[]): Act[] {
  return kinds.map((one, i): Act => {
    const [kind, given] = typeof one === 'string' ? [one, {}] : one
    const period = kind === 'approved' ? { startsOn: day('2026-04-01'), endsOn: day('2027-03-31') } : {}
    return {
      ...{ actNo: i + 1, kind, at, actor: 'staff:A', startsOn: null, endsOn: null, minutes: null },
      ...{ untilAt: null, ...period, ...given },
    }
  })
}

const may = (list: readonly Act[], move: Move, actor: string) =>
  hindrance(standingOf(list), move, actor, at, today)

test('the period is the standard’s: a year, renewed from a month before, and the new one starts the day after', () => {
  assert.equal(yearFrom(day('2020-04-01')), '2021-03-31')
  assert.equal(yearFrom(day('2024-02-29')), '2025-02-28')
  assert.equal(renewableFrom(day('2021-03-31')), '2021-02-28')
  assert.equal(renewableFrom(day('2021-01-15')), '2020-12-15')
  assert.deepEqual(nextPeriod(day('2021-03-31'), day('2021-03-10')), {
    startsOn: '2021-04-01',
    endsOn: '2022-03-31',
  })
  // Renewed late it begins where it ended; more than a year late it begins today.
  assert.equal(nextPeriod(day('2021-03-31'), day('2021-12-01')).startsOn, '2021-04-01')
  assert.equal(nextPeriod(day('2021-03-31'), day('2023-01-01')).startsOn, '2023-01-01')
})

test('a day that passes is told and ends nothing', () => {
  assert.equal(dueOf(day('2027-03-31'), day('2027-02-27')), null)
  assert.equal(dueOf(day('2027-03-31'), day('2027-02-28')), 'renewal')
  assert.equal(dueOf(day('2027-03-31'), day('2027-04-01')), 'overdue')
  assert.equal(standingOf(acts('asked', 'approved')).state, 'in-force')
})

test('nobody decides what he asked for himself', () => {
  const asked = [
    [acts('asked'), 'approve', 'refuse'],
    [acts('asked', 'approved', 'release-asked'), 'release', 'refuse-release'],
    [acts('asked', 'approved', 'lift-asked'), 'lift', 'refuse-lift'],
  ] as const
  for (const [list, yes, no] of asked) {
    assert.deepEqual([may(list, yes, 'staff:A'), may(list, no, 'staff:A')], ['oneself', 'oneself'])
    assert.deepEqual([may(list, yes, 'staff:B'), may(list, no, 'staff:B')], [null, null])
  }
})

test('what is over stays over, and one thing waits at a time', () => {
  for (const end of ['refused', 'released'] as const)
    for (const move of ['approve', 'renew', 'add', 'ask-lift', 'release', 'end-lift'] as const)
      assert.equal(may(acts('asked', end), move, 'staff:B'), 'over')
  assert.equal(may(acts('asked', 'approved', 'release-asked'), 'ask-lift', 'staff:B'), 'not-now')
  assert.equal(may(acts('asked', 'approved', 'release-asked'), 'lift', 'staff:B'), 'not-now')
  assert.equal(may(acts('asked'), 'ask-release', 'staff:B'), 'not-now')
  assert.equal(may(acts('asked', 'approved'), 'renew', 'staff:B'), 'too-early')
})
