/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiProblem, asProblem, problemOfAnswer } from './api-problem.ts'

test("a refusal keeps the server's words, code, fields and reference number", () => {
  const problem = problemOfAnswer(
    422,
    {
      type: '/problems/risai/already-issued',
      title: '交付済みです',
      status: 422,
      detail: '再交付を選んでください。',
      instance: 'trace-1',
      errors: [{ pointer: '/copies', message: '1以上' }, { pointer: 3 }],
    },
    '',
  )
  assert.equal(problem.code, 'risai/already-issued')
  assert.equal(problem.title, '交付済みです')
  assert.equal(problem.detail, '再交付を選んでください。')
  assert.equal(problem.traceId, 'trace-1')
  assert.deepEqual(problem.errors, [{ pointer: '/copies', message: '1以上' }])
})

test('an answer without words, such as a proxy page, still gets words by its status', () => {
  for (const status of [400, 401, 403, 404, 429, 500, 502]) {
    const problem = problemOfAnswer(status, '<html>', 'from-header')
    assert.ok(problem.title !== '' && problem.detail !== '')
    assert.equal(problem.status, status)
    assert.equal(problem.traceId, 'from-header')
  }
})

test('a fault of the page itself is shown without its inner message', () => {
  const problem = asProblem(new TypeError('undefined is not a function'))
  assert.ok(problem instanceof ApiProblem)
  assert.equal(problem.code, 'ui/unexpected')
  assert.ok(!problem.title.includes('undefined') && !problem.detail.includes('undefined'))
})
