import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalCard } from './registers.ts'

test('a card is one card however its key identifier and number are written', () => {
  const card = { issuerSki: 'ab'.repeat(20), serial: '120' }
  assert.deepEqual(canonicalCard(card), card)
  assert.deepEqual(canonicalCard({ issuerSki: 'AB'.repeat(20), serial: '000120' }), card)
  assert.deepEqual(canonicalCard({ ...card, serial: '0' }), { ...card, serial: '0' })
})

test('what no certificate can hold is no card', () => {
  const ski = 'ab'.repeat(20)
  for (const issuerSki of ['', 'ab', `${ski}00`, 'zz'.repeat(20)])
    assert.equal(canonicalCard({ issuerSki, serial: '1' }), null)
  for (const serial of ['', '-1', '0x1f', '１２', '1e3', '9'.repeat(61)])
    assert.equal(canonicalCard({ issuerSki: ski, serial }), null)
})
