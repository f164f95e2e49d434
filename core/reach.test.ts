import assert from 'node:assert/strict'
import { test } from 'node:test'
import { narrowed } from './reach.ts'

const flood = '019a0000-0000-7000-8000-000000000001'
const quake = '019a0000-0000-7000-8000-000000000002'

test('what is limited twice lies in both', () => {
  const whole = { disasterId: flood, areas: null }
  const some = { disasterId: flood, areas: ['本町', '栄町'] }
  assert.deepEqual(narrowed([whole, { disasterId: quake, areas: null }], [some]), [some])
  assert.deepEqual(narrowed([some], [whole]), [some])
  assert.deepEqual(narrowed([some], [{ disasterId: flood, areas: ['栄町', '旭町'] }]), [
    { disasterId: flood, areas: ['栄町'] },
  ])
  assert.deepEqual(narrowed([some], [{ disasterId: quake, areas: null }]), [])
})
