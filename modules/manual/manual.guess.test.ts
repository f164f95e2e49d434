import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { findHeader, guessColumns } from './manual.guess.ts'

const targets = (business: Business, header: readonly string[], rows: readonly (readonly string[])[]) =>
  guessColumns(fileInterfaces[business], header, rows).map(({ target }) => target)

describe('columns by other names', () => {
  test('外国人区分 is 住民種別 where it says so in words, and nothing where it has figures of its own', () => {
    const header = ['宛名番号', '氏名', '外国人区分']
    assert.deepEqual(
      targets('residents', header, [
        ['0000000019', '山田　太郎', '日本人'],
        ['0000000027', 'リー　メイ', '外国人'],
      ]),
      ['宛名番号', '氏名', '住民種別'],
    )
    // 1 is 外国人 here, and would be 日本人 there.
    assert.deepEqual(
      targets('residents', header, [
        ['0000000019', '山田　太郎', '0'],
        ['0000000027', 'リー　メイ', '1'],
      ]),
      ['宛名番号', '氏名', null],
    )
  })

  test('申出日 begins a 支援措置, unless 開始日 is there too, wherever it stands', () => {
    const row = ['0000000019', '令和8年4月1日', '令和8年4月10日']
    assert.deepEqual(targets('suppressions', ['宛名番号', '申出日'], [row.slice(0, 2)]), [
      '宛名番号',
      '支援措置開始年月日',
    ])
    assert.deepEqual(targets('suppressions', ['宛名番号', '申出日', '開始日'], [row]), [
      '宛名番号',
      null,
      '支援措置開始年月日',
    ])
    assert.deepEqual(targets('residents', ['宛名番号', '申出日'], [row.slice(0, 2)]), [
      '宛名番号',
      '異動届出年月日',
    ])
  })

  test('事由 is a code only where every value is one: nobody loses protection for a word', () => {
    const rows = (...reasons: string[]) => reasons.map((reason, i) => [`000000001${i}`, reason])
    const header = ['宛名番号', '事由']
    assert.deepEqual(targets('suppressions', header, rows('DV', 'ストーカー')), ['宛名番号', '支援措置区分'])
    assert.deepEqual(targets('suppressions', header, rows('DV', '元夫からの暴力')), ['宛名番号', null])
    assert.deepEqual(targets('residents', header, rows('01', '12')), ['宛名番号', '異動事由'])
    assert.deepEqual(targets('residents', header, rows('転入', '職権消除')), ['宛名番号', null])
    assert.deepEqual(targets('issue-blocks', header, rows('01', '12')), ['宛名番号', '抑止事由'])
  })
})

test('the header is named by its line in the file, blank lines counted', () => {
  const file = fileInterfaces.residents
  const records = [
    { line: 2, cells: ['住民一覧', '', ''] },
    { line: 5, cells: ['宛名番号', '氏名', '性別'] },
    { line: 6, cells: ['0000000019', '山田　太郎', '男'] },
  ]
  assert.equal(findHeader(file, records), 5)
  // Names that nobody knows.
  const strange = [{ line: 3, cells: ['い', 'ろ', 'は'] }, records[2]!]
  assert.equal(findHeader(file, strange), 3)
  assert.equal(findHeader(file, [records[2]!]), 0)
})
