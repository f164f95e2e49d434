import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HouseholdPlace } from '../residents/households.ts'
import type { DwellingId } from './dwellings.ts'
import { indexOf, proposalsFor, sureness, type ComparedHouse } from './proposals.ts'

const house = (id: string, places: readonly bigint[], over: Partial<ComparedHouse> = {}): ComparedHouse => ({
  dwellingId: id as DwellingId,
  blockCode: '0000001',
  useCode: '01',
  places,
  ownerNos: [],
  ...over,
})
const household = (places: readonly bigint[], members: readonly string[] = ['1', '2']): HouseholdPlace => ({
  householdNo: '100',
  members,
  blockCode: '0000001',
  places,
})
const found = (of: HouseholdPlace, ...houses: ComparedHouse[]) =>
  proposalsFor(of, indexOf(houses)).map(({ dwellingId, confidence, reasons }) => [
    dwellingId,
    confidence,
    ...reasons,
  ])

test('the only house at the address is proposed; owned by one of the household it is surer', () => {
  const mine = household([11n, 1n])
  assert.deepEqual(found(mine, house('a', [11n, 1n]), house('b', [12n, 1n])), [
    ['a', sureness.address, 'same-address'],
  ])
  assert.deepEqual(found(mine, house('a', [11n, 1n], { ownerNos: ['2'] })), [
    ['a', sureness.addressAndOwner, 'same-address', 'owner-lives-here'],
  ])
})

test('of several houses at one address none is sure but the one they own', () => {
  const mine = household([11n, 1n])
  const [a, b] = [house('a', [11n, 1n]), house('b', [11n, 1n])]
  assert.deepEqual(
    found(mine, a, b).map(([, confidence]) => confidence),
    [sureness.addressSeveral, sureness.addressSeveral],
  )
  assert.deepEqual(found(mine, a, { ...b, ownerNos: ['1'] })[0], [
    'b',
    sureness.addressAndOwner,
    'same-address',
    'owner-lives-here',
  ])
  const both = found(mine, { ...a, ownerNos: ['1'] }, { ...b, ownerNos: ['1'] })
  assert.deepEqual(
    both.map(([, confidence]) => confidence),
    [sureness.addressSeveral, sureness.addressSeveral],
  )
})

test('a room lies in its house; the block alone is no address', () => {
  const room = household([301n, 11n, 1n])
  assert.deepEqual(found(room, house('a', [11n, 1n])), [['a', sureness.parent, 'parent-address']])
  assert.deepEqual(found(room, house('a', [1n])), [])
  assert.deepEqual(found(household([1n]), house('a', [11n, 1n])), [])
})

test('a house owned elsewhere in the block is asked about only where the address leads nowhere', () => {
  const owned = house('b', [99n, 9n], { ownerNos: ['1'] })
  assert.deepEqual(found(household([11n, 1n]), owned), [['b', sureness.ownerSameBlock, 'owner-same-block']])
  assert.deepEqual(found(household([11n, 1n]), owned, house('a', [11n, 1n])), [
    ['a', sureness.address, 'same-address'],
  ])
  assert.deepEqual(found(household([11n, 1n]), { ...owned, blockCode: '0000002' }), [])
})

test('nobody is proposed a shop, a barn or a warehouse', () => {
  for (const useCode of ['05', '07', '08', '09'])
    assert.deepEqual(found(household([11n, 1n]), house('a', [11n, 1n], { useCode, ownerNos: ['1'] })), [])
})
