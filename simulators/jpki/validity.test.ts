import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastMoment } from './validity.ts'

const issuedAt = new Date('2026-11-21T03:00:00Z')
const until = (bornOn: string, cardUntil: string | null = null, at = issuedAt): string =>
  lastMoment(at, bornOn, cardUntil).toISOString()

test('a certificate lasts until the fifth birthday after its issue', () => {
  assert.equal(until('1990-04-01'), '2031-04-01T14:59:59.000Z')
  assert.equal(until('1990-11-22'), '2030-11-22T14:59:59.000Z')
  // A birthday on the day of issue is not one after it.
  assert.equal(until('1990-11-21'), '2031-11-21T14:59:59.000Z')
})

test('the day is the day in Japan', () => {
  assert.equal(until('1990-11-22', null, new Date('2026-11-21T15:00:00Z')), '2031-11-22T14:59:59.000Z')
})

test('the card ends first when it ends first', () => {
  assert.equal(until('1990-04-01', '2029-04-01'), '2029-04-01T14:59:59.000Z')
  assert.equal(until('1990-04-01', '2035-04-01'), '2031-04-01T14:59:59.000Z')
})

test('29 February is 28 February in other years', () => {
  assert.equal(until('2000-02-29'), '2031-02-28T14:59:59.000Z')
  assert.equal(until('2000-02-29', null, new Date('2027-01-01T00:00:00Z')), '2031-02-28T14:59:59.000Z')
  assert.equal(until('2000-02-29', null, new Date('2027-05-01T00:00:00Z')), '2032-02-29T14:59:59.000Z')
})
