/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closedDayText, readClosedDays, readTime } from '../typed-hours.ts'
import { linkTime } from './settings-text.ts'

test('a time of day is read in either width, with or without a colon, and 24:00 is none', () => {
  assert.equal(readTime('８：３０'), '08:30')
  assert.equal(readTime('0830'), '08:30')
  assert.equal(readTime('8時30分'), '08:30')
  assert.equal(readTime('24:00'), null)
  assert.equal(readTime('8:60'), null)
  assert.equal(readTime('8時'), null)
})

test('the hours of a link may end at midnight', () => {
  assert.deepEqual(['24:00', '２４：００', '24時', '0:00', '25:00'].map(linkTime), [
    '24:00',
    '24:00',
    '24:00',
    '00:00',
    null,
  ])
})

test('closed days are read as people write them, once each, and a day that no year has is refused', () => {
  assert.deepEqual(readClosedDays('12月29日、１２／３０ 1-1、12月29日'), ['12-29', '12-30', '01-01'])
  assert.deepEqual(readClosedDays(''), [])
  assert.deepEqual(readClosedDays('2月29日'), ['02-29'])
  assert.equal(readClosedDays('2月30日'), null)
  assert.equal(readClosedDays('年末'), null)
})

test('a closed day that is shown can be read again', () => {
  for (const day of ['12-29', '01-03', '02-29']) assert.deepEqual(readClosedDays(closedDayText(day)), [day])
})
