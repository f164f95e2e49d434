/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applicationStates, canDo, transitions, type Transition } from '../risai.ts'
import { currentStep, factText, readNames, refusedState, steps } from './application-text.ts'
import { transactionIdOf } from './published/issuing.ts'

test('every state that still leads to a certificate has its step, and only those that ended have none', () => {
  for (const { value } of applicationStates) {
    const step = currentStep(value)
    const ended = ['rejected', 'not-issuable', 'withdrawn', 'joined'].includes(value)
    assert.equal(step === null, ended, value)
    if (step !== null) assert.ok(step > 0 && step < steps.length, value)
  }
})

test('an act is refused on the page in exactly the states in which the server refuses it', () => {
  for (const transition of Object.keys(transitions) as Transition[])
    for (const { value } of applicationStates)
      assert.equal(refusedState(transition, value).length === 0, canDo(transition, value))
})

test('surveyors are read from one line, with either comma, and spaces within a name stay', () => {
  assert.deepEqual(readNames('山田　太郎、佐藤　花子,鈴木 一郎、'), ['山田　太郎', '佐藤　花子', '鈴木 一郎'])
  assert.deepEqual(readNames(' 、\n'), [])
})

test('a transaction id is 32 hexadecimal digits, leading zeros kept', () => {
  assert.equal(transactionIdOf(new Uint8Array(16).fill(10)), '0a'.repeat(16))
})

test('the timeline says grade and outcome in words, and nothing of unknown codes', () => {
  assert.equal(
    factText({ serialNo: 'R8-1-00012', grade: 'G2', outcome: 'issuable', decisionNo: 1 }),
    'R8-1-00012　大規模半壊　交付可',
  )
  assert.equal(factText({ version: 1, suppressed: true }), '')
})
