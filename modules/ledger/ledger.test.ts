import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { HouseholdNo } from '@open-bcl/core/brand.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { changesSince, isPersonRef, personOf, refOf } from './ledger.ts'

test('a person of a ledger and its reference are two forms of one thing', () => {
  const number = fc.stringMatching(/^[0-9]{1,15}$/).map((no) => `R-${no}`)
  const other = fc.uuid().map((id) => `N-${id}`)
  fc.assert(
    fc.property(fc.oneof(number, other), (ref) => {
      assert.ok(isPersonRef(ref))
      assert.equal(refOf(personOf(ref)), ref)
    }),
  )
  for (const wrong of ['R-', 'R-1234567890123456', 'N-1', 'X-1', 'R-1 ', 'r-1'])
    assert.ok(!isPersonRef(wrong))
})

const cut = {
  state: 'resident',
  householdNo: '1' as HouseholdNo,
  name: { full: '佐藤　梅子' },
  address: { town: '古川町', number: '1番1号' },
} as ResidentRecord

test('what changed since the cut is noted; nothing changed, nothing noted', () => {
  assert.deepEqual(changesSince(cut, cut, false), [])
  assert.deepEqual(changesSince(cut, { ...cut, state: 'dead' }, false), ['died'])
  assert.deepEqual(changesSince(cut, null, false), ['removed'])
  const moved = { ...cut, householdNo: '2' as HouseholdNo, address: { ...cut.address, number: '2番' } }
  assert.deepEqual(changesSince(cut, moved, false), ['moved', 'household-changed'])
  assert.deepEqual(changesSince(cut, { ...cut, name: { ...cut.name, full: '田中　梅子' } }, false), [
    'name-changed',
  ])
})

test('of a protected person not even that they moved is noted', () => {
  const gone = {
    ...cut,
    state: 'moved-out',
    householdNo: null,
    address: { ...cut.address, town: '' },
  } as const
  assert.deepEqual(changesSince(cut, gone, true), [])
})
