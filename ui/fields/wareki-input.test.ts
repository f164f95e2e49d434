/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, dayNumber, plainDate } from '@open-bcl/core/dates.ts'
import { dateText, readDate, westernTextWithWeekday } from './wareki-input.ts'

const day = (text: string) => ({ kind: 'value', value: plainDate(text) })

test('the short forms staff type are read, in either width', () => {
  for (const text of [
    'R8.1.5',
    'r8/1/5',
    'R080105',
    '令和8年1月5日',
    '令8.1.5',
    'Ｒ８．１．５',
    '令和 8年 1月 5日',
    'R8-01-05',
  ]) {
    assert.deepEqual(readDate(text), day('2026-01-05'), text)
  }
  for (const text of ['2026-01-05', '2026/1/5', '20260105', '２０２６年１月５日', '2026.1.5']) {
    assert.deepEqual(readDate(text), day('2026-01-05'), text)
  }
  assert.deepEqual(readDate('S20.5.3'), day('1945-05-03'))
  assert.deepEqual(readDate('平成元年1月8日'), day('1989-01-08'))
  assert.deepEqual(readDate('R元.5.1'), day('2019-05-01'))
})

test('a day that is not in the calendar or not in the era named is refused', () => {
  for (const text of [
    'R8.2.30',
    'S64.1.8',
    'H31.5.1',
    'R0.1.1',
    'X8.1.5',
    '2026-13-01',
    '令和8年',
    '5月3日',
    'きのう',
  ]) {
    assert.equal(readDate(text).kind, 'unreadable', text)
  }
})

test('nothing typed is no date', () => {
  assert.deepEqual(readDate(' '), { kind: 'value', value: null })
  assert.equal(dateText(null), '')
})

test('what the field shows is read back as the same day, whichever day it is', () => {
  const first = plainDate('1873-01-01')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 80_000 }), (days) => {
      const date = addDays(first, days)
      assert.deepEqual(readDate(dateText(date)), day(date))
    }),
  )
})

test('a day before 明治6年 is shown in the Western calendar and read back', () => {
  assert.equal(dateText(plainDate('1870-03-02')), '1870年3月2日')
  assert.deepEqual(readDate('1870年3月2日'), day('1870-03-02'))
})

test('the weekday is right on both sides of 1970', () => {
  assert.equal(westernTextWithWeekday(plainDate('2026-01-05')), '2026年1月5日（月）')
  assert.equal(westernTextWithWeekday(plainDate('1945-05-03')), '1945年5月3日（木）')
  assert.ok(dayNumber(plainDate('1945-05-03')) < 0)
})
