/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { ageText, birthText } from './person-text.ts'

const day = '2026-11-21' as PlainDate

test('an uncertain birth is shown in the words of the register, a certain one in 和暦', () => {
  assert.equal(birthText({ on: '1945-01-01', uncertain: true, text: '昭和20年頃' }), '昭和20年頃')
  assert.equal(birthText({ on: '1945-05-03', uncertain: false, text: null }), '昭和20年5月3日')
  assert.equal(birthText({ on: null, uncertain: true, text: null }), '')
})

test('an age is given only where the birth is known', () => {
  assert.equal(ageText({ on: '1978-05-12', uncertain: false, text: null }, day), '48歳')
  assert.equal(ageText({ on: null, uncertain: true, text: '不詳' }, day), '')
})
