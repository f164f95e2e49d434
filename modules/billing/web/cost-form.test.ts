import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelOf, readPlan } from './cost-form.ts'

const fields = {
  type: 'town',
  people: '10,000',
  start: '2026-12',
  issuing: 'on',
  support: 'on',
  share: 'half',
  found: '2025',
  copies: '３０',
  fee: '300',
  import: '7786',
  yearly: '978',
  'own-import': '20557',
  'own-yearly': '3542',
}

test('what people type is read: commas, full-width digits, thousands of yen', () => {
  const reading = readPlan(fields)
  assert.ok(reading.kind === 'plan')
  const { people, copiesPerThousand, importYen, findings, support } = reading.plan
  assert.deepEqual([people, copiesPerThousand, importYen, support], [10_000, 30, 7_786_000, true])
  assert.deepEqual(findings, [{ fiscalYear: 2025, share: 'half' }])
})

test('each wrong field is named; none is guessed', () => {
  const reading = readPlan({ ...fields, people: '一万', copies: '-1', fee: '1.5', start: '2026-13' })
  assert.ok(reading.kind === 'wrong')
  assert.deepEqual(Object.keys(reading.wrong).sort(), ['copies', 'fee', 'people', 'start'])
})

test('a box that is not ticked is not used', () => {
  const { support: _support, ...without } = fields
  const reading = readPlan({ ...without, share: 'none' })
  assert.ok(reading.kind === 'plan')
  assert.deepEqual([reading.plan.support, reading.plan.findings], [false, []])
})

test('the model’s costs follow the class and the head count', () => {
  assert.equal(modelOf(fields)?.import, '7786')
  assert.equal(modelOf({ ...fields, type: 'city', people: '100000' })?.['own-yearly'], '26934')
  assert.equal(modelOf({ ...fields, people: '' }), null)
})
