import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf, mayLinkItself, oneSlip, scoreOf, verdictOf, type Scored } from './compare.ts'
import { guessTargets, readListed } from './matching.table.ts'

test('one slip of the pen: a character more, less, another, or two exchanged', () => {
  assert.ok(oneSlip('サトウタロウ', 'サトウタロ'))
  assert.ok(oneSlip('サトウタロウ', 'サイウタロウ'))
  assert.ok(oneSlip('サトウタロウ', 'サウトタロウ'))
  assert.ok(!oneSlip('サトウタロウ', 'サトウハナコ'))
  assert.ok(!oneSlip('佐藤太郎', '鈴木花子'))
})

test('an address is one key in every spelling', () => {
  const key = JSON.stringify(addressOf('古川町三丁目3番1号'))
  assert.equal(JSON.stringify(addressOf('古川町３丁目３の１')), key)
  assert.equal(JSON.stringify(addressOf('古川町3-3-1 コーポ101')), key)
  assert.notEqual(JSON.stringify(addressOf('古川町3-3-2')), key)
})

const one = (reasons: readonly string[], personRef = 'R-1', suppressed = false): Scored => ({
  ...{ personRef, suppressed, reasons, score: scoreOf(reasons) },
})

const both = { name: '佐藤裕子', kana: 'サトウユウコ' }

test('only what nobody doubts links itself', () => {
  const sure = one(['name', 'kana', 'birth', 'sex'])
  assert.equal(verdictOf([sure]), 'certain')
  assert.ok(mayLinkItself([sure], both))
  // Father and son, twins, a namesake next door: somebody comes near.
  assert.ok(!mayLinkItself([sure, one(['name', 'birth-digit', 'sex', 'address'], 'R-2')], both))
  assert.ok(!mayLinkItself([one(['name', 'kana', 'birth', 'sex'], 'R-1', true)], both))
  assert.ok(!mayLinkItself([one(['name', 'kana', 'birth-swapped', 'sex', 'address'])], both))
  assert.ok(!mayLinkItself([one(['name', 'kana', 'birth', 'sex-differs', 'address'])], both))
  assert.equal(verdictOf([]), 'none')
})

test('who is read alike and written otherwise is somebody else, unless in the same house and by one slip', () => {
  const alike = one(['name-near', 'kana', 'birth', 'sex', 'block'])
  assert.equal(verdictOf([alike]), 'certain')
  assert.ok(!mayLinkItself([alike], both))
  assert.ok(mayLinkItself([one(['name-near', 'kana', 'birth', 'sex', 'address'])], both))
  assert.ok(!mayLinkItself([one(['family', 'kana', 'birth', 'sex', 'address'])], both))
  // One kanji, two readings.
  assert.ok(!mayLinkItself([one(['name', 'kana-given', 'birth', 'sex', 'address'])], both))
  assert.ok(mayLinkItself([one(['name', 'kana-near', 'birth', 'sex', 'address'])], both))
  assert.ok(!mayLinkItself([one(['name', 'kana-near', 'birth', 'sex'])], both))
  // What the row does not say speaks against nobody.
  assert.ok(mayLinkItself([one(['kana', 'birth', 'sex', 'block', 'phone'])], { name: '', kana: both.kana }))
  assert.ok(mayLinkItself([one(['name', 'birth', 'sex'])], { name: both.name, kana: '' }))
})

test('columns are known by any name, and what cannot be read is said', () => {
  const header = ['No', '避難者氏名', 'ふりがな', '生年月日', '部屋番号', '個人番号']
  const rows = [['1', '佐藤　太郎 様', 'さとう たろう', 'S55.4.1', '101', '123456789018']]
  const targets = guessTargets(header, rows)
  assert.deepEqual(targets, [null, 'name', 'kana', 'birth', 'place', null])
  const { row } = readListed(2, rows[0]!, targets)
  assert.equal(row?.name, '佐藤　太郎')
  assert.equal(row?.birthOn, '1980-04-01')
  const bad = readListed(3, ['2', '鈴木', '', '昭和99年13月1日', '', ''], targets)
  assert.equal(bad.findings[0]?.item, '生年月日')
  assert.equal(readListed(4, ['3', '', '', '', '', ''], targets).row, null)
})
