import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, plainDate } from '../dates.ts'
import { eraOn, formatWareki, parseWareki } from './wareki.ts'

// Days around each change of era; domain vectors of the 住民記録 standard.
const vectors: [string, string][] = [
  ['1873-01-01', '明治6年1月1日'],
  ['1912-07-29', '明治45年7月29日'],
  ['1912-07-30', '大正元年7月30日'],
  ['1926-12-24', '大正15年12月24日'],
  ['1926-12-25', '昭和元年12月25日'],
  ['1926-12-31', '昭和元年12月31日'],
  ['1989-01-07', '昭和64年1月7日'],
  ['1989-01-08', '平成元年1月8日'],
  ['2019-04-30', '平成31年4月30日'],
  ['2019-05-01', '令和元年5月1日'],
  ['2020-02-29', '令和2年2月29日'],
]

for (const [date, text] of vectors) {
  test(`${date} is ${text}`, () => {
    assert.equal(formatWareki(plainDate(date)), text)
    assert.equal(parseWareki(text), date)
  })
}

test('the two days that belong to two eras are read under either name', () => {
  assert.equal(parseWareki('明治45年7月30日'), '1912-07-30')
  assert.equal(parseWareki('大正15年12月25日'), '1926-12-25')
})

test('a day outside the era it names is refused', () => {
  const texts = [
    '昭和64年1月8日',
    '平成31年5月1日',
    '令和元年4月30日',
    '大正元年7月29日',
    '明治5年12月2日',
    '明治45年7月31日',
    '昭和0年1月1日',
    '令和5年2月29日',
    '令和5年13月1日',
    '慶応3年1月1日',
    '令和五年1月1日',
    '令和5年1月1日 ',
    '令和-5年1月1日',
    '',
  ]
  for (const text of texts) assert.equal(parseWareki(text), null, text)
})

test('full-width digits are written on request and always read', () => {
  assert.equal(formatWareki(plainDate('2026-11-21'), 'full-width'), '令和８年１１月２１日')
  assert.equal(parseWareki('令和８年１１月２１日'), '2026-11-21')
  assert.equal(parseWareki('令和1年5月1日'), '2019-05-01')
})

test('days of the old calendar have no 和暦', () => {
  assert.equal(formatWareki(plainDate('1872-12-31')), null)
  assert.equal(eraOn(plainDate('1868-01-25')), null)
})

test('every day since 1873 comes back from its 和暦', () => {
  const first = plainDate('1873-01-01')
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 60_000 }),
      fc.constantFrom('ascii' as const, 'full-width' as const),
      (n, digits) => {
        const date = addDays(first, n)
        assert.equal(parseWareki(formatWareki(date, digits) ?? ''), date)
      },
    ),
  )
})
